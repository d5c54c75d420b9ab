/**
 * A large page is painted in two parts, as a browser paints one that still loads: what begins it at once, and the rest
 * behind that first paint. Most of the time to a paint is the browser's own layout, and it lays out what is there.
 * Knows nothing of how nodes are built.
 */
import { type Item, rootOf } from "./tree.ts";

// Nodes: several screens of any shop's page that we know, and a small part of the time that ten thousand take.
const FIRST_NODES = 1500;
// A page that is not much more than its first part gains nothing.
const LARGE_NODES = 2 * FIRST_NODES;
// What a control shows is decided by all that it holds.
const WHOLE = new Set(["select", "optgroup", "option", "datalist"]);

/**
 * How many of a keyframe's items, in document order, are painted first: all of them where a part would show something
 * else than the page's first screens.
 *
 * @param changes of the keyframe: each one's tag, and the item that it names.
 */
export function firstPart(items: readonly Item[], changes: readonly (readonly [string, Item | null])[]): number {
  // A console in the background paints no frame to wait for.
  if (items.length <= LARGE_NODES || document.hidden) return items.length;
  let count = FIRST_NODES;
  while (count < items.length && WHOLE.has((items[count] as Item).parent?.name ?? "")) count++;
  const next = items[count]?.id ?? Infinity;
  // Ids rise in document order. What is scrolled, or lies over the page, may stand anywhere; late style would flash.
  const isApart = ([tag, item]: readonly [string, Item | null]): boolean =>
    tag === "scroll" ||
    tag === "layer" ||
    (tag === "sheet" && !!item && item.id >= next && (rootOf(item)?.id ?? 0) < next);
  return changes.some(isApart) ? items.length : count;
}

/** Calls `act` in the animation frame after the next paint, unless the returned function is called before. */
export function afterPaint(act: () => void): () => void {
  let frame = requestAnimationFrame(() => (frame = requestAnimationFrame(act)));
  return () => cancelAnimationFrame(frame);
}
