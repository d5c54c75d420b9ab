/**
 * Pictures that the shopper's page uploaded, in the elements and boxes that they belong to. The address of one is made of
 * its hash alone, by whoever shows the mirror: no frame can name another. Knows nothing of who keeps them.
 */
import { fitPicture } from "./densities.ts";
import * as dom from "./dom.ts";
import type { Item } from "./tree.ts";

// Stands where a picture is not here: not yet, or because the page cannot read it. A picture of ours, so that it takes its
// place in the layout as the page's own does.
const MISSING =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="48"><rect width="100%" height="100%" fill="#e6e9ee" ' +
      'stroke="#b6bcc6"/><text x="8" y="20" font-family="system-ui,sans-serif" font-size="12" fill="#3d4552">' +
      "Picture not available</text></svg>",
  );

/** May this item show an uploaded picture? Of the boxes none that was blocked or withheld. */
export const canBePicture = ({ kind, name }: Item): boolean =>
  (kind === "bx" && name === "media") ||
  (kind === "el" && (name === "img" || name === "input")) ||
  (kind === "svg" && name === "image");

export class Assets {
  constructor(
    private readonly document: Document,
    private readonly urlOf: (hash: string) => string | null,
  ) {}

  /** Shows the picture of this hash in the place of what an item showed; null: none is here. */
  set(item: Item, hash: string | null): void {
    const address = hash === null ? null : this.urlOf(hash);
    const node = item.node as Element;
    if (item.kind === "bx") this.fill(node, address);
    else paint(node, item.kind === "svg" ? "href" : "src", address);
  }

  /** A box says by its label what is missing. */
  private fill(box: Element, address: string | null): void {
    const before = dom.firstChild(box);
    if (before) dom.removeChild(box, before);
    if (address === null) return;
    const image = dom.createElement(this.document, "el", "img");
    onError(image, () => {
      if (dom.parentNode(image) === box) dom.removeChild(box, image);
    });
    dom.setAttribute(image, "src", address);
    dom.appendChild(box, image);
  }
}

function paint(image: Element, attribute: "href" | "src", address: string | null): void {
  const show = (shown: string): void => {
    dom.setAttribute(image, attribute, shown);
    if (attribute === "src" && address !== null) fitPicture(image);
  };
  // It may be gone by the time that the browser asks for it.
  if (address !== null)
    onError(image, () => {
      if (dom.getAttribute(image, attribute) !== address) return;
      dom.removeAttribute(image, "srcset");
      dom.setAttribute(image, attribute, MISSING);
    });
  else dom.removeAttribute(image, "srcset");
  show(address ?? MISSING);
}

function onError(image: Element, act: () => void): void {
  EventTarget.prototype.addEventListener.call(image, "error", act, { once: true });
}
