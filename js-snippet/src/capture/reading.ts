/** What a frame is read from, and by. Knows nothing of when frames are made. */
import type { Mask } from "../mask.ts";
import type { Within } from "../mask/judge.ts";
import type { Change } from "../wire/protocol.gen.ts";
import type { Dirty } from "./dirty.ts";
import { Serialiser } from "./entries.ts";
import type { Extras } from "./extras.ts";
import type { Fields } from "./fields.ts";
import type { Known, KnownTree } from "./known.ts";
import type { Sheets } from "./sheets.ts";
import type { Steps } from "./slices.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Reading {
  readonly document: Document;
  readonly mask: Mask;
  readonly dirty: Dirty;
  readonly fields: Fields;
  readonly sheets: Sheets;
  readonly surroundings: Surroundings;
  readonly extras: Extras;
  readonly tree: KnownTree;
  readonly maxNodes: number;
  /** What was sent of a node in an earlier epoch. */
  previous(node: Node): Known | undefined;
  withinOf(node: Node): Within | null;
  watchRoot(root: Node): void;
  /** Is it time to yield? `nodes`: how much was read since it was last asked. */
  isOver(nodes?: number): boolean;
}

/** @param previous what was sent of a node that is new to this epoch. */
export function serialiserOf(reading: Reading, previous: (node: Node) => Known | undefined): Serialiser {
  const { dirty, fields, mask, maxNodes, surroundings, tree, withinOf } = reading;
  return new Serialiser({
    mask,
    tree,
    maxNodes,
    previous,
    withinOf,
    isOver: (nodes) => reading.isOver(nodes),
    onMade(known, look) {
      if (known.form === "sr" || known.form === "doc") reading.watchRoot(known.node);
      if (look?.kind) fields.add(known, look);
      surroundings.add(known, dirty);
    },
    onUnread: (node) => void dirty.parents.add(node),
  });
}

/** Everything beside the tree itself. */
export function* describe(reading: Reading, { made }: Serialiser, isFull: boolean, changes: Change[]): Steps {
  const { dirty, extras, fields, sheets, surroundings, tree } = reading;
  const of = (node: Node): Known | undefined => tree.of(node);
  // Style sheets may look at attributes that were not sent before.
  if (sheets.describe(made, isFull, of, changes))
    for (const known of tree.all()) {
      if (reading.isOver()) yield;
      describeAttributes(reading, known, changes);
    }
  yield* fields.describe(isFull, reading, changes);
  surroundings.describe(dirty, of, changes);
  extras.describe(surroundings.boxes, changes);
  dirty.clearSurroundings();
}

export function describeAttributes({ mask, withinOf }: Reading, known: Known, changes: Change[]): void {
  const before = known.attributes;
  const within = before && withinOf(known.node);
  if (!within) return;
  const element = known.node as Element;
  const now = mask.readAttributes(element, within, mask.judge.look(element, within), before);
  const changed: Record<string, string | null> = {};
  for (const name of Object.keys(before)) if (!(name in now)) changed[name] = null;
  for (const [name, value] of Object.entries(now)) if (before[name] !== value) changed[name] = value;
  if (!Object.keys(changed).length) return;
  known.attributes = now;
  changes.push(["attributes", known.id, changed]);
}
