/** What changed since the last frame: marks, never copies of what changed. Knows nothing of the mirror. */

import { connected, localName, rootOf } from "../mask/nodes.ts";

// Attributes that decide what an element is captured as, and by what rule.
const SHAPING = /^(?:data-beside|type|rel|contenteditable|role|src|srcdoc|sandbox)$/;
const LAYERING = /^(?:open|popover)$/;
const BY_KIND = /^(?:style|min|max|step|value)$/;
const STYLING = /^(?:media|href|disabled|rel|type)$/;

// As many nodes as a page may have: marks beyond are of nodes that have come and gone, and would keep them.
const MAX_MARKS = 150_000;

/** What a change of an attribute of this name marks. `bit`: its place in a mark's set of names. */
interface Named {
  readonly bit: number;
  readonly isShaping: boolean;
  readonly isLayering: boolean;
  readonly isStyling: boolean;
  readonly isSwitching: boolean;
  readonly isLabelling: boolean;
  readonly isNaming: boolean;
}

/** A set of attribute names, a bit each: a page changes few of them, over and over. */
export type Names = number;
/** Any name: the page changes more than there are bits for. */
export const ANY_NAME: Names = 1 << 31;
// A page that makes up names for ever fills no memory of ours.
const MAX_NAMES = 500;
const NAMES: string[] = [];
const named = new Map<string, Named>();

function namedBy(name: string): Named {
  let found = named.get(name);
  if (!found) {
    // Of a picture's sources one is told, with its size, whichever of the three decides it.
    const isOne = NAMES.length < 31 && !/^(?:src(?:set)?|sizes)$/.test(name);
    const bit = isOne ? 1 << (NAMES.push(name) - 1) : ANY_NAME;
    found = {
      bit,
      isShaping: SHAPING.test(name),
      isLayering: LAYERING.test(name),
      isStyling: STYLING.test(name),
      isSwitching: name === "disabled",
      isLabelling: name === "for",
      isNaming: name === "id",
    };
    if (named.size < MAX_NAMES) named.set(name, found);
  }
  return found;
}

/** The names in a set. */
export interface NameSet {
  readonly names: readonly string[];
  /** Each is judged alike whatever kind of element carries it. */
  readonly arePlain: boolean;
}

const sets = new Map<Names, NameSet>();
/** Null where it may be any. */
export function namesIn(set: Names): NameSet | null {
  if (set & ANY_NAME) return null;
  let found = sets.get(set);
  if (!found) {
    if (sets.size >= MAX_NAMES) sets.clear();
    const names = NAMES.filter((_, at) => set & (1 << at));
    sets.set(set, (found = { names, arePlain: !names.some((name) => BY_KIND.test(name)) }));
  }
  return found;
}

export class Dirty {
  /** Nodes whose child lists may differ. */
  parents = new Set<Node>();
  /** Of those, what was marked since the last slice of the frame that is read; null while none is. */
  #fresh: Set<Node> | null = null;
  /** Known nodes that were taken from their places since the last frame, and stand where they are watched. */
  #moved = new Set<Node>();
  /** The same, until the frame that is read has told where they stand. */
  #before = new Set<Node>();
  /** Those that stood where nobody watches at the end of some turn of the page's scripts: what is known of them is of old. */
  away = new Set<Node>();
  attributes = new Map<Element, Names>();
  texts = new Set<Text>();
  /** Elements that may be another form of entry now, or under another rule. */
  shapes = new Set<Element>();
  /** Elements that may own a style sheet which their attributes say otherwise of now. */
  sheets = new Set<Element>();
  /** Elements that scrolled; the document for the window. */
  readonly scrolled = new Set<Node>();
  readonly layers = new Set<Element>();
  /** A fieldset may have switched the controls in it on or off. */
  isSwitched = false;
  /** Another element may label a control, or be what one names by its id. */
  areRelabelled = false;
  areRenamed = false;
  /** What an element is captured as may be another since controls were last looked for. */
  areReshaped = false;
  /** Marks were given up for their number: what is owed is a keyframe. */
  isLost = false;

