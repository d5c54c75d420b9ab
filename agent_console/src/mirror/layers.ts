/**
 * The top layer: modal dialogs and popovers are opened by the browser's own means, so that `::backdrop`, `:modal` and the
 * order paint as on the page; fullscreen, which a frame may not take, is painted by own_sheet.ts.
 */
import type { LayerChange } from "@beside/wire/protocol.gen.ts";
import * as dom from "./dom.ts";
import { isElement, type Item } from "./tree.ts";

type Layer = NonNullable<LayerChange[2]>;

/** Any element may fill the screen, a drawing too; only those of HTML are dialogs and popovers. */
export const canStandIn = (item: Item, layer: Layer | null): boolean =>
  item.kind === "el" || item.kind === "fr" || (isElement(item) && (layer === null || layer === "fullscreen"));

export class Layers {
  private readonly layers = new Map<Item, Layer>();

  set(item: Item, layer: Layer | null): void {
    const before = this.layers.get(item);
    // What is told of enters last and stands on top, also where it stood in the top layer before.
    this.layers.delete(item);
    keepingFocus(() => {
      if (before) leave(item, before);
      if (layer) enter(item, layer);
    });
    if (layer) this.layers.set(item, layer);
  }

  forget(item: Item): void {
    this.layers.delete(item);
  }

  /** A node that was moved fell out of the top layer: it goes in again, and so does all that stood above it. */
  restore(): void {
    let fell = false;
    const enterAgain = (layer: Layer, item: Item): void => {
      fell ||= !isEntered(item, layer);
      if (!fell) return;
      leave(item, layer);
      enter(item, layer);
    };
    if (this.layers.size) keepingFocus(() => this.layers.forEach(enterAgain));
  }
}

function isEntered(item: Item, layer: Layer): boolean {
  if (layer === "fullscreen") return true;
  return matchesSafely(item.node as Element, layer === "modal" ? ":modal" : ":popover-open");
}

function enter(item: Item, layer: Layer): void {
  const element = item.node as HTMLElement;
  if (layer === "fullscreen") return void dom.setAttribute(element, "beside-layer", "fullscreen");
  // In a document that no frame shows yet there is no top layer.
  if (!dom.isConnected(element) || !dom.viewOf(dom.ownerDocument(element) as Document)) return;
  if (layer === "popover") {
    if (!dom.hasAttribute(element, "popover")) dom.setAttribute(element, "popover", "manual");
    if (!matchesSafely(element, ":popover-open")) dom.showPopover(element);
  } else if (item.name === "dialog" && !dom.matches(element, ":modal")) {
    // The page's own `open` came as an attribute; a dialog that is open already cannot become modal.
    dom.removeAttribute(element, "open");
    (element as HTMLDialogElement).showModal();
  }
}

function leave(item: Item, layer: Layer): void {
  const element = item.node as HTMLElement;
  if (layer === "fullscreen") return void dom.removeAttribute(element, "beside-layer");
  if (layer === "popover") {
    if (matchesSafely(element, ":popover-open")) dom.hidePopover(element);
  } else if (item.name === "dialog") {
    const open = dom.hasAttribute(element, "open");
    // `close()` does nothing on a dialog without the attribute, and would leave it in the top layer.
    dom.setAttribute(element, "open", "");
    (element as HTMLDialogElement).close();
    if (open) dom.setAttribute(element, "open", "");
  }
}

/** False where the browser does not know the pseudo-class. */
function matchesSafely(element: Element, selector: string): boolean {
  try {
    return dom.matches(element, selector);
  } catch {
    return false;
  }
}

/** Opening and closing a dialog moves the focus into the frame: the agent may be typing a message at that moment. */
function keepingFocus(act: () => void): void {
  const before = document.activeElement;
  act();
  const after = document.activeElement;
  if (after === before) return;
  if (after instanceof HTMLElement) after.blur();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
}
