/** Follows the size of the layout viewport, and pinch zoom. */
import type { ViewportChange } from "../wire/protocol.gen.ts";

export function observeViewport(window: Window, emit: () => void): () => void {
  const listen = (): void => emit();
  window.addEventListener("resize", listen, { passive: true });
  window.visualViewport?.addEventListener("resize", listen, { passive: true });
  return () => {
    window.removeEventListener("resize", listen);
    window.visualViewport?.removeEventListener("resize", listen);
  };
}

/** Without scroll bars: the mirror hides its own, and lines must break where they broke for the shopper. */
export function readViewport(document: Document): ViewportChange {
  const { clientWidth, clientHeight } = document.scrollingElement ?? document.documentElement;
  const scale = document.defaultView?.visualViewport?.scale ?? 1;
  return ["viewport", clientWidth, clientHeight, Math.min(Math.max(scale, 0.01), 100)];
}