  /**
   * Gives the roots whose own child lists changed. `watched`: all of them; `onLeave` is told of each node that leaves a
   * known one, and while a frame is read also of each that leaves another.
   */
  take(
    records: readonly MutationRecord[],
    watched: ReadonlyMap<Node, unknown>,
    isKnown: (node: Node) => boolean,
    onLeave: (node: Node) => void,
  ): Set<Node> {
    const roots = new Set<Node>();
    let mayLose = false;
    let isLess = false;
    const mayLeave = this.#fresh || this.#moved.size || this.#before.size;
    let parent: Node | null = null;
    let element: Node | null = null;
    let names: Names = 0;
    for (const record of records) {
      // Each of these is a call into the browser: of most records two suffice.
      const { attributeName, target } = record;
      if (attributeName !== null) {
        const { bit, isLabelling, isLayering, isNaming, isShaping, isStyling, isSwitching } = namedBy(attributeName);
        // Pages mostly change the attributes of one element after those of another: one mark serves all of its records.
        if (target !== element) {
          if (element) this.mark(element as Element, names);
          element = target;
          names = 0;
        }
        names |= bit;
        if (isShaping) {
          this.shapes.add(target as Element);
          this.areReshaped = true;
        }
        if (isLayering) this.layers.add(target as Element);
        if (isStyling) {
          this.sheets.add(target as Element);
          // `xlink:href` is another attribute than `href`, and a record tells its name without its prefix.
          if (record.attributeNamespace) names = ANY_NAME;
        }
        if (isLabelling) this.areRelabelled = true;
        if (isNaming) this.areRenamed = true;
        if (isSwitching && localName(target) === "fieldset") this.isSwitched = true;
      } else if (record.type === "childList") {
        // Most that build or empty a list do so one node after the other, too.
        if (target !== parent) {
          this.markParent((parent = target));
          mayLose = isKnown(target);
          if (watched.has(target)) roots.add(target);
        }
        if (mayLose || mayLeave)
          for (const node of record.removedNodes) {
            isLess = true;
            onLeave(node);
            if (mayLose && isKnown(node)) this.#moved.add(node);
          }
      } else this.texts.add(target as Text);
    }
    // The browser watches what left until the end of this turn.
    if (isLess)
      for (const moved of [this.#moved, this.#before])
        for (const node of moved)
          if (!connected(node) || !watched.has(rootOf(node))) {
            moved.delete(node);
            this.away.add(node);
          }
    if (element) this.mark(element as Element, names);
    if (this.#count + this.away.size + this.#moved.size > MAX_MARKS) {
      this.clear();
      this.isLost = true;
    }
    return roots;
  }

  /** Some attributes of an element may read otherwise now. */
  mark(element: Element, names: Names = ANY_NAME): void {
    this.attributes.set(element, (this.attributes.get(element) ?? 0) | names);
  }

  /** The page changed this node's children. */
  markParent(node: Node): void {
    this.parents.add(node);
    this.#fresh?.add(node);
  }

  /** The parents that were marked since it was last called for this frame. */
  takeFresh(): ReadonlySet<Node> {
    const fresh = this.#fresh ?? new Set();
    this.#fresh = new Set();
    return fresh;
  }

  /** The frame is read to its end. */
  settle(): void {
    this.#fresh = null;
    // Where they stand now it may have put off.
    if (this.parents.size) for (const node of this.#before) this.#moved.add(node);
    this.#before.clear();
  }

  /** Hands over the marks of the tree: while they are read, new ones are made. */
  drain(): Dirty {
    this.#before = this.#moved;
    this.#moved = new Set();
    const { layers, scrolled } = this;
    const drained = Object.assign(new Dirty(), this);
    Object.assign(this, new Dirty(), { layers, scrolled });
    return drained;
  }

  get #count(): number {
    return this.parents.size + this.attributes.size + this.texts.size + this.shapes.size;
  }

  get hasTree(): boolean {
    return this.#count > 0;
  }

  clear(): void {
    this.#fresh &&= new Set();
    this.#moved.clear();
    this.#before.clear();
    Object.assign(this, new Dirty());
  }
}
