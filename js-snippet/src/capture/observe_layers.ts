/** Notices elements that may have entered or left the top layer: in the order in which they entered it. */
import { originOf } from "../mask/nodes.ts";

const TYPES = ["toggle", "close", "fullscreenchange"];

export function observeLayers(target: EventTarget, emit: (element: Element) => void): () => void {
  const listen = (event: Event): void => {
    const origin = originOf(event);
    if (origin) emit(origin);
  };
  for (const type of TYPES) target.addEventListener(type, listen, { capture: true, passive: true });
  return () => {
    for (const type of TYPES) target.removeEventListener(type, listen, { capture: true });
  };
}

/** The layer an element stands in. Firefox before 125 does not know popovers and refuses the selector. */
export function layerOf(element: Element): "modal" | "popover" | "fullscreen" | null {
  const is = (selector: string): boolean => {
    try {
      return element.matches(selector);
    } catch {
      return false;
    }
  };
  if (!element.isConnected) return null;
  if (is(":fullscreen")) return "fullscreen";
  return is(":modal") ? "modal" : is(":popover-open") ? "popover" : null;
}
