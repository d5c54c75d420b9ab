/**
 * Looks over the text of a frame before it leaves: a card number or a masked value that stands in several text nodes is
 * seen only when they are read together, in document order.
 */
import type { Reach } from "../mask.ts";
import type { Change } from "../wire/protocol.gen.ts";
import type { Serialiser } from "./entries.ts";
import { type Known, Walk } from "./known.ts";
import type { Reading } from "./reading.ts";
import type { Steps } from "./slices.ts";

// Texts that are looked through together.
const MAX_TEXTS = 500;
// How many nodes around new text one looks at: far enough for a number of which each character has wrappers of its own.
const MAX_NODES_AROUND = 2000;

const isText = ({ form }: Known): boolean => form === "tx";

/** @param changed texts that the mirror knows and that read otherwise now, as they are to be sent. */
export function* describeTexts(
  reading: Reading,
  changed: Map<Known, string | null>,
  { first, seams, textEntries }: Serialiser,
  changes: Change[],
): Steps {
  const isNew = (text: Known): boolean => text.id >= first || changed.has(text);
  const isFresh = (text: Known): boolean =>
    changed.has(text) || (text.id >= first && reading.previous(text.node)?.text !== text.text);
  const look = (texts: readonly Known[]): void => {
    for (const text of reading.mask.findAcross(texts, isFresh)) {
      if (text.text === null) continue;
      text.text = null;
      const entry = textEntries.get(text) as unknown[] | undefined;
      if (entry) entry.splice(0, 2, "mt");
      else changed.set(text, null);
    }
  };
  // The page moved them on while they were read: who stands around them now nobody looks at again.
  for (const [text, entry] of textEntries) if (text.isForgotten) (entry as unknown[]).splice(0, 2, "mt");
  const seen = new Set<Known>();
  let reach = reading.mask.reachAcross();
  const breaks = new Set<Known>();
  for (const [known, isBegin] of seams) breaks.add(isBegin ? known : lastOf(known));
  for (const start of [...changed.keys(), ...textEntries.keys(), ...breaks]) {
    if (seen.has(start) || start.isForgotten) continue;
    let texts = before(start, reach.again());
    let limit = texts.length + MAX_TEXTS;
    reach = reach.again();
    let nodes = 0;
    const walk = new Walk(start);
    for (let next: Known | null = start; next && !reach.isOver && nodes < MAX_NODES_AROUND; next = walk.next()) {
      nodes++;
      const isOne = isText(next);
      if (isOne) texts.push(next);
      if (breaks.has(next) || (isOne && isNew(next))) {
        seen.add(next);
        reach = reach.again();
        nodes = 0;
      } else if (isOne) reach.pass(next.text);
      if (!isOne || texts.length < limit) continue;
      look(texts);
      texts = before(next, reach.again());
      limit = texts.length + MAX_TEXTS;
      texts.push(next);
      if (!reading.isOver(MAX_TEXTS / 4)) continue;
      yield;
      reach = reading.mask.reachAcross();
    }
    look(texts);
    if (!reading.isOver()) continue;
    yield;
    // There may be other values now.
    reach = reading.mask.reachAcross();
  }
  const texts = [...changed].map(([{ id }, text]): [number, string | null] => [id, text]);
  const [one, another] = texts;
  if (another) changes.push(["texts", texts]);
  else if (one) changes.push(["text", ...one]);
}

/** The last node within one, in document order; itself where it holds none. */
function lastOf(known: Known): Known {
  let last = known;
  for (let at: Known | undefined = known; at; at = at.children.at(-1)) last = at;
  return last;
}

/** The texts before one, in document order. */
function before(start: Known, reach: Reach): Known[] {
  const texts: Known[] = [];
  const walk = new Walk(start);
  for (let nodes = 0, next = walk.back(); next && !reach.isOver && nodes < MAX_NODES_AROUND; next = walk.back()) {
    nodes++;
    if (!isText(next)) continue;
    texts.push(next);
    reach.pass(next.text);
  }
  return texts.reverse();
}
