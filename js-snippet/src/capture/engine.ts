/**
 * The capture engine: what changed is only marked; once an animation frame the end state of what is marked is read,
 * masked and published. Knows nothing of connections; what a node says comes from the mask.
 */
import { Mask } from "../mask.ts";
import { OUTSIDE, type Within, withhold } from "../mask/judge.ts";
import { isConnected, isElement, treeParent } from "../mask/nodes.ts";
import type { Change, Entry, Frame } from "../wire/protocol.gen.ts";
import { Dirty } from "./dirty.ts";
import { Serialiser, TooLarge } from "./entries.ts";
import { Fields } from "./fields.ts";
import { type Known, KnownTree } from "./known.ts";
import type { Natives } from "./natives.ts";
import { Pace } from "./pace.ts";
import { Sheets } from "./sheets.ts";
import { spliceChildren } from "./splices.ts";
import { Surroundings } from "./surroundings.ts";
import { describeTexts } from "./texts.ts";
import { type Marks, Watch } from "./watch.ts";

export interface CaptureSettings {
  /** Beyond this many nodes the page is one box "page too large". */
  readonly maxNodes: number;
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
}

// Payment numbers that the mask did not find: a page with more of them is not one to be shown.
const MAX_WITHHELD = 20;
// A snapshot of this many nodes takes a phone about half a second.
const DEFAULTS: CaptureSettings = { maxNodes: 50_000, privateMode: false, queryHosts: [] };

export interface CaptureOptions {
  document: Document;
  /** Beside's own shadow host: never captured. */
  ownHost: Element;
  /** For the first keyframe; each further one has the last + 1. */
  epoch: number;
  /** The texts of style sheets that the relay holds, by hash: the first keyframe names them. */
  sheets?: readonly string[];
  /**
   * Called in order. False: the frame was dropped, and somebody asks for a keyframe. The engine stays correct if it
   * throws: a keyframe follows.
   */
  publish(frame: Frame): boolean;
  /** The page's reduced path, at the start and when the shop changes it without a page load. */
  onNavigatePath?(path: string): void;
  settings?: Partial<CaptureSettings>;
}

export interface Capture {
  /** A keyframe of a new epoch, soon. `sheets`: the texts that the relay holds, where it was the relay that asked. */
  keyframe(sheets?: readonly string[] | null): void;
  /** Nothing more leaves, until `resume`. */
  pause(): void;
  /** Captures again, from a keyframe on: of the given epoch, or a later one where that has been used. */
  resume(epoch?: number, sheets?: readonly string[]): void;
  /** The relay withheld a frame for what this node shows: a box from now on, and a keyframe to go on from. */
  block(epoch: number, node: number): void;
  /** The element of a node id, for highlights; null where the epoch is another or the element is gone. */
  find(epoch: number, node: number): Element | null;
  /** Leaves nothing behind. */
  stop(): void;
}

/** Starts to capture. Throws where a setting is unknown: a misspelt one must not loosen the mask in silence. */
export function startCapture(options: CaptureOptions): Capture {
  const settings = { ...DEFAULTS, ...options.settings };
  for (const name of Object.keys(settings))
    if (!Object.hasOwn(DEFAULTS, name)) throw new Error(`Beside knows no capture setting "${name}": remove it.`);
  const engine = new Engine(options, settings);
  engine.resume(0, options.sheets);
  return engine;
}

class Engine implements Capture, Marks {
  readonly mask: Mask;
  readonly fields: Fields;
  readonly sheets: Sheets;
  readonly surroundings: Surroundings;
  readonly dirty = new Dirty();
  readonly #watch: Watch;
  readonly #pace: Pace;
  #tree: KnownTree;
  #epoch: number;
  #seq = 0;
  /** The next frame is a keyframe: nothing of this epoch can be built upon. */
  #needsKeyframe = true;
  #isRunning = false;
  /** Sources of style sheets are on their way: the first frame waits for them, not long. */
  #isFetching = false;
  /** The last keyframe was made while a masked field was edited, without what had changed since the edit began. */
  #isHeldBack = false;
  /** How many elements of this page the relay has withheld, and whether the page is one box because of it. */
  #withheld = 0;
  #isWithheld = false;
  /** The last keyframe was a box that stands for all of the page. */
  #isBoxed = false;
  #within = new Map<Node, Within | null>();

  constructor(
    private readonly options: CaptureOptions,
    private readonly settings: CaptureSettings,
  ) {
    const { document } = options;
    this.mask = new Mask(document, settings);
    this.mask.shape.own(options.ownHost);
    this.#watch = new Watch(document, () => this, this.#own);
    const natives = (): Natives => this.#watch.natives;
    this.#pace = new Pace(natives, () => this.#emit());
    this.fields = new Fields(this.mask);
    this.sheets = new Sheets(document, this.mask, natives);
    this.surroundings = new Surroundings(document, this.mask, this.request, options.onNavigatePath?.bind(options));
    this.#tree = this.#newTree();
    this.#epoch = options.epoch - 1;
  }

