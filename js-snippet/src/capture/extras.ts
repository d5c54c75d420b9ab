/**
 * What few pages need of the engine comes as files of their own, loaded once a page turns out to need them. Until then,
 * and where one cannot be loaded, the page is shown without.
 */
import type { Mask } from "../mask.ts";
import type { Change } from "../wire/protocol.gen.ts";
import type { Known } from "./known.ts";
import type { Natives } from "./natives.ts";

export interface ExtraContext {
  readonly mask: Mask;
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
  bitmaps: typeof import("./bitmaps.ts");
}
export type LoadExtra = <Name extends keyof ExtraFiles>(name: Name) => Promise<ExtraFiles[Name]>;

export class Extras {
  #bitmaps: Extra | undefined;
  #isLoading = false;

  constructor(
    private readonly context: ExtraContext,
    private readonly load: LoadExtra | undefined,
  ) {}

  describe(boxes: Iterable<Known>, changes: Change[]): void {
    if (this.#bitmaps) return this.#bitmaps.describe(boxes, changes);
    const { mask, request } = this.context;
    if (this.#isLoading || ![...boxes].some(({ node }) => mask.showsPixels(node as Element))) return;
    this.#isLoading = true;
    this.load?.("bitmaps").then(
      ({ followBitmaps }) => {
        this.#bitmaps = followBitmaps(this.context);
        request();
      },
      () => {},
    );
  }

  pause(): void {
    this.#bitmaps?.pause();
  }
}
