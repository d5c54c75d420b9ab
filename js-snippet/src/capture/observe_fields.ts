/** Notices what the shopper does to form controls: that something was done, never what. */
import { originOf } from "../mask/nodes.ts";

export type FieldEvent = "begin" | "input" | "enter" | "settle" | "check";

const BEGIN = "beforeinput";
const KINDS: Record<string, FieldEvent> = {
  [BEGIN]: "begin",
  input: "input",
  change: "settle",
  focusin: "enter",
  focusout: "settle",
  invalid: "check",
  reset: "check",
  submit: "check",
};
const OPTIONS = { capture: true, passive: true };

/**
 * `change` and focus that stays inside do not leave a shadow root: each root is observed by itself.
 *
 * @param emit answers whether a masked field is being edited: until something else happens than a further key, there is
 *   nothing that begins, and the browser spares each key an event that nobody listens to.
 */
export function observeFields(target: EventTarget, emit: (kind: FieldEvent, target: Element) => boolean): () => void {
  const listen = (event: Event): void => {
    const origin = originOf(event);
    if (!origin) return;
    const kind = KINDS[event.type] as FieldEvent;
    const isEditing = emit(kind, origin);
    if (isEditing && kind === "begin") target.removeEventListener(BEGIN, listen, OPTIONS);
    else if (!isEditing || kind !== "input") target.addEventListener(BEGIN, listen, OPTIONS);
  };
  for (const type of Object.keys(KINDS)) target.addEventListener(type, listen, OPTIONS);
  return () => {
    for (const type of Object.keys(KINDS)) target.removeEventListener(type, listen, OPTIONS);
  };
}
