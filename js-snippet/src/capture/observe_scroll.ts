/** Notices what scrolled: elements, or the document for the window. */
export function observeScroll(target: EventTarget, emit: (scrolled: Node) => void): () => void {
  const listen = (event: Event): void => {
    if (event.target instanceof Node) emit(event.target);
  };
  target.addEventListener("scroll", listen, { capture: true, passive: true });
  return () => target.removeEventListener("scroll", listen, { capture: true });
}
