/**
 * The mirror's tree without a DOM: it checks the structure of every frame before any node is touched, and says which
 * nodes are to be detached, placed and forgotten. Knows nothing of documents, styles or addresses.
 */
import {
  type Change,
  type ChildrenChange,
  type Entry,
  MAX_NODES,
  MAX_SHOWN_FRAMES,
} from "@beside/wire/protocol.gen.ts";
import { longestRise } from "./stays.ts";

// Chromium's own parser stops nesting at 512; scripts may nest deeper, and layout recurses once a level: 1400 tables in one
// another end the agent's tab, 1100 do not.
export const MAX_DEPTH = 1100;
export const DOCUMENT_ID = 1;

/** A frame that breaks the protocol. The sentence never repeats anything of the page. */
export class BadFrame extends Error {}

export type Kind = "document" | Exclude<Entry[0], "at">;

/** One node that the shopper's page and the mirror both know. `node` is null until the mirror has built it. */
export interface Item {
  readonly id: number;
  readonly kind: Kind;
  /** Local name of an element, or what a box stands for; else empty. */
  readonly name: string;
  /** What to build, until it is built: entries are not kept. */
  entry: Entry | null;
  parent: Item | null;
  /** The list that splices count in: a shadow root is its host's first child. */
  children: Item[];
  depth: number;
  node: Node | null;
}

/** One splice, in terms of nodes: `items` in preorder, new ones and moved ones, go under `parent` before `before`. */
export interface Placing {
  readonly parent: Item;
  readonly before: Item | null;
  readonly items: readonly Item[];
}

/** What a frame does to the tree. `placings` stand in the order of the frame's `children` changes. */
export interface Plan {
  readonly detached: readonly Item[];
  /** Of these, the ones that are placed where they were among their siblings: their nodes need not be touched. */
  readonly stays: ReadonlySet<Item>;
  /** Those that were taken from their place and put into another. */
  readonly moved: readonly Item[];
  readonly placings: readonly Placing[];
}

// https://dom.spec.whatwg.org/#valid-shadow-host-name
const HOSTS = new Set(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "),
);
const TOO_MANY_FRAMES = "holds more frames than the mirror allows";
const NO_CHILDREN: Item[] = [];
/** Whether the item stands for an element that attributes, scroll and focus can name. */
export const isElement = ({ kind }: Item): boolean =>
  kind === "el" || kind === "svg" || kind === "math" || kind === "fr";
/** Whether the item stands for the page's document, or a frame's. */
export const isDocument = ({ kind }: Item): boolean => kind === "document" || kind === "doc";
const canHoldChildren = (item: Item): boolean => isElement(item) || isDocument(item) || item.kind === "sr";

const DOCUMENT_KINDS = ["", "element", "dt", "dt element"];
const FRAME_KINDS = ["", "doc"];

export class Tree {
  readonly document: Item = makeItem(DOCUMENT_ID, "document", "", null, 0);
  /** The id of the next new node. */
  next = DOCUMENT_ID + 1;
  private readonly items = new Map<number, Item>([[DOCUMENT_ID, this.document]]);
  private readonly frames = new Set<Item>();

  /** The item of a node id; throws `BadFrame` where the mirror never saw it or has forgotten it. */
  get(id: number): Item {
    const item = this.items.get(id);
    if (!item) throw new BadFrame("names a node that the mirror does not know");
    return item;
  }

  /** The item of a node id, or null: for questions from outside, which may be stale. */
  find(id: number): Item | null {
    return this.items.get(id) ?? null;
  }

  /** Applies a keyframe's entries to the empty tree. */
  open(entries: readonly Entry[]): Plan {
    return this.applySplices([["children", DOCUMENT_ID, 0, 0, entries as Entry[]]]);
  }

  /** Applies a mutation's splices. After a throw the tree is half changed: only a new tree may follow. */
  apply(first: number, changes: readonly Change[]): Plan {
    if (first !== this.next) throw new BadFrame("numbers its new nodes from elsewhere than the mirror does");
    return this.applySplices(changes.filter((change) => change[0] === "children"));
  }

  private applySplices(splices: readonly ChildrenChange[]): Plan {
    const from = this.detachAll(splices);
    const taken: Item[] = [];
    const placings = splices.map((splice) => this.place(splice, taken));
    this.checkDocuments(placings);
    for (const item of taken) this.settle(item);
    // Only now it is known which of those before stay.
    if (this.frames.size > MAX_SHOWN_FRAMES && [...this.frames].filter(isAttached).length > MAX_SHOWN_FRAMES)
      throw new BadFrame(TOO_MANY_FRAMES);
    const stays = staysOf(placings, from);
    return { detached: [...from.keys()], stays, moved: taken.filter((item) => !stays.has(item)), placings };
  }

