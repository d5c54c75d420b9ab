/** Reads a keyframe: everything that the page shows, in document order. */
import { OUTSIDE } from "../mask/judge.ts";
import type { Change, Entry } from "../wire/protocol.gen.ts";
import { describe, type Reading, serialiserOf } from "./reading.ts";
import type { Steps } from "./slices.ts";
import { describeTexts } from "./texts.ts";

/**
 * The page may change while it is read: what was read already is marked dirty by then, and the mutation that follows
 * the keyframe brings it up to date.
 */
export function* readSnapshot(reading: Reading): Steps<[Entry[], Change[]]> {
  const { document, sheets, surroundings, tree } = reading;
  sheets.learn(document);
  const serialiser = serialiserOf(reading);
  serialiser.made.push(tree.root);
  const entries: Entry[] = [];
  const nodes = serialiser.nodesOf(document);
  tree.root.children = yield* serialiser.write(tree.root, OUTSIDE, nodes, entries);
  const changes: Change[] = [];
  yield* describeTexts(reading, new Map(), serialiser, changes);
  yield* describe(reading, serialiser, true, changes);
  yield* surroundings.findScrolled(tree.all(), reading, changes);
  return [entries, changes];
}
