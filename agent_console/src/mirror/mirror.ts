/**
 * The agent's mirror: rebuilds the shopper's masked page in a sandboxed frame, frame by frame. A plain library: it draws
 * no controls, opens no connection, and trusts nothing that it is given.
 *
 * The frame is `sandbox="allow-same-origin"` (no scripts, forms or popups) and shows an empty document whose CSP header
 * is `default-src 'none'` with `img-src` and `font-src` of the asset origins and `data:`, and of uploaded pictures, and `style-src` of the asset
 * origins with 'unsafe-inline' (without it, sheets that `@import` lose their imports). The page is hostile all the same:
 * see elements.ts, attributes.ts, css.ts and addresses.ts for what is built, dom.ts for how.
 */
import { decoderOf, Malformed } from "@beside/wire/decode.ts";
import {
  type Field,
  isKeyframe,
  isMutation,
  type Keyframe,
  type Mutation,
  type Page,
} from "@beside/wire/protocol.gen.ts";
import { Addresses } from "./addresses.ts";
import { compatMode } from "./dom.ts";
import { emptyDocument } from "./frames.ts";
import { Picture, type Viewport } from "./picture.ts";
import { SheetTexts } from "./sheet_texts.ts";
import { BadFrame } from "./tree.ts";

export interface MirrorOptions {
  /**
   * Has loaded the mirror's own document (own_document.ts), and the mirror builds in that one alone: one that loads later
   * wants a mirror of its own. The mirror sets the frame's width and height in CSS px.
   */
  frame: HTMLIFrameElement;
  /** Where images, fonts and unreadable style sheets may come from: serialised origins. */
  assetOrigins: readonly string[];
  /** Where the picture of this hash is, which the shopper's page uploaded; null: nowhere. Of no other form than hex. */
  assetUrl?(hash: string): string | null;
  /** Address of the frame's empty document in either mode: frames of the page load it too. */
  documentUrl(quirks: boolean): string;
  /** A frame was refused or is missing; the picture stays as it was, and only a keyframe is taken now. Ask for one. */
  onGap(reason: string): void;
  /** The page's form controls by node id, in document order, after each frame that changes them. */
  onFields(fields: ReadonlyMap<number, Field>): void;
  onPage(page: Page): void;
  /** Scale the frame to fit; do not resize it. */
  onViewport(viewport: Viewport): void;
  /** The shopper's pointer in frame CSS px; null when it left or is over a masked field. */
  onPointer(pointer: { x: number; y: number } | null): void;
  onFocus(node: number | null): void;
  /** A style sheet could not be loaded from its address, or must not be. */
  onStyleMissing?(href: string): void;
  /** All of a keyframe stands in the frame: of a large page what fills the screen is painted first. */
  onWhole?(): void;
  /** The page is in the other document mode than the frame. Load the frame's document of that mode, then ask anew. */
  onQuirks?(quirks: boolean): void;
}

const decodeKeyframe = decoderOf(isKeyframe);
const decodeMutation = decoderOf(isMutation);

export class Mirror {
  private readonly addresses: Addresses;
  private readonly texts = new SheetTexts();
  private readonly document: Document | null;
  private picture: Picture | null = null;
  private currentEpoch: number | null = null;
  private lastEpoch = 0;
  private nextSeq = 0;
  /** Whether a keyframe was asked for and has not come: what comes in between says nothing new. */
  private waiting = false;

  constructor(private readonly options: MirrorOptions) {
    this.addresses = new Addresses(options.assetOrigins);
    this.document = options.frame.contentDocument;
    // What a page without a background of its own is painted on.
    options.frame.style.background = "#fff";
    // Only the shopper scrolls. Of what an agent could scroll, Chromium paints thousands of pixels ahead.
    options.frame.scrolling = "no";
  }

  /** The epoch on view, for acts that name nodes; null while nothing is on view. */
  get epoch(): number | null {
    return this.currentEpoch;
  }

  /** Applies the next frame, or refuses it whole through `onGap`. Never throws for what a frame holds. */
  apply(frame: unknown): void {
    try {
      const keyframe = Array.isArray(frame) && frame[0] === "keyframe";
      if (keyframe) {
        // The one that was asked for. Where it is refused too, another is asked for.
        this.waiting = false;
        this.open(decodeKeyframe(frame));
      } else if (!this.waiting) this.mutate(decodeMutation(frame));
    } catch (error) {
      if (error instanceof BadFrame || error instanceof Malformed) return this.refuse(`A frame ${reasonOf(error)}.`);
      this.breakOff(error);
    }
  }

