/**
 * The capture engine: what changed is only marked; once an animation frame the end state of what is marked is read,
 * masked and published. Knows nothing of connections; what a node says comes from the mask.
 */
import { Mask } from "../mask.ts";
import type { Control } from "../mask/controls.ts";
import { OUTSIDE, type Within } from "../mask/judge.ts";
import { isConnected, isElement, treeParent } from "../mask/nodes.ts";
import type { Change, Entry, Frame } from "../wire/protocol.gen.ts";
import { Dirty } from "./dirty.ts";
import { Serialiser, TooLarge } from "./entries.ts";
import { Fields } from "./fields.ts";
import { type Known, KnownTree } from "./known.ts";
import { type Natives, takeNatives } from "./natives.ts";
import { observeFields } from "./observe_fields.ts";
import { observeLayers } from "./observe_layers.ts";
import { observeLoads } from "./observe_loads.ts";
import { observePointer } from "./observe_pointer.ts";
import { observeRoots } from "./observe_roots.ts";
import { observeScroll } from "./observe_scroll.ts";
import { observeStyles } from "./observe_styles.ts";
import { observeViewport } from "./observe_viewport.ts";
import { Pace } from "./pace.ts";
import { Sheets } from "./sheets.ts";
import { spliceChildren } from "./splices.ts";
import { Surroundings } from "./surroundings.ts";
import { describeTexts } from "./texts.ts";

export interface CaptureSettings {
  /** Beyond this many nodes the page is one box "page too large". */
  readonly maxNodes: number;
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
}

// A snapshot of this many nodes takes a phone about half a second.
const DEFAULTS: CaptureSettings = { maxNodes: 50_000, privateMode: false, queryHosts: [] };

export interface CaptureOptions {
  document: Document;
  /** Beside's own shadow host: never captured. */
  ownHost: Element;
  /** For the first keyframe; each further one has the last + 1. */
  epoch: number;
  /** Called in order. The engine stays correct if it throws: a keyframe follows. */
  publish(frame: Frame): void;
  /** The page's reduced path, at the start and when the shop changes it without a page load. */
  onNavigatePath?(path: string): void;
  settings?: Partial<CaptureSettings>;
}

export interface Capture {
  /** The relay asked for one: a keyframe of a new epoch, soon. */
  keyframe(): void;
  /** Nothing more leaves, until `resume`. */
  pause(): void;
  /** Captures again, from a keyframe on: of the given epoch, or a later one where that has been used. */
  resume(epoch?: number): void;
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
  engine.resume();
  return engine;
}

class Engine implements Capture {
  readonly #mask: Mask;
  readonly #fields: Fields;
  readonly #sheets: Sheets;
  readonly #surroundings: Surroundings;
  readonly #dirty = new Dirty();
  readonly #pace: Pace;
  #natives: Natives;
  #observer: MutationObserver;
  #secrets: MutationObserver;
  #tree: KnownTree;
  #epoch: number;
  #seq = 0;
  /** The next frame is a keyframe: nothing of this epoch can be built upon. */
  #needsKeyframe = true;
  #isRunning = false;
  /** The last keyframe was made while a masked field was edited, without what had changed since the edit began. */
  #isHeldBack = false;
  /** The last keyframe was a box that stands for all of the page. */
  #isBoxed = false;
  #stops: (() => void)[] = [];
  readonly #roots = new Map<Node, () => void>();
  #within = new Map<Node, Within | null>();

