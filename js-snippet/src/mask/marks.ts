/** What was judged an echo, by the node that carries it: once masked it stays so. Knows nothing of values. */
import { isText, treeParent } from "./nodes.ts";

// Of one node: a text that is rewritten for ever fills no memory. Long values are known by themselves.
const MAX_MARKS = 50;

export class Marks {
  /** Strings judged an echo, by the node that carries them: a verdict outlives the epoch. */
  readonly #found = new WeakMap<Node, Set<string>>();
  hasAny = false;

  /** A text is one on its parent too: whatever text node says it there next is no other. */
  add(node: Node, text: string): void {
    this.hasAny = true;
    this.#add(node, text);
    const parent = isText(node) && treeParent(node);
    if (parent) this.#add(parent, `#${text}`);
  }

  #add(node: Node, text: string): void {
    let found = this.#found.get(node);
    if (!found) this.#found.set(node, (found = new Set()));
    found.add(text);
    if (found.size > MAX_MARKS) found.delete(found.values().next().value as string);
  }

  has(node: Node, text: string): boolean {
    if (!this.hasAny) return false;
    if (this.#found.get(node)?.has(text)) return true;
    const parent = isText(node) && treeParent(node);
    return !!parent && !!this.#found.get(parent)?.has(`#${text}`);
  }

  areOn(node: Node): boolean {
    return this.hasAny && this.#found.has(node);
  }

  /** A node took the place of another: what was an echo on that one is one on this, also where nothing remembers the value. */
  follow(from: Node, to: Node): void {
    for (const text of this.#found.get(from) ?? []) this.#add(to, text);
  }
}
