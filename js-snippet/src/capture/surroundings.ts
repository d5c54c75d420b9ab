/** What surrounds the tree: viewport, scroll, focus, the shopper's pointer, the top layer, where the page is. */
import type { Mask } from "../mask.ts";
import { placeInPage } from "../frame_place.ts";
import { documentOf, isDocument, scrollLeftOf, scrollTopOf } from "../mask/nodes.ts";
import type { Change, ViewportChange } from "../wire/protocol.gen.ts";
import { Boxes } from "./boxes.ts";
import type { Dirty } from "./dirty.ts";
import { type Again, type Known, type KnownTree, movedTo } from "./known.ts";
import { Layers } from "./layers.ts";
import type { Pointer } from "./observe_pointer.ts";
import { MediaFeatures } from "./observe_media.ts";
import { cornerOf, readViewport } from "./observe_viewport.ts";
import type { Reading } from "./reading.ts";
import type { Steps } from "./slices.ts";
import { States } from "./states.ts";

type Of = (node: Node) => Known | undefined;

export class Surroundings {
  pointer: Pointer | null = null;
  readonly media: MediaFeatures;
  readonly #states: States;
  readonly boxes: Boxes;
  readonly #layers: Layers;
  #scrolled = new Map<Known, readonly [x: number, y: number]>();
  #focus: number | null = null;
  /** Where the pointer was when it was last looked at what it is over, and what of it may be told. */
  #screen: string | null = null;
  #place: { x: number; y: number } | null = null;
  #over: Pointer | null = null;
  #sentPointer: string | null = null;
  /** Where in the layout viewport lies the part that the shopper sees. */
  #corner: ReturnType<typeof cornerOf>;
  #sentViewport = "";
  /** As it was last read. */
  #viewport: ViewportChange | undefined;
  /** It may have changed: reading it makes the browser lay the page out. */
  #isViewportStale = true;
  #sentMedia = "";
  /** Documents that frames show stand in the tree. */
  #hasFrames = false;
  #path: string | null = null;
  #sentPath: string | null = null;

  constructor(
    private readonly document: Document,
    private readonly mask: Mask,
    request: () => void,
    private readonly onNavigatePath?: (path: string) => void,
  ) {
    this.boxes = new Boxes(request);
    this.media = new MediaFeatures(document.defaultView as Window);
    this.#corner = cornerOf(document.defaultView as Window);
    this.#states = new States(document, mask);
    this.#layers = new Layers(document);
  }

  forget(known: Known): void {
    this.boxes.forget(known);
    this.#layers.forget(known);
    this.#scrolled.delete(known);
    if (this.pointer?.target && documentOf(this.pointer.target) === known.node) this.pointer = null;
  }

  /** A new epoch: nothing is known on the other side. */
  reset(): void {
    this.#layers.reset();
    this.#scrolled.clear();
    this.#sentViewport = "";
    this.#isViewportStale = true;
    this.#hasFrames = false;
    this.media.forget();
    this.#begin();
  }

