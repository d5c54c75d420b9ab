/** Canvases and pictures that the site shows itself: a file of its own, loaded by the first page that has one. */
import type { Change } from "../wire/protocol.gen.ts";
import { followAssets } from "./assets.ts";
import { followBitmaps } from "./bitmaps.ts";
import type { Extra, ExtraContext } from "./extras.ts";
import type { Known } from "./known.ts";

export function followPixels(context: ExtraContext): Extra {
  const both = [followBitmaps(context), followAssets(context)];
  return {
    describe(boxes: Iterable<Known>, changes: Change[]): void {
      for (const one of both) one.describe(boxes, changes);
    },
    pause(): void {
      for (const one of both) one.pause();
    },
  };
}
