/**
 * Reads the pixels of a canvas or picture, small enough for the wire. Whether they may leave the page is decided in
 * `mask.ts`. Keeps nothing.
 */

// A frame's chunk on the wire; as base64 a third more.
const MAX_BYTES = 256_000;
// About a phone's screen at twice its pixels: more tells an agent nothing.
const MAX_PIXELS = 1_500_000;
const QUALITIES = [0.85, 0.6, 0.3];

export type Pixels = HTMLCanvasElement | HTMLImageElement;

/**
 * Copies at once, and gives what encodes the copy as a data URL. Null where there is nothing to see.
 */
export function copyPixels(source: Pixels): (() => Promise<string | null>) | null {
  const width = "naturalWidth" in source ? source.naturalWidth : source.width;
  const height = "naturalHeight" in source ? source.naturalHeight : source.height;
  if (!width || !height) return null;
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)));
  const copy = drawn(source, width * scale, height * scale);
  return () => encode(copy);
}

function drawn(source: CanvasImageSource, width: number, height: number): OffscreenCanvas {
  const copy = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  copy.getContext("2d")?.drawImage(source, 0, 0, copy.width, copy.height);
  return copy;
}

/** With falling quality, then with falling size. Rejects where another origin's picture was drawn in. */
async function encode(canvas: OffscreenCanvas): Promise<string | null> {
  for (let copy = canvas; copy.width > 8 && copy.height > 8; copy = drawn(copy, copy.width / 2, copy.height / 2))
    for (const quality of QUALITIES) {
      // A browser that cannot write WebP writes PNG, which knows no quality.
      const blob = await copy.convertToBlob({ type: "image/webp", quality });
      if (blob.size <= MAX_BYTES) return dataUrl(blob);
    }
  return null;
}

const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error as DOMException);
    reader.readAsDataURL(blob);
  });