  /** Takes in a style sheet's text that frames will name. */
  keepSheet(text: string): void {
    this.texts.keep(text);
  }

  /** A half-built picture is worse than none. */
  private breakOff(error: unknown): void {
    this.clear();
    this.refuse(`A frame could not be built (${error instanceof Error ? error.name : "unknown"}).`);
  }

  /** Drops the picture at once, and waits for a keyframe without asking. */
  blank(): void {
    this.clear();
    this.texts.clear();
    this.waiting = false;
    this.options.onFields(new Map());
    this.options.onFocus(null);
    this.options.onPointer(null);
  }

  /** The node painted at a point of the frame (CSS px of the frame's own viewport), or null. */
  nodeAt(x: number, y: number): number | null {
    return this.picture?.nodeAt(x, y) ?? null;
  }

  /** Where a node is painted, in CSS px of the frame's own viewport; null where it is not. */
  rectOf(node: number): DOMRect | null {
    return this.picture?.rectOf(node) ?? null;
  }

  /** The text in a node; empty where it has none, or there is no such node. */
  textOf(node: number): string {
    return this.picture?.textOf(node) ?? "";
  }

  isButton(node: number): boolean {
    return !!this.picture?.isButton(node);
  }

  dispose(): void {
    this.clear();
    this.texts.clear();
  }

  private open([, epoch, seq, page, entries, changes]: Keyframe): void {
    if (seq !== 0) throw new BadFrame("opens an epoch elsewhere than at its start");
    if (epoch < this.lastEpoch) throw new BadFrame("belongs to an epoch that is over");
    const { document } = this;
    const { frame } = this.options;
    const realm = frame.contentWindow as (Window & typeof globalThis) | null;
    if (!document || !realm || frame.contentDocument !== document)
      return this.refuse("The mirror's frame is not loaded.");
    const picture = new Picture(document, realm, this.addresses, this.texts, this.surroundings());
    const paint = picture.open(entries, changes);
    this.clear();
    this.picture = picture;
    this.options.onPage(page);
    this.options.onFocus(null);
    this.options.onPointer(null);
    paint();
    this.currentEpoch = this.lastEpoch = epoch;
    this.nextSeq = 1;
    if (page.quirks !== (compatMode(document) === "BackCompat")) this.options.onQuirks?.(page.quirks);
  }

  private mutate([, epoch, seq, first, changes]: Mutation): void {
    if (!this.picture || epoch !== this.currentEpoch)
      throw new BadFrame("belongs to a picture that the mirror does not have");
    if (seq !== this.nextSeq) throw new BadFrame(`is number ${seq}, where ${this.nextSeq} was expected`);
    this.picture.mutate(first, changes);
    this.nextSeq++;
  }

  private refuse(reason: string): void {
    if (this.waiting) return;
    this.waiting = true;
    this.options.onGap(reason);
  }

  private clear(): void {
    this.picture?.empty();
    this.picture = null;
    this.currentEpoch = null;
    if (this.document) emptyDocument(this.document);
  }

  private surroundings(): ConstructorParameters<typeof Picture>[4] {
    const { options } = this;
    return {
      onFields: (fields) => options.onFields(fields),
      onPage: (page) => options.onPage(page),
      onPointer: (pointer) => options.onPointer(pointer),
      onFocus: (node) => options.onFocus(node),
      onStyleMissing: (href) => options.onStyleMissing?.(href),
      assetUrl: (hash) => options.assetUrl?.(hash) ?? null,
      // Written out in full: frames know their document by its address.
      documentUrl: (quirks) => new URL(options.documentUrl(quirks), document.baseURI).href,
      onBroken: (error) => this.breakOff(error),
      onWhole: () => options.onWhole?.(),
      onViewport: (viewport) => {
        options.frame.style.width = `${viewport.width}px`;
        options.frame.style.height = `${viewport.height}px`;
        options.onViewport(viewport);
      },
    };
  }
}

function reasonOf(error: BadFrame | Malformed): string {
  return error instanceof BadFrame ? error.message : "is not what the protocol allows";
}
