/** Notices elements that may have entered or left the top layer: in the order in which they entered it. */
import { originOf } from "../mask/nodes.ts";
import { hear } from "./hear.ts";

export function observeLayers(target: EventTarget, emit: (element: Element) => void): () => void {
  return hear(target, "toggle close fullscreenchange", (event) => {
    const origin = originOf(event);
    if (origin) emit(origin);
  });
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
