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

  /** Starts to watch for what makes the page longer: its root elements' growth, and loads. */
  watch(elements: readonly Element[]): void {
    // `load` does not bubble; it can be captured.
    EventTarget.prototype.addEventListener.call(this.document, "load", this.onLoad, true);
    for (const element of elements) this.growth.observe(element);
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
      this.realm.scrollTo(options);
      reached = { x: this.realm.scrollX, y: this.realm.scrollY };
    }
    if (Math.abs(reached.x - x) < 1 && Math.abs(reached.y - y) < 1) this.pending.delete(item);
    else this.pending.add(item);
  }
}
