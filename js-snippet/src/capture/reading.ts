/** What a frame is read from, and by. Knows nothing of when frames are made. */
import type { Attributes, Mask } from "../mask.ts";
import { isSameWithin, type Within } from "../mask/judge.ts";
import { localName } from "../mask/nodes.ts";
import type { AttributesChange, Change } from "../wire/protocol.gen.ts";
import { ANY_NAME, type Dirty, type Names, namesIn } from "./dirty.ts";
import { Serialiser } from "./entries.ts";
import type { Extras } from "./extras.ts";
import type { Fields } from "./fields.ts";
import type { Known, KnownTree } from "./known.ts";
import type { Sheets } from "./sheets.ts";
import type { Steps } from "./slices.ts";
import type { Surroundings } from "./surroundings.ts";

type Changed = AttributesChange[2];

/** What was sent of a node. */
export type Before = Pick<Known, "attributes" | "box" | "text">;

export interface Reading {
  readonly document: Document;
  readonly mask: Mask;
  readonly dirty: Dirty;
  readonly fields: Fields;
  readonly sheets: Sheets;
  readonly surroundings: Surroundings;
  readonly extras: Extras;
  readonly pictures: Set<Known>;
  readonly tree: KnownTree;
  /**
   * The controls in each watched root, by what stands for one time of being watched, since between two of them nobody saw
   * it; by boxes, the roots within them.
   */
  readonly rootControls: WeakMap<object, readonly Node[]>;
  /** Elements came or went, or may be controls that were none. */
  forgetControls(): void;
  /** What was gone through for values for this frame, and changed since only where it is marked. */
  readonly searched: WeakSet<Node>;
  readonly maxNodes: number;
  /** What was sent of a node in an earlier epoch, or before it left the page. */
  previous(node: Node): Before | undefined;
  /** A node was made anew, with all below it just as an old one: what was sent of that one was sent of this. */
  replace(old: Node, node: Node): void;
  withinOf(node: Node): Within | null;
  /** Do the rules under which it was sent hold still? Else nothing more is told of it in this frame. */
  isAsSent(known: Known): boolean;
  watchRoot(root: Node): void;
  /** Is it time to yield? `nodes`: how much was read since it was last asked. */
  isOver(nodes?: number): boolean;
}

export function serialiserOf(reading: Reading): Serialiser {
  const { dirty, fields, mask, maxNodes, pictures, previous, surroundings, tree, withinOf } = reading;
  return new Serialiser({
    mask,
    tree,
    maxNodes,
    previous,
    withinOf,
    isAway(known) {
      if (!dirty.away.size) return false;
      // While nodes move, what was a child may be its parent's parent.
      const passed = new Set<Known>();
      for (let at: Known | null = known; at && !passed.has(at); at = at.parent) {
        if (dirty.away.has(at.node)) return true;
        passed.add(at);
      }
      return false;
    },
    isOver: (nodes) => reading.isOver(nodes),
    onMade(known, look) {
      if (known.form === "sr" || known.form === "doc") reading.watchRoot(known.node);
      fields.noticeName(known);
      if (look?.kind) fields.add(known, look);
      // A label that comes after its control.
      else if (look && localName(known.node as Element) === "label")
        fields.mark(tree.of((known.node as HTMLLabelElement).control));
      if (look?.rule === "show" && mask.showsPixels(known.node as Element)) pictures.add(known);
      surroundings.add(known, dirty);
    },
    onUnread: (node) => void dirty.parents.add(node),
  });
}

/** Everything beside the tree itself. */
export function* describe(reading: Reading, { made, placed }: Serialiser, isFull: boolean, changes: Change[]): Steps {
  const { dirty, extras, fields, sheets, surroundings, tree } = reading;
  const of = (node: Node): Known | undefined => tree.of(node);
  // Style sheets may look at attributes that were not sent before.
  if (yield* sheets.describe(reading, made, isFull, changes))
    for (const known of tree.all()) {
      if (reading.isOver()) yield;
      const changed = readChanged(reading, known);
      if (changed) changes.push(["attributes", known.id, changed]);
    }
  if (placed.size) {
    fields.isSwitched = true;
    surroundings.markScrolled(dirty);
  }
  yield* fields.describe(isFull, reading, changes);
  surroundings.describe(dirty, of, changes);
  extras.describe(surroundings.boxes, changes);
}

/** Attributes that read otherwise than they were sent; null where none does. `names`: those that may. */
export function readChanged({ dirty, mask, withinOf }: Reading, known: Known, names: Names = ANY_NAME): Changed | null {
  const before = known.attributes;
  if (!before) return null;
  const within = withinOf(known.node);
  const element = known.node as Element;
  // Under a rule that passes it is read as that says, and once more.
  if (!isSameWithin(known.within, within)) dirty.mark(element, names);
  if (!within) return null;
  // Whether a control's attribute may travel hangs on its others, and in a masked box on what it was; over an animated one's
  // style there is another.
  const some = known.isControl || within.choice || mask.shape.animated.has(element) ? null : namesIn(names);
  const look = some?.arePlain ? mask.judge.glance(element, within) : mask.judge.look(element, within);
  // Nor under its own.
  if (known.inner && known.form !== "fr" && known.inner.rule !== look.rule) dirty.mark(element, names);
  // What was sent may still be on its way: it is not written to.
  if (!some) {
    const now = mask.readAttributes(element, within, look, before);
    const changed = differences(before, now);
    if (changed) known.attributes = now;
    return changed;
  }
  let changed: Changed | null = null;
  let now = before;
  let isLess = false;
  for (const name of some.names) {
    const was = before[name];
    const value = mask.readAttribute(element, name, within, look, was ?? "");
    if (value === (was ?? null)) continue;
    if (!changed) {
      changed = {};
      now = { ...before };
    }
    changed[name] = value;
    if (value === null) isLess = true;
    else now[name] = value;
  }
  known.attributes = isLess ? without(now, changed as Changed) : now;
  return changed;
}

function differences(before: Attributes, now: Attributes): Changed | null {
  const changed: Changed = {};
  for (const name in now) if (before[name] !== now[name]) changed[name] = now[name] as string;
  for (const name in before) if (!(name in now)) changed[name] = null;
  return Object.keys(changed).length ? changed : null;
}

/** Attributes but for those that are gone. */
function without(attributes: Attributes, changed: Changed): Attributes {
  const kept: Attributes = {};
  for (const name in attributes) if (changed[name] !== null) kept[name] = attributes[name] as string;
  return kept;
}
