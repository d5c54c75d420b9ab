/**
 * Looks at the style sheets now and then, a few milliseconds a second: some edits pass every hook (`declarations.color =`
 * on a kept object, a kept list of adopted sheets). What differs from the last look is read again.
 */
import { sheetState, stateOf } from "../mask/css_text.ts";
import type { Natives } from "./natives.ts";

const PAUSE_MS = 1000;
// An edit that comes before the first look at its sheet is what that look takes for unchanged.
const FIRST_PAUSE_MS = 30;
const BUDGET_MS = 3;
/** Rules between two looks at the clock: some 0.1 ms. */
const STEP = 40;

/** @param differs gets each sheet that is not what it was, or has more rules behind those. Returns what ends the looks. */
export function recheck(
  natives: () => Natives,
  all: () => Iterable<CSSStyleSheet>,
  differs: (sheet: CSSStyleSheet, isLonger: boolean) => void,
): () => void {
  const sums = new WeakMap<CSSStyleSheet, { sum: number; rules: number }>();
  let timer = 0;
  let queue: CSSStyleSheet[] = [];
  let rule = 0;
  let sum = 0;
  let pause_ms = FIRST_PAUSE_MS;
  let isBegun = false;
  const look = (): void => {
    const until_ms = performance.now() + BUDGET_MS;
    if (!queue.length) queue = [...all()];
    for (let sheet = queue[0]; sheet && performance.now() < until_ms; sheet = queue[0]) {
      if (!rule) sum = sheetState(sheet);
      const before = sums.get(sheet);
      // Up to where it ended at the last look: rules that came behind it are mostly known by then.
      const left = before && before.rules > rule ? before.rules - rule : STEP;
      const next = stateOf(sheet, sum, rule, Math.min(left, STEP));
      ({ sum, rule } = next);
      if (before && (rule === before.rules ? sum !== before.sum : next.isEnd && rule < before.rules))
        differs(sheet, false);
      if (!next.isEnd) continue;
      if (before && rule > before.rules) differs(sheet, true);
      isBegun = true;
      sums.set(sheet, { sum, rules: rule });
      queue.shift();
      rule = 0;
    }
    // Until there is one, sheets are on their way.
    if (isBegun && !queue.length) pause_ms = PAUSE_MS;
    timer = natives().setTimer(look, pause_ms);
    pause_ms = Math.min(2 * pause_ms, PAUSE_MS);
  };
  timer = natives().setTimer(look, 0);
  return () => natives().clearTimer(timer);
}
