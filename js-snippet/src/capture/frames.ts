/**
 * Makes frames: reads the end state of what is marked, masked, and publishes it in order. Knows nothing of when a frame is
 * due, of what watches the page, and of connections.
 */
import { Mask } from "../mask.ts";
import { Fingerprints } from "../mask/fingerprints.ts";
import { findByRules, followRules, isSameWithin, OUTSIDE, type Within } from "../mask/judge.ts";
import { areAlike, firstChild, isElement, nextSibling, shadowRootOf, treeParent } from "../mask/nodes.ts";
import type { Change, Entry, Frame } from "../wire/protocol.gen.ts";
import { readAgain } from "./again.ts";
import { Dirty } from "./dirty.ts";
import { TooLarge } from "./entries.ts";
import { type ExtraContext, Extras } from "./extras.ts";
import { Fields } from "./fields.ts";
import { findControls } from "./find_controls.ts";
import { type Known, KnownTree } from "./known.ts";
import { readMutation } from "./mutation.ts";
import type { Natives } from "./natives.ts";
import type { CaptureOptions, CaptureSettings } from "./options.ts";
import type { Pace } from "./pace.ts";
import { boxEntries, CANNOT, PageBox, TOO_LARGE } from "./page_box.ts";
import type { Before, Reading } from "./reading.ts";
import { Sheets } from "./sheets.ts";
import { Slices, type Steps } from "./slices.ts";
import { readSnapshot } from "./snapshot.ts";
import { Surroundings } from "./surroundings.ts";
import type { Watch } from "./watch.ts";

// A node that is written as itself, and not as a box.
const WRITTEN = /^(?:tx|el|svg|math)$/;

