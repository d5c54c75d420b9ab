/** Notices shadow roots attached after their host was captured; nothing else in the browser tells of them. */
import { patch } from "./observe_styles.ts";

export function observeRoots(window: Window, emit: (host: Element) => void): () => void {
  return patch((window as Window & typeof globalThis).Element.prototype, "attachShadow", "value", (host) =>
    emit(host as Element),
  );
}
