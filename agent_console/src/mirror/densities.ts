/**
 * Pictures of which the page chose one of several sources: each counts as so many px wide as it does there, whatever its
 * file measures. The page says how many, as `sizes`, which means nothing else here, where nothing chooses.
 */
import * as dom from "./dom.ts";

// What the page says is rounded to whole px. Most densities are whole, or halves and quarters of it.
const STEPS = 4;

/** To be called when address or size of a picture are others now. */
export function fitPicture(image: Element): void {
  const src = dom.getAttribute(image, "src");
  const wanted = wantedOf(image);
  // A set has its addresses end at a blank, and drops a comma that ends one.
  const mayBeSet = src !== null && !/\s|,$/.test(src);
  // Chromium goes on with the density of a set that is taken away.
  if (!mayBeSet) dom.removeAttribute(image, "srcset");
  else if (dom.hasAttribute(image, "srcset")) dom.setAttribute(image, "srcset", `${src} 1x`);
  if (!mayBeSet || !(wanted > 0)) return;
  // Another image tells what the file measures, which comes from the browser's memory.
  const document = dom.ownerDocument(image) as Document;
  const probe = dom.createElement(document, "el", "img") as HTMLImageElement;
  dom.setAttribute(probe, "referrerpolicy", "no-referrer");
  EventTarget.prototype.addEventListener.call(probe, "load", () => {
    if (dom.getAttribute(image, "src") === src && wantedOf(image) === wanted) fit(image, src, probe, wanted);
  });
  dom.setAttribute(probe, "src", src);
}

const wantedOf = (image: Element): number => parseFloat(dom.getAttribute(image, "sizes") ?? "");

function fit(image: Element, src: string, { naturalWidth }: HTMLImageElement, wanted: number): void {
  const exact = naturalWidth / wanted;
  const stepped = Math.round(exact * STEPS) / STEPS;
  const density = Math.abs(naturalWidth / stepped - wanted) < 1 ? stepped : exact;
  if (!naturalWidth || density === 1) return;
  dom.setAttribute(image, "sizes", `${naturalWidth / density}px`);
  // By its width, since `src` would be the better choice beside a density below 1.
  dom.setAttribute(image, "srcset", `${src} ${naturalWidth}w`);
}
