/**
 * Makes entries of nodes: the one serialiser, for keyframes and additions alike. What it writes of a node comes from
 * the mask. Knows nothing of what is dirty.
 */
import type { Attributes, Mask } from "../mask.ts";
import { isSameWithin, type Look, ruleFor, type Within } from "../mask/judge.ts";
import { approach, firstChild, isElement, localName, nextSibling, shadowRootOf } from "../mask/nodes.ts";
import { BOXES, type Form } from "../mask/tree.ts";
import type { BoxEntry, Entry, Verdict } from "../wire/protocol.gen.ts";
import { measure } from "./boxes.ts";
import { added, type Known, type KnownTree, NONE } from "./known.ts";
import type { Before } from "./reading.ts";
import type { Steps } from "./slices.ts";

/** The page holds more nodes than a shopper's browser should have to serialise. */
export class TooLarge extends Error {}

// Parsers stop nesting at 512; what a script nests deeper no mirror needs to lay out (its own bound is 1100).
const MAX_DEPTH = 1050;

/** A child as it is captured: what form it takes, and what the mirror knows of it already. */
export interface Slot {
  readonly node: Node;
  readonly form: Form;
  /** The site's rule for an element, where it was looked up. */
  readonly rule?: Verdict | null | undefined;
  readonly key: string;
  readonly known: Known | undefined;
  readonly box?: BoxEntry;
}

/** What entries are made from. */
interface Source {
  readonly mask: Mask;
  readonly tree: KnownTree;
  readonly maxNodes: number;
  /** What was sent of a node before this epoch, or before its entry was renewed. */
  previous(node: Node): Before | undefined;
  withinOf(node: Node): Within | null;
  /** Was it, or what it was sent within, where nobody watches? */
  isAway(known: Known): boolean;
  /** Is it time to yield? */
  isOver(nodes?: number): boolean;
  /** Called for each new node, at once. `look`: of elements. */
  onMade(known: Known, look: Look | undefined): void;
  /** The children of this node could not be read to the end, because it stands elsewhere, or under other rules, now. */
  onUnread(node: Node): void;
}

/** A node's entry as it was read, but for the number of its children, which stands last. */
export function entryOf({ attributes, box, form, isQuirks, name, node, text }: Known): Entry {
  switch (form) {
    case "tx":
      return text === null ? ["mt"] : ["tx", text];
    case "dt":
      // Its name paints nothing, and a script may make one of any.
      return ["dt", "html"];
    case "sr":
      return ["sr", 0];
    case "doc":
      return ["doc", !!isQuirks, 0];
    case "fr":
      return ["fr", attributes as Attributes, 0];
    case "el":
    case "svg":
    case "math":
      return [form, name ?? localName(node), attributes as Attributes, 0];
    default:
      return box as BoxEntry;
  }
}

/** A parent whose children are being read. */
interface Level {
  readonly parent: Known;
  readonly inner: Within;
  readonly nodes: readonly Node[];
  at: number;
  children: readonly Known[];
  /** Where the number of children is to be written. */
  readonly entry: unknown[] | null;
}

export class Serialiser {
  /** The first id that this frame gives away: what has a later one is of this frame. */
  readonly first: number;
  /** Known nodes that this frame placed anew, and new nodes whose style sheets are to be read. */
  readonly placed = new Set<Known>();
  readonly made: Known[] = [];
  /** Where a new text's entry stands, so that it can still be masked before the frame leaves. */
  readonly textEntries = new Map<Known, Entry>();
  /** Parents whose splice is made, and nodes that splices took from their place. */
  readonly spliced = new Set<Known>();
  readonly removed = new Set<Known>();
  /**
   * What stands before nodes that splices took away: texts around it may say together what none of them said. Itself, where
   * they stood at its beginning (true), else the last node within it.
   */
  readonly seams = new Map<Known, boolean>();
  /** Old parents that lost children to new places. */
  readonly robbed = new Set<Known>();
  /** The frame was interrupted: what was gathered before may stand elsewhere now. */
  wasCut = false;

  constructor(private readonly source: Source) {
    this.first = source.tree.nextId;
  }

  /** The children of a node in the painted tree. */
  nodesOf(node: Node): readonly Node[] {
    let nodes: readonly Node[] = NONE;
    if (isElement(node)) {
      if (localName(node) === "iframe") {
        const document = this.source.mask.shape.documentIn(node);
        return document ? [document] : [];
      }
      const shadow = shadowRootOf(node);
      if (shadow) nodes = [shadow];
    }
    for (let child = firstChild(node); child; child = nextSibling(child)) nodes = added(nodes, child);
    const { sprites } = this.source.mask.shape;
    return sprites.hasAny ? [...nodes, ...sprites.below(node)] : nodes;
  }

  /** A child as it would be captured now; null where it does not travel. */
  slotOf(node: Node, inner: Within): Slot | null {
    const { mask, tree } = this.source;
    const known = tree.of(node);
    const isSame = known && isSameWithin(known.within, inner);
    // Whatever makes a known node another form than it was marks it, and it is known no longer (mutation.ts, reshape).
    if (isSame && !known.form.startsWith("bx,")) return { node, form: known.form as Form, key: known.form, known };
    approach(node);
    const rule = isElement(node) ? ruleFor(node, inner) : undefined;
    const form = mask.shape.formOf(node, inner, rule);
    if (!form) return null;
    if (!BOXES.test(form))
      return { node, form, rule, key: form, known: isSame && known.form === form ? known : undefined };
    const box = this.#boxOf(form as BoxEntry[1], node as Element, inner, known ?? this.source.previous(node));
    // A box of another size is another entry.
    const key = box.join();
    return { node, form, rule, key, known: isSame && known.form === key ? known : undefined, box };
  }

