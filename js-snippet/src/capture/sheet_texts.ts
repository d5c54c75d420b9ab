/** Which texts of style sheets the relay holds: those are named, others sent. Knows nothing of sheets and their owners. */
import type { Css } from "../wire/protocol.gen.ts";
import { sheetHash } from "../wire/sheet_hash.ts";

// A name and what stands around it are 30 characters; below this, naming saves little and each text costs the relay memory.
const INLINE_CHARS = 200;
// What one page may name, so that the relay's bounds (500 texts, `max_sheet_bytes`) always hold it. A page that writes
// a sheet anew with every frame comes here, and goes on as it is.
const MAX_KEPT = 400;
const MAX_KEPT_CHARS = 2_000_000;

export class SheetTexts {
  #held: ReadonlySet<string> = new Set();
  /** Sent to be kept since `held` was told. */
  #sent = new Set<string>();
  /** In the frame that is being made. */
  #fresh = new Set<string>();
  readonly #mentioned = new Set<string>();
  #chars = 0;

  /** All that the relay holds. */
  hold(hashes: readonly string[]): void {
    this.#held = new Set(hashes);
    this.#sent.clear();
  }

  /** A judged text as it travels in the frame that is being made. */
  write(text: string): Css {
    if (text.length < INLINE_CHARS) return text;
    const hash = sheetHash(text);
    if (!this.#mentioned.has(hash)) {
      if (this.#mentioned.size >= MAX_KEPT || this.#chars + text.length > MAX_KEPT_CHARS) return text;
      this.#mentioned.add(hash);
      this.#chars += text.length;
    }
    if (this.#held.has(hash) || this.#sent.has(hash) || this.#fresh.has(hash)) return ["named", hash];
    this.#fresh.add(hash);
    return ["keep", text];
  }

  /** The frame is on its way, or came to nothing. */
  settle(isSent: boolean): void {
    if (isSent) for (const hash of this.#fresh) this.#sent.add(hash);
    this.#fresh.clear();
  }
}
