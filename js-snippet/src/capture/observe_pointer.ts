/** Follows the shopper's pointer over the page. */
import { originOf } from "../mask/nodes.ts";
import { hear } from "./hear.ts";

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
  // "over": the page moved under a pointer that rests.
  const stops = [
    hear(window, "pointermove pointerdown pointerup pointerover", move),
    hear(window, "pointerout", leave),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
