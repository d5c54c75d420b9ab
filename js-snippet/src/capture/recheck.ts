/**
 * Looks at the style sheets now and then, a few milliseconds a second: some edits pass every hook (`declarations.color =`
 * on a kept object, a kept list of adopted sheets). What differs from the last look is read again.
 */
import { sheetState, stateOf } from "../mask/css_text.ts";
import type { Natives } from "./natives.ts";

const PAUSE_MS = 1000;
const BUDGET_MS = 3;
/** Rules between two looks at the clock: some 0.1 ms. */
const STEP = 40;

/** @param differs gets each sheet that is not what it was. Returns what ends the looks. */
export function recheck(
  natives: () => Natives,
  all: () => Iterable<CSSStyleSheet>,
  differs: (sheet: CSSStyleSheet) => void,
): () => void {
  const sums = new WeakMap<CSSStyleSheet, number>();
  let timer = 0;
  let queue: CSSStyleSheet[] = [];
  let rule = 0;
  let sum = 0;
  const look = (): void => {
    const until_ms = performance.now() + BUDGET_MS;
    if (!queue.length) queue = [...all()];
    for (let sheet = queue[0]; sheet && performance.now() < until_ms; sheet = queue[0]) {
      if (!rule) sum = sheetState(sheet);
      const next = stateOf(sheet, sum, rule, STEP);
      sum = next.sum;
      rule += STEP;
      if (!next.isEnd) continue;
      const before = sums.get(sheet);
      if (before !== undefined && before !== sum) differs(sheet);
      sums.set(sheet, sum);
      queue.shift();
      rule = 0;
    }
    timer = natives().setTimer(look, PAUSE_MS);
  };
  timer = natives().setTimer(look, PAUSE_MS);
  return () => natives().clearTimer(timer);
}
