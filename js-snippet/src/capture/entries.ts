/**
 * Makes entries of nodes: the one serialiser, for keyframes and additions alike. What it writes of a node comes from
 * the mask. Knows nothing of what is dirty.
 */
import type { Mask } from "../mask.ts";
import type { Look, Within } from "../mask/judge.ts";
import { firstChild, isElement, localName, nextSibling, shadowRootOf } from "../mask/nodes.ts";
import { BOXES, type Form } from "../mask/tree.ts";
import type { BoxEntry, Entry } from "../wire/protocol.gen.ts";
import { measure } from "./boxes.ts";
import type { Known, KnownTree } from "./known.ts";

/** The page holds more nodes than a shopper's browser should have to serialise. */
export class TooLarge extends Error {}

// Parsers stop nesting at 512; what a script nests deeper no mirror needs to lay out.
const MAX_DEPTH = 1000;

/** A child as it is captured: what form it takes, and what the mirror knows of it already. */
export interface Slot {
  readonly node: Node;
  readonly form: Form;
  readonly key: string;
  readonly known: Known | undefined;
  readonly box: BoxEntry | undefined;
}

export class Serialiser {
  /** Known nodes that this frame placed anew, and new nodes, in the order of their entries. */
  readonly placed = new Set<Known>();
  readonly made: Known[] = [];
  /** Where a new text's entry stands, so that it can still be masked before the frame leaves. */
  readonly textEntries = new Map<Known, Entry>();
  /** Old parents that lost children to new places. */
  readonly robbed = new Set<Known>();
  #depth = 0;

  constructor(
    private readonly mask: Mask,
    private readonly tree: KnownTree,
    /** What was sent of a node before this epoch or before its entry was renewed. */
    private readonly previous: (node: Node) => Known | undefined,
    private readonly maxNodes: number,
  ) {}

  /** The captured children of a node, as they stand in the page now. */
  slotsOf(node: Node, inner: Within): Slot[] {
    const slots: Slot[] = [];
    const push = (child: Node): void => {
      const form = this.mask.shape.formOf(child, inner);
      if (!form) return;
      const box = BOXES.test(form) ? this.#boxOf(form as BoxEntry[1], child as Element, inner) : undefined;
      // A box of another size is another entry.
      const key = box ? box.join() : form;
      const known = this.tree.of(child);
      const { rule, personal } = known?.within ?? {};
      const isSame = known?.form === key && rule === inner.rule && personal === inner.personal;
      slots.push({ node: child, form, key, known: isSame ? known : undefined, box });
    };
    const shadow = isElement(node) && shadowRootOf(node);
    if (shadow) push(shadow);
    for (let child = firstChild(node); child; child = nextSibling(child)) push(child);
    return slots;
  }

  /** Writes the entry, or entries, of one slot, and gives the node that stands there from now on. */
  write(slot: Slot, parent: Known, inner: Within, out: Entry[]): Known {
    const { known } = slot;
    if (!known) return this.#make(slot, parent, inner, out);
    if (known.parent !== parent) {
      if (known.parent) this.robbed.add(known.parent);
      known.parent = parent;
    }
    this.placed.add(known);
    out.push(["at", known.id]);
    return known;
  }

  /** The node is to be sent as another entry: the mirror is to let go of the one it holds, wherever it stands. */
  renew(known: Known): void {
    if (known.parent) this.robbed.add(known.parent);
    known.parent = null;
    this.tree.forget(known);
  }

  #boxOf(form: BoxEntry[1], element: Element, within: Within): BoxEntry {
    const { width, height, style } = measure(form, element);
    const label = this.mask.labelBox(form, element, within);
    return ["bx", form, label, width, height, this.mask.echoes.repeats(style) ? "" : style];
  }

  #make({ node, form, key, box }: Slot, parent: Known, within: Within, out: Entry[]): Known {
    if (this.tree.size >= this.maxNodes) throw new TooLarge();
    const stale = this.tree.of(node);
    if (stale) this.renew(stale);
    const isTagged = form === "el" || form === "svg" || form === "math";
    const look = isTagged ? this.mask.judge.look(node as Element, within) : undefined;
    const inner = look ? this.mask.shape.enterElement(node as Element, within, look) : form === "sr" ? within : null;
    const known = this.tree.add(node, key, within, inner, parent);
    known.isControl = !!look?.kind;
    this.made.push(known);
    const before = this.previous(node);
    switch (form) {
      case "tx": {
        known.text = this.mask.readText(node as Text, within, before?.text);
        const entry: Entry = known.text === null ? ["mt"] : ["tx", known.text];
        this.textEntries.set(known, entry);
        out.push(entry);
        return known;
      }
      case "dt":
        out.push(["dt", (node as DocumentType).name.slice(0, 120)]);
        return known;
      case "sr": {
        const entry: Entry = ["sr", 0];
        out.push(entry);
        entry[1] = this.#makeChildren(known, out);
        return known;
      }
      case "el":
      case "svg":
      case "math": {
        const attributes = this.mask.readAttributes(node as Element, within, look as Look, before?.attributes);
        known.attributes = attributes;
        const entry: Entry = [form, localName(node), attributes, 0];
        out.push(entry);
        entry[3] = this.#makeChildren(known, out);
        return known;
      }
      default:
        out.push(box as BoxEntry);
        return known;
    }
  }

  #makeChildren(known: Known, out: Entry[]): number {
    if (!known.inner) return 0;
    if (++this.#depth > MAX_DEPTH) throw new TooLarge();
    for (const slot of this.slotsOf(known.node, known.inner))
      known.children.push(this.write(slot, known, known.inner, out));
    this.#depth--;
    return known.children.length;
  }
}
