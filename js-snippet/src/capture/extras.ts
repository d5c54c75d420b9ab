/**
 * What few pages need of the engine comes as files of their own, loaded once a page turns out to need them. Until then,
 * and where one cannot be loaded, the page is shown without.
 */
import type { Mask } from "../mask.ts";
import type { Change } from "../wire/protocol.gen.ts";
import type { Dirty } from "./dirty.ts";
import type { Known } from "./known.ts";
import type { Natives } from "./natives.ts";
import { scripted } from "./scripted_animations.ts";

export interface ExtraContext {
  readonly document: Document;
  readonly mask: Mask;
  readonly dirty: Dirty;
  readonly natives: () => Natives;
  /** Asks for a frame, soon. */
  readonly request: () => void;
  /** Pictures in the tree whose addresses do not travel. */
  readonly pictures: Set<Known>;
  readonly line: (() => PictureLine) | undefined;
  /** Called with each picture that a frame is about to name. */
  readonly onPicture: (hash: string, bytes: Uint8Array<ArrayBuffer>) => void;
}

/** The way of pictures to whoever shows the page. */
export interface PictureLine {
  emit(event: string, json: string): void;
  emitBinary(event: string, json: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** By the names of the other side's events, whoever hears them; false: not what the protocol allows. */
  readonly hear: Record<string, (message: unknown) => boolean>;
}

export interface Extra {
  /** Adds to a frame what it knows; what it has yet to look at waits while a masked field is edited. */
  describe(boxes: Iterable<Known>, changes: Change[]): void;
  pause(): void;
}

export interface ExtraFiles {
  animations: typeof import("./animations.ts");
  pixels: typeof import("./pixels.ts");
  payment_frames: typeof import("./payment_frames.ts");
  sprite_symbols: typeof import("./sprite_symbols.ts");
}
export type LoadExtra = <Name extends keyof ExtraFiles>(name: Name) => Promise<ExtraFiles[Name]>;

export class Extras {
  /** A script animates something; null: nobody has looked. */
  hasAnimations: boolean | null = null;
  readonly #loaded: Extra[] = [];
  readonly #asked = new Set<keyof ExtraFiles>();

  constructor(
    private readonly context: ExtraContext,
    private readonly load: LoadExtra | undefined,
  ) {}

  describe(boxes: Iterable<Known>, changes: Change[]): void {
    const { document, mask, pictures } = this.context;
    this.hasAnimations ??= scripted(document).length > 0;
    for (const extra of this.#loaded) extra.describe(boxes, changes);
    if (this.hasAnimations) this.#want("animations", (file) => file.followAnimations);
    if (mask.shape.sprites.wanted.size) this.#want("sprite_symbols", (file) => file.followSprites);
    const all = [...boxes];
    if (pictures.size || all.some(({ node }) => mask.showsPixels(node as Element)))
      this.#want("pixels", (file) => file.followPixels);
    if (all.some(({ form }) => form.startsWith("bx,frame")))
      this.#want("payment_frames", (file) => file.followPaymentFrames);
  }

  #want<Name extends keyof ExtraFiles>(
    name: Name,
    start: (file: ExtraFiles[Name]) => (context: ExtraContext) => Extra,
  ): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    this.load?.(name).then(
      (file) => {
        this.#loaded.push(start(file)(this.context));
        this.context.request();
      },
      () => {},
    );
  }

  pause(): void {
    for (const extra of this.#loaded) extra.pause();
  }
}