/** The capture that frames are made for. */
export interface Life {
  readonly watch: Watch;
  readonly pace: Pace;
  readonly onPicture?: ((hash: string, bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  pause(): void;
}

export class Frames implements Reading {
  readonly document: Document;
  readonly maxNodes: number;
  readonly mask: Mask;
  readonly fields: Fields;
  readonly sheets: Sheets;
  readonly surroundings: Surroundings;
  readonly extras: Extras;
  readonly dirty = new Dirty();
  readonly pictures = new Set<Known>();
  readonly slices: Slices;
  tree: KnownTree;
  /** What the box says that keyframes are from now on; null while they show the page. */
  label: string | null = null;
  /** The next frame is a keyframe: nothing of this epoch can be built upon. */
  needsKeyframe = true;
  epoch: number;
  /** The tree of the last keyframe that was published; of an earlier epoch while another is read. */
  #published: KnownTree;
  /** As it, but for a box that stands for all of the page: then the last one that was none. */
  #shown: KnownTree;
  /** What was sent of nodes that the mirror has let go of, and so of those made just like them in their place. */
  readonly #gone = new WeakMap<Node, Before>();
  #seq = 0;
  /** The last keyframe was made while a masked field was edited, of what was sent before; or a rule is stricter now. */
  isHeldBack = false;
  /** A masked field of this document was edited. */
  #wasEdited = false;
  searched = new WeakSet<Node>();
  rootControls = new WeakMap<object, readonly Node[]>();
  /** Roots are watched that may stand in the tree once the frame is read. */
  #areEarly = false;
  /** Those that were found for the frame that is made: one that was empty may hold something in its next slice. */
  #controls = new Set<Element>();
  /** What is known of the tree is what was sent: no frame was begun since that came to nothing. */
  #isWhole = false;
  /** What the last keyframe was, where it stood for all of the page. */
  readonly #box = new PageBox();
  #within = new Map<Node, Within | null>();

  constructor(
    private readonly options: CaptureOptions,
    settings: CaptureSettings,
    private readonly life: Life,
  ) {
    const { document, echoes } = options;
    const natives = (): Natives => life.watch.natives;
    const request = (): void => life.pace.request();
    this.document = document;
    this.maxNodes = settings.maxNodes;
    this.mask = new Mask(
      document,
      settings,
      // By a key of zeros, which a session of an older release has, whoever has the storage could read them.
      echoes && +`0x${echoes.key}` ? new Fingerprints(echoes.key, echoes.kept, (prints) => echoes.keep(prints)) : null,
    );
    this.mask.shape.own(options.ownHost);
    this.slices = new Slices(
      natives,
      document,
      settings.slice_ms,
      () => this.#refresh(),
      () => this.mask.hold(false),
    );
    this.fields = new Fields(this.mask);
    this.sheets = new Sheets(document, this.mask, natives);
    this.surroundings = new Surroundings(document, this.mask, request, options.onNavigatePath?.bind(options));
    const { dirty, mask, pictures } = this;
    const onPicture: ExtraContext["onPicture"] = (hash, bytes) => life.onPicture?.(hash, bytes);
    this.extras = new Extras(
      { document, mask, dirty, natives, request, pictures, line: options.line, onPicture },
      options.loadExtra,
    );
    this.#shown = this.#published = this.tree = this.#newTree();
    this.epoch = options.epoch - 1;
  }

  readonly withinOf = (node: Node): Within | null => this.mask.shape.withinOf(node, this.#within);
  readonly isAsSent = (known: Known): boolean =>
    known === this.tree.root || isSameWithin(known.within, this.withinOf(known.node));
  readonly isOver = (nodes?: number): boolean => this.slices.isOver(nodes);
  readonly watchRoot = (root: Node): void => this.life.watch.watchRoot(root);
  readonly previous = (node: Node): Before | undefined =>
    (this.tree !== this.#shown && this.#shown.of(node)) || this.#gone.get(node);
  readonly replace = (old: Node, node: Node): void => {
    const known = this.#shown.of(old);
    // A masked field that is just as the old one was may be so because it holds as much.
    if (known && !(known.isControl && !known.inner && !this.fields.isShown(known.node as Element))) {
      this.#remember(node, known);
      this.#replaceIn(known);
    }
    this.mask.echoes.marks.follow(old, node);
    const [was, is] = isElement(old) && isElement(node) ? [shadowRootOf(old), shadowRootOf(node)] : [null, null];
    if (was && is && areAlike([was], [is])) this.replace(was, is);
    for (let a = firstChild(old), b = firstChild(node); a && b; a = nextSibling(a), b = nextSibling(b))
      this.replace(a, b);
  };

  /** Children that the page made anew since they were sent, each just as it was. */
  #replaceIn({ children, inner, node }: Known): void {
    const gone = children.filter((child) => treeParent(child.node) !== node && WRITTEN.test(child.form));
    if (!gone.length || !inner) return;
    const made: Node[] = [];
    for (let child = firstChild(node); child; child = nextSibling(child))
      if (!this.#shown.of(child) && WRITTEN.test(this.mask.shape.formOf(child, inner) ?? "")) made.push(child);
    if (made.length !== gone.length) return;
    gone.forEach((was, at) => {
      const is = made[at] as Node;
      if (areAlike([was.node], [is])) this.replace(was.node, is);
    });
  }

  /** May anything be told by what is made anew? */
  get #mayMatter(): boolean {
    const { hasValues, marks } = this.mask.echoes;
    return marks.hasAny || hasValues;
  }

  /** The same of these. */
  #replaceInAll(nodes: Iterable<Node>): void {
    if (this.#mayMatter)
      for (const node of nodes) {
        const known = this.#shown.of(node);
        if (known) this.#replaceIn(known);
      }
  }

  /** Under a rule that masks, what a node said before is still what was sent of it. */
  #remember(node: Node, { attributes, box, inner, text, within }: Known): void {
    if ((inner ?? within).rule === "mask") return;
    if (text || attributes || box) this.#gone.set(node, { attributes, text, ...(box && { box }) });
    else this.#gone.delete(node);
  }

  /** Nothing is known on the other side. */
  #newTree(): KnownTree {
    this.sheets.reset();
    this.surroundings.reset();
    return this.#emptyTree();
  }

  #emptyTree(): KnownTree {
    this.fields.reset();
    this.pictures.clear();
    return new KnownTree(this.document, OUTSIDE, (known) => {
      this.#remember(known.node, known);
      this.fields.forget(known);
      this.sheets.forget(known);
      this.surroundings.forget(known);
      if (known.form === "sr" || known.form === "doc") this.life.watch.unwatchRoot(known.node);
    });
  }

