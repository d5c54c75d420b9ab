/**
 * The shopper's page as this console has it: the mirror, what the mirror tells, and whether it can be trusted now.
 * Knows nothing of sessions or of how the picture is laid out.
 */
import { batch, computed, signal } from "@preact/signals";
import type { Field, Page } from "@beside/wire/protocol.gen";

import { FrameReader } from "./frames.ts";
import { Mirror } from "./mirror/mirror.ts";
import type { Viewport } from "./mirror/picture.ts";
import { nameOf } from "./words.ts";

export interface Point {
  x: number;
  y: number;
}

const NO_FIELDS: ReadonlyMap<number, Field> = new Map();
// A relay that cannot give a keyframe now (the shopper is loading a page) gives one with the next page anyway.
const ASK_AGAIN_MS = 5000;

export class Picture {
  readonly fields = signal(NO_FIELDS);
  readonly page = signal<Page | null>(null);
  readonly viewport = signal<Viewport | null>(null);
  readonly shopperPointer = signal<Point | null>(null);
  readonly focused = signal<number | null>(null);
  /** Of the keyframe that stands in the mirror, for acts that name nodes; null where none does. */
  readonly epoch = signal<number | null>(null);
  /** A keyframe stands in the mirror. */
  readonly painted = computed(() => this.epoch.value !== null);
  /** Something was missed: what stands in the mirror is old until the next keyframe. */
  readonly stale = signal(false);
  /** Style sheets of this page that the agent's browser could not load. */
  readonly missingStyles = signal(0);
  /** The document mode that the page needs of the mirror's frame. */
  readonly quirks = signal(false);
  /** Counts applied frames, so that what is drawn over the mirror can follow it. */
  readonly revision = signal(0);

  #mirror: Mirror | null = null;
  /** A frame came while there was no mirror to build it. */
  #hasMissed = false;
  #askedAt = -Infinity;
  #askAgain: ReturnType<typeof setTimeout> | undefined;
  readonly #reader = new FrameReader(
    (frame) => this.#apply(frame),
    (reason) => this.#gap(`The picture stopped at ${reason}.`),
  );

  /** `resync` asks the relay for a keyframe and what follows it. */
  constructor(private readonly resync: () => void) {}

  /** Builds the mirror in a frame that has loaded the mirror's document; a frame that loads again gets a new mirror. */
  attach(frame: HTMLIFrameElement, assetOrigins: readonly string[]): void {
    const isBehind = this.#mirror !== null || this.#hasMissed;
    this.#hasMissed = false;
    this.#mirror?.dispose();
    this.#forget();
    this.#mirror = new Mirror({
      frame,
      assetOrigins,
      // Made of a hash that was checked for its form, beside the mirror's own document: nothing of a page is in it.
      assetUrl: (hash) => frame.src.replace(/\/mirror(?:\?.*)?$/, `/assets/${hash}`),
      documentUrl: (quirks) => frame.src.replace(/\?.*/, "") + (quirks ? "?quirks=1" : ""),
      onGap: (reason) => this.#gap(reason),
      onFields: (fields) => (this.fields.value = new Map(fields)),
      onPage: (page) => {
        this.page.value = page;
        this.missingStyles.value = 0;
      },
      onStyleMissing: () => this.missingStyles.value++,
      // The frame loads its document anew, and `attach` builds the next mirror in it.
      onQuirks: (quirks) => (this.quirks.value = quirks),
      onViewport: (viewport) => (this.viewport.value = { ...viewport }),
      onPointer: (point) => (this.shopperPointer.value = point),
      onFocus: (node) => (this.focused.value = node),
      onWhole: () => this.revision.value++,
    });
    if (isBehind) this.#gap("The mirror's frame has loaded now.");
  }

  /** The node at a point of the shopper's layout viewport, or null. */
  nodeAt(x: number, y: number): number | null {
    return this.painted.peek() ? (this.#mirror?.nodeAt(x, y) ?? null) : null;
  }

  /** Where a node stands in the shopper's layout viewport, or null. */
  rectOf(node: number): DOMRect | null {
    return this.painted.peek() ? (this.#mirror?.rectOf(node) ?? null) : null;
  }

  /** Is it told beside a node what it is? A field or a button; of anything else the page itself says it. */
  isNamed(node: number): boolean {
    return this.fields.value.has(node) || !!this.#mirror?.isButton(node);
  }

  /** What a node is called: a field by its label, anything else by what stands in it. */
  nameOf(node: number): string {
    return nameOf(this.fields.value.get(node), this.#mirror?.textOf(node));
  }

  /** A style sheet's text, for frames that name it. */
  sheet(text: string): void {
    this.#mirror?.keepSheet(text);
  }

  plain(frame: unknown): void {
    this.#reader.plain(frame);
  }

  chunk(header: unknown, bytes: unknown): void {
    this.#reader.chunk(header, bytes);
  }

  /** A new connection: the relay starts over with a keyframe; what stands stays until it comes. */
  restart(): void {
    this.#reader.reset();
    this.#caughtUp();
    this.stale.value = this.painted.peek();
  }

  /** Takes the picture away, before anything else happens. */
  blank(): void {
    this.#mirror?.blank();
    this.#forget();
  }

  dispose(): void {
    this.blank();
    this.#mirror?.dispose();
    this.#mirror = null;
  }

  #apply(frame: unknown): void {
    const keyframe = Array.isArray(frame) && frame[0] === "keyframe";
    this.#hasMissed ||= !this.#mirror;
    if (!this.#mirror || (this.stale.peek() && !keyframe)) return;
    batch(() => {
      // Before applying: a keyframe that the mirror refuses makes the picture stale again.
      if (keyframe) this.#caughtUp();
      this.#mirror?.apply(frame);
      this.#seeEpoch();
      this.revision.value++;
    });
  }

  #seeEpoch(): void {
    this.epoch.value = this.#mirror?.epoch ?? null;
  }

  #caughtUp(): void {
    this.stale.value = false;
    clearTimeout(this.#askAgain);
  }

  /** Asks for a keyframe now, and again for as long as none comes. `reason`: for whoever looks into it; of no page's content. */
  #gap(reason: string): void {
    console.warn(`Beside asks for a new picture. ${reason}`);
    this.stale.value = true;
    // What broke off takes itself away, and may do so at any time.
    this.#seeEpoch();
    clearTimeout(this.#askAgain);
    const wait = this.#askedAt + ASK_AGAIN_MS - performance.now();
    this.#askAgain = setTimeout(() => this.#gap("None has come."), wait > 0 ? wait : ASK_AGAIN_MS);
    if (wait > 0) return;
    this.#askedAt = performance.now();
    this.resync();
  }

  #forget(): void {
    this.#reader.reset();
    batch(() => {
      this.fields.value = NO_FIELDS;
      this.page.value = null;
      this.viewport.value = null;
      this.shopperPointer.value = null;
      this.focused.value = null;
      this.epoch.value = null;
      this.missingStyles.value = 0;
      this.#caughtUp();
    });
  }
}
