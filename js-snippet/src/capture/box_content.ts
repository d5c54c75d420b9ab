/**
 * What a box tells beyond its size: a still picture where the site shows one, and how a payment frame's field stands. A
 * file of its own, loaded by the first page that has either.
 */
import type { Change } from "../wire/protocol.gen.ts";
import { followBitmaps } from "./bitmaps.ts";
import type { Extra, ExtraContext } from "./extras.ts";
import type { Known } from "./known.ts";
import { followPaymentFrames } from "./payment_frames.ts";

export function followBoxes(context: ExtraContext): Extra {
  const extras = [followBitmaps(context), followPaymentFrames(context)];
  return {
    describe(boxes: Iterable<Known>, changes: Change[]): void {
      for (const extra of extras) extra.describe(boxes, changes);
    },
    pause(): void {
      for (const extra of extras) extra.pause();
    },
  };
}
