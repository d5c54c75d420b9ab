/**
 * All that watches the page while a view is open: started together, stopped together, nothing left behind. It only
 * marks; what is marked is read when the next frame is made.
 */
import type { Within } from "../mask/judge.ts";
import { isConnected, isDocument, isElement, localName, viewOf } from "../mask/nodes.ts";
import { hear } from "./hear.ts";
import { type Natives, takeNatives } from "./natives.ts";
import { type FieldEvent, observeFields } from "./observe_fields.ts";
import { observeLayers } from "./observe_layers.ts";
import { observeLoads } from "./observe_loads.ts";
import { observePointer } from "./observe_pointer.ts";
import { observeRoots } from "./observe_roots.ts";
import { observeScroll } from "./observe_scroll.ts";
import { observeStyles, patch } from "./observe_styles.ts";
import { observeViewport } from "./observe_viewport.ts";
import type { Reading } from "./reading.ts";

type Stop = () => void;

/** Where the watch leaves its marks. */
export interface Marks {
  readonly frames: Pick<
    Reading,
    "dirty" | "extras" | "fields" | "forgetControls" | "mask" | "sheets" | "surroundings" | "tree"
  > & {
    /** Elements left: when they come back nobody has gone through what they hold. */
    searchAnew(): void;
  };
  /** Asks for a frame, soon. */
  request(): void;
  /** Asks for one that tells what the page changed by itself: not so soon where it goes on doing so. */
  requestSteady(): void;
  /** Asks for one where there is likely nothing to tell. */
  requestSeldom(): void;
  /**
   * The shopper is about to change a field; what the page shows has not followed yet. `isFirst`: nor could it, since nothing
   * said before what is typed.
   */
  beforeEdit(isFirst: boolean): void;
  /** The page removed the frame that our natives came from: whoever watches must start again. */
  restart(): void;
}

/** Where the events of a root are heard: before any listener of the page. */
const targetOf = (root: Node): EventTarget => (isDocument(root) ? viewOf(root) : null) ?? root;

function stopAll(stops: readonly Stop[]): void {
  for (const stop of stops) {
    try {
      stop();
    } catch {
      // The window of a frame that has left the origin: its listeners went with its document.
    }
  }
}

export class Watch {
  natives!: Natives;
  #observer!: MutationObserver;
  #secrets!: MutationObserver;
  #stops: Stop[] = [];
  /** What was watched when the view paused. */
  #rested: Node[] = [];
  /** The documents and shadow roots that are watched. */
  readonly roots = new Map<Node, Stop>();

  constructor(
    private readonly document: Document,
    private readonly marks: Marks,
    own: (host: Element) => void,
  ) {
    this.takeNatives(own);
  }