  #boxOf(form: BoxEntry[1], element: Element, within: Within, before: Before | undefined): BoxEntry {
    const { width, height, style } = measure(form, element);
    const { mask } = this.source;
    const { 2: name, 5: styled } = before?.box ?? [];
    return [
      "bx",
      form,
      mask.labelBox(form, element, within, name),
      width,
      height,
      mask.mayBoxSay(element, style, styled) ? style : "",
    ];
  }

  /** The captured children of a node, as they stand in the page now. */
  slotsOf(node: Node, inner: Within): Slot[] {
    return this.nodesOf(node).flatMap((child) => this.slotOf(child, inner) ?? []);
  }

  /** Writes the entries of nodes under a parent, with all that is below them; gives those that stand there from now on. */
  *write(parent: Known, inner: Within, nodes: readonly Node[], out: Entry[]): Steps<Known[]> {
    const { source } = this;
    const top: Level = { parent, inner, nodes, at: 0, children: NONE, entry: null };
    const levels = [top];
    for (let level: Level | undefined = top; level; level = levels.at(-1)) {
      if (source.isOver()) {
        yield;
        this.wasCut = true;
        this.#closeMoved(levels);
        if ((level = levels.at(-1)) === undefined) break;
      }
      const node = level.nodes[level.at++];
      if (!node) this.#close(levels.pop() as Level);
      else if (!this.wasCut) this.#writeNode(node, level, levels, out);
      else if (source.mask.shape.parentOf(node) !== level.parent.node) continue;
      else if (this.hasPlace(node)) source.onUnread(level.parent.node);
      else this.#writeNode(node, level, levels, out);
    }
    approach(null);
    return [...top.children];
  }

  /** A node that moved while this frame was read may have its place in it already: the next frame moves it. */
  hasPlace(node: Node): boolean {
    const known = this.source.tree.of(node);
    if (!known) return false;
    if (known.id >= this.first || this.placed.has(known)) return true;
    return !!known.parent && this.spliced.has(known.parent) && !this.removed.has(known);
  }

  #writeNode(node: Node, level: Level, levels: Level[], out: Entry[]): void {
    const moved = this.source.tree.of(node);
    // It came out of what went while this frame is read.
    if (moved && moved.parent !== level.parent && this.source.isAway(moved)) this.renew(moved);
    const slot = this.slotOf(node, level.inner);
    if (!slot) return;
    let { known } = slot;
    const { parent } = level;
    if (!known) known = this.#make(slot, level, levels, out);
    else {
      if (known.parent !== parent) {
        if (known.parent) this.robbed.add(known.parent);
        known.parent = parent;
      }
      this.placed.add(known);
      out.push(["at", known.id]);
    }
    level.children = added(level.children, known);
    // What stands in its place already keeps its old list until all of the new one is read.
    if (level.entry) parent.children = level.children;
  }

  #close({ children, entry }: Level): void {
    if (entry) entry[entry.length - 1] = children.length;
  }

  /**
   * After an interruption: what stands elsewhere now, or under other rules, is read no further. The rules that were
   * looked up before it must not judge what the page wrote since.
   */
  #closeMoved(levels: Level[]): void {
    const { mask, onUnread, tree, withinOf } = this.source;
    const stands = ({ parent, inner }: Level, at: number): boolean => {
      const { node } = parent;
      if (parent === tree.root) return true;
      const within = withinOf(node);
      const now = within && mask.shape.enter(node, within);
      return !!now && isSameWithin(now, inner) && (at === 0 || mask.shape.parentOf(node) === parent.parent?.node);
    };
    const first = levels.findIndex((level, at) => !stands(level, at));
    if (first < 0) return;
    for (const level of levels.splice(first)) {
      this.#close(level);
      onUnread(level.parent.node);
    }
  }

  /** The node is to be sent as another entry: the mirror is to let go of the one it holds, wherever it stands. */
  renew(known: Known): void {
    if (known.parent) this.robbed.add(known.parent);
    known.parent = null;
    this.source.tree.forget(known);
  }

  #make({ node, form, rule, key, box }: Slot, { parent, inner: within }: Level, levels: Level[], out: Entry[]): Known {
    const { mask, maxNodes, previous, tree } = this.source;
    if (tree.size >= maxNodes || levels.length > MAX_DEPTH) throw new TooLarge();
    const stale = tree.of(node);
    if (stale) this.renew(stale);
    const isTagged = form === "el" || form === "svg" || form === "math" || form === "fr";
    const look = isTagged ? mask.judge.look(node as Element, within, rule) : undefined;
    const inner = look
      ? mask.shape.enterElement(node as Element, within, look)
      : form === "sr" || form === "doc"
        ? within
        : null;
    const known = tree.add(node, key, within, inner, parent);
    known.isControl = !!look?.kind;
    const before = previous(node);
    if (form === "tx") known.text = mask.readText(node as Text, within, before?.text);
    else if (box) known.box = box;
    else if (look) {
      known.attributes = mask.readAttributes(node as Element, within, look, before?.attributes);
      const own = localName(node);
      const name = form === "fr" ? own : mask.names.nameOf(node as Element, !!before?.attributes);
      if (name !== own) known.name = name;
      if (own === "style" || own === "link") this.made.push(known);
    } else if (form !== "dt") {
      if (form === "doc") known.isQuirks = (node as Document).compatMode === "BackCompat";
      this.made.push(known);
    }
    const entry = entryOf(known);
    if (form === "tx") this.textEntries.set(known, entry);
    out.push(entry);
    this.source.onMade(known, look);
    const nodes = inner ? this.nodesOf(node) : [];
    if (nodes.length) levels.push({ parent: known, inner: inner as Within, nodes, at: 0, children: NONE, entry });
    return known;
  }
}
