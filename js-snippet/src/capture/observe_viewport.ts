/** Follows the size of the layout viewport, and which part of it the shopper sees (pinch zoom). */
import type { ViewportChange } from "../wire/protocol.gen.ts";

export function observeViewport(window: Window, emit: () => void): () => void {
  const listen = (): void => emit();
  window.addEventListener("resize", listen, { passive: true });
  for (const type of ["resize", "scroll"]) window.visualViewport?.addEventListener(type, listen, { passive: true });
  return () => {
    window.removeEventListener("resize", listen);
    for (const type of ["resize", "scroll"]) window.visualViewport?.removeEventListener(type, listen);
  };
}

/** Without scroll bars: the mirror hides its own, and lines must break where they broke for the shopper. */
export function readViewport(document: Document, { x, y }: Corner): ViewportChange {
  const { clientWidth, clientHeight } = document.scrollingElement ?? document.documentElement;
  const scale = document.defaultView?.visualViewport?.scale ?? 1;
  return ["viewport", clientWidth, clientHeight, Math.min(Math.max(scale, 0.01), 100), x, y];
}

interface Corner {
  x: number;
  y: number;
}

export function cornerOf({ visualViewport }: Window): Corner {
  return { x: visualViewport?.offsetLeft ?? 0, y: visualViewport?.offsetTop ?? 0 };
}
