/**
 * What masked fields held on the pages before, and secret ones on this page, as keyed fingerprints: enough to know an echo
 * again, and nothing to read.
 *
 * A value is kept by its windows of six characters (its first and its last) and of seven (each step from one to the
 * next). A text repeats it where a way leads from a first window to a last one. The key is the relay's, one a session, or
 * one of this page's own, and in memory only. HalfSipHash-2-4: https://github.com/veorq/SipHash
 */

const WINDOW_CHARS = 6;
// Of one value. What a person writes into a field of several lines is known by how it begins.
const MAX_VALUE_CHARS = 200;
// A checkout of a dozen fields comes to some hundreds; beyond, what was typed first is forgotten first.
const MAX_PRINTS = 6000;
// Those with a seventh character are even. Where a value's end repeats its beginning it is known by one more of it.
const [FIRST, STEP, LAST, LATE] = [1, 2, 3, 4];

const startOf = (text: string, at: number): number => text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);

export const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint16Array(4))].map((part) => part.toString(16).padStart(4, "0")).join("");

export class Fingerprints {
  readonly #prints: Set<number>;
  /** How values begin, two characters of each: where none does, nothing need be hashed. Of prints that are kept, nothing. */
  #starts: Set<number> | null;
  readonly #key: readonly [number, number];

  /**
   * @param key 16 hexadecimal digits.
   * @param kept those of the pages before.
   * @param keep takes all of them, where there are new ones; null: they are kept nowhere.
   */
  constructor(
    key: string,
    kept: readonly number[],
    private readonly keep: ((prints: readonly number[]) => void) | null,
  ) {
    this.#starts = keep ? null : new Set();
    this.#key = [parseInt(key.slice(0, 8), 16) | 0, parseInt(key.slice(8), 16) | 0];
    this.#prints = new Set(kept);
  }

  get hasAny(): boolean {
    return this.#prints.size > 0;
  }

  /** @param value letters and digits alone; shorter ones than a window are not kept. */
  remember(value: string): void {
    const prints = this.#prints;
    const text = value.slice(0, MAX_VALUE_CHARS);
    const last = text.length - WINDOW_CHARS;
    let isNew = false;
    // What two values share is as young as the later of them.
    const add = (at: number, role: number): void => {
      const print = this.#print(text, at, role);
      if (!prints.delete(print)) isNew = true;
      prints.add(print);
    };
    if (last < 0) return;
    this.#starts?.add(startOf(text, 0));
    if (this.#starts && this.#starts.size > MAX_PRINTS) this.#starts = null;
    add(0, FIRST);
    for (let at = 0; at < last; at++) add(at, STEP);
    if (last > 0 && text.startsWith(text.slice(last))) add(last - 1, LATE);
    else add(last, LAST);
    for (const print of prints) if (prints.size > MAX_PRINTS) prints.delete(print);
    if (isNew) this.keep?.([...prints]);
  }

  /** Where in a text of letters and digits values stand, as first and behind their last character. */
  *findIn(text: string): Generator<[start: number, end: number]> {
    if (!this.hasAny) return;
    const last = text.length - WINDOW_CHARS;
    // Where the steps last taken end, and the last value on their way: whatever start they are taken from, so that none is taken
    // twice.
    let at = -1;
    let end = -1;
    for (let start = 0; start <= last; start++) {
      if (this.#starts && !this.#starts.has(startOf(text, start))) continue;
      if (!this.#has(text, start, FIRST)) continue;
      if (start > at) {
        at = start;
        end = -1;
        for (;;) {
          if (this.#has(text, at, LAST) || (at > start && this.#has(text, at - 1, LATE))) end = at + WINDOW_CHARS;
          if (at >= last || !this.#has(text, at, STEP)) break;
          at++;
        }
      }
      if (end > start && end - start <= MAX_VALUE_CHARS) yield [start, end];
    }
  }

  #has(text: string, at: number, role: number): boolean {
    return this.#prints.has(this.#print(text, at, role));
  }

  /** Written as one loop: it runs for each character of a later page's texts and style sheets. */
  #print(text: string, at: number, role: number): number {
    let { 0: v0, 1: v1 } = this.#key;
    let v2 = 0x6c796765 ^ v0;
    let v3 = 0x74656462 ^ v1;
    let word = 0;
    // Three words of two characters each, and one that says of what they are: two rounds a word, and four behind them.
    for (let round = 0; round < 12; round++) {
      if (!(round & 1)) {
        v0 ^= word;
        if (round < 6) word = text.charCodeAt(at + round) | (text.charCodeAt(at + round + 1) << 16);
        else word = round > 6 ? 0 : (role & 1 ? 0 : text.charCodeAt(at + 6)) | (role << 24);
        v3 ^= word;
        if (round === 8) v2 ^= 0xff;
      }
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    return (v1 ^ v3) >>> 0;
  }
}
