/** Notices what the shopper does to form controls: that something was done, never what. */
import { isElementTarget } from "../mask/nodes.ts";

export type FieldEvent = "begin" | "input" | "enter" | "settle" | "check";

const KINDS: Record<string, FieldEvent> = {
  beforeinput: "begin",
  input: "input",
  change: "settle",
  focusin: "enter",
  focusout: "settle",
  invalid: "check",
  reset: "check",
  submit: "check",
};

/** `change` and focus that stays inside do not leave a shadow root: each root is observed by itself. */
export function observeFields(target: EventTarget, emit: (kind: FieldEvent, target: Element) => void): () => void {
  const listen = (event: Event): void => {
    const [first] = event.composedPath();
    if (isElementTarget(first)) emit(KINDS[event.type] as FieldEvent, first);
  };
  for (const type of Object.keys(KINDS)) target.addEventListener(type, listen, { capture: true, passive: true });
  return () => {
    for (const type of Object.keys(KINDS)) target.removeEventListener(type, listen, { capture: true });
  };
}
