/**
 * The capture engine: what changed is only marked; once an animation frame the end state of what is marked is read,
 * masked and published. Knows nothing of connections; what a node says comes from the mask.
 */
import { Mask } from "../mask.ts";
import { Fingerprints } from "../mask/fingerprints.ts";
import { findByRules, followRules, OUTSIDE, type SiteRules, type Within, withhold } from "../mask/judge.ts";
import { documentOf, firstChild, isConnected, isElement, nextSibling, treeParent } from "../mask/nodes.ts";
import type { Change, Entry, Frame } from "../wire/protocol.gen.ts";
import { Dirty } from "./dirty.ts";
import { TooLarge } from "./entries.ts";
import { Extras, type LoadExtra, type PictureLine } from "./extras.ts";
import { Fields } from "./fields.ts";
import { findControls } from "./find_controls.ts";
import { type Known, KnownTree } from "./known.ts";
import { readMutation } from "./mutation.ts";
import type { Natives } from "./natives.ts";
import { Pace, SELDOM_MS } from "./pace.ts";
import type { Before, Reading } from "./reading.ts";
import { Sheets } from "./sheets.ts";
import { Slices, type Steps } from "./slices.ts";
import { readSnapshot } from "./snapshot.ts";
import { Surroundings } from "./surroundings.ts";
import { type Marks, Watch } from "./watch.ts";

export interface CaptureSettings {
  /** Beyond this many nodes the page is one box "page too large". */
  readonly maxNodes: number;
  /** How long the engine reads the page before it lets others work; 0: a node at a time, for tests. */
  readonly slice_ms: number;
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
  /** The site's policy, where it has one. */
  readonly rules: SiteRules | null;
}

// What the box says that stands for all of a page.
const TOO_LARGE = "page too large";
const CANNOT = "page cannot be shown";
// Payment numbers that the mask did not find: a page with more of them is not one to be shown.
const MAX_WITHHELD = 20;
// Specifications and price lists of one page come to about 100,000 nodes; the wire ends at 200,000.
// A task of 50 ms is felt: a slice leaves the page the larger part of it, also where one node takes long.
const DEFAULTS: CaptureSettings = { maxNodes: 150_000, slice_ms: 20, privateMode: false, queryHosts: [], rules: null };

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
  /** The site's policy pauses sharing on the path that the page has now: capture has paused. */
  onPaused?(): void;
  /** Loads a further file of the engine, for pages that need it. */
  loadExtra?: LoadExtra;
  /** The way of pictures that are uploaded, as it is now; without one they are missing. */
  line?: () => PictureLine;
  /** By which echoes are known of what was typed on the pages before: the relay's key, and what was kept by it. */
  echoes?: { key: string; kept: readonly number[]; keep(prints: readonly number[]): void };
  settings?: Partial<CaptureSettings>;
}

