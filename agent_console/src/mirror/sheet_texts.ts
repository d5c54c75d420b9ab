/**
 * The texts of style sheets that the shopper's pages sent to be kept, for the frames that only name them. They outlive
 * a keyframe, and go with the picture. Knows nothing of documents.
 */
import type { Css } from "@beside/wire/protocol.gen.ts";
import { sheetHash } from "@beside/wire/sheet_hash.ts";
import { BadFrame } from "./tree.ts";

// Twice what the relay keeps by default. A text that went is asked for again, like anything that is missing.
const MAX_CHARS = 16_000_000;

export class SheetTexts {
  /** Least recently used first. */
  private readonly texts = new Map<string, string>();
  /** Stands before the oldest, however many went: one begun anew would pass by all that a million short texts left. */
  private oldest = this.texts.entries();
  private chars = 0;

  keep(text: string): void {
    const hash = sheetHash(text);
    if (!this.texts.delete(hash)) this.chars += text.length;
    this.texts.set(hash, text);
    while (this.chars > MAX_CHARS && this.texts.size > 1) {
      const [oldest, dropped] = this.oldest.next().value as [string, string];
      this.texts.delete(oldest);
      this.chars -= dropped.length;
    }
  }

  /** The text itself; throws `BadFrame` where it is not here. */
  read(css: Css): string {
    if (typeof css === "string") return css;
    if (css[0] === "keep") {
      this.keep(css[1]);
      return css[1];
    }
    const text = this.texts.get(css[1]);
    if (text === undefined) throw new BadFrame("names a style sheet that the mirror does not have");
    this.texts.delete(css[1]);
    this.texts.set(css[1], text);
    return text;
  }

  clear(): void {
    this.texts.clear();
    this.oldest = this.texts.entries();
    this.chars = 0;
  }
}
