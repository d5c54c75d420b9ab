/**
 * One page as the mirror paints it: from a keyframe to the next. Everything in it was checked before; it only builds.
 * Knows nothing of sequence numbers and of who asks for keyframes.
 */
import type { Change, Entry, Field, Page, StateChange } from "@beside/wire/protocol.gen.ts";
import { Addressees, type PlainChange, type Resolved } from "./addressees.ts";
import { Assets } from "./assets.ts";
import type { Addresses } from "./addresses.ts";
import { Builder, elementOf, MASKED_TEXT, nodeOf } from "./build.ts";
import * as dom from "./dom.ts";
import { Fields } from "./fields.ts";
import { emptyDocument, Frames, viewportOf } from "./frames.ts";
import { Layers } from "./layers.ts";
import { afterPaint, firstParts, isBelowScreen } from "./parts.ts";
import { Scrolls } from "./scrolls.ts";
import type { SheetTexts } from "./sheet_texts.ts";
import { Sheets } from "./sheets.ts";
import { States } from "./states.ts";
import { BadFrame, documentOf, isDocument, isElement, type Item, type Plan, Tree } from "./tree.ts";

/** Layout viewport in CSS px, pinch zoom, and the corner of what the shopper sees of it. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** What of a picture is for the console to show around it. */
export interface Surroundings {
  onFields(fields: ReadonlyMap<number, Field>): void;
  onPage(page: Page): void;
  onViewport(viewport: Viewport): void;
  onPointer(pointer: { x: number; y: number } | null): void;
  onFocus(node: number | null): void;
  onStyleMissing(href: string): void;
  /** Where an uploaded picture is; null: nowhere. */
  assetUrl(hash: string): string | null;
  /** Address of an empty document with the mirror's header, for frames of the page. */
  documentUrl(quirks: boolean): string;
  /** What was built can no longer be trusted to be whole. */
  onBroken(error: unknown): void;
  /** All of a keyframe is in the document. */
  onWhole(): void;
}

const TYPED = new Set("text search tel url email password number date time month week datetime-local".split(" "));

export class Picture {
  private readonly tree = new Tree();
  private readonly addressees: Addressees;
  private readonly builder: Builder;
  private readonly assets: Assets;
  private readonly frames: Frames;
  private readonly sheets: Sheets;
  private readonly fields = new Fields();
  private readonly layers = new Layers();
  private readonly scrolls: Scrolls;
  private readonly states = new States();
  private focused: Item | null = null;
  /** What has the focus ring, as the page says. */
  private ringed: Item | null = null;
  /** The second part of a large page, until it is painted: how to do it now, and how not to do it at all. */
  private rest: { paint(): void; cancel(): void } | null = null;

  constructor(
    private readonly document: Document,
    private readonly realm: Window & typeof globalThis,
    addresses: Addresses,
    texts: SheetTexts,
    private readonly around: Surroundings,
  ) {
    this.sheets = new Sheets(document, addresses, (href) => around.onStyleMissing(href));
    this.frames = new Frames(
      document,
      around.documentUrl,
      (shown) => this.mount(shown),
      (error) => around.onBroken(error),
    );
    this.builder = new Builder(document, addresses, this.frames, (root) => this.sheets.addRoot(root));
    this.addressees = new Addressees(this.tree, this.fields, this.sheets, texts);
    this.assets = new Assets(document, (hash) => around.assetUrl(hash));
    this.scrolls = new Scrolls(document, realm);
    this.tree.document.node = document;
    this.sheets.addRoot(this.tree.document);
  }

  /**
   * Checks a keyframe and returns what paints it; throws `BadFrame`. The document is untouched until the returned
   * function is called, and must be empty then.
   */
  open(entries: readonly Entry[], changes: readonly Change[]): () => void {
    if (changes.some((change) => change[0] === "children")) throw new BadFrame("changes children in a keyframe");
    const plan = this.tree.open(entries);
    const resolved = this.addressees.resolve(changes);
    return () => {
      // The size first, or everything is laid out twice.
      for (const [change] of lastWords(resolved)) {
        if (change[0] === "viewport") this.resize(change);
        else if (change[0] === "media") this.answerMedia(change);
      }
      this.paintFirst(plan, resolved);
    };
  }

  private paintFirst(plan: Plan, resolved: readonly Resolved[]): void {
    const { items, ...place } = plan.placings[0] as Plan["placings"][number];
    let count = 0;
    let later = resolved;
    const isBuilt = ([, item]: Resolved): boolean => !item || item.node !== null;
    const buildTo = (end: number): void => {
      if (count) this.builder.placeRest(items.slice(count, end));
      else this.builder.place({ ...place, items: items.slice(0, end) }, plan.stays);
      count = end;
      const now = later.filter(isBuilt);
      later = later.filter((one) => !isBuilt(one));
      this.paint(plan, now, []);
    };
    const finish = (): void => {
      this.rest = null;
      if (count < items.length) buildTo(items.length);
      this.scrolls.watch(this.document);
      this.around.onWhole();
    };
    const ends = firstParts(
      items,
      resolved.map(([change, item]) => [change[0], item]),
    );
    for (const end of ends) {
      buildTo(end);
      if (end !== ends.at(-1) && isBelowScreen(nodeOf(items[end - 1] as Item), this.realm)) break;
    }
    if (count === items.length) return finish();
    const cancel = afterPaint(() => {
      try {
        finish();
      } catch (error) {
        this.around.onBroken(error);
      }
    });
    this.rest = { paint: finish, cancel };
  }

