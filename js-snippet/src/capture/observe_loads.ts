/**
 * Notices pictures and style sheets that have loaded: only then is it known which source was taken, and what it says.
 * `target` is a document or shadow root: a `load` never reaches the window (https://dom.spec.whatwg.org/#get-the-parent).
 */
import { isElementTarget } from "../mask/nodes.ts";

export function observeLoads(target: EventTarget, emit: (element: Element) => void): () => void {
  const listen = (event: Event): void => {
    if (isElementTarget(event.target)) emit(event.target);
  };
  for (const type of ["load", "error"]) target.addEventListener(type, listen, { capture: true, passive: true });
  return () => {
    for (const type of ["load", "error"]) target.removeEventListener(type, listen, { capture: true });
  };
}
