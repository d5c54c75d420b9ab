/** Reads a mutation: the end state of all that was marked since the last frame. */
import { isSameWithin, type Within } from "../mask/judge.ts";
import { parentNode, treeParent } from "../mask/nodes.ts";
import type { AttributesChange, Change } from "../wire/protocol.gen.ts";
import { Alike } from "./alike.ts";
import type { Dirty, Names } from "./dirty.ts";
import type { Serialiser } from "./entries.ts";
import type { Known } from "./known.ts";
import { describe, readChanged, type Reading, serialiserOf } from "./reading.ts";
import type { Steps } from "./slices.ts";
import { spliceChildren } from "./splices.ts";
import { describeTexts } from "./texts.ts";

// A box costs as much to measure as this many nodes.
const BOX_NODES = 8;

/** What the page changes while a large mutation is read is left to the next one. */
export function* readMutation(reading: Reading): Steps<Change[]> {
  const { fields, sheets, surroundings, tree } = reading;
  const { hasTree } = reading.dirty;
  const marks = reading.dirty.drain();
  const first = tree.nextId;
  const serialiser = serialiserOf(reading);
  for (const element of marks.shapes) reshape(reading, element, marks, serialiser);
  // What was where nobody watches is sent anew: by itself, or out of what it was in.
  for (const known of tree.returned(marks.away)) {
    serialiser.renew(known);
    const parent = treeParent(known.node);
    if (parent) marks.parents.add(parent);
  }
  // The splices of their parents let go of the others, unless they come back before those are made.
  for (const node of marks.away) if (tree.of(node)) reading.dirty.away.add(node);
  followFrames(reading, marks, serialiser);
  // Boxes may have another size after any change of the page.
  const { boxes } = surroundings;
  if (hasTree || boxes.isStale)
    for (const { node, parent } of boxes.all()) {
      if (reading.isOver(BOX_NODES)) yield;
      if (parent && !serialiser.slotOf(node, parent.inner as Within)?.known) marks.parents.add(parent.node);
    }
  // One that was blank where blanks do not travel may say something now.
  for (const text of marks.texts) {
    const parent = tree.of(text) ? null : parentNode(text);
    if (parent) marks.parents.add(parent);
  }
  // What said nothing in a masked box, and was not sent, may say something now.
  if (reading.mask.shape.hasChoices)
    for (const node of [...marks.parents]) {
      let at: Node | null = node;
      while (at && !tree.of(at)) at = treeParent(at);
      if (at !== node && tree.of(at)?.inner?.choice) marks.parents.add(at as Node);
    }
  const changes: Change[] = [];
  yield* spliceChildren(reading, marks.parents, serialiser, marks.texts, changes);
  const alike = new Alike<AttributesChange[2]>();
  // Browsers make what is called faster, and a generator's own loops hardly.
  const readMark = ([element, names]: [Element, Names]): void => {
    const known = tree.of(element);
    if (!known || known.id >= first) return;
    const changed = readChanged(reading, known, names);
    if (changed) alike.add(known.id, changed);
    if (known.isControl) fields.mark(known);
  };
  for (const mark of marks.attributes) {
    if (reading.isOver()) yield;
    readMark(mark);
  }
  if (marks.isSwitched) fields.isSwitched = true;
  if (marks.areRelabelled) fields.areRelabelled = true;
  if (marks.areRenamed || serialiser.placed.size) fields.areRenamed = true;
  for (const [ids, changed] of alike)
    changes.push(ids.length > 1 ? ["alike", ids, changed] : ["attributes", ids[0], changed]);
  const texts = yield* readTexts(reading, marks.texts, first);
  yield* describeTexts(reading, texts, serialiser, changes);
  for (const element of marks.sheets) sheets.mark(element);
  sheets.markAmong(marks.parents);
  yield* describe(reading, serialiser, hasTree, changes);
  return changes;
}

/** An element that may be another kind of entry now is sent anew, with its subtree, if it is. */
function reshape(reading: Reading, element: Element, marks: Dirty, serialiser: Serialiser): void {
  const { fields, mask, tree } = reading;
  const parent = treeParent(element);
  const known = tree.of(element);
  const within = reading.withinOf(element);
  if (parent) marks.parents.add(parent);
  if (!known) return;
  fields.mark(known);
  const form = within && mask.shape.formOf(element, within);
  const inner = within && mask.shape.enter(element, within);
  // `bx,kind,…`: see entries.ts, slotOf.
  const before = known.form.startsWith("bx,") ? known.form.split(",")[1] : known.form;
  const isSame = form === before && isSameWithin(known.within, within) && isSameWithin(known.inner, inner);
  if (!isSame || known.isControl !== (within && !!mask.judge.look(element, within).kind)) serialiser.renew(known);
}

/** Frames that show another document than was sent, or none any more. */
function followFrames(reading: Reading, marks: Dirty, serialiser: Serialiser): void {
  for (const { children, node } of reading.tree.frames) {
    const document = reading.mask.shape.documentIn(node as Element);
    const [shown] = children;
    if (!document) reshape(reading, node as Element, marks, serialiser);
    else if (shown?.node !== document) marks.parents.add(node);
    // A script wrote it anew, in the other mode.
    else if (shown.isQuirks !== (document.compatMode === "BackCompat")) {
      serialiser.renew(shown);
      marks.parents.add(node);
    }
  }
}

/** The texts that the mirror knows and that read otherwise now. */
function* readTexts(reading: Reading, texts: Iterable<Text>, first: number): Steps<Map<Known, string | null>> {
  const { dirty, fields, mask, sheets, tree } = reading;
  const changed = new Map<Known, string | null>();
  for (const node of texts) {
    if (reading.isOver()) yield;
    const known = tree.of(node);
    // Perhaps a style sheet's: those travel as sheets.
    if (!known) sheets.mark(parentNode(node));
    const within = known && known.id < first && reading.withinOf(node);
    if (known && known.id < first && !isSameWithin(known.within, within || null)) dirty.texts.add(node);
    if (!within) continue;
    const text = mask.readText(node, within, known.text);
    // Also where it is masked as before: what it says now may put the control that it labels on the floor.
    fields.markLabelled(known);
    if (text !== known.text) changed.set(known, (known.text = text));
  }
  return changed;
}
