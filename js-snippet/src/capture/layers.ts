/**
 * The top layer as the mirror has it. The browser tells its order to nobody: it is the order in which elements were seen
 * to enter it, and document order for those that stood there before anybody watched.
 */
import type { Attributes } from "../mask.ts";
import { localName } from "../mask/nodes.ts";
import type { Change, LayerChange } from "../wire/protocol.gen.ts";
import type { Dirty } from "./dirty.ts";
import { type Again, type Known, movedTo } from "./known.ts";
import { layerOf } from "./observe_layers.ts";

export class Layers {
  /** What stands in the top layer, the uppermost last. Outlives epochs. */
  readonly #order = new Set<Element>();
  /** What the mirror was told of, in its order. */
  #sent = new Map<Known, LayerChange[2]>();

  constructor(private readonly document: Document) {}

  forget(known: Known): void {
    this.#sent.delete(known);
  }

  reset(): void {
    this.#sent.clear();
  }

  /** The tree is sent again as it was: so is what lies on top. `of`: as what a node is sent again. */
  again(of: Again, changes: Change[]): void {
    this.#sent = movedTo(of, this.#sent);
    for (const [{ id }, layer] of this.#sent) changes.push(["layer", id, layer]);
  }

  /** An element that is new to this epoch. */
  add({ attributes, node }: Known, { layers }: Dirty): void {
    const mayEnter = localName(node) === "dialog" || "popover" in (attributes as Attributes);
    if (mayEnter && !this.#order.has(node as Element)) layers.add(node as Element);
  }

  describe({ layers }: Dirty, of: (node: Node) => Known | undefined, changes: Change[]): void {
    const order = this.#order;
    const { fullscreenElement } = this.document;
    if (fullscreenElement && !order.has(fullscreenElement)) layers.add(fullscreenElement);
    for (const element of layers) {
      order.delete(element);
      order.add(element);
    }
    const now = new Map<Known, LayerChange[2]>();
    for (const element of order) {
      const layer = layerOf(element);
      const known = of(element);
      if (!layer) order.delete(element);
      else if (known?.attributes) now.set(known, layer);
    }
    for (const [known, layer] of this.#sent)
      if (now.get(known) !== layer) {
        this.#sent.delete(known);
        if (!now.has(known)) changes.push(["layer", known.id, null]);
      }
    // What is told stands on top of all that was told before: from the first that stands elsewhere on, all are told.
    const before = [...this.#sent.keys()];
    let isSame = true;
    for (const [known, layer] of now) {
      isSame &&= known === before.shift();
      if (!isSame) changes.push(["layer", known.id, layer]);
    }
    this.#sent = now;
    layers.clear();
  }
}