  /** Paints at once what waits for the first part's paint: what comes now builds on all of the page. */
  private paintRest(): void {
    this.rest?.cancel();
    this.rest?.paint();
  }

  /** Checks and paints a mutation; throws `BadFrame` before anything is touched. The picture is then at its end. */
  mutate(first: number, changes: readonly Change[]): void {
    this.paintRest();
    const plan = this.tree.apply(first, changes);
    const resolved = this.addressees.resolve(changes);
    const forgotten = this.tree.forget(plan);
    for (const item of plan.detached) {
      if (plan.stays.has(item)) continue;
      const parent = dom.parentNode(nodeOf(item));
      if (parent) dom.removeChild(parent, nodeOf(item));
      // Its frame may stay, and show another.
      else if (isDocument(item)) emptyDocument(nodeOf(item) as Document);
    }
    this.paint(plan, resolved, forgotten);
  }

  /** The node id painted at a point of the frame (CSS px), through shadow roots. */
  nodeAt(x: number, y: number): number | null {
    let found: Item | null = null;
    let root: Document | ShadowRoot | null = this.document;
    while (root) {
      let at: Node | null = dom.elementAt(root, x, y);
      while (at && !this.builder.items.has(at)) at = dom.parentNode(at);
      const item: Item | null = (at && this.builder.items.get(at)) ?? null;
      // A shadow root answers with its host where nothing of its own is hit.
      if (!item || item === found) break;
      found = item;
      const inner: Item | undefined = item.children[0];
      root = inner?.kind === "sr" || inner?.kind === "doc" ? (inner.node as Document | ShadowRoot) : null;
      if (inner?.kind === "doc") {
        const place = viewportOf(item.node as Element);
        x = (x - place.x) / place.scaleX;
        y = (y - place.y) / place.scaleY;
      }
    }
    return found?.id ?? null;
  }

  /** The painted box of a node in the frame (CSS px), or null where it is unknown or not painted. */
  rectOf(node: number): DOMRect | null {
    const item = this.tree.find(node);
    const element = item && (item.kind === "sr" ? item.parent?.node : item.kind === "bx" ? item.node : elementOf(item));
    if (!element) return null;
    let rect = dom.rectOf(element as Element);
    for (let frame = documentOf(item)?.parent; frame; frame = documentOf(frame)?.parent) {
      const { x, y, scaleX, scaleY } = viewportOf(frame.node as Element);
      rect = new DOMRect(x + rect.x * scaleX, y + rect.y * scaleY, rect.width * scaleX, rect.height * scaleY);
    }
    return rect.width || rect.height ? rect : null;
  }

  /** The text in a node, each run of blanks as one; empty where it has none, or there is no such node. */
  textOf(node: number): string {
    const texts: string[] = [];
    const collect = ({ children, kind, node: own }: Item): void => {
      if (kind === "tx" && own) texts.push((own as Text).data);
      children.forEach(collect);
    };
    const item = this.tree.find(node);
    if (item) collect(item);
    return texts.join(" ").replace(/\s+/g, " ").trim();
  }

  /** Is it a button, which is called what stands in it? */
  isButton(node: number): boolean {
    const item = this.tree.find(node);
    return item?.kind === "el" && item.name === "button";
  }

  /** Takes everything out of the document at once. */
  empty(): void {
    this.rest?.cancel();
    this.rest = null;
    this.scrolls.dispose();
    emptyDocument(this.document);
  }

  private paint(plan: Plan, resolved: readonly Resolved[], forgotten: readonly Item[]): void {
    const placings = plan.placings.values();
    const gone = new Set(forgotten);
    for (const [change, item] of resolved) {
      if (change[0] === "children") this.builder.place(placings.next().value as Plan["placings"][number], plan.stays);
      else if (item && !gone.has(item)) this.paintNode(change, item);
    }
    for (const [change, item] of lastWords(resolved)) if (!item || !gone.has(item)) this.paintAround(change, item);
    for (const item of forgotten) this.forget(item);
    if (plan.moved.length) this.sheets.reorder(new Set(plan.moved));
    if (plan.placings.length) this.fields.rearrange();
    this.fields.paint();
    this.sheets.flush();
    // A frame that stays may take its next document at once.
    for (const { parent } of plan.placings) if (parent.kind === "fr") this.frames.mount(parent);
    this.settle(plan, resolved, gone);
  }

