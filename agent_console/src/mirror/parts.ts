/**
 * A large page is painted in two parts, as a browser paints one that still loads: what fills the screen at once, and the
 * rest behind that first paint. Most of the time to a paint is the browser's own layout, and it lays out what is there.
 * Knows nothing of how nodes are built.
 */
import * as dom from "./dom.ts";
import { type Item, rootOf } from "./tree.ts";

// Nodes: a screen of most pages. Each step that does not fill one costs a layout of what is there.
const STEP_NODES = 500;
// Several screens of any shop's page that we know, also where menus that nobody sees come first, and a small part of the
// time that ten thousand take.
const FIRST_NODES = 1500;
// A page that is not much more than its first part gains nothing.
const LARGE_NODES = 2 * FIRST_NODES;
// What a control shows is decided by all that it holds.
const WHOLE = new Set(["select", "optgroup", "option", "datalist"]);

/**
 * How many of a keyframe's items, in document order, may be painted first, from the fewest to the most: all of them where
 * a part would show something else than the page's first screens.
 *
 * @param changes of the keyframe: each one's tag, and the item that it names.
 */
export function firstParts(items: readonly Item[], changes: readonly (readonly [string, Item | null])[]): number[] {
  // A console in the background paints no frame to wait for.
  if (items.length <= LARGE_NODES || document.hidden) return [items.length];
  const counts: number[] = [];
  for (let nodes = STEP_NODES; nodes <= FIRST_NODES; nodes += STEP_NODES) {
    let count = nodes;
    while (count < items.length && WHOLE.has((items[count] as Item).parent?.name ?? "")) count++;
    const next = items[count]?.id ?? Infinity;
    if (count > (counts.at(-1) ?? 0) && !changes.some((change) => isApart(change, next))) counts.push(count);
  }
  return counts.length ? counts : [items.length];
}

/** Ids rise in document order. What is scrolled, or lies over the page, may stand anywhere; late style would flash. */
function isApart([tag, item]: readonly [string, Item | null], next: number): boolean {
  if (tag === "scroll" || tag === "layer") return true;
  return tag === "sheet" && !!item && item.id >= next && (rootOf(item)?.id ?? 0) < next;
}

/**
 * Does all that follows this node in document order begin below the screen, as far as the flow of the page decides it?
 * What a page takes out of the flow may stand anywhere, whatever is built.
 */
export function isBelowScreen(last: Node, realm: Window): boolean {
  let at: Element | null = dom.isElementNode(last) ? last : parentElement(last);
  if (!at || dom.rectOf(at).top < realm.innerHeight) return false;
  for (let around = parentElement(at); around; [at, around] = [around, parentElement(around)]) {
    const { top, bottom } = dom.rectOf(at);
    // In columns, rows and grids what follows may stand beside a node, in a block only under it.
    const edge = isUnder(getComputedStyle(at), getComputedStyle(around)) ? bottom : top;
    if (edge < realm.innerHeight) return false;
  }
  // Not so in a shadow root, whose content may be shown anywhere in its host, or in a frame of the page.
  return at === dom.documentElement(realm.document);
}

const parentElement = (node: Node): Element | null => {
  const parent = dom.parentNode(node);
  return parent && dom.isElementNode(parent) ? parent : null;
};

const isUnder = (child: CSSStyleDeclaration, parent: CSSStyleDeclaration): boolean =>
  /^(?:block|flow-root|list-item)$/.test(parent.display) &&
  parent.columnCount === "auto" &&
  parent.columnWidth === "auto" &&
  /^(?:block|flow-root|list-item|flex|grid|table)$/.test(child.display) &&
  child.float === "none" &&
  /^(?:static|relative)$/.test(child.position);

/** Calls `act` in the animation frame after the next paint, unless the returned function is called before. */
export function afterPaint(act: () => void): () => void {
  let frame = requestAnimationFrame(() => (frame = requestAnimationFrame(act)));
  return () => cancelAnimationFrame(frame);
}
