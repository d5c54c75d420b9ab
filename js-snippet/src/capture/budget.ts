/**
 * How much the engine tells of a page: one that rewrites itself without end is told of less often, and never less truly,
 * since a later frame reads what is there by then. Knows nothing of connections.
 */

// Three quarters of what the relay takes in of one page (`frame_bytes_per_s`): not every character is one byte.
const CHARS_A_MS = 750;
// 7.5 million characters at once: a keyframe of the largest honest page measured (6 MB), or seconds of a busy one.
const BURST_MS = 10_000;
// Of a longer list some are weighed for all, so that a keyframe costs no more than this. Storms change much alike.
const MAX_WEIGHED = 200;
// Quotes, commas and brackets around each value.
const AROUND_CHARS = 4;

export class Budget {
  /** When the next frame may be made; before, what was told already is too much. */
  due_ms = -Infinity;

  /** Takes account of a frame, or a part of one. */
  spend(frame: unknown): void {
    const now_ms = performance.now();
    this.due_ms = Math.max(this.due_ms, now_ms - BURST_MS) + weigh(frame, now_ms | 0) / CHARS_A_MS;
  }
}

/**
 * About how many characters of JSON a value makes, without making them. `start`: where in long lists to begin, another
 * place each time, so that what one frame passes over the next ones find.
 */
function weigh(value: unknown, start: number): number {
  if (typeof value === "string") return AROUND_CHARS + value.length;
  const values = Object.values(value ?? {});
  // Odd: elements and their texts take turns in most lists.
  const step = Math.ceil(values.length / MAX_WEIGHED) | 1;
  let chars = 0;
  for (let at = start % step; at < values.length; at += step) chars += weigh(values[at], start);
  return AROUND_CHARS + chars * step;
}