  readonly #own = (host: Element): void => this.mask.shape.own(host);
  readonly request = (): void => this.#pace.request();
  readonly #of = (node: Node): Known | undefined => this.#tree.of(node);
  readonly #withinOf = (node: Node): Within | null => this.mask.shape.withinOf(node, this.#within);

  restart(): void {
    if (!this.#isRunning) return;
    this.pause();
    this.#watch.natives.release();
    this.#watch.takeNatives(this.#own);
    this.resume();
  }

  /** Nothing is known on the other side. */
  #newTree(): KnownTree {
    this.fields.reset();
    this.sheets.reset();
    this.surroundings.reset();
    return new KnownTree(this.options.document, OUTSIDE, (known) => {
      this.fields.forget(known);
      this.sheets.forget(known);
      this.surroundings.forget(known);
      if (known.form === "sr") this.#watch.unwatchRoot(known.node);
    });
  }

  keyframe(sheets: readonly string[] | null = null): void {
    if (sheets) this.sheets.texts.hold(sheets);
    this.#needsKeyframe = true;
    this.request();
  }

  pause(): void {
    this.#isRunning = this.#isFetching = false;
    this.#pace.cancel();
    this.#watch.stop();
    this.dirty.clear();
  }

  resume(epoch = 0, sheets: readonly string[] = []): void {
    if (this.#isRunning) return;
    this.sheets.texts.hold(sheets);
    this.#isRunning = this.#needsKeyframe = true;
    this.#epoch = Math.max(this.#epoch, epoch - 1);
    this.#watch.start();
    const fetched = this.sheets.prepare(this.options.document.querySelectorAll("link"));
    this.#isFetching = !!fetched;
    void fetched?.then(() => this.#endFetching());
    this.#emit();
  }

  #endFetching(): void {
    if (!this.#isFetching) return;
    this.#isFetching = false;
    this.#emit();
  }

  /** A first frame that waited longer would hold what came after the value too, and so nothing but masks. */
  beforeEdit(): void {
    this.#endFetching();
  }

  stop(): void {
    this.pause();
    this.#tree = this.#newTree();
    this.#watch.natives.release();
  }

  block(epoch: number, node: number): void {
    const element = this.find(epoch, node);
    // What cannot be named any more, or would be the whole page, cannot be boxed by itself; nor can what trips without end.
    const isPage = !element || element === this.options.document.documentElement;
    if (!isPage && ++this.#withheld <= MAX_WITHHELD) withhold(element);
    else if (epoch === this.#epoch) this.#isWithheld = true;
    // The relay dropped all that it held.
    this.keyframe([]);
  }

  find(epoch: number, node: number): Element | null {
    const found = epoch === this.#epoch && !this.#isBoxed ? this.#tree.byId(node)?.node : undefined;
    if (!found || !isConnected(found)) return null;
    const element = isElement(found) ? found : treeParent(found);
    return isElement(element) ? element : null;
  }

  /** One frame, if there is anything to tell. What goes wrong in it costs a keyframe, and nothing half made leaves. */
  #emit(): void {
    if (!this.#isRunning || this.#isFetching) return;
    const wasKeyframe = this.#needsKeyframe;
    try {
      this.#watch.takeRecords();
      this.#within = new Map();
      // Values that exist by now, before any text is read: what repeats them is an echo.
      this.fields.watchValues(this.surroundings.activeElement(), this.#withinOf);
      const { isHolding } = this.mask.echoes;
      if (wasKeyframe && this.#isWithheld) this.#emitBox("page cannot be shown");
      else if (wasKeyframe || (this.#isHeldBack && !isHolding)) this.#emitKeyframe();
      else if (this.#isBoxed) this.dirty.clear();
      else if (isHolding) this.#emitSurroundings();
      else this.#emitMutation();
    } catch (error) {
      if (error instanceof TooLarge) this.#emitBox("page too large");
      else if (wasKeyframe) {
        console.error("Beside cannot capture this page and shows a box instead.", error);
        this.#emitBox("page cannot be shown");
      } else this.keyframe();
    } finally {
      this.dirty.clearSurroundings();
      this.sheets.texts.settle(false);
    }
  }

  #publish(frame: Frame): void {
    try {
      this.sheets.texts.settle(this.options.publish(frame));
    } catch {
      this.#needsKeyframe = true;
    }
  }

  #publishKeyframe(entries: Entry[], changes: Change[]): void {
    this.#needsKeyframe = false;
    this.#seq = 0;
    this.#publish(["keyframe", ++this.#epoch, 0, this.mask.page(), entries, changes]);
  }

  #publishMutation(first: number, changes: Change[]): void {
    if (changes.length) this.#publish(["mutation", this.#epoch, ++this.#seq, first, changes]);
  }

  #emitKeyframe(): void {
    const { document } = this.options;
    this.dirty.clear();
    this.#isHeldBack = this.mask.echoes.isHolding;
    this.#isBoxed = false;
    const before = this.#tree;
    const tree = (this.#tree = this.#newTree());
    this.sheets.learn(document);
    const previous = (node: Node): Known | undefined => before.of(node);
    const serialiser = new Serialiser(this.mask, tree, previous, this.settings.maxNodes);
    const entries: Entry[] = [];
    for (const slot of serialiser.slotsOf(document, OUTSIDE))
      tree.root.children.push(serialiser.write(slot, tree.root, OUTSIDE, entries));
    serialiser.made.unshift(tree.root);
    const changes: Change[] = [];
    describeTexts(new Map(), serialiser, this.mask, tree.root, previous, changes);
    this.#describe(serialiser, true, changes);
    this.surroundings.findScrolled(tree.all(), changes);
    this.mask.echoes.forgetCauses();
    this.#publishKeyframe(entries, changes);
  }

  #emitMutation(): void {
    const tree = this.#tree;
    const { dirty } = this;
    const first = tree.nextId;
    const { hasTree } = dirty;
    const none = (): undefined => undefined;
    const serialiser = new Serialiser(this.mask, tree, none, this.settings.maxNodes);
    for (const element of dirty.shapes) this.#reshape(element, serialiser);
    // Boxes may have another size after any change of the page.
    const { boxes } = this.surroundings;
    if (hasTree || boxes.isStale) for (const parent of boxes.parents()) dirty.parents.add(parent);
    const changes: Change[] = spliceChildren(dirty.parents, tree, this.mask, serialiser, this.#within, dirty.texts);
    for (const element of dirty.attributes) {
      const known = tree.of(element);
      if (known && known.id < first) this.#describeAttributes(known, changes);
      this.fields.mark(known);
    }
    describeTexts(this.#readTexts(first), serialiser, this.mask, tree.root, none, changes);
    for (const element of dirty.sheets) this.sheets.mark(element);
    if (this.#describe(serialiser, hasTree, changes))
      for (const known of tree.all()) this.#describeAttributes(known, changes);
    this.mask.echoes.forgetCauses();
    dirty.clear();
    this.#publishMutation(first, changes);
  }

  /**
   * While a masked field is edited the tree stands still: how often and where it changes would tell how much is typed.
   */
  #emitSurroundings(): void {
    const changes: Change[] = [];
    this.surroundings.describe([], this.dirty, this.#of, changes);
    this.#publishMutation(this.#tree.nextId, changes);
  }

  /** Everything beside the tree itself. True where style sheets look at attributes that were not sent before. */
  #describe({ made }: Serialiser, isFull: boolean, changes: Change[]): boolean {
    for (const { form, node } of made) if (form === "sr") this.#watch.watchRoot(node);
    const hasNewNames = this.sheets.describe(made, isFull, this.#of, changes);
    this.fields.describe(made, isFull, this.#withinOf, changes);
    this.surroundings.describe(made, this.dirty, this.#of, changes);
    return hasNewNames;
  }

  /** An element that may be another kind of entry now is sent anew, with its subtree, if it is. */
  #reshape(element: Element, serialiser: Serialiser): void {
    const parent = treeParent(element);
    const known = this.#tree.of(element);
    const within = this.#withinOf(element);
    if (parent) this.dirty.parents.add(parent);
    if (!known) return;
    this.fields.mark(known);
    const inner = within && this.mask.shape.enter(element, within);
    const isSame = known.inner?.rule === inner?.rule && !known.inner === !inner;
    if (!isSame || known.isControl !== (within && !!this.mask.judge.look(element, within).kind))
      serialiser.renew(known);
  }

  #describeAttributes(known: Known, changes: Change[]): void {
    const before = known.attributes;
    const within = before && this.#withinOf(known.node);
    if (!within) return;
    const element = known.node as Element;
    const now = this.mask.readAttributes(element, within, this.mask.judge.look(element, within), before);
    const changed: Record<string, string | null> = {};
    for (const name of Object.keys(before)) if (!(name in now)) changed[name] = null;
    for (const [name, value] of Object.entries(now)) if (before[name] !== value) changed[name] = value;
    known.attributes = now;
    if (Object.keys(changed).length) changes.push(["attributes", known.id, changed]);
  }

  /** The texts that the mirror knows and that read otherwise now. */
  #readTexts(first: number): Map<Known, string | null> {
    const changed = new Map<Known, string | null>();
    for (const node of this.dirty.texts) {
      const known = this.#tree.of(node);
      const within = this.#withinOf(node);
      if (!known || !within || known.id >= first) continue;
      const text = this.mask.readText(node, within, known.text);
      if (text !== known.text) changed.set(known, (known.text = text));
      // A label says something else: so does the list of fields.
      const control = (treeParent(node) as Element).closest?.<HTMLLabelElement>("label")?.control;
      if (control) this.fields.mark(this.#tree.of(control));
    }
    return changed;
  }

  /** One box for all of the page, where the page itself cannot travel. */
  #emitBox(label: string): void {
    const { clientHeight, clientWidth } = this.options.document.documentElement;
    this.#tree = this.#newTree();
    this.dirty.clear();
    this.#isBoxed = true;
    const entries: Entry[] = [
      ["el", "html", {}, 1],
      ["el", "body", {}, 1],
      ["bx", "blocked", label, clientWidth, clientHeight, ""],
    ];
    this.#publishKeyframe(entries, [this.surroundings.viewport()]);
  }
}
