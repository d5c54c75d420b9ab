/**
 * Final states, not a replay: one splice for each parent whose captured children differ from those last sent. Ordering
 * bugs ("node with id not found", siblings swapped) cannot be expressed.
 */
import { isSameWithin } from "../mask/judge.ts";
import { areAlike, isConnected, isElement } from "../mask/nodes.ts";
import type { Change, Entry } from "../wire/protocol.gen.ts";
import type { Serialiser, Slot } from "./entries.ts";
import type { Known } from "./known.ts";
import type { Reading } from "./reading.ts";
import type { Steps } from "./slices.ts";

/**
 * The splices of one frame, for the nodes in `parents`. The tree is brought up to what the mirror holds after it.
 * Texts to be read again, because their node is another now, are added to `rebound`.
 *
 * A mirror takes every removal of a frame before it places anything, so each node that stands elsewhere now is taken
 * from its old list too, even where that list is on its way out.
 */
export function* spliceChildren(
  reading: Reading,
  parents: Iterable<Node>,
  serialiser: Serialiser,
  rebound: Set<Text>,
  changes: Change[],
): Steps {
  const { dirty, fields, mask, tree, withinOf } = reading;
  const { removed, spliced } = serialiser;
  const changed: Known[] = [];
  const putOff: Known[] = [];
  // Of a set each step would make an object: a generator's loops stay as they are written.
  for (const node of [...parents]) {
    if (reading.isOver()) {
      yield;
      serialiser.wasCut = true;
    }
    const parent = tree.of(node);
    // What this frame made was read with all that it holds.
    if (!parent?.inner || parent.id >= serialiser.first || spliced.has(parent)) continue;
    // A parent that left the page, or moved to where nothing is captured, goes with the splice of its own parent.
    const within = parent === tree.root ? null : withinOf(node);
    if (parent !== tree.root) {
      // By the rules that hold now. Under others its new parent tells it anew, or, where it stands as it stood, the next frame.
      const now = within && mask.shape.enter(node, within);
      if (!isSameWithin(now, parent.inner) || !isSameWithin(within, parent.within)) {
        putOff.push(parent);
        continue;
      }
    }
    spliced.add(parent);
    const { inner } = parent;
    const slots = serialiser.slotsOf(node, inner).filter((slot) => {
      // What moved on while this frame is read has its place in it: the next one moves it.
      const isElsewhere = slot.known && slot.known.parent !== parent && serialiser.hasPlace(slot.node);
      if (isElsewhere) dirty.parents.add(node);
      return !isElsewhere;
    });
    const old = parent.children;
    let start = 0;
    for (; start < old.length && start < slots.length; start++) {
      const [was, is] = [old[start] as Known, slots[start] as Slot];
      if (is.known === was) continue;
      // `textContent = …` makes a new node of what is, to the mirror, a text that changed.
      if (
        was.isForgotten ||
        is.known ||
        is.form !== "tx" ||
        was.form !== "tx" ||
        tree.of(is.node) ||
        isConnected(was.node)
      )
        break;
      mask.echoes.marks.follow(was.node, is.node);
      tree.rebind(was, is.node as Text);
      rebound.add(is.node as Text);
    }
    let end = 0;
    while (
      end < old.length - start &&
      end < slots.length - start &&
      slots[slots.length - 1 - end]?.known === (old[old.length - 1 - end] as Known)
    )
      end++;
    const cut = old.slice(start, old.length - end);
    const middle = slots.slice(start, slots.length - end).map((slot) => slot.node);
    if (!cut.length && !middle.length) continue;
    changed.push(parent);
    const nodes = cut.map((known) => known.node);
    // A list that was only made anew: were it judged so, its one line that repeats a value would be told from the others.
    const { hasValues, marks } = mask.echoes;
    if ((marks.hasAny || hasValues) && areAlike(nodes, middle))
      nodes.forEach((old, at) => reading.replace(old, middle[at] as Node));
    for (const known of cut) removed.add(known);
    if (cut.length) serialiser.seams.set(old[start - 1] ?? parent, !start);
    const kept = old.slice(old.length - end);
    const entries: Entry[] = [];
    const fresh = yield* serialiser.write(parent, inner, middle, entries);
    parent.children = [...old.slice(0, start), ...fresh, ...kept];
    changes.push(["children", parent.id, start, cut.length, entries]);
    // What it stood in turned up within it, and is told anew there: it goes with that, and so does what it was given.
    if (parent.isForgotten) for (const known of fresh) if (known.parent === parent) tree.forget(known);
  }
  for (const parent of serialiser.robbed) {
    if (spliced.has(parent)) continue;
    const stays = (child: Known): boolean => child.parent === parent;
    const old = parent.children;
    const start = old.findIndex((child) => !stays(child));
    if (start < 0) continue;
    let end = old.length;
    while (stays(old[end - 1] as Known)) end--;
    const kept = old.slice(start, end).filter(stays);
    changes.push(["children", parent.id, start, end - start, kept.map((child) => ["at", child.id])]);
    serialiser.seams.set(old[start - 1] ?? parent, !start);
    parent.children = old.filter(stays);
  }
  if (serialiser.wasCut) refuseRounds(serialiser.placed);
  for (const known of removed) if (!serialiser.placed.has(known)) tree.forget(known);
  for (const parent of putOff) {
    if (parent.isForgotten) continue;
    dirty.parents.add(parent.node);
    // What stands under other rules now, or the topmost that holds it where nothing of that travels any more.
    let top = parent;
    while (top.parent && !withinOf(top.node)) top = top.parent;
    const element = isElement(top.node) ? top.node : mask.shape.parentOf(top.node);
    if (element) dirty.shapes.add(element as Element);
  }
  // Not before: while nodes move, what was a child may be its parent's parent for both of them.
  for (const parent of changed) if (!parent.isForgotten) fields.markLabelled(parent);
}

/**
 * Between two slices each of two nodes may have come to stand in the other, told of one by an earlier list and of the other by
 * a later one. Such a frame is given up, for a keyframe.
 */
function refuseRounds(placed: Iterable<Known>): void {
  const sound = new Set<Known>();
  for (const known of placed) {
    const path = new Set<Known>();
    for (let at: Known | null = known; at && !sound.has(at); at = at.parent) {
      if (path.has(at)) throw null;
      path.add(at);
    }
    for (const at of path) sound.add(at);
  }
}
