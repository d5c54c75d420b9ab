/** Follows the size of the layout viewport, and which part of it the shopper sees (pinch zoom). */
import type { ViewportChange } from "../wire/protocol.gen.ts";
import { hear } from "./hear.ts";

export function observeViewport(window: Window, emit: () => void): () => void {
  // A scroll bar that comes or goes makes no event everywhere. What is read here the browser has just laid out.
  let before = "";
  const observer = new ResizeObserver(() => {
    const now = sizeOf(window.document).join();
    if (now !== before) emit();
    before = now;
  });
  observer.observe(window.document.documentElement);
  const stops = [hear(window, "resize", emit), hear(window.visualViewport ?? window, "resize scroll", emit)];
  return () => {
    observer.disconnect();
    for (const stop of stops) stop();
  };
}

/** Without scroll bars: the mirror hides its own, and lines must break where they broke for the shopper. */
function sizeOf({ documentElement, scrollingElement }: Document): [width: number, height: number] {
  // Null where `document.open()` has left nothing.
  const root = scrollingElement ?? (documentElement as Element | null);
  return [root?.clientWidth ?? 0, root?.clientHeight ?? 0];
}

export function readViewport(document: Document, { x, y }: Corner): ViewportChange {
  const scale = document.defaultView?.visualViewport?.scale ?? 1;
  return ["viewport", ...sizeOf(document), Math.min(Math.max(scale, 0.01), 100), x, y];
}

interface Corner {
  x: number;
  y: number;
}

export function cornerOf({ visualViewport }: Window): Corner {
  return { x: visualViewport?.offsetLeft ?? 0, y: visualViewport?.offsetTop ?? 0 };
}
