/**
 * Where a line of text ends, by the names of elements and without layout: as the relay's tripwire tells it
 * (server/beside/tripwire.py). Knows nothing of what the texts say.
 */
import { isElement, localName, treeParent } from "../mask/nodes.ts";

// HTML's phrasing content, SVG's tspan; custom elements are inline unless styled.
const INLINE = new Set(
  (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp slot small span " +
    "strike strong sub sup time tspan tt u var wbr"
  ).split(" "),
);

/**
 * Does a line end between two text nodes in document order? Only what stands around one of them counts: a `<br>` between
 * them joins more than the relay would join, and so masks more.
 */
export function endsLine(one: Node, next: Node): boolean {
  const around = new Set<Node>();
  for (let node = treeParent(one); node; node = treeParent(node)) around.add(node);
  let shared = treeParent(next);
  for (; shared && !around.has(shared); shared = treeParent(shared)) if (endsItself(shared)) return true;
  for (const node of around) {
    if (node === shared) return false;
    if (endsItself(node)) return true;
  }
  return true;
}

function endsItself(node: Node): boolean {
  if (!isElement(node)) return false;
  const name = localName(node).toLowerCase();
  return !INLINE.has(name) && !name.includes("-");
}
