/**
 * Frames of the page: each becomes a frame of the mirror that loads the mirror's own empty document, with its header,
 * and takes the nodes of the page's document once it has. Until then, and whenever it loads anew because something
 * moved it, they stand in a document that is not shown, where every change reaches them all the same.
 */
import * as dom from "./dom.ts";
import { onOwnDocument } from "./own_document.ts";
import { documentOf, type Item } from "./tree.ts";

export class Frames {
  private readonly urls = new WeakMap<Item, string>();
  /** Documents of the mirror's own that frames have loaded. */
  private readonly own = new WeakSet<Document>();

  constructor(
    private readonly document: Document,
    /** Address of an empty document in standards or quirks mode, with the mirror's CSP header. */
    private readonly urlOf: (quirks: boolean) => string,
    /** A document's nodes stand now in the document that its frame shows. */
    private readonly onMount: (shown: Item) => void,
    private readonly onBroken: (error: unknown) => void,
  ) {}

  makeFrame(item: Item): Element {
    const frame = dom.createElement(this.document, "el", "iframe");
    // No scripts, forms or popups, as the mirror's own frame; without an address until its document is announced.
    dom.setAttribute(frame, "sandbox", "allow-same-origin");
    dom.setAttribute(frame, "tabindex", "-1");
    // A page may have many of them, and the next keyframe makes them anew.
    onOwnDocument(frame as HTMLIFrameElement, false, (document) => {
      this.own.add(document);
      try {
        this.mount(item);
      } catch (error) {
        this.onBroken(error);
      }
    });
    return frame;
  }

  /** A document for the nodes of a page's document, which `frame` is to show. */
  makeDocument(frame: Item, quirks: boolean): Document {
    let depth = 1;
    for (let above = documentOf(frame)?.parent; above; above = documentOf(above)?.parent) depth++;
    const address = new URL(this.urlOf(quirks));
    // Browsers refuse a frame the address that two documents around it have already.
    address.searchParams.set("depth", `${depth}`);
    const url = address.href;
    this.urls.set(frame, url);
    const element = frame.node as Element;
    if (dom.getAttribute(element, "src") !== url) dom.setAttribute(element, "src", url);
    return dom.createDocument(this.document);
  }

  /** Moves a frame's nodes into the document that it shows, if it has loaded one to take them. */
  mount(frame: Item): void {
    const [shown] = frame.children;
    const target = frame.node && dom.contentDocument(frame.node as HTMLIFrameElement);
    const source = shown?.node as Document | null | undefined;
    if (!target || !source || source === target || !this.own.has(target)) return;
    if (dom.documentUrl(target) !== this.urls.get(frame)) return;
    if (dom.readyState(target) !== "complete") return;
    emptyDocument(target);
    for (let child = dom.firstChild(source); child; child = dom.firstChild(source)) dom.appendChild(target, child);
    (shown as Item).node = target;
    this.onMount(shown as Item);
  }
}

/** Where a frame's viewport lies in the document around it, and how large a px of its is there. */
export function viewportOf(frame: Element): { x: number; y: number; scaleX: number; scaleY: number } {
  const { left, top, width, height } = dom.rectOf(frame);
  const { offsetWidth, offsetHeight, clientLeft, clientTop } = frame as HTMLElement;
  const { paddingLeft, paddingTop } = getComputedStyle(frame);
  const scaleX = width / offsetWidth || 1;
  const scaleY = height / offsetHeight || 1;
  return {
    x: left + (clientLeft + parseFloat(paddingLeft)) * scaleX,
    y: top + (clientTop + parseFloat(paddingTop)) * scaleY,
    scaleX,
    scaleY,
  };
}

/** Removes every node and sheet of a document, whoever put them there. */
export function emptyDocument(document: Document): void {
  for (let child = dom.firstChild(document); child; child = dom.firstChild(document)) dom.removeChild(document, child);
  if (dom.viewOf(document)) dom.adoptSheets(document, []);
}