  /**
   * Detaches before anything is placed: a batch may turn a child into its parent's parent. Returns what was detached,
   * in order, with its parent of before.
   */
  private detachAll(splices: readonly ChildrenChange[]): Map<Item, Item> {
    const detached = new Map<Item, Item>();
    const spliced = new Set<number>();
    for (const [, parentId, index, removed] of splices) {
      // Also of a list that is made by this very frame: each splice copies it.
      if (spliced.has(parentId)) throw new BadFrame("changes one child list twice");
      spliced.add(parentId);
      const parent = this.items.get(parentId);
      // A parent may also be a node of this very frame; its splice then has nothing to remove.
      if (!parent && removed === 0) continue;
      if (!parent || !canHoldChildren(parent)) throw new BadFrame("changes the children of a node that has none");
      if (index + removed > parent.children.length) throw new BadFrame("changes more children than there are");
      for (let at = index; at < index + removed; at++) {
        const item = parent.children[at] as Item;
        // The DOM cannot take a shadow root off its host.
        if (item.kind === "sr") throw new BadFrame("takes a shadow root from its host");
        item.parent = null;
        detached.set(item, parent);
      }
      if (removed) parent.children.splice(index, removed);
    }
    return detached;
  }

  private place([, parentId, index, , entries]: ChildrenChange, moved: Item[]): Placing {
    const parent = this.get(parentId);
    if (!canHoldChildren(parent) || index > parent.children.length) {
      throw new BadFrame("places children where there is no room for them");
    }
    const items = this.read(entries, parent, index, moved);
    const tops = items.filter((item) => item.parent === parent);
    if (index === parent.children.length) for (const top of tops) parent.children.push(top);
    else parent.children = [...parent.children.slice(0, index), ...tops, ...parent.children.slice(index)];
    if (index === 0 && tops.length && parent.children[tops.length]?.kind === "sr") {
      throw new BadFrame("places a node before a shadow root");
    }
    return { parent, before: parent.children[index + tops.length] ?? null, items };
  }

  /** Reads entries in preorder: each open parent waits for as many children as it announced. */
  private read(entries: readonly Entry[], parent: Item, index: number, moved: Item[]): Item[] {
    const items: Item[] = [];
    // How many children each open parent still waits for; `top` is the innermost.
    const open: { item: Item; left: number }[] = [];
    let top: { item: Item; left: number } | undefined;
    let atFirst = index === 0;
    for (const entry of entries) {
      const above: Item = top ? top.item : parent;
      if (top) atFirst = above.children.length === 0;
      const item = entry[0] === "at" ? this.takeMoved(entry[1], moved) : this.makeNew(entry, above, atFirst);
      atFirst = false;
      item.parent = above;
      // A moved node keeps its depth of before until `settle`, which sees by the difference that its subtree moved too.
      if (above.depth >= MAX_DEPTH) throw new BadFrame("nests deeper than the mirror allows");
      items.push(item);
      if (top) {
        above.children.push(item);
        top.left--;
      }
      const children = childrenOf(entry);
      if (children) open.push((top = { item, left: children }));
      while (top?.left === 0) {
        open.pop();
        top = open.at(-1);
      }
    }
    if (open.length) throw new BadFrame("announces more children than it brings");
    return items;
  }

  private takeMoved(id: number, moved: Item[]): Item {
    const item = this.get(id);
    if (item.parent || isDocument(item)) throw new BadFrame("moves a node that it did not take from its place");
    moved.push(item);
    return item;
  }

  private makeNew(entry: Exclude<Entry, ["at", number]>, parent: Item, atFirst: boolean): Item {
    const kind = entry[0] as Exclude<Kind, "document">;
    if (kind === "dt" && !isDocument(parent)) throw new BadFrame("has a doctype inside the document");
    if ((kind === "doc") !== (parent.kind === "fr")) throw new BadFrame("has a frame or document where none can be");
    // As many new ones may come in the place of those that go.
    if (kind === "fr" && this.frames.size >= 2 * MAX_SHOWN_FRAMES) throw new BadFrame(TOO_MANY_FRAMES);
    if (kind === "sr" && !(atFirst && parent.kind === "el" && (HOSTS.has(parent.name) || parent.name.includes("-")))) {
      throw new BadFrame("has a shadow root where none can be");
    }
    if (this.items.size >= MAX_NODES) throw new BadFrame("holds more nodes than the mirror allows");
    const name =
      kind === "el" || kind === "svg" || kind === "math" || kind === "bx"
        ? (entry[1] as string)
        : kind === "fr"
          ? "iframe"
          : "";
    const item = makeItem(this.next++, kind, name, entry, parent.depth + 1);
    this.items.set(item.id, item);
    if (kind === "fr") this.frames.add(item);
    return item;
  }

