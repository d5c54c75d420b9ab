/**
 * The browser's own functions, from an empty frame of ours: what zone.js and others put over MutationObserver,
 * requestAnimationFrame and setTimeout would run the shop's change detection on each of our frames.
 */

import { readBy } from "../mask/nodes.ts";

export interface Natives {
  readonly MutationObserver: typeof MutationObserver;
  readonly CSSStyleSheet: typeof CSSStyleSheet;
  readonly requestFrame: (run: () => void) => number;
  readonly cancelFrame: (handle: number) => void;
  readonly setTimer: (run: () => void, delay_ms: number) => number;
  readonly clearTimer: (handle: number) => void;
  readonly fetch: typeof fetch;
  /** The element of ours that holds the frame: never captured. */
  readonly host: Element;
  release(): void;
}

type Realm = Window & typeof globalThis;

/**
 * The frame stays until `release`: the observers of a removed frame never fire. It stands in a host of its own, since
 * Beside's other host moves into modal dialogs, and a moved frame is a removed one.
 *
 * @param onLost called when the page removed the frame: observers made from these natives are dead then.
 */
export function takeNatives(document: Document, onLost: () => void): Natives {
  const window = document.defaultView as Realm;
  const host = document.createElement("div");
  host.style.setProperty("display", "none", "important");
  const frame = document.createElement("iframe");
  host.attachShadow({ mode: "closed" }).append(frame);
  document.documentElement.append(host);
  const realm = frame.contentWindow as Realm;
  readBy(realm);
  // Told before the frame is out of the tree; when the whole page goes, it stays in it.
  const onHide = (): void =>
    queueMicrotask(() => {
      if (!host.isConnected) onLost();
    });
  realm.addEventListener("pagehide", onHide);
  return {
    MutationObserver: realm.MutationObserver,
    CSSStyleSheet: realm.CSSStyleSheet,
    // Called on the shop's window: a frame that is not displayed gets no animation frames of its own.
    requestFrame: realm.requestAnimationFrame.bind(window),
    cancelFrame: realm.cancelAnimationFrame.bind(window),
    setTimer: realm.setTimeout.bind(window) as (run: () => void, delay_ms: number) => number,
    clearTimer: realm.clearTimeout.bind(window),
    fetch: realm.fetch.bind(window),
    host,
    release() {
      realm.removeEventListener("pagehide", onHide);
      host.remove();
    },
  };
}
