/** Follows the shopper's pointer over the page. */
export interface Pointer {
  x: number;
  y: number;
  target: Element | null;
}

export function observePointer(window: Window, emit: (pointer: Pointer | null) => void): () => void {
  const move = (event: PointerEvent): void => {
    const [target] = event.composedPath();
    emit({
      x: Math.round(event.clientX),
      y: Math.round(event.clientY),
      target: target instanceof Element ? target : null,
    });
  };
  const leave = (event: PointerEvent): void => {
    if (!event.relatedTarget) emit(null);
  };
  const options = { capture: true, passive: true };
  window.addEventListener("pointermove", move, options);
  window.addEventListener("pointerdown", move, options);
  window.addEventListener("pointerout", leave, options);
  return () => {
    window.removeEventListener("pointermove", move, options);
    window.removeEventListener("pointerdown", move, options);
    window.removeEventListener("pointerout", leave, options);
  };
}
