/** Finds the controls whose values are to exist before a frame is read. Knows nothing of what they hold. */
import { controlsWithin, shadowRootOf } from "../mask/nodes.ts";
import type { Reading } from "./reading.ts";

/**
 * All of the page's for a keyframe, else those of the roots that are watched, and of those that this frame may bring: it
 * would read them behind what may repeat them.
 */
export function findControls(
  { dirty, document, mask, tree }: Reading,
  roots: ReadonlyMap<Node, unknown>,
  isFull: boolean,
): Element[] {
  /** What is painted within an element beside its children: an open shadow root, or the document of a shown frame. */
  const inside = (element: Element): Node | null => shadowRootOf(element) ?? mask.shape.documentIn(element);
  if (isFull) return controlsWithin(document, inside);
  const found = dirty.parents.size ? [...roots.keys()].flatMap((root) => controlsWithin(root)) : [];
  for (const host of [...dirty.shapes, ...[...tree.frames].map(({ node }) => node as Element)]) {
    const root = inside(host);
    if (root && !roots.has(root)) found.push(...controlsWithin(root, inside));
  }
  return found;
}
