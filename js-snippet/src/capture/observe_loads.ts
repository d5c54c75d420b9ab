/**
 * Notices pictures and style sheets that have loaded: only then is it known which source was taken, and what it says.
 * `target` is a document or shadow root: a `load` never reaches the window (https://dom.spec.whatwg.org/#get-the-parent).
 */
import { isElementTarget, targetOf } from "../mask/nodes.ts";
import { hear } from "./hear.ts";

export function observeLoads(target: EventTarget, emit: (element: Element) => void): () => void {
  return hear(target, "load error", (event) => {
    const target = targetOf(event);
    if (isElementTarget(target)) emit(target);
  });
}