  #begin(): void {
    this.boxes.clear();
    this.#focus = null;
    this.#sentPointer = null;
    this.#sentMedia = "";
    this.#states.reset();
    this.#sentPath = null;
  }

  /** A new epoch, in which the tree is sent again as it was: so is what surrounds it. `of`: as what a node is sent again. */
  again(tree: KnownTree, of: Again, changes: Change[]): void {
    this.#begin();
    for (const known of tree.all()) if (known.box) this.boxes.add(known);
    this.#layers.again(of, changes);
    changes.push(this.viewport());
    this.#scrolled = movedTo(of, this.#scrolled);
    for (const [{ id }, at] of this.#scrolled) if (at.some(Boolean)) changes.push(["scroll", id, ...at]);
  }

  /** While a masked field is edited, as it was: a page that grows may get a scroll bar at some key. */
  viewport(): ViewportChange {
    if (!this.#viewport || !this.mask.echoes.isHolding) this.#viewport = readViewport(this.document, this.#corner);
    return this.#viewport;
  }

  /** The viewport changed. Browsers follow the caret of a field that is edited: where to would tell how much it holds. */
  onViewport(): void {
    this.boxes.isStale = this.#isViewportStale = true;
    if (!this.mask.echoes.isHolding) this.#corner = cornerOf(this.document.defaultView as Window);
  }

  /** A node that is new to this epoch. */
  add(known: Known, dirty: Dirty): void {
    const { form, node } = known;
    if (form.startsWith("bx,")) this.boxes.add(known);
    else if (known.attributes) this.#layers.add(known, dirty);
    // What a frame has loaded may be scrolled already.
    if (form === "doc") this.#hasFrames = true;
    if (this.#hasFrames && (form === "doc" || (known.attributes && documentOf(node) !== this.document)))
      dirty.scrolled.add(node);
  }

  /** While a masked field is edited: only where pointer and focus are, which the shopper alone moves. */
  describe(dirty: Dirty, of: Of, changes: Change[]): void {
    if (!this.mask.echoes.isHolding) this.#describeLayout(dirty, of, changes);
    this.#describeMedia(changes);
    this.#describeFocus(of, changes);
    this.#describePointer(of, changes);
    this.#describePage(changes);
  }

  /** What the page may move by itself, at each key. */
  #describeLayout(dirty: Dirty, of: Of, changes: Change[]): void {
    this.#layers.describe(dirty, of, changes);
    this.#describeViewport(changes);
    for (const node of dirty.scrolled) {
      const known = of(node);
      if (known) this.#describeScroll(known, changes);
    }
    dirty.scrolled.clear();
  }

  #describeViewport(changes: Change[]): void {
    if (!this.#isViewportStale) return;
    this.#isViewportStale = false;
    const viewport = this.viewport();
    const now = viewport.join();
    if (now === this.#sentViewport) return;
    this.#sentViewport = now;
    changes.push(viewport);
  }

  #describeMedia(changes: Change[]): void {
    const media = this.media.read();
    const now = media.join();
    if (now === this.#sentMedia) return;
    this.#sentMedia = now;
    changes.push(media);
  }

  /** Nodes were moved: what scrolls in them stands at its start again, and no event tells. */
  markScrolled({ scrolled }: Dirty): void {
    for (const { node } of this.#scrolled.keys()) scrolled.add(node);
  }

  /** Reads where everything is scrolled to, once a keyframe: from then on events tell. What is empty cannot scroll. */
  *findScrolled(all: Iterable<Known>, reading: Reading, changes: Change[]): Steps {
    for (const known of all) {
      if (!known.children.length) continue;
      if (reading.isOver()) yield;
      this.#describeScroll(known, changes);
    }
  }

  #describeScroll(known: Known, changes: Change[]): void {
    const { id, node } = known;
    let x = 0;
    let y = 0;
    // How far a field is scrolled tells how long its text is.
    if (known.isControl) return;
    if (known.attributes) {
      x = scrollLeftOf(node);
      y = scrollTopOf(node);
    } else if (isDocument(node)) {
      const window = node.defaultView;
      x = window?.scrollX ?? 0;
      y = window?.scrollY ?? 0;
    }
    const [wasX, wasY] = this.#scrolled.get(known) ?? [0, 0];
    // The window scrolls the root element.
    if ((x === wasX && y === wasY) || node === documentOf(node).scrollingElement) return;
    this.#scrolled.set(known, [x, y]);
    changes.push(["scroll", id, x, y]);
  }

  /** What has the focus, through open shadow roots and frames. */
  activeElement(): Element | null {
    let active: Element | null = null;
    for (let root: Document | ShadowRoot | null = this.document; root?.activeElement;) {
      active = root.activeElement;
      root = active.shadowRoot ?? this.mask.shape.documentIn(active);
    }
    return active;
  }

  #describeFocus(of: Of, changes: Change[]): void {
    const active = this.activeElement();
    const isTold = active && active !== documentOf(active).body && this.#states.mayTellFocus(active);
    const known = isTold ? of(active) : undefined;
    // Of a frame that is a box no more than that the shopper is in it.
    const focus = known?.id ?? null;
    if (focus === this.#focus) return;
    this.#focus = focus;
    changes.push(["focus", focus]);
  }

  #describePointer(of: Of, changes: Change[]): void {
    const { pointer } = this;
    const { isHolding } = this.mask.echoes;
    const screen = pointer && pointer.screen;
    // While a masked field is edited the page may move under a pointer that rests: what comes to be there tells how far.
    if (!isHolding || screen !== this.#screen) {
      this.#screen = screen;
      const isSeen = pointer && !(pointer.target && !this.#states.isTold(pointer.target));
      this.#place = isSeen ? this.#placeOf(pointer) : null;
      if (!isHolding) this.#over = isSeen ? pointer : null;
    }
    const active = this.activeElement();
    this.#states.describe(this.#over, active && of(active)?.id === this.#focus ? active : null, of, changes);
    const at = this.#place;
    const now = at && `${at.x} ${at.y}`;
    if (now === this.#sentPointer) return;
    this.#sentPointer = now;
    changes.push(["pointer", at?.x ?? null, at?.y ?? null]);
  }

  #placeOf({ x, y, target }: Pointer): { x: number; y: number } {
    if (!target || documentOf(target) === this.document) return { x, y };
    const { place } = placeInPage(documentOf(target), { left: x, top: y, right: x, bottom: y });
    return { x: Math.round(place.left), y: Math.round(place.top) };
  }

  #describePage(changes: Change[]): void {
    const path = this.mask.path.read();
    if (path !== this.#path) this.onNavigatePath?.((this.#path = path));
    // A keyframe names its page itself.
    if ((this.#sentPath ?? path) !== path) changes.push(["page", this.mask.page()]);
    this.#sentPath = path;
  }
}
