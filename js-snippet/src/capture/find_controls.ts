/** Finds the controls whose values are to exist before a frame is read. Knows nothing of what they hold. */
import { isNative, kindOf } from "../mask/controls.ts";
import {
  connected,
  controlsWithin,
  firstChild,
  isDocument,
  isElement,
  nextSibling,
  rootsBelow,
  shadowRootOf,
  treeParent,
} from "../mask/nodes.ts";
import type { Reading } from "./reading.ts";

/**
 * All of the page's for a keyframe (`parents` null), else those of the roots that are watched, and of those that this frame
 * may bring: it would read them behind what may repeat them. `parents`: whose children changed since it was last asked for
 * this frame; `early` takes the roots that nobody watches yet, and that the frame may bring.
 */
export function findControls(
  reading: Reading,
  roots: ReadonlyMap<Node, object>,
  parents: ReadonlySet<Node> | null,
  early: Set<Node>,
): Element[] {
  const { dirty, document, fields, mask, searched, surroundings, tree } = reading;
  /** Elements that are gone through here, each with all that hangs below. */
  const now = new Set<Node>();
  const documentIn = (frame: Element): Document | null => mask.shape.documentIn(frame);
  /** What is painted within an element beside its children: an open shadow root, or the document of a shown frame. */
  const inside = (element: Element): Node | null => shadowRootOf(element) ?? documentIn(element);
  // What only changes texts brings no other controls to the roots. Of what else a keyframe changes the marks are gone.
  if (!parents || dirty.areReshaped) reading.forgetControls();
  dirty.areReshaped = false;
  if (!parents) return controlsWithin(document, documentIn, early);
  const found: Element[] = [];
  const search = (root: Node | null, done: Set<Node>): void => {
    if (!root || done.has(root)) return;
    done.add(root);
    found.push(...controlsWithin(root, documentIn, done === now ? early : done, now));
  };
  const searchAt = (element: Element): void => {
    search(inside(element), early);
    search(element, now);
  };
  /** `isRead`: what stands in it and is not known was gone through before, unless it is marked itself. */
  const searchIn = (parent: Node, isRead: boolean): void => {
    const fresh: Element[] = [];
    let isNew = isElement(parent);
    for (let child = firstChild(parent); child; child = nextSibling(child)) {
      const known = tree.of(child);
      if (known || (isRead && searched.has(child))) isNew = false;
      else if (isElement(child)) fresh.push(child);
      if (known && known.parent?.node !== parent && isElement(child)) reading.forgetControls();
    }
    for (const child of fresh) searched.add(child);
    if (fresh.length) reading.forgetControls();
    // What is new from end to end is gone through as one: calls into the browser cost more than nodes.
    if (isNew && fresh.length) search(parent, now);
    else fresh.forEach(searchAt);
  };
  // What is known of these is of old.
  for (const { node } of tree.returned(dirty.away))
    if (isElement(node)) {
      reading.forgetControls();
      searchAt(node);
    }
  // What stands below a box, or in what is new, is not known.
  for (const element of dirty.shapes) if (connected(element) && !tree.of(element)?.inner) searchAt(element);
  for (const host of [...dirty.shapes, ...[...tree.frames].map(({ node }) => node as Element)]) {
    const root = inside(host);
    if (root && !roots.has(root)) search(root, early);
  }
  // A root may have come with its host, made or filled while that was nowhere, or by no call that is heard of.
  for (const parent of parents) if (tree.of(parent)) searchIn(parent, true);
  // In what was gone through in an earlier slice, and where nothing travels and so nothing is known; from the top.
  const hangsBelow = (node: Node): boolean => {
    for (let at = treeParent(node); at && !tree.of(at); at = treeParent(at))
      if (now.has(at) || early.has(at) || parents.has(at)) return true;
    return false;
  };
  // What stands nowhere is not read; once it does, its parent is marked.
  for (const parent of parents) {
    if (tree.of(parent)) continue;
    reading.forgetControls();
    if (!now.has(parent) && !early.has(parent) && connected(parent) && !hangsBelow(parent)) searchIn(parent, false);
  }
  // Also where nothing travels: what a field holds there may be printed by a change of a text, and of nothing else.
  const { rootControls } = reading;
  for (const [root, watch] of roots) {
    let controls = rootControls.get(watch) as readonly Element[] | undefined;
    if (!controls) {
      rootControls.set(watch, (controls = controlsWithin(root)));
      // Whether a role makes it one hangs on what stands in it.
      for (const control of controls) {
        const known = isNative(control) ? null : tree.of(control);
        if (known?.attributes && known.isControl !== !!kindOf(control)) dirty.shapes.add(control);
      }
    }
    found.push(...controls);
  }
  // Of the roots within a box or a masked editor nobody hears; which there are says the tree around them, but of frames.
  const boxed = new Set<Node>();
  for (const box of [...surroundings.boxes, ...fields.editors()]) {
    let inner = rootControls.get(box);
    if (!inner) {
      const own = inside(box.node as Element);
      inner = [...(own ? [own] : []), ...rootsBelow(box.node, documentIn)];
      if (!inner.some(isDocument)) rootControls.set(box, inner);
    }
    for (const root of inner) if (!roots.has(root)) search(root, boxed);
  }
  return found;
}
