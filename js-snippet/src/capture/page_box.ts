/**
 * The one box that stands for all of a page: what it says, and when the page behind it is worth reading again, which an app
 * may have made another by then. Knows nothing of how either is read.
 */
import type { Entry } from "../wire/protocol.gen.ts";

// What the box says.
export const TOO_LARGE = "page too large";
export const CANNOT = "page cannot be shown";

// Reading 150,000 nodes in vain takes 0.4 s, in slices. Twice as long each time: a page that stays as large is read ever more
// seldom, and one that has become smaller is shown once it has been a box for twice as long as it had to be, at the latest.
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

export class PageBox {
  /** What it says; null where the page itself is shown. */
  label: string | null = null;
  /** Of the page that it stands for, or stood for last. */
  #path = "";
  /** When that was last read. */
  #read_ms = 0;
  #wait_ms = FIRST_WAIT_MS;
  #isChanged = false;

  /** The page at this path was read, and is a box, as it may have been before. */
  close(label: string, path: string): void {
    this.#wait_ms = this.isOf(path) ? Math.min(2 * this.#wait_ms, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    this.#read_ms = performance.now();
    this.#isChanged = false;
    this.#path = path;
    this.label = label;
  }

  isOf(path: string): boolean {
    return path === this.#path;
  }

  /** How long until the page, which is at this path by now, is to be read again, 0 for now; null: it is as it was read. */
  wait_ms(path: string, isChanged: boolean): number | null {
    const isOther = !this.isOf(path);
    this.#isChanged ||= isChanged || isOther;
    const due_ms = this.#read_ms + (isOther ? FIRST_WAIT_MS : this.#wait_ms);
    return this.#isChanged ? Math.max(0, due_ms - performance.now()) : null;
  }
}

export const boxEntries = (label: string, width: number, height: number): Entry[] => [
  ["el", "html", {}, 1],
  ["el", "body", {}, 1],
  ["bx", "blocked", label, width, height, ""],
];
