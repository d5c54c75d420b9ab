/** Follows the shopper's pointer over the page. */
import { originOf } from "../mask/nodes.ts";

export interface Pointer {
  x: number;
  y: number;
  target: Element | null;
  /** Where on the screen it is: there it rests while the page moves underneath. */
  screen: string;
  /** Where the button that is held went down. */
  pressed: Element | null;
}

export function observePointer(window: Window, emit: (pointer: Pointer | null) => void): () => void {
  let pressed: Element | null = null;
  const move = (event: PointerEvent): void => {
    const target = originOf(event);
    pressed = event.buttons & 1 ? (pressed ?? target) : null;
    const screen = `${event.screenX} ${event.screenY}`;
    emit({ x: Math.round(event.clientX), y: Math.round(event.clientY), target, screen, pressed });
  };
  const leave = (event: PointerEvent): void => {
    if (!event.relatedTarget) emit((pressed = null));
  };
  const options = { capture: true, passive: true };
  // "over": the page moved under a pointer that rests.
  const moves = ["pointermove", "pointerdown", "pointerup", "pointerover"] as const;
  for (const type of moves) window.addEventListener(type, move, options);
  window.addEventListener("pointerout", leave, options);
  return () => {
    for (const type of moves) window.removeEventListener(type, move, options);
    window.removeEventListener("pointerout", leave, options);
  };
}
