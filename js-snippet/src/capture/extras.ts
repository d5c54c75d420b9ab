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
}

export interface Extra {
  /** Adds to a frame what it knows; what it has yet to look at waits while a masked field is edited. */
  describe(boxes: Iterable<Known>, changes: Change[]): void;
  pause(): void;
}

export interface ExtraFiles {
  animations: typeof import("./animations.ts");
  box_content: typeof import("./box_content.ts");
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
    const { document, mask } = this.context;
    this.hasAnimations ??= scripted(document).length > 0;
    for (const extra of this.#loaded) extra.describe(boxes, changes);
    if (this.hasAnimations) this.#want("animations", (file) => file.followAnimations);
    if (mask.shape.sprites.wanted.size) this.#want("sprite_symbols", (file) => file.followSprites);
    if ([...boxes].some(({ form, node }) => form.startsWith("bx,frame") || mask.showsPixels(node as Element)))
      this.#want("box_content", (file) => file.followBoxes);
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
