/**
 * Builds the nodes of entries in the frame's document, one by one: there is no markup here for a parser to misread.
 * Knows nothing of frames, sheets or field values.
 */
import type { BoxEntry, ElementEntry, Entry, Field } from "@beside/wire/protocol.gen.ts";
import type { Addresses } from "./addresses.ts";
import { applyAttribute } from "./attributes.ts";
import { fitPicture } from "./densities.ts";
import * as dom from "./dom.ts";
import { builtName } from "./elements.ts";
import type { Frames } from "./frames.ts";
import { labelOfFrame, labelOfPaymentField } from "./payment_hosts.ts";
import { isDocument, isElement, type Item, type Placing } from "./tree.ts";

/** What stands for masked text, whatever its length. */
export const MASKED_TEXT = "••••••";

// How a box stands among others. What it looks like is ours to say, and its values hold neither strings nor addresses.
const DECLARATION =
  /^\s*(display|position|left|top|right|bottom|margin-(?:top|right|bottom|left)|float|clear|vertical-align|visibility|opacity|z-index|transform|pointer-events|order|align-self|justify-self|grid-(?:row|column)-(?:start|end))\s*:((?:(?!\burl\b)[\w\s.,%()-])+)$/;

export class Builder {
  /** Nodes back to what they stand for, for hits in the mirror. */
  readonly items = new WeakMap<Node, Item>();
  /** What boxes say by themselves. */
  private readonly labels = new WeakMap<Node, string>();

  constructor(
    readonly document: Document,
    private readonly addresses: Addresses,
    private readonly frames: Frames,
    /** Called for each new shadow root, before it has content. */
    private readonly onRoot: (root: Item) => void,
  ) {}

  /** Builds what is new of a placing, and puts its nodes where they belong, around those that stay. */
  place({ parent, before, items }: Placing, stays: ReadonlySet<Item>): void {
    const tops: Item[] = [];
    for (const item of items) {
      const node = item.node ?? this.build(item);
      if (item.kind === "sr" || item.kind === "doc") continue;
      if (item.parent === parent) tops.push(item);
      else dom.appendChild(nodeOf(item.parent as Item), node);
    }
    // Last, so that the page is styled once; not as a fragment, which cannot hold a doctype.
    let after = before && nodeOf(before);
    for (const item of tops.reverse()) {
      const node = nodeOf(item);
      if (!stays.has(item)) dom.insertBefore(nodeOf(parent), node, after);
      after = node;
    }
  }

  /** Builds what follows, in document order, items that were placed before: the second part of a page. */
  placeRest(items: readonly Item[]): void {
    const first = items[0]?.id ?? 0;
    const fragment = dom.createFragment(this.document);
    let under: Item | null = null;
    // Many at once, for each one placed alone would have the page looked over again.
    const hang = (): unknown => under && dom.appendChild(nodeOf(under), fragment);
    for (const item of items) {
      const node = this.build(item);
      if (item.kind === "sr" || item.kind === "doc") continue;
      const parent = item.parent as Item;
      // A fragment cannot hold a doctype, nor a document a fragment of one.
      if (parent.id >= first || isDocument(parent)) {
        dom.appendChild(nodeOf(parent), node);
        continue;
      }
      if (parent !== under) hang();
      under = parent;
      dom.appendChild(fragment, node);
    }
    hang();
  }

  private build(item: Item): Node {
    const entry = item.entry as Entry;
    item.entry = null;
    const node = this.make(item, entry);
    item.node = node;
    this.items.set(node, item);
    if (item.kind === "sr" || item.kind === "doc") this.onRoot(item);
    return node;
  }

