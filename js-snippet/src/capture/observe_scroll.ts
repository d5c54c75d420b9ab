/** Notices what scrolled: elements, or the document for the window. */
import { isNodeTarget, targetOf } from "../mask/nodes.ts";
import { hear } from "./hear.ts";

export function observeScroll(target: EventTarget, emit: (scrolled: Node) => void): () => void {
  return hear(target, "scroll", (event) => {
    const target = targetOf(event);
    if (isNodeTarget(target)) emit(target);
  });
}
