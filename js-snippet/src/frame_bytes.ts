/**
 * Makes a large frame into deflated bytes, in pieces with pauses between them: the JSON of a page of 100,000 nodes, made
 * and deflated at once, would stop the page for longer than is felt. Knows nothing of sockets.
 */
import { stringify } from "./wire/json.ts";
import type { Frame } from "./wire/protocol.gen.ts";

// Parts of a frame that are made into JSON together, and bytes deflated together: about a millisecond each.
const MAX_PARTS = 500;
const MAX_BYTES = 64 * 1024;
const SLICE_MS = 8;

// How deep a list may be long: entries and ids stand in a change, and that among the changes of a frame.
const MAX_DEPTH = 3;

function isLong(value: unknown, depth: number): value is unknown[] {
  if (depth > MAX_DEPTH || !Array.isArray(value)) return false;
  if (value.length > MAX_PARTS) return true;
  for (let at = 0; at < value.length; at++) if (isLong(value[at], depth + 1)) return true;
  return false;
}

/** Is a frame too long to be made into JSON at once? */
export const isLongFrame = (frame: Frame): boolean => isLong(frame, 0);

/** The frame's JSON, in pieces. */
export function* jsonPieces(value: unknown, depth = 0): Generator<string> {
  if (!isLong(value, depth)) return yield stringify(value);
  yield "[";
  for (let at = 0; at < value.length;) {
    const start = at;
    while (at < value.length && at - start < MAX_PARTS && !isLong(value[at], depth + 1)) at++;
    if (start) yield ",";
    if (at > start) yield stringify(value.slice(start, at)).slice(1, -1);
    else yield* jsonPieces(value[at++], depth + 1);
  }
  yield "]";
}

export interface DeflatedFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many there were before. */
  readonly rawBytes: number;
}

/**
 * The page's own tasks come in between. By a message and not by a timer: those of a hidden tab come once a second, and
 * libraries put theirs over the page's, which would run the shop's change detection each time.
 */
function giveWay(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((goOn) => {
    port1.onmessage = () => {
      port1.close();
      goOn();
    };
    port2.postMessage(null);
  });
}

/** Raw DEFLATE of the pieces' UTF-8. */
export async function deflate(pieces: Iterable<string>): Promise<DeflatedFrame> {
  const { readable, writable } = new CompressionStream("deflate-raw");
  const answer = new Response(readable).arrayBuffer();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let rawBytes = 0;
  let until_ms = performance.now() + SLICE_MS;
  for (const piece of pieces) {
    const raw = encoder.encode(piece);
    rawBytes += raw.length;
    for (let at = 0; at < raw.length; at += MAX_BYTES) {
      await writer.write(raw.subarray(at, at + MAX_BYTES));
      if (performance.now() < until_ms) continue;
      await giveWay();
      until_ms = performance.now() + SLICE_MS;
    }
  }
  await writer.close();
  return { bytes: new Uint8Array(await answer), rawBytes };
}