  takeNatives(own: (host: Element) => void): void {
    const { MutationObserver } = (this.natives = takeNatives(this.document, () => this.marks.restart()));
    own(this.natives.host);
    this.#observer = new MutationObserver((records) => {
      this.#take(records);
      // While a masked field is edited nothing of this is told; only whether the edit is over may have changed.
      const { frames, requestSteady, requestSeldom } = this.marks;
      frames.fields.pass(this.#withinOf);
      if (frames.mask.echoes.isHolding) requestSeldom();
      else requestSteady();
    });
    this.#secrets = new MutationObserver((records) => this.#keepSecrets(records));
  }

  start(): void {
    const rested = this.#rested;
    this.stop();
    const { request } = this.marks;
    const { sheets, surroundings } = this.marks.frames;
    const window = this.document.defaultView as Window;
    this.watchRoot(this.document);
    // The next keyframe of the page lets go of those that go later.
    for (const root of rested) if (isConnected(root)) this.watchRoot(root);
    this.#stops = [
      hear(window, "popstate", request),
      surroundings.media.observe(request),
      sheets.watch(request),
      observeViewport(window, () => {
        surroundings.onViewport();
        request();
      }),
    ];
  }

  /** What a window tells beside its document: the page's own, or a frame's, whose realm has prototypes of its own. */
  #watchWindow(window: Window): Stop[] {
    const { request } = this.marks;
    const { dirty, extras, mask, sheets, surroundings } = this.marks.frames;
    return [
      // A frame navigates: its next document is looked for with the next frame.
      hear(window, "pagehide", request),
      observePointer(window, (pointer) => {
        surroundings.pointer = pointer;
        request();
      }),
      observeStyles(window, sheets.enabled, (sheet, at) => {
        if (sheet === "all") sheets.markAll();
        else sheets.markEdited(sheet, at);
        request();
      }),
      patch((window as Window & typeof globalThis).Element.prototype, "animate", "value", () => {
        extras.hasAnimations = true;
        request();
      }),
      observeRoots(window, (host) => {
        if (!host.shadowRoot) mask.shape.closedHosts.add(host);
        dirty.shapes.add(host);
        dirty.areReshaped = true;
        dirty.markParent(host);
        request();
      }),
    ];
  }

  stop(): void {
    this.#observer.disconnect();
    this.#secrets.disconnect();
    stopAll([...this.#stops, ...this.roots.values()]);
    this.#stops = [];
    this.#rested = [];
    this.roots.clear();
  }

  /** Goes on to hear what is typed, and nothing else: once the view goes on, the page may have printed it. */
  rest(): void {
    const roots = this.roots.size ? [...this.roots.keys()] : this.#rested;
    this.stop();
    this.#rested = roots;
    const ask = (): void => {};
    const heard = new Map<Node, Stop>();
    const follow = (root: Node): void => void heard.set(root, this.#followFields(targetOf(root), ask, ask));
    // `document.open()` takes every listener away, ours too, and leaves the document's observers.
    const observer = new this.natives.MutationObserver((records) => {
      for (const root of new Set(records.map(({ target }) => target))) {
        heard.get(root)?.();
        follow(root);
      }
    });
    for (const root of roots) {
      follow(root);
      if (isDocument(root)) observer.observe(root, { childList: true });
    }
    this.#stops = [() => observer.disconnect(), () => stopAll([...heard.values()])];
  }

  readonly #withinOf = (node: Node): Within | null => this.marks.frames.mask.shape.withinOf(node, new Map());

  /** What the shopper does to fields. */
  #followFields(target: EventTarget, request: () => void, requestSeldom: () => void): Stop {
    const { dirty, fields, mask } = this.marks.frames;
    const withinOf = this.#withinOf;
    const follow = (event: FieldEvent, element: Element, isTrusted: boolean): boolean => {
      // Not every edit says that it begins: a choice in a list, or what a password manager fills in.
      if (event === "press" || event === "confirm") fields.isPressed = true;
      if (event === "approach" || event === "confirm") {
        if (!mask.echoes.isHolding && fields.mayHold(element, withinOf)) this.marks.beforeEdit(true);
        return mask.echoes.isHolding;
      }
      if (event === "press" || event === "release") {
        if (!mask.echoes.isHolding && fields.noticePress()) requestSeldom();
        return mask.echoes.isHolding;
      }
      if (event === "begin" || event === "input") this.marks.beforeEdit(false);
      const kind = event === "begin" ? "input" : event;
      const found = fields.follow(kind, element, isTrusted, withinOf);
      if (found) dirty.shapes.add(found);
      // What is typed into a masked field asks for no frame: the rhythm of frames would tell it. Nor does what waits until
      // it is left.
      const { echoes } = mask;
      if (kind !== "input" || found || (fields.isDirty && !echoes.isHolding)) request();
      return echoes.isHolding;
    };
    const stops = [observeFields(target, follow, (files) => mask.echoes.learnFiles(files))];
    // No event tells that an edit ends with its page, whose next one may print what was typed.
    if ("document" in target)
      stops.push(hear(target, "pagehide", () => fields.settleIn((target as Window).document, withinOf)));
    return () => stopAll(stops);
  }

  /** Watches a document or shadow root, once. Most events of a shadow root never leave it. */
  watchRoot(root: Node): void {
    if (this.roots.has(root)) return;
    const window = isDocument(root) ? root.defaultView : null;
    const target = targetOf(root);
    const { request, requestSeldom } = this.marks;
    const { dirty } = this.marks.frames;
    this.#observer.observe(root, { childList: true, subtree: true, attributes: true, characterData: true });
    this.#secrets.observe(root, { subtree: true, attributeFilter: ["type"], attributeOldValue: true });
    const stops = [
      this.#followFields(target, request, requestSeldom),
      observeScroll(target, (node) => {
        dirty.scrolled.add(node);
        request();
      }),
      observeLayers(target, (element) => {
        // Whatever entered last stands on top: told again, it is the last again.
        dirty.layers.delete(element);
        dirty.layers.add(element);
        request();
      }),
      observeLoads(root, (element) => this.#onLoad(element)),
      ...(window ? this.#watchWindow(window) : []),
    ];
    const links = window && root !== this.document ? [...(root as Document).querySelectorAll("link")] : [];
    if (links.length) this.#prepare(links);
    this.roots.set(root, () => stopAll(stops));
  }

  unwatchRoot(root: Node): void {
    this.roots.get(root)?.();
    this.roots.delete(root);
    // An observer lets go of all or none. What has no attributes tells of none, and of what stands below it nothing.
    for (const observer of [this.#observer, this.#secrets]) observer.observe(root, { attributes: true });
  }

  /** The page removed the frame that our natives came from: others take their place. `roots`: to be watched anew at once. */
  renew(own: (host: Element) => void, roots: readonly Node[]): void {
    const rested = this.#rested;
    this.stop();
    this.#rested = rested;
    this.natives.release();
    this.takeNatives(own);
    if (roots.length) this.start();
    for (const root of roots) this.watchRoot(root);
  }

  /** Lets go of the roots that stand in the tree no more. */
  keepRoots(isKept: (root: Node) => boolean): void {
    for (const root of this.roots.keys()) if (!isKept(root)) this.unwatchRoot(root);
  }

  /** Takes what the observers have seen and not yet told. */
  takeRecords(): void {
    this.#keepSecrets(this.#secrets.takeRecords());
    this.#take(this.#observer.takeRecords());
  }

  #take(records: MutationRecord[]): void {
    // `document.open()` takes every listener away, ours too, and leaves the document's observers.
    const { frames } = this.marks;
    const { dirty, tree } = frames;
    let areLess = false;
    const isKnown = (node: Node): boolean => !!tree.of(node);
    const onLeave = (node: Node): void => {
      areLess ||= isElement(node);
    };
    for (const root of dirty.take(records, this.roots, isKnown, onLeave))
      if (isDocument(root)) {
        this.unwatchRoot(root);
        this.watchRoot(root);
      }
    if (areLess) frames.searchAnew();
  }

  /** A field that was a password stays secret, also where its type came and went within one turn of the page's scripts. */
  #keepSecrets(records: readonly MutationRecord[]): void {
    for (const { oldValue, target } of records)
      if (oldValue?.trim().toLowerCase() === "password") this.marks.frames.mask.judge.keepSecret(target as Element);
  }

  #onLoad(element: Element): void {
    const { request } = this.marks;
    const { dirty, mask } = this.marks.frames;
    mask.shape.reload(element);
    // A frame in a box shows another document.
    if (localName(element) === "iframe") this.marks.frames.forgetControls();
    dirty.mark(element);
    dirty.shapes.add(element);
    if ("sheet" in element) this.#prepare([element]);
    else request();
  }

  /** Reads style sheets anew, once their sources are here. */
  #prepare(owners: readonly Element[]): void {
    const { request } = this.marks;
    const { sheets } = this.marks.frames;
    const mark = (): void => {
      for (const owner of owners) sheets.mark(owner);
      request();
    };
    const fetched = sheets.prepare(owners);
    if (fetched) void fetched.then(mark);
    else mark();
  }
}
