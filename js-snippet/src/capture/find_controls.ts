/** Finds the controls whose values are to exist before a frame is read. Knows nothing of what they hold. */
import { controlsWithin, firstChild, isElement, nextSibling, shadowRootOf, treeParent } from "../mask/nodes.ts";
import type { KnownTree } from "./known.ts";
import type { Reading } from "./reading.ts";

/**
 * All of the page's for a keyframe, else those of the roots that are watched, and of those that this frame may bring: it
 * would read them behind what may repeat them. `searched`: what was gone through for this frame, and changed since only
 * where it is marked.
 */
export function findControls(
  { dirty, document, mask, tree }: Reading,
  roots: ReadonlyMap<Node, unknown>,
  isFull: boolean,
  searched: WeakSet<Node>,
): Element[] {
  const documentIn = (frame: Element): Document | null => mask.shape.documentIn(frame);
  /** What is painted within an element beside its children: an open shadow root, or the document of a shown frame. */
  const inside = (element: Element): Node | null => shadowRootOf(element) ?? documentIn(element);
  if (isFull) return controlsWithin(document, documentIn);
  const found = dirty.parents.size ? [...roots.keys()].flatMap((root) => controlsWithin(root)) : [];
  const search = (root: Node | null): void => void (root && found.push(...controlsWithin(root, documentIn)));
  for (const host of [...dirty.shapes, ...[...tree.frames].map(({ node }) => node as Element)]) {
    const root = inside(host);
    if (root && !roots.has(root)) search(root);
  }
  const searchNew = (parent: Node): void => {
    for (let child = firstChild(parent); child; child = nextSibling(child)) {
      if (!isElement(child) || tree.of(child) || searched.has(child)) continue;
      searched.add(child);
      search(inside(child));
      if (firstChild(child)) search(child);
    }
  };
  // A root may have come with its host, made or filled while that was nowhere, or by no call that is heard of.
  for (const parent of dirty.parents) if (tree.of(parent)) searchNew(parent);
  // What hangs below what is new was gone through with it; where nothing travels all is unknown.
  for (const parent of dirty.parents) if (!tree.of(parent) && !hangsBelow(parent, searched, tree)) searchNew(parent);
  return found;
}

function hangsBelow(node: Node, searched: WeakSet<Node>, tree: KnownTree): boolean {
  for (let at: Node | null = node; at && !tree.of(at); at = treeParent(at))
    if (searched.has(at)) {
      searched.add(node);
      return true;
    }
  return false;
}