  /** A document holds at most a doctype and then one element, a frame one document; the DOM throws on anything else. */
  private checkDocuments(placings: readonly Placing[]): void {
    const changed = new Set([this.document]);
    const holds = (item: Item): unknown => (isDocument(item) || item.kind === "fr") && changed.add(item);
    for (const { parent, items } of placings) {
      holds(parent);
      for (const item of items) holds(item);
    }
    for (const item of changed) {
      const kinds = item.children.map((child) => (isElement(child) ? "element" : child.kind)).join(" ");
      if (!(item.kind === "fr" ? FRAME_KINDS : DOCUMENT_KINDS).includes(kinds)) {
        throw new BadFrame("gives a document or frame children that it cannot have");
      }
    }
  }

  /** Finds cycles among moved nodes, and their new depth. */
  private settle(item: Item): void {
    let depth = 0;
    let above = item.parent;
    for (; above && above !== this.document; above = above.parent) {
      if (++depth > MAX_DEPTH) throw new BadFrame("nests nodes in a circle or too deep");
    }
    if (!above || depth + 1 === item.depth) return;
    const rest: Item[] = [item];
    item.depth = depth + 1;
    for (let next = rest.pop(); next; next = rest.pop()) {
      if (next.depth > MAX_DEPTH) throw new BadFrame("nests deeper than the mirror allows");
      for (const child of next.children) {
        // Settled already: else it would be looked through once for each of a thousand moved nodes above it.
        if (child.depth === next.depth + 1) continue;
        child.depth = next.depth + 1;
        rest.push(child);
      }
    }
  }

  /** Drops what was detached and not placed again, with its subtrees; returns all of it. */
  forget({ detached }: Plan): Item[] {
    const forgotten = detached.filter((item) => !item.parent);
    // Grows while it is walked: a subtree's nodes follow their parent.
    for (const item of forgotten) {
      this.items.delete(item.id);
      this.frames.delete(item);
      for (const child of item.children) forgotten.push(child);
    }
    return forgotten;
  }
}

/** Of the children that are placed under the parent they had, as many as can keep their order. */
function staysOf(placings: readonly Placing[], from: ReadonlyMap<Item, Item>): Set<Item> {
  const stays = new Set<Item>();
  if (!from.size) return stays;
  const ranks = new Map([...from.keys()].map((item, rank) => [item, rank]));
  for (const { parent, items } of placings) {
    const back = items.filter((item) => item.parent === parent && from.get(item) === parent);
    const rise = longestRise(back.map((item) => ranks.get(item) as number));
    for (const at of rise) stays.add(back[at] as Item);
  }
  return stays;
}

function makeItem(id: number, kind: Kind, name: string, entry: Entry | null, depth: number): Item {
  const leaf = kind === "tx" || kind === "mt" || kind === "dt" || kind === "bx";
  return { id, kind, name, entry, parent: null, children: leaf ? NO_CHILDREN : [], depth, node: null };
}

function childrenOf(entry: Entry): number {
  if (entry[0] === "sr") return entry[1];
  if (entry[0] === "fr" || entry[0] === "doc") return entry[2];
  return entry[0] === "el" || entry[0] === "svg" || entry[0] === "math" ? entry[3] : 0;
}

/** The document or shadow root that an item stands in; null where it is not in the tree. */
export function rootOf(item: Item): Item | null {
  let at: Item | null = item;
  while (at && !isDocument(at) && at.kind !== "sr") at = at.parent;
  return at;
}

/** The document that an item stands in, or is; null where it is not in the tree. */
export function documentOf(item: Item): Item | null {
  let at: Item | null = item;
  while (at && !isDocument(at)) at = at.parent;
  return at;
}

/** Whether an item hangs in the tree and not on something that was forgotten. */
export function isAttached(item: Item): boolean {
  let at = item;
  while (at.parent) at = at.parent;
  return at.kind === "document";
}

/** Sorts items into document order, a shadow root's content before its host's other children. */
export function inDocumentOrder(items: Iterable<Item>): Item[] {
  const wanted = new Set(items);
  const sorted: Item[] = [];
  const roots = new Set<Item>();
  // What has a wanted item below it: only there is to be looked, once, however many there are.
  const above = new Set<Item>();
  for (const item of wanted) {
    let at = item;
    for (; at.parent && !above.has(at.parent); at = at.parent) above.add(at.parent);
    if (!at.parent) roots.add(at);
  }
  // Asked of each child before a call for it: most have nothing wanted below them.
  const visit = (item: Item): void => {
    for (const child of item.children) {
      if (wanted.has(child)) sorted.push(child);
      if (above.has(child)) visit(child);
    }
  };
  for (const root of roots) {
    if (wanted.has(root)) sorted.push(root);
    visit(root);
  }
  return sorted;
}
