/** Where what stands in frames stands on the page: frames of the page's origin, one in another. Reads layout alone. */

export interface Place {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A place in a document's viewport, in the page's own viewport; `seen` is the part that no frame around it cuts off. */
export function placeInPage(document: Document, { left, top, right, bottom }: Place): { place: Place; seen: Place } {
  const place = { left, top, right, bottom };
  const seen = { ...place };
  for (let view = document.defaultView; view && view !== window; view = view.parent as Window & typeof globalThis) {
    const frame = view.frameElement as HTMLElement | null;
    if (!frame) break;
    const outer = frame.getBoundingClientRect();
    const scaleX = outer.width / frame.offsetWidth || 1;
    const scaleY = outer.height / frame.offsetHeight || 1;
    const { paddingLeft, paddingTop } = getComputedStyle(frame);
    const x = outer.left + (frame.clientLeft + parseFloat(paddingLeft)) * scaleX;
    const y = outer.top + (frame.clientTop + parseFloat(paddingTop)) * scaleY;
    move(place, x, y, scaleX, scaleY);
    move(seen, x, y, scaleX, scaleY);
    seen.left = Math.max(seen.left, x);
    seen.top = Math.max(seen.top, y);
    seen.right = Math.min(seen.right, x + view.innerWidth * scaleX);
    seen.bottom = Math.min(seen.bottom, y + view.innerHeight * scaleY);
  }
  return { place, seen };
}

function move(place: Place, x: number, y: number, scaleX: number, scaleY: number): void {
  place.left = x + place.left * scaleX;
  place.right = x + place.right * scaleX;
  place.top = y + place.top * scaleY;
  place.bottom = y + place.bottom * scaleY;
}
