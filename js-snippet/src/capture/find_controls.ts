/** Finds the controls whose values are to exist before a frame is read. Knows nothing of what they hold. */
import { controlsWithin, firstChild, isElement, nextSibling, shadowRootOf } from "../mask/nodes.ts";
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
  /** What is painted within an element beside its children: an open shadow root, or the document of a shown frame. */
  const inside = (element: Element): Node | null => shadowRootOf(element) ?? mask.shape.documentIn(element);
  if (isFull) return controlsWithin(document, inside);
  const found = dirty.parents.size ? [...roots.keys()].flatMap((root) => controlsWithin(root)) : [];
  for (const host of [...dirty.shapes, ...[...tree.frames].map(({ node }) => node as Element)]) {
    const root = inside(host);
    if (root && !roots.has(root)) found.push(...controlsWithin(root, inside));
  }
  // A root may have come with its host, made or filled while that was nowhere, or by no call that is heard of.
  for (const parent of dirty.parents)
    for (let child = firstChild(parent); child; child = nextSibling(child)) {
      if (!isElement(child) || tree.of(child) || searched.has(child)) continue;
      searched.add(child);
      for (const root of [inside(child), child]) if (root) found.push(...controlsWithin(root, inside));
    }
  return found;
}