  constructor(
    private readonly options: CaptureOptions,
    private readonly settings: CaptureSettings,
  ) {
    const { document } = options;
    this.#mask = new Mask(document, settings);
    this.#mask.shape.own(options.ownHost);
    this.#natives = this.#takeNatives();
    this.#observer = this.#makeObserver();
    this.#secrets = this.#makeSecretsObserver();
    this.#pace = new Pace(
      () => this.#natives,
      () => this.#emit(),
    );
    this.#fields = new Fields(this.#mask);
    this.#sheets = new Sheets(document, this.#mask, () => this.#natives);
    this.#surroundings = new Surroundings(document, this.#mask, options.onNavigatePath?.bind(options));
    this.#tree = this.#newTree();
    this.#epoch = options.epoch - 1;
  }

  #takeNatives(): Natives {
    const natives = takeNatives(this.options.document, () => this.#replaceNatives());
    this.#mask.shape.own(natives.host);
    return natives;
  }

  #makeObserver(): MutationObserver {
    return new this.#natives.MutationObserver((records) => {
      this.#dirty.take(records);
      this.#pace.request();
    });
  }

  /** A field that was a password stays secret, also where its type came and went within one turn of the page's scripts. */
  #makeSecretsObserver(): MutationObserver {
    return new this.#natives.MutationObserver((records) => this.#keepSecrets(records));
  }

  #keepSecrets(records: readonly MutationRecord[]): void {
    for (const { oldValue, target } of records)
      if (oldValue?.trim().toLowerCase() === "password") this.#mask.judge.keepSecret(target as Element);
  }

  /** The page removed our frame, as one that replaces its whole document does: everything of it is dead. */
  #replaceNatives(): void {
    if (!this.#isRunning) return;
    this.pause();
    this.#natives.release();
    this.#natives = this.#takeNatives();
    this.#observer = this.#makeObserver();
    this.#secrets = this.#makeSecretsObserver();
    this.resume();
  }

  #newTree(): KnownTree {
    return new KnownTree(this.options.document, OUTSIDE, (known) => {
      this.#fields.forget(known);
      this.#sheets.forget(known);
      this.#surroundings.forget(known);
      if (known.form !== "sr") return;
      this.#roots.get(known.node)?.();
      this.#roots.delete(known.node);
    });
  }

  keyframe(): void {
    this.#needsKeyframe = true;
    this.#pace.request();
  }

  pause(): void {
    this.#isRunning = false;
    this.#pace.cancel();
    this.#observer.disconnect();
    this.#secrets.disconnect();
    for (const stop of this.#stops.splice(0)) stop();
    for (const stop of this.#roots.values()) stop();
    this.#roots.clear();
    this.#dirty.clear();
    this.#needsKeyframe = true;
  }

  resume(epoch = 0): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#epoch = Math.max(this.#epoch, epoch - 1);
    const { document } = this.options;
    const window = document.defaultView as Window;
    const request = (): void => this.#pace.request();
    this.#observeRoot(document, window);
    this.#stops.push(
      observePointer(window, (pointer) => {
        this.#surroundings.pointer = pointer;
        request();
      }),
      observeViewport(window, request),
      observeStyles(
        window,
        (sheet) => {
          this.#sheets.markEdited(sheet);
          request();
        },
        () => {
          this.#sheets.isAdoptedDirty = true;
          request();
        },
      ),
      observeRoots(window, (host) => {
        if (!host.shadowRoot) this.#mask.shape.closedHosts.add(host);
        this.#dirty.shapes.add(host);
        this.#dirty.parents.add(host);
        request();
      }),
    );
    window.addEventListener("popstate", request);
    this.#stops.push(() => window.removeEventListener("popstate", request));
    const fetched = this.#sheets.prepare(document.querySelectorAll("link"));
    if (fetched) void fetched.then(() => this.#emit());
    else this.#emit();
  }

  stop(): void {
    this.pause();
    this.#tree = this.#newTree();
    this.#natives.release();
  }

  find(epoch: number, node: number): Element | null {
    const found = epoch === this.#epoch && !this.#isBoxed ? this.#tree.byId(node)?.node : undefined;
    if (!found || !isConnected(found)) return null;
    const element = isElement(found) ? found : treeParent(found);
    return isElement(element) ? element : null;
  }

  /** Observes a document or shadow root, once. */
  #observeRoot(root: Node, target: EventTarget = root): void {
    if (this.#roots.has(root)) return;
    this.#observer.observe(root, { childList: true, subtree: true, attributes: true, characterData: true });
    this.#secrets.observe(root, { subtree: true, attributeFilter: ["type"], attributeOldValue: true });
    const request = (): void => this.#pace.request();
    const stops = [
      observeFields(target, (kind, element) => {
        const found = this.#fields.follow(kind, element, (node) => this.#freshWithin(node));
        if (found) this.#dirty.shapes.add(found);
        // What is typed into a masked field asks for no frame: the rhythm of frames would tell it.
        if (kind !== "input" || found || this.#fields.isDirty) request();
      }),
      observeScroll(target, (node) => {
        this.#dirty.scrolled.add(node);
        request();
      }),
      observeLayers(target, (element) => {
        this.#dirty.layers.add(element);
        request();
      }),
      observeLoads(target, (element) => this.#onLoad(element)),
    ];
    this.#roots.set(root, () => {
      for (const stop of stops) stop();
    });
  }

  #onLoad(element: Element): void {
    this.#dirty.attributes.add(element);
    this.#dirty.shapes.add(element);
    const mark = (): void => {
      this.#sheets.mark(element);
      this.#pace.request();
    };
    const fetched = "sheet" in element ? this.#sheets.prepare([element]) : null;
    if (fetched) void fetched.then(mark);
    else mark();
  }

  #freshWithin(node: Node): Within | null {
    return this.#mask.shape.withinOf(node, new Map());
  }

  /** One frame, if there is anything to tell. An error in it costs a keyframe; nothing half made leaves. */
  #emit(): void {
    if (!this.#isRunning) return;
    try {
      this.#keepSecrets(this.#secrets.takeRecords());
      this.#dirty.take(this.#observer.takeRecords());
      this.#within = new Map();
      this.#watchValues();
      const { isHolding } = this.#mask.echoes;
      if (this.#needsKeyframe || (this.#isHeldBack && !isHolding)) this.#emitKeyframe();
      else if (this.#isBoxed) this.#dirty.clear();
      else if (isHolding) this.#emitSurroundings();
      else this.#emitMutation();
    } catch (error) {
      this.#needsKeyframe = true;
      if (error instanceof TooLarge) this.#emitBox("page too large");
      else this.#emitBox("page cannot be shown");
    } finally {
      this.#dirty.clearSurroundings();
    }
  }

  #publish(frame: Frame): void {
    try {
      this.options.publish(frame);
    } catch {
      this.#needsKeyframe = true;
    }
  }

  readonly #withinOf = (node: Node): Within | null => this.#mask.shape.withinOf(node, this.#within);

  /** Values that exist by now, before any text is read: what repeats them is an echo. */
  #watchValues(): void {
    this.#fields.settleLeft(this.#surroundings.activeElement(), (node) => this.#freshWithin(node));
    this.#mask.echoes.prune();
    this.#fields.watchValues(this.#withinOf);
  }

  #emitKeyframe(): void {
    const { document } = this.options;
    this.#dirty.clear();
    this.#isHeldBack = this.#mask.echoes.isHolding;
    const before = this.#tree;
    const tree = (this.#tree = this.#newTree());
    this.#fields.reset();
    this.#sheets.reset();
    this.#surroundings.reset();
    this.#sheets.learn(document);
    const previous = (node: Node): Known | undefined => before.of(node);
    const serialiser = new Serialiser(this.#mask, tree, previous, this.settings.maxNodes);
    const entries: Entry[] = [];
    for (const slot of serialiser.slotsOf(document, OUTSIDE))
      tree.root.children.push(serialiser.write(slot, tree.root, OUTSIDE, entries));
    serialiser.made.unshift(tree.root);
    const changes: Change[] = [];
    describeTexts(new Map(), serialiser, this.#mask, tree.root, previous, changes);
    this.#describe(serialiser, true, changes);
    this.#surroundings.findScrolled(tree.all(), changes);
    this.#mask.echoes.forgetCauses();
    this.#needsKeyframe = false;
    this.#isBoxed = false;
    this.#seq = 0;
    this.#publish(["keyframe", ++this.#epoch, 0, this.#mask.page(), entries, changes]);
  }

  #emitMutation(): void {
    const tree = this.#tree;
    const dirty = this.#dirty;
    const first = tree.nextId;
    const changes: Change[] = [];
    const hasTree = dirty.hasTree;
    const none = (): undefined => undefined;
    const serialiser = new Serialiser(this.#mask, tree, none, this.settings.maxNodes);
    for (const element of dirty.shapes) this.#reshape(element, serialiser);
    if (hasTree) this.#remeasure();
    changes.push(...spliceChildren(dirty.parents, tree, this.#mask, serialiser, this.#within, dirty.texts));
    this.#describeAttributes(first, changes);
    describeTexts(this.#readTexts(first), serialiser, this.#mask, tree.root, none, changes);
    for (const element of dirty.sheets) this.#sheets.mark(element);
    if (this.#describe(serialiser, hasTree, changes)) this.#describeAll(changes);
    this.#mask.echoes.forgetCauses();
    dirty.clear();
    if (changes.length) this.#publish(["mutation", this.#epoch, ++this.#seq, first, changes]);
  }

  /**
   * While a masked field is edited the tree stands still: how often and where it changes would tell how much is typed.
   */
  #emitSurroundings(): void {
    const changes: Change[] = [];
    this.#surroundings.describe([], this.#dirty, (node) => this.#tree.of(node), changes);
    if (changes.length) this.#publish(["mutation", this.#epoch, ++this.#seq, this.#tree.nextId, changes]);
  }

  /** Everything beside the tree itself. True where style sheets look at attributes that were not sent before. */
  #describe(serialiser: Serialiser, isFull: boolean, changes: Change[]): boolean {
    const { made } = serialiser;
    const of = (node: Node): Known | undefined => this.#tree.of(node);
    for (const { form, node } of made) if (form === "sr") this.#observeRoot(node);
    const hasNewNames = this.#sheets.describe(made, isFull, of, changes);
    this.#fields.describeChanged(isFull, this.#withinOf, changes);
    this.#fields.describeNew(made, this.#withinOf, changes);
    this.#surroundings.describe(made, this.#dirty, of, changes);
    return hasNewNames;
  }

  /** An element whose form or rule may be another now is sent anew, with its subtree, if it is. */
  #reshape(element: Element, serialiser: Serialiser): void {
    const parent = treeParent(element);
    const known = this.#tree.of(element);
    if (parent) this.#dirty.parents.add(parent);
    if (!known) return;
    this.#fields.mark(known);
    const within = this.#withinOf(element);
    const inner = within && this.#mask.shape.enter(element, within);
    const isSame =
      known.inner === inner ||
      (known.inner && inner && known.inner.rule === inner.rule && known.inner.personal === inner.personal);
    if (!isSame) serialiser.renew(known);
  }

  /** Boxes may have another size after any change of the page. */
  #remeasure(): void {
    for (const box of this.#surroundings.boxes) if (box.parent) this.#dirty.parents.add(box.parent.node);
  }

  #describeAttributes(first: number, changes: Change[]): void {
    for (const element of this.#dirty.attributes) {
      const known = this.#tree.of(element);
      if (known?.attributes && known.id < first) this.#describeAttributesOf(known, changes);
      this.#fields.mark(known);
    }
  }

  #describeAll(changes: Change[]): void {
    for (const known of this.#tree.all()) if (known.attributes) this.#describeAttributesOf(known, changes);
  }

  #describeAttributesOf(known: Known, changes: Change[]): void {
    const within = this.#withinOf(known.node);
    const before = known.attributes ?? {};
    if (!within) return;
    const now = this.#mask.readAttributes(known.node as Element, within, before);
    const changed: Record<string, string | null> = {};
    for (const name of Object.keys(before)) if (!(name in now)) changed[name] = null;
    for (const [name, value] of Object.entries(now)) if (before[name] !== value) changed[name] = value;
    known.attributes = now;
    if (Object.keys(changed).length) changes.push(["attributes", known.id, changed]);
  }

  /** The texts that the mirror knows and that read otherwise now. */
  #readTexts(first: number): Map<Known, string | null> {
    const changed = new Map<Known, string | null>();
    for (const node of this.#dirty.texts) {
      const known = this.#tree.of(node);
      const within = known && known.id < first ? this.#withinOf(node) : null;
      if (!known || !within) continue;
      const text = this.#mask.readText(node, within, known.text);
      this.#markLabelled(node);
      if (text !== known.text) changed.set(known, (known.text = text));
    }
    return changed;
  }

  /** A label says something else: so does the list of fields. */
  #markLabelled(node: Node): void {
    const control = (treeParent(node) as Element | null)?.closest?.<HTMLLabelElement>("label")?.control;
    if (control) this.#fields.mark(this.#tree.of(control as Control));
  }

  /** One box for all of the page, where the page itself cannot travel. */
  #emitBox(label: string): void {
    const { documentElement } = this.options.document;
    this.#tree = this.#newTree();
    this.#fields.reset();
    this.#sheets.reset();
    this.#surroundings.reset();
    this.#isBoxed = true;
    this.#needsKeyframe = false;
    this.#seq = 0;
    const entries: Entry[] = [
      ["el", "html", {}, 1],
      ["el", "body", {}, 1],
      ["bx", "blocked", label, documentElement.clientWidth, documentElement.clientHeight],
    ];
    this.#publish(["keyframe", ++this.#epoch, 0, this.#mask.page(), entries, [this.#surroundings.viewport()]]);
  }
}