  forgetControls(): void {
    this.rootControls = new WeakMap();
  }

  /** Elements left: when they come back nobody has gone through what they hold. */
  searchAnew(): void {
    this.searched = new WeakSet();
    this.forgetControls();
  }

  /** What the page did since, before anything is read. */
  #refresh(): void {
    this.life.watch.takeRecords();
    this.#within = new Map();
    // By a keyframe, which the relay keeps in the place of what it held: who joins late sees no more than the others.
    // While a masked field is edited it waits, with all that the page changes.
    if (followRules(this.life.watch.roots, this.slices, this.life, this.options)) this.isHeldBack = true;
    this.mask.hold(true);
    // Values that exist by now, before any text is read: what repeats them is an echo.
    // Of a whole page once: at each of its slices that would be all they have time for.
    const { wasCut } = this.slices;
    const fresh = this.dirty.takeFresh();
    const isFull = this.needsKeyframe || this.dirty.isLost;
    const parents = wasCut ? fresh : isFull ? null : this.dirty.parents;
    if (wasCut && this.needsKeyframe) this.#replaceInAll(fresh);
    const early = new Set<Node>();
    for (const control of findControls(this, this.life.watch.roots, parents, early)) this.#controls.add(control);
    // From here on it is heard what comes into these, and not only once they are read.
    for (const root of early) this.watchRoot(root);
    this.#areEarly ||= early.size > 0;
    this.fields.watchValues(
      this,
      this.surroundings.activeElement(),
      this.#controls,
      wasCut || isFull || this.isHeldBack,
    );
  }

  /** Begins one, of which the first slice is made at once. */
  start(): void {
    this.slices.start(this.#make());
  }

  /** What goes wrong in a frame costs a keyframe, and nothing half made leaves. */
  *#make(): Steps {
    let isKeyframe = this.needsKeyframe;
    // A frame that was cancelled took texts of style sheets with it.
    this.sheets.texts.settle(false);
    this.searched = new WeakSet();
    this.#controls = new Set();
    try {
      this.#refresh();
      const { echoes } = this.mask;
      const { causes, isHolding } = echoes;
      this.#wasEdited ||= isHolding || causes > 0;
      const isOwed = (this.#box.label ? this.#mayOpen() : this.dirty.isLost) || this.isHeldBack;
      isKeyframe ||= isOwed && !isHolding && !this.label;
      if (isKeyframe && this.label) this.#emitBox(this.label);
      else if (isKeyframe && isHolding) this.#emitAgain();
      else if (isKeyframe) yield* this.#makeKeyframe(causes);
      else if (this.#box.label) this.dirty.clear();
      else if (isHolding) this.#emitSurroundings();
      else yield* this.#makeMutation(causes);
    } catch (error) {
      const isTooLarge = error instanceof TooLarge;
      // No error: the frame is given up for what the site's policy says now.
      if (isTooLarge || (isKeyframe && error)) {
        if (!isTooLarge) console.error("Beside cannot capture this page and shows a box instead.", error);
        this.isHeldBack = this.mask.echoes.isHolding;
        this.#emitBox(isTooLarge ? TOO_LARGE : CANNOT);
      } else this.#wantKeyframe();
    }
    this.dirty.settle();
    // What these remember would keep documents that frames have left.
    this.#within = new Map();
    this.#controls = new Set();
    if (this.#areEarly) this.life.watch.keepRoots((root) => !!this.tree.of(root));
    this.#areEarly = false;
    // What the page changed while it was read.
    if (this.slices.wasCut) this.life.pace.request();
  }

  #publish(frame: Frame): void {
    try {
      const isSent = this.options.publish(frame);
      this.sheets.texts.settle(isSent);
      if (isSent) this.life.pace.budget.spend(frame);
    } catch {
      this.needsKeyframe = true;
    }
  }

  #publishKeyframe(entries: Entry[], changes: Change[]): void {
    this.needsKeyframe = false;
    this.#seq = 0;
    this.#published = this.tree;
    if (!this.#box.label) {
      this.#shown = this.tree;
      this.#isWhole = true;
    }
    this.#publish(["keyframe", ++this.epoch, 0, this.mask.page(), entries, changes]);
  }

  #publishMutation(first: number, changes: Change[]): void {
    if (changes.length) this.#publish(["mutation", this.epoch, ++this.#seq, first, changes]);
  }

  *#makeKeyframe(causes: number): Steps {
    this.needsKeyframe = true;
    // Also what changed while nobody watched. What changes from here on is seen to slice by slice.
    if (this.#mayMatter)
      for (const known of this.#shown.all()) {
        if (this.isOver()) yield;
        if (known.children.length) this.#replaceIn(known);
      }
    // The order in which elements came to lie on top nobody tells again.
    const { layers } = this.dirty;
    this.dirty.clear();
    Object.assign(this.dirty, { layers });
    this.#isWhole = false;
    this.tree = this.#newTree();
    const [entries, changes] = yield* readSnapshot(this);
    // What the page took away since, and may put back.
    for (const known of this.#shown.all()) if (!this.tree.of(known.node)) this.#remember(known.node, known);
    this.life.watch.keepRoots((root) => !!this.tree.of(root));
    this.isHeldBack = false;
    this.#box.label = null;
    this.mask.echoes.forgetCauses(causes);
    this.#findByRules(true);
    this.#publishKeyframe(entries, changes);
  }

  /** While a masked field is edited: what was sent, once more; what the page shows by then follows behind the edit. */
  #emitAgain(): void {
    this.isHeldBack = true;
    if (this.#box.label || !this.#isWhole) return this.#emitBox(this.#box.label ?? CANNOT);
    this.tree = this.#emptyTree();
    const [entries, changes] = readAgain(this, this.#shown);
    this.#publishKeyframe(entries, changes);
  }

  #findByRules(isAnew: boolean): void {
    this.#wasEdited ||= this.mask.echoes.causes > 0;
    findByRules(this.life.watch.roots.keys(), isAnew, this.#wasEdited);
  }

  *#makeMutation(causes: number): Steps {
    const first = this.tree.nextId;
    this.#isWhole = false;
    const changes = yield* readMutation(this);
    this.#isWhole = true;
    this.mask.echoes.forgetCauses(causes);
    this.#findByRules(false);
    // What could not be told by this one.
    if (this.dirty.shapes.size) this.life.pace.request();
    this.#publishMutation(first, changes);
  }

  /**
   * While a masked field is edited the tree stands still: how often and where it changes would tell how much is typed.
   */
  #emitSurroundings(): void {
    const changes: Change[] = [];
    this.surroundings.describe(this.dirty, (node) => this.tree.of(node), changes);
    this.#publishMutation(this.tree.nextId, changes);
  }

  /** May there be another page behind the box? If it is too early to look, a frame is asked for that does. */
  #mayOpen(): boolean {
    const path = this.mask.path.read();
    // What the wire did not take was the page that was here.
    if (this.label === TOO_LARGE && !this.#box.isOf(path)) this.label = null;
    const wait_ms = this.#box.wait_ms(path, this.dirty.hasTree || this.dirty.isLost);
    if (wait_ms) this.life.pace.request(wait_ms);
    return wait_ms === 0;
  }

  /** One box for all of the page, where the page itself cannot travel. */
  #emitBox(label: string): void {
    const viewport = this.surroundings.viewport();
    const [, width, height] = viewport;
    this.tree = this.#newTree();
    this.dirty.clear();
    this.#box.close(label, this.mask.path.read());
    this.#publishKeyframe(boxEntries(label, width, height), [viewport]);
  }

  #wantKeyframe(): void {
    this.needsKeyframe = true;
    this.life.pace.request();
  }

  /** The node of an id; undefined where the epoch is another, or a box stands for the page. */
  nodeOf(epoch: number, id: number): Node | undefined {
    return epoch === this.epoch && !this.#box.label ? this.#published.byId(id)?.node : undefined;
  }

  /** What the mirror can call an element; empty where it has no name there, or may not have what is known of it. */
  labelOf(element: Element): string {
    const known = this.#isWhole ? this.tree.of(element) : undefined;
    return known ? this.fields.labelOf(known) : "";
  }

  /** Leaves nothing behind. */
  clear(): void {
    this.#controls = new Set();
    this.forgetControls();
    this.#shown = this.#published = this.tree = this.#newTree();
  }
}
