/** Notices what scrolled: elements, or the document for the window. */
import { isNodeTarget } from "../mask/nodes.ts";
import { hear } from "./hear.ts";

export function observeScroll(target: EventTarget, emit: (scrolled: Node) => void): () => void {
  return hear(target, "scroll", (event) => {
    if (isNodeTarget(event.target)) emit(event.target);
  });
}
