/**
 * Reads the pixels of a canvas or picture, small enough for the wire. Whether they may leave the page is decided in
 * `mask.ts`. Keeps nothing.
 */
import { localName } from "./nodes.ts";

// A frame's chunk on the wire; as base64 a third more.
const MAX_BYTES = 256_000;
// About a phone's screen at twice its pixels: more tells an agent nothing.
const MAX_PIXELS = 1_500_000;
const QUALITIES = [0.85, 0.6, 0.3];

/**
 * Copies at once, and gives what encodes the copy as WebP or PNG. Null where there is nothing to see.
 * `width`, `height`: of the source, in its own px.
 */
export function copyPixels(
  source: CanvasImageSource,
  width: number,
  height: number,
): (() => Promise<Blob | null>) | null {
  if (!width || !height) return null;
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)));
  const copy = drawn(source, width * scale, height * scale);
  return () => encode(copy);
}

function drawn(source: CanvasImageSource, width: number, height: number): OffscreenCanvas {
  const copy = new OffscreenCanvas(Math.max(1, Math.floor(width)), Math.max(1, Math.floor(height)));
  copy.getContext("2d")?.drawImage(source, 0, 0, copy.width, copy.height);
  return copy;
}

/** With falling quality, then with falling size. Rejects where another origin's picture was drawn in. */
async function encode(canvas: OffscreenCanvas): Promise<Blob | null> {
  for (let copy = canvas; copy.width > 8 && copy.height > 8; copy = drawn(copy, copy.width / 2, copy.height / 2))
    for (const quality of QUALITIES) {
      // A browser that cannot write WebP writes PNG, which knows no quality.
      const blob = await copy.convertToBlob({ type: "image/webp", quality });
      if (blob.size <= MAX_BYTES) return blob;
    }
  return null;
}

/** The address of what a picture shows, absolute; "" where it shows nothing. */
export function addressOf(picture: Element): string {
  const raw =
    localName(picture) === "image"
      ? (picture as SVGImageElement).href.baseVal
      : (picture as HTMLImageElement).currentSrc || (picture as HTMLInputElement).src;
  try {
    return raw && new URL(raw, picture.baseURI).href;
  } catch {
    return "";
  }
}

/**
 * Copies what a picture shows, as `copyPixels` does. A picture of the page's own origin is taken as it stands; one of
 * another is read only where that origin lets every page read it (CORS), which its file alone can say, without cookies.
 * Rejects where it does not.
 */
export async function copyPicture(picture: Element, address: string): Promise<Blob | null> {
  if (localName(picture) === "img") {
    const { naturalHeight, naturalWidth } = picture as HTMLImageElement;
    const encodeCopy = copyPixels(picture as HTMLImageElement, naturalWidth, naturalHeight);
    try {
      return (await encodeCopy?.()) ?? null;
    } catch {
      // Its origin is another, and was not asked.
    }
  }
  const image = new Image();
  if (new URL(address).origin !== location.origin) image.crossOrigin = "anonymous";
  image.src = address;
  await image.decode();
  return (await copyPixels(image, image.naturalWidth, image.naturalHeight)?.()) ?? null;
}