export interface Capture {
  /** Called with each picture that is uploaded, before a frame names it. */
  onPicture?: ((hash: string, bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** A keyframe of a new epoch, soon. `sheets`: the texts that the relay holds, where it was the relay that asked. */
  keyframe(sheets?: readonly string[] | null): void;
  /** Nothing more leaves, until `resume`. */
  pause(): void;
  /** Captures again, from a keyframe on: of the given epoch, or a later one where that has been used. */
  resume(epoch?: number, sheets?: readonly string[]): void;
  /** The last frame was larger than the wire takes: the page is one box from now on, until `resume`. */
  tooLarge(): void;
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

class Engine implements Capture, Marks, Reading {
  readonly document: Document;
  readonly maxNodes: number;
  readonly mask: Mask;
  readonly fields: Fields;
  readonly sheets: Sheets;
  readonly surroundings: Surroundings;
  readonly extras: Extras;
  readonly dirty = new Dirty();
  readonly pictures = new Set<Known>();
  onPicture: Capture["onPicture"];
  tree: KnownTree;
  readonly #watch: Watch;
  readonly #pace: Pace;
  readonly #slices: Slices;
  /** The tree of the last keyframe that was published; of an earlier epoch while another is read. */
  #published: KnownTree;
  /** What was sent of nodes that the mirror has let go of, and so of those made just like them in their place. */
  readonly #gone = new WeakMap<Node, Before>();
  #epoch: number;
  #seq = 0;
  /** The next frame is a keyframe: nothing of this epoch can be built upon. */
  #needsKeyframe = true;
  #isRunning = false;
  /** Sources of style sheets are on their way: the first frame waits for them, not long. */
  #isFetching = false;
  /** The last keyframe was made while a masked field was edited, without what had changed since the edit began. */
  #isHeldBack = false;
  /** A masked field of this document was edited. */
  #wasEdited = false;
  #searched = new WeakSet<Node>();
  /** How many elements of this page the relay has withheld. */
  #withheld = 0;
  /** What the box says that keyframes are from now on; null while they show the page. */
  #label: string | null = null;
  /** The last keyframe was a box that stands for all of the page. */
  #isBoxed = false;
  #within = new Map<Node, Within | null>();

  constructor(
    private readonly options: CaptureOptions,
    settings: CaptureSettings,
  ) {
    const { document } = options;
    this.document = document;
    this.maxNodes = settings.maxNodes;
    const { echoes } = options;
    this.mask = new Mask(
      document,
      settings,
      // By a key of zeros, which a session of an older release has, whoever has the storage could read them.
      echoes && +`0x${echoes.key}` ? new Fingerprints(echoes.key, echoes.kept, (prints) => echoes.keep(prints)) : null,
    );
    this.mask.shape.own(options.ownHost);
    this.#watch = new Watch(document, () => this, this.#own);
    const natives = (): Natives => this.#watch.natives;
    this.#pace = new Pace(natives, () => this.#emit());
    this.#slices = new Slices(
      natives,
      document,
      settings.slice_ms,
      () => this.#refresh(),
      () => this.mask.hold(false),
    );
    this.fields = new Fields(this.mask);
    this.sheets = new Sheets(document, this.mask, natives);
    this.surroundings = new Surroundings(document, this.mask, this.request, options.onNavigatePath?.bind(options));
    this.extras = new Extras(
      {
        document,
        mask: this.mask,
        dirty: this.dirty,
        natives,
        request: this.request,
        pictures: this.pictures,
        line: options.line,
        onPicture: (hash, bytes) => this.onPicture?.(hash, bytes),
      },
      options.loadExtra,
    );
    this.#published = this.tree = this.#newTree();
    this.#epoch = options.epoch - 1;
  }

  readonly #own = (host: Element): void => this.mask.shape.own(host);
  readonly request = (): void => this.#pace.request();
  readonly requestSeldom = (): void => this.#pace.request(SELDOM_MS);
  readonly withinOf = (node: Node): Within | null => this.mask.shape.withinOf(node, this.#within);
  readonly isOver = (nodes?: number): boolean => this.#slices.isOver(nodes);
  readonly previous = (node: Node): Before | undefined =>
    (this.tree !== this.#published && this.#published.of(node)) || this.#gone.get(node);
  readonly replace = (old: Node, node: Node): void => {
    const known = this.tree.of(old);
    if (known) this.#remember(node, known);
    for (let a = firstChild(old), b = firstChild(node); a && b; a = nextSibling(a), b = nextSibling(b))
      this.replace(a, b);
  };
  readonly watchRoot = (root: Node): void => this.#watch.watchRoot(root);

  restart(): void {
    if (!this.#isRunning) return;
    this.pause();
    this.#watch.natives.release();
    this.#watch.takeNatives(this.#own);
    this.resume();
  }

  /** Under a rule that masks, what a node said before is still what was sent of it. */
  #remember(node: Node, { attributes, inner, text, within }: Known): void {
    if ((inner ?? within).rule === "mask") return;
    if (text || attributes) this.#gone.set(node, { attributes, text });
    else this.#gone.delete(node);
  }

  /** Nothing is known on the other side. */
  #newTree(): KnownTree {
    this.fields.reset();
    this.sheets.reset();
    this.surroundings.reset();
    this.pictures.clear();
    return new KnownTree(this.document, OUTSIDE, (known) => {
      this.#remember(known.node, known);
      this.fields.forget(known);
      this.sheets.forget(known);
      this.surroundings.forget(known);
      if (known.form === "sr" || known.form === "doc") this.#watch.unwatchRoot(known.node);
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
    this.#slices.cancel();
    this.extras.pause();
    this.#watch.stop();
    this.dirty.clear();
  }

  resume(epoch = 0, sheets: readonly string[] = []): void {
    if (this.#isRunning) return;
    this.sheets.texts.hold(sheets);
    this.#isRunning = this.#needsKeyframe = true;
    if (this.#label === TOO_LARGE) this.#label = null;
    this.#epoch = Math.max(this.#epoch, epoch - 1);
    this.#watch.start();
    const fetched = this.sheets.prepare(this.document.querySelectorAll("link"));
    this.#isFetching = !!fetched;
    void fetched?.then(() => this.#endFetching());
    this.#emit();
  }

  #endFetching(): void {
    if (!this.#isFetching) return;
    this.#isFetching = false;
    this.#emit();
  }

  /** What is read after a value came to be may repeat it, and is masked: so what stands on the page is read now. */
  beforeEdit(): void {
    this.#endFetching();
    if (!this.#slices.isBusy || this.mask.echoes.isHolding) return;
    this.#slices.finish();
    this.#emit();
    this.#slices.finish();
  }

  stop(): void {
    this.pause();
    this.#published = this.tree = this.#newTree();
    this.#watch.natives.release();
  }

  block(epoch: number, node: number): void {
    const found = this.find(epoch, node);
    const isRoot = found && documentOf(found) !== this.document && found === documentOf(found).documentElement;
    // A frame's document is blocked as a whole, by its frame.
    const element = isRoot ? (documentOf(found).defaultView?.frameElement ?? null) : found;
    // What cannot be named any more, or would be the whole page, cannot be boxed by itself; nor can what trips without end.
    const isPage = !element || element === this.document.documentElement;
    if (!isPage && ++this.#withheld <= MAX_WITHHELD) withhold(element);
    else if (epoch === this.#epoch) this.#label = CANNOT;
    this.#beginAnew();
  }

  tooLarge(): void {
    this.#label ??= TOO_LARGE;
    this.#beginAnew();
  }

  #beginAnew(): void {
    // What is being read may hold the very element.
    this.#slices.cancel();
    // The relay dropped all that it held.
    this.extras.pause();
    this.keyframe([]);
  }

  find(epoch: number, node: number): Element | null {
    const found = epoch === this.#epoch && !this.#isBoxed ? this.#published.byId(node)?.node : undefined;
    if (!found || !isConnected(found)) return null;
    const element = isElement(found) ? found : treeParent(found);
    return isElement(element) ? element : null;
  }

  /** One frame, if there is anything to tell; while one is made, it follows. */
  #emit(): void {
    if (this.#isRunning && !this.#isFetching && !this.#slices.isBusy) this.#slices.start(this.#makeFrame());
  }

  /** What the page did since, before anything is read. */
  #refresh(): void {
    this.#watch.takeRecords();
    this.#within = new Map();
    // By a keyframe, which the relay keeps in the place of what it held: who joins late sees no more than the others.
    // While a masked field is edited it waits, with all that the page changes.
    if (followRules(this.#watch.roots, this.#slices, this, this.options)) this.#isHeldBack = true;
    this.mask.hold(true);
    // Values that exist by now, before any text is read: what repeats them is an echo.
    // Of a whole page once: at each of its slices that would be all they have time for.
    const isFull = this.#needsKeyframe && !this.#slices.wasCut;
    const controls = findControls(this, this.#watch.roots, isFull, this.#searched);
    this.fields.watchValues(this.surroundings.activeElement(), this.withinOf, controls);
  }

  /** What goes wrong in a frame costs a keyframe, and nothing half made leaves. */
  *#makeFrame(): Steps {
    const wasKeyframe = this.#needsKeyframe;
    // A frame that was cancelled took texts of style sheets with it.
    this.sheets.texts.settle(false);
    this.#searched = new WeakSet();
    try {
      this.#refresh();
      const { echoes } = this.mask;
      const { causes, isHolding } = echoes;
      this.#wasEdited ||= isHolding || causes > 0;
      const isOwed = this.#isHeldBack || this.dirty.isLost;
      if (wasKeyframe && this.#label) this.#emitBox(this.#label);
      else if (this.#isBoxed && !wasKeyframe) this.dirty.clear();
      else if (wasKeyframe || (isOwed && !isHolding)) yield* this.#makeKeyframe(causes);
      else if (isHolding) this.#emitSurroundings();
      else yield* this.#makeMutation(causes);
    } catch (error) {
      // No error: the frame is given up for what the site's policy says now.
      if (error instanceof TooLarge) this.#emitBox(TOO_LARGE);
      else if (wasKeyframe && error) {
        console.error("Beside cannot capture this page and shows a box instead.", error);
        this.#emitBox(CANNOT);
      } else this.keyframe();
    }
    // What it remembers would keep documents that frames have left.
    this.#within = new Map();
    // What the page changed while it was read.
    if (this.#slices.wasCut) this.request();
  }

  #publish(frame: Frame): void {
    try {
      const isSent = this.options.publish(frame);
      this.sheets.texts.settle(isSent);
      if (isSent) this.#pace.budget.spend(frame);
    } catch {
      this.#needsKeyframe = true;
    }
  }

  #publishKeyframe(entries: Entry[], changes: Change[]): void {
    this.#needsKeyframe = false;
    this.#seq = 0;
    this.#published = this.tree;
    this.#publish(["keyframe", ++this.#epoch, 0, this.mask.page(), entries, changes]);
  }

  #publishMutation(first: number, changes: Change[]): void {
    if (changes.length) this.#publish(["mutation", this.#epoch, ++this.#seq, first, changes]);
  }

  *#makeKeyframe(causes: number): Steps {
    this.#needsKeyframe = true;
    this.dirty.clear();
    const wasHolding = this.mask.echoes.isHolding;
    this.tree = this.#newTree();
    const [entries, changes] = yield* readSnapshot(this);
    this.#watch.keepRoots((root) => !!this.tree.of(root));
    this.#isHeldBack = wasHolding || this.mask.echoes.isHolding;
    this.#isBoxed = false;
    // What is held back is still to be judged by them.
    if (!this.#isHeldBack) this.mask.echoes.forgetCauses(causes);
    this.#findByRules(true);
    this.#publishKeyframe(entries, changes);
  }

  /** Not where something of the page is held back: whether a rule finds it would tell of it. */
  #findByRules(isAnew: boolean): void {
    const { causes, isHolding } = this.mask.echoes;
    this.#wasEdited ||= isHolding || causes > 0;
    if (!this.#isHeldBack && !isHolding) findByRules(this.#watch.roots.keys(), isAnew, this.#wasEdited);
  }

  *#makeMutation(causes: number): Steps {
    const first = this.tree.nextId;
    const changes = yield* readMutation(this);
    this.mask.echoes.forgetCauses(causes);
    this.#findByRules(false);
    this.#publishMutation(first, changes);
  }

  /**
   * While a masked field is edited the tree stands still: how often and where it changes would tell how much is typed.
   */
  #emitSurroundings(): void {
    const changes: Change[] = [];
    this.surroundings.describe(this.dirty, (node) => this.tree.of(node), changes);
    this.dirty.clearSurroundings();
    this.#publishMutation(this.tree.nextId, changes);
  }

  /** One box for all of the page, where the page itself cannot travel. */
  #emitBox(label: string): void {
    const { clientHeight, clientWidth } = this.document.documentElement;
    this.tree = this.#newTree();
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
