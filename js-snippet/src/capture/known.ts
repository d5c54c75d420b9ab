/**
 * What the mirror knows: the tree as it was last sent. Knows nothing of how a node is read or judged.
 */
import type { Attributes } from "../mask.ts";
import type { Within } from "../mask/judge.ts";
import { connected } from "../mask/nodes.ts";
import type { BoxEntry } from "../wire/protocol.gen.ts";

/** One node as it was sent. It keeps its node alive only while it stands in the tree. */
export interface Known {
  readonly id: number;
  node: Node;
  /** What it was sent as; for a box with its size. Another form is another node to the mirror. */
  readonly form: string;
  /** What its ancestors said when it was sent: under other rules it is another entry. */
  readonly within: Within;
  /** What its children are within; null where none of them travels. */
  readonly inner: Within | null;
  parent: Known | null;
  children: readonly Known[];
  /** Text as sent; null where masked. */
  text: string | null;
  attributes: Attributes | undefined;
  isControl: boolean;
  /** The mirror lets go of it with this frame, or has. */
  isForgotten: boolean;
  /** Of a frame's document: whether it was sent as one in quirks mode. */
  isQuirks?: boolean;
  /** Of an element that was not told by its own name: the name that it was given. */
  name?: string;
  /** Of a box: its entry. */
  box?: BoxEntry;
}

/** Where a tree is sent again: as what a node of the one before is; undefined where it is not, or as something else. */
export type Again = (old: Known) => Known | undefined;

/** What was told of nodes of the tree before, as of those that are sent again. */
export const movedTo = <T>(of: Again, told: Iterable<readonly [Known, T]>): Map<Known, T> => {
  const moved = new Map<Known, T>();
  for (const [old, what] of told) {
    const known = of(old);
    if (known) moved.set(known, what);
  }
  return moved;
};

export const DOCUMENT_ID = 1;
export const NONE: readonly never[] = Object.freeze([]);
/** A list with one more at its end. Most hold one: an empty array makes room for seventeen with its first. */
export function added<T>(list: readonly T[], one: T): readonly T[] {
  if (!list.length) return [one];
  (list as T[]).push(one);
  return list;
}

export class KnownTree {
  nextId = DOCUMENT_ID + 1;
  size = 0;
  /** Frames that stand in the tree with their documents. */
  readonly frames = new Set<Known>();
  readonly root: Known;
  // A `Known` holds its node anyhow, and a WeakMap costs the collector much.
  readonly #byNode = new Map<Node, Known>();

  constructor(
    document: Document,
    within: Within,
    private readonly onForget: (known: Known) => void,
  ) {
    this.root = this.#put(DOCUMENT_ID, document, "document", within, within, null);
  }

  of(node: Node | null): Known | undefined {
    return node ? this.#byNode.get(node) : undefined;
  }

  /** Looks through all: few ask, and an index would cost every node. */
  byId(id: number): Known | undefined {
    for (const known of this.#byNode.values()) if (known.id === id) return known;
    return undefined;
  }

  all(): Iterable<Known> {
    return this.#byNode.values();
  }

  /** Of nodes that were out of the page, and of what is known below those that still are: what is in it again. */
  returned(away: Iterable<Node>): Known[] {
    const found: Known[] = [];
    const rest: Known[] = [];
    for (const node of away) {
      const known = this.of(node);
      if (known) rest.push(known);
    }
    for (let known = rest.pop(); known; known = rest.pop())
      if (connected(known.node)) found.push(known);
      else for (const child of known.children) rest.push(child);
    return found;
  }

  add(node: Node, form: string, within: Within, inner: Within | null, parent: Known): Known {
    const known = this.#put(this.nextId++, node, form, within, inner, parent);
    if (form === "fr") this.frames.add(known);
    return known;
  }

  /** A node as another tree has it, but for its children. */
  addAgain(old: Known, parent: Known): Known {
    const known = this.add(old.node, old.form, old.within, old.inner, parent);
    const { children, id } = known;
    return Object.assign(known, old, { children, id, parent });
  }

  #put(id: number, node: Node, form: string, within: Within, inner: Within | null, parent: Known | null): Known {
    const known: Known = {
      id,
      node,
      form,
      within,
      inner,
      parent,
      children: NONE,
      text: null,
      attributes: undefined,
      isControl: false,
      isForgotten: false,
    };
    this.#byNode.set(node, known);
    this.size++;
    return known;
  }

  /** A text node took the place of another: to the mirror it is the same one. */
  rebind(known: Known, node: Text): void {
    this.#byNode.delete(known.node);
    known.node = node;
    this.#byNode.set(node, known);
  }

  /** Forgets a node and what stands below it: the mirror does the same at the end of the frame. */
  forget(known: Known): void {
    const rest = [known];
    for (let next = rest.pop(); next; next = rest.pop()) {
      if (next.isForgotten) continue;
      next.isForgotten = true;
      this.size--;
      if (this.#byNode.get(next.node) === next) this.#byNode.delete(next.node);
      this.frames.delete(next);
      this.onForget(next);
      for (const child of next.children) if (child.parent === next) rest.push(child);
    }
  }
}

/** The text in a node as it was sent, each run of blanks as one. */
export function textIn(known: Known, isLeftOut: (known: Known) => boolean): string {
  const texts: string[] = [];
  const collect = (at: Known): void => {
    if (isLeftOut(at)) return;
    if (at.text) texts.push(at.text);
    at.children.forEach(collect);
  };
  collect(known);
  return texts.join(" ").replace(/\s+/g, " ").trim();
}

/** Goes through the known tree from a node on, in document order or against it. */
export class Walk {
  #siblings: readonly Known[];
  #at: number;
  #node: Known;
  /** Where to go on, once the siblings are done. */
  readonly #path: { siblings: readonly Known[]; at: number; node: Known }[] = [];

  constructor(start: Known) {
    this.#node = start;
    [this.#siblings, this.#at] = placeOf(start);
  }

  next(): Known | null {
    const { children } = this.#node;
    if (children.length) return this.#enter(children, 0);
    while (this.#at + 1 >= this.#siblings.length) if (!this.#leave()) return null;
    return (this.#node = this.#siblings[++this.#at] as Known);
  }

  back(): Known | null {
    if (this.#at <= 0) return this.#leave();
    this.#node = this.#siblings[--this.#at] as Known;
    for (let { children } = this.#node; children.length; { children } = this.#node)
      this.#enter(children, children.length - 1);
    return this.#node;
  }

  #enter(children: readonly Known[], at: number): Known {
    this.#path.push({ siblings: this.#siblings, at: this.#at, node: this.#node });
    this.#siblings = children;
    this.#at = at;
    return (this.#node = children[at] as Known);
  }

  #leave(): Known | null {
    const above = this.#path.pop();
    if (above) ({ siblings: this.#siblings, at: this.#at, node: this.#node } = above);
    else {
      const { parent } = this.#node;
      if (!parent) return null;
      this.#node = parent;
      [this.#siblings, this.#at] = placeOf(parent);
    }
    return this.#node;
  }
}

function placeOf(known: Known): [readonly Known[], number] {
  const siblings = known.parent?.children ?? [];
  return [siblings, siblings.indexOf(known)];
}
