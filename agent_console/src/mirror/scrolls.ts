/**
 * Scroll offsets of the window and of inner scrollers. An offset that the mirror cannot reach yet, because an image or
 * font that makes the page longer is still loading, is kept and tried again.
 */
import * as dom from "./dom.ts";
import { isElement, type Item } from "./tree.ts";

interface Offset {
  readonly x: number;
  readonly y: number;
}

export class Scrolls {
  private readonly wanted = new Map<Item, Offset>();
  private readonly pending = new Set<Item>();
  private readonly growth = new ResizeObserver(() => this.retry());
  private readonly onLoad = (): void => this.retry();

  constructor(
    private readonly document: Document,
    private readonly realm: Window,
  ) {}

  /** Starts to watch for what makes a document longer: its root elements' growth, and loads. */
  watch(document: Document): void {
    // `load` does not bubble; it can be captured.
    EventTarget.prototype.addEventListener.call(document, "load", this.onLoad, true);
    const root = dom.documentElement(document);
    if (!root) return;
    this.growth.observe(root);
    for (let child = dom.firstChild(root); child; child = dom.nextSibling(child))
      if (child.nodeName === "BODY") this.growth.observe(child as Element);
  }

  set(item: Item, offset: Offset): void {
    this.wanted.set(item, offset);
    this.scroll(item, offset);
  }

  forget(item: Item): void {
    this.wanted.delete(item);
    this.pending.delete(item);
  }

  /** Detaching an element resets its offset and those inside it. */
  restore(): void {
    for (const [item, offset] of this.wanted) if (item.parent) this.scroll(item, offset);
  }

  dispose(): void {
    this.growth.disconnect();
    // A document that is emptied and filled again within a turn keeps its offset, and a new page starts at its top.
    this.realm.scrollTo({ left: 0, top: 0, behavior: "instant" });
    EventTarget.prototype.removeEventListener.call(this.document, "load", this.onLoad, true);
  }

  private retry(): void {
    for (const item of this.pending) this.scroll(item, this.wanted.get(item) as Offset);
  }

  private scroll(item: Item, { x, y }: Offset): void {
    const options: ScrollToOptions = { left: x, top: y, behavior: "instant" };
    let reached: Offset;
    if (isElement(item)) {
      const element = item.node as Element;
      dom.scrollElement(element, options);
      reached = { x: dom.scrollLeft(element), y: dom.scrollTop(element) };
    } else {
      const realm = dom.viewOf(item.node as Document);
      realm?.scrollTo(options);
      reached = { x: realm?.scrollX ?? NaN, y: realm?.scrollY ?? NaN };
    }
    if (Math.abs(reached.x - x) < 1 && Math.abs(reached.y - y) < 1) this.pending.delete(item);
    else this.pending.add(item);
  }
}