  private make(item: Item, entry: Entry): Node {
    switch (entry[0]) {
      case "el":
      case "svg":
      case "math":
        return this.makeElement(entry);
      case "fr":
        return this.applyAll(this.frames.makeFrame(item), { space: "el", built: "iframe" }, entry[1]);
      case "doc":
        return this.frames.makeDocument(item.parent as Item, entry[1]);
      case "tx":
        return dom.createText(this.document, entry[1]);
      case "mt":
        return dom.createText(this.document, MASKED_TEXT);
      case "sr":
        return dom.attachShadow(nodeOf(item.parent as Item) as Element, { mode: "open" });
      case "dt":
        // The frame's own document decides between quirks and standards mode; a node of any other name tells nothing.
        return dom.createDoctype(this.document, "html");
      case "bx":
        return this.makeBox(entry);
      default:
        throw new Error("a moved node is never built");
    }
  }

  private makeElement(entry: ElementEntry | [dom.Space, string, Record<string, string>, number]): Element {
    const space = entry[0];
    const attributes = entry[2];
    const built = builtName(space, entry[1]);
    const element = dom.createElement(this.document, space, built);
    const kind = { space, built };
    if (built === "img") dom.setAttribute(element, "referrerpolicy", "no-referrer");
    const type = attributes["type"];
    if (built === "input") {
      // First: which other attributes an input may have depends on it.
      if (type !== undefined) applyAttribute(element, kind, "type", type, this.addresses);
      // What the agent's own browser knows must not fill the shopper's form.
      dom.setAttribute(element, "autocomplete", type === "password" ? "new-password" : "off");
    }
    this.applyAll(element, kind, attributes);
    if (built === "img") fitPicture(element);
    return element;
  }

  private applyAll(
    element: Element,
    kind: { space: dom.Space; built: string },
    attributes: Record<string, string | null>,
  ): Element {
    for (const name of Object.keys(attributes)) {
      applyAttribute(element, kind, name, attributes[name] as string | null, this.addresses);
    }
    return element;
  }

  /** Attributes as they are now, of an element built before. */
  update(item: Item, attributes: Record<string, string | null>): void {
    const space = item.kind === "fr" ? "el" : (item.kind as dom.Space);
    const built = item.kind === "fr" ? "iframe" : builtName(space, item.name);
    this.applyAll(item.node as Element, { space, built }, attributes);
    if (built === "img" && ("src" in attributes || "sizes" in attributes)) fitPicture(item.node as Element);
  }

  /** Puts a still picture into a box, in the place of the last one. */
  setBitmap({ node: box }: Item, data: string | null): void {
    const address = data === null ? null : this.addresses.asset(data);
    let image = dom.firstChild(box as Node) as Element | null;
    if (address === null) {
      if (image) dom.removeChild(box as Node, image);
      return;
    }
    image ??= dom.appendChild(box as Node, dom.createElement(this.document, "el", "img")) as Element;
    dom.setAttribute(image, "src", address);
  }

  /** Says on a payment frame's box how its field stands; without a field, whose frame it is again. */
  labelField({ node }: Item, field: Field | null): void {
    const box = node as Element;
    dom.setAttribute(box, "beside-label", field ? labelOfPaymentField(field) : (this.labels.get(box) ?? ""));
  }

  private makeBox([, kind, label, width, height, placing]: BoxEntry): Element {
    const box = dom.createElement(this.document, "el", "beside-box");
    dom.setAttribute(box, "beside-kind", kind);
    const said = kind === "frame" ? labelOfFrame(label) : label;
    this.labels.set(box, said);
    dom.setAttribute(box, "beside-label", said);
    const style = dom.styleOf.el(box);
    for (const declaration of placing.split(";")) {
      const [, name, value] = DECLARATION.exec(declaration) ?? [];
      if (name && value) style.setProperty(name, value, "important");
    }
    // What takes no room on the page takes none here.
    if (width <= 0 && height <= 0) style.setProperty("display", "none", "important");
    style.setProperty("width", `${Math.max(0, width)}px`, "important");
    style.setProperty("height", `${Math.max(0, height)}px`, "important");
    return box;
  }
}

/** The built node of an item. */
export function nodeOf(item: Item): Node {
  if (!item.node) throw new Error("an item is placed before its parent is built");
  return item.node;
}

/** The element of an item that stands for one. */
export const elementOf = (item: Item): Element | null => (isElement(item) ? (item.node as Element) : null);
