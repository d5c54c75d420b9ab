/** Notices what scrolled: elements, or the document for the window. */
import { isNodeTarget } from "../mask/nodes.ts";

export function observeScroll(target: EventTarget, emit: (scrolled: Node) => void): () => void {
  const listen = (event: Event): void => {
    if (isNodeTarget(event.target)) emit(event.target);
  };
  target.addEventListener("scroll", listen, { capture: true, passive: true });
  return () => target.removeEventListener("scroll", listen, { capture: true });
}
