/** Notices what the shopper does to form controls: that something was done, never what. */
import { originOf } from "../mask/nodes.ts";
import { hear } from "./hear.ts";

export type FieldEvent =
  "approach" | "confirm" | "press" | "release" | "begin" | "input" | "change" | "enter" | "settle" | "check";
/** What is done to a control. */
export type FieldEdit = Exclude<FieldEvent, "approach" | "confirm" | "press" | "release" | "begin">;

// One a key: where the edit of a masked field has begun they say no more than the key itself.
const BEGIN = "beforeinput keyup";
// What a field tells at each key while it is edited. By others the edit may end.
const OF_KEYS = /^(?:input|approach)$/;
// Keys that change no field; the others do: an arrow up counts up a number, and Escape empties a search.
const EDITS_NOTHING = /^(?:Tab|Shift|Control|Alt|Meta|ArrowLeft|ArrowRight)$/;
const KINDS: Record<string, FieldEvent> = {
  // By these a page may know what is typed before anything says that it is.
  keydown: "approach",
  paste: "approach",
  drop: "approach",
  beforeinput: "begin",
  input: "input",
  change: "change",
  focusin: "enter",
  focusout: "settle",
  invalid: "check",
  reset: "check",
  submit: "check",
  click: "press",
  keyup: "release",
};

/**
 * `change` and focus that stays inside do not leave a shadow root: each root is observed by itself.
 *
 * @param emit is told also whether the event is the browser's own, and no script's. It answers whether a masked field is
 *   being edited: until something else happens than a further key, there is nothing that begins, and the browser spares
 *   each key one of the events that nobody listens to.
 * @param onFiles takes what is dropped or pasted and stands in no field.
 */
export function observeFields(
  target: EventTarget,
  emit: (kind: FieldEvent, target: Element, isTrusted: boolean) => boolean,
  onFiles: (files: FileList) => void,
): () => void {
  const listen = (event: Event): void => {
    const origin = originOf(event);
    const { isTrusted, key } = event as KeyboardEvent;
    if (!origin || (key && EDITS_NOTHING.test(key))) return;
    let kind = KINDS[event.type] as FieldEvent;
    if (isTrusted && kind === "approach" && key === "Enter" && !(event as KeyboardEvent).isComposing) kind = "confirm";
    // A script's ends no edit.
    if (!isTrusted && kind === "press") kind = "release";
    const isEditing = emit(kind, origin, isTrusted);
    const files = ((event as DragEvent).dataTransfer ?? (event as ClipboardEvent).clipboardData)?.files;
    // A script may send what only looks like some.
    if (files?.length && String(files) === "[object FileList]") onFiles(files);
    // By what it was told the watch may have ended.
    if (isStopped) return;
    if (isEditing && kind === "begin") stopBegin();
    else if (!isEditing || !OF_KEYS.test(kind)) hear(target, BEGIN, listen);
  };
  let isStopped = false;
  const stopBegin = hear(target, BEGIN, listen);
  const stop = hear(target, Object.keys(KINDS).join(" "), listen);
  return () => {
    isStopped = true;
    stop();
  };
}
