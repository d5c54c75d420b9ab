/**
 * The mirror's own empty document, and how a frame comes to show it. A frame tells that it has loaded whatever it has: the
 * browser's error page, or what a relay answers that cannot answer now. None of these has the header that holds a page back.
 */
import * as dom from "./dom.ts";

// As server/beside/routes/mirror_document.py writes it.
const MARK = "meta[name=beside-mirror]";
// A restarted relay is back within a second; a store that is away may take longer. Each delay is drawn between half and all
// of it, so that the frames of many consoles do not come back all at once.
const RETRY_MS = [300, 1000, 2000, 4000, 8000];

/**
 * Calls `use` with each document of the mirror's own that `frame` loads. Another one is left alone, and the frame's address
 * is loaded again, each time a little later; `isLasting`: without an end, else until the last delay is over. Returns what
 * stops all that.
 */
export function onOwnDocument(
  frame: HTMLIFrameElement,
  isLasting: boolean,
  use: (document: Document) => void,
): () => void {
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const load = (): void => {
    const address = dom.getAttribute(frame, "src");
    if (address !== null && dom.isConnected(frame)) dom.setAttribute(frame, "src", address);
  };
  const onLoad = (): void => {
    clearTimeout(timer);
    const document = dom.contentDocument(frame);
    if (document && dom.find(document, MARK)) {
      tries = 0;
      use(document);
      return;
    }
    const wait = RETRY_MS[isLasting ? Math.min(tries, RETRY_MS.length - 1) : tries];
    tries++;
    if (wait !== undefined) timer = setTimeout(load, wait * (0.5 + Math.random() / 2));
  };
  EventTarget.prototype.addEventListener.call(frame, "load", onLoad);
  return () => {
    clearTimeout(timer);
    EventTarget.prototype.removeEventListener.call(frame, "load", onLoad);
  };
}