  /** A frame has loaded the document that its nodes stand in from now on: what a document keeps is to be given again. */
  private mount(shown: Item): void {
    this.sheets.remount(shown);
    this.sheets.flush();
    this.scrolls.watch(shown.node as Document);
    this.layers.restore();
    this.scrolls.restore();
  }

  /** What needs the finished layout: the top layer, then offsets. */
  private settle(plan: Plan, resolved: readonly Resolved[], gone: ReadonlySet<Item>): void {
    for (const [change, item] of resolved) {
      if (item && !gone.has(item) && change[0] === "layer") this.layers.set(item, change[2]);
    }
    // After them: what this very frame closed must not be opened again.
    if (plan.moved.length) this.layers.restore();
    if (plan.moved.length) this.scrolls.restore();
    for (const [change, item] of resolved) {
      if (item && !gone.has(item) && change[0] === "scroll") this.scrolls.set(item, { x: change[2], y: change[3] });
    }
    const fields = this.fields.takeChanged();
    if (fields) this.around.onFields(fields);
  }

  private paintNode(change: PlainChange, item: Item): void {
    if (change[0] === "attributes") this.builder.update(item, change[2]);
    else if (change[0] === "text") dom.nodeValue.set(nodeOf(item), change[2] ?? MASKED_TEXT);
    else if (change[0] === "sheet") this.sheets.set(item, change);
    else if (change[0] === "rules") this.sheets.extend(item, change[2]);
    else if (change[0] === "adopted") this.sheets.adopt(item, change[2]);
    else if (change[0] === "bitmap") this.builder.setBitmap(item, change[2]);
    else if (change[0] === "asset") this.assets.set(item, change[2]);
    else if (change[0] === "field") {
      this.fields.set(item, change[2]);
      if (item.kind === "bx") this.builder.labelField(item, change[2]);
    } else if (change[0] === "status") this.fields.update(item, { status: change[2] });
    else if (change[0] === "label") this.fields.update(item, { label: change[2] });
  }

  /** What is said of the whole page, and not of a node. */
  private paintAround(change: PlainChange, item: Item | null): void {
    if (change[0] === "viewport") this.resize(change);
    else if (change[0] === "page") this.around.onPage(change[1]);
    else if (change[0] === "focus") this.focus(item);
    else if (change[0] === "state") this.state(change[1], item);
    else if (change[0] === "media") this.answerMedia(change);
    else if (change[0] === "pointer") {
      const [, x, y] = change;
      this.around.onPointer(x === null || y === null ? null : { x, y });
    }
  }

  private resize([, width, height, scale, x, y]: Extract<Change, ["viewport", ...unknown[]]>): void {
    this.around.onViewport({ width, height, scale, x, y });
  }

  private answerMedia([, features, pixelRatio]: Extract<Change, ["media", ...unknown[]]>): void {
    this.sheets.answerMedia(features, pixelRatio);
  }

  /** Marks the focused element; states.ts and own_sheet.ts paint it. */
  private focus(item: Item | null): void {
    if (this.focused?.node && isElement(this.focused))
      dom.removeAttribute(this.focused.node as Element, "beside-focus");
    this.focused = item;
    this.paintFocus();
    this.states.set("beside-focus-within", item, true);
    this.around.onFocus(item?.id ?? null);
  }

  /** Browsers show the ring for what is typed into; for the rest the page says it. */
  private paintFocus(): void {
    const item = this.focused;
    const element = item && elementOf(item);
    if (!element) return;
    const isVisible = this.ringed === item || isTyped(item, element);
    dom.setAttribute(element, "beside-focus", isVisible ? "visible" : "plain");
  }

  private state(name: StateChange[1], item: Item | null): void {
    if (name !== "focus-visible") return this.states.set(`beside-${name}`, item, name !== "target");
    this.ringed = item;
    this.paintFocus();
  }

  private forget(item: Item): void {
    this.sheets.forget(item);
    this.fields.forget(item);
    this.layers.forget(item);
    this.scrolls.forget(item);
    if (this.focused === item) this.focus(null);
    if (this.ringed === item) this.ringed = null;
    this.states.forget(item);
  }
}

const OF_PAGE = new Set(["viewport", "page", "focus", "state", "media", "pointer"]);

/**
 * What a frame says of the whole page, each the last time that it says it. Each costs a look at all that the page holds,
 * and a frame may have two hundred thousand of them.
 */
function lastWords(resolved: readonly Resolved[]): Iterable<Resolved> {
  const last = new Map<string, Resolved>();
  for (const one of resolved) {
    const [change] = one;
    if (OF_PAGE.has(change[0])) last.set(change[0] === "state" ? `state ${change[1]}` : change[0], one);
  }
  return last.values();
}

function isTyped(item: Item, element: Element): boolean {
  if (item.name === "input") return TYPED.has(dom.getAttribute(element, "type")?.toLowerCase() ?? "text");
  return item.name === "textarea" || item.name === "select" || dom.hasAttribute(element, "contenteditable");
}
