/**
 * Symbols of sprite files (`<use href="/icons.svg#cart">`), which no mirror can load: captured as if they stood beside the
 * `<use>`, and judged as anything that stands there. Knows nothing of how a file is fetched.
 */
import { isConnected, parentNode, stand } from "./nodes.ts";

interface Shown {
  /** The reference as the page wrote it. */
  readonly of: string;
  readonly id: string;
}

export class Sprites {
  /** Elements whose symbols are to be fetched. */
  readonly wanted = new Set<Element>();
  readonly #shown = new WeakMap<Element, Shown>();
  readonly #below = new WeakMap<Node, Map<Element, Element>>();
  /** Whether any was shown: most pages have none. */
  hasAny = false;

  /** What an element refers to in the mirror; null while that is not there. */
  reference(use: Element, of: string): string | null {
    const shown = this.#shown.get(use);
    if (shown?.of === of) return shown.id ? `#${shown.id}` : null;
    // A symbol that refers to further files, perhaps to itself, brings no more of them.
    if (isConnected(use)) this.wanted.add(use);
    return null;
  }

  /** @param symbol stands beside the element from now on, out of sight; null: there is none to be had. */
  show(use: Element, of: string, id: string, symbol: Element | null): void {
    const parent = parentNode(use) as Node;
    this.#shown.set(use, { of, id: symbol ? id : "" });
    const below = this.#below.get(parent) ?? new Map<Element, Element>();
    this.#below.set(parent, below);
    below.delete(use);
    if (!symbol) return;
    below.set(use, symbol);
    this.hasAny = true;
    stand(symbol, parent);
  }

  /** What stands below a node beside its own children. */
  *below(parent: Node): Iterable<Node> {
    for (const [use, symbol] of this.#below.get(parent) ?? []) if (parentNode(use) === parent) yield symbol;
  }
}
