/**
 * Canvases and pictures of blobs that the site shows, as still pictures in their boxes: looked at once a second, sent
 * where they differ.
 */
import { copyPixels, type Pixels } from "../mask/pixels.ts";
import type { Change } from "../wire/protocol.gen.ts";
import type { Known } from "./known.ts";
import type { Extra, ExtraContext } from "./extras.ts";

// A chart that changes is followed; a game is not to fill the shopper's line: one look a second, and 64 kB at most.
const GAP_MS = 1000;
const MAX_CHARS_A_MS = 64;

interface Still {
  /** What was seen last, encoded. */
  data: string | null;
  /** The picture of it: a blob's address names its content for good. */
  source: string;
}

export function followBitmaps({ mask, natives, request }: ExtraContext): Extra {
  const stills = new WeakMap<Node, Still>();
  const told = new WeakMap<Known, string | null>();
  /** Canvases that another origin's picture was drawn into: no look at them will ever succeed. */
  const tainted = new WeakSet<Node>();
  const queue: Pixels[] = [];
  let timer = 0;
  let next_ms = 0;
  let seen: ResizeObserver | undefined;

  function look(): void {
    timer = 0;
    const node = queue.shift();
    if (!node) return;
    next_ms = performance.now() + GAP_MS;
    // A hidden tab paints nothing. While a masked field is edited, what the page paints may repeat it.
    if (mask.echoes.isHolding || document.hidden || !node.isConnected) return request();
    seen?.disconnect();
    // Called after the page's own animation frame and before it is painted: a WebGL canvas holds its picture just then.
    seen = new ResizeObserver(() => {
      seen?.disconnect();
      void read(node).then(request);
    });
    seen.observe(node);
  }

  async function read(node: Pixels): Promise<void> {
    const source = (node as HTMLImageElement).currentSrc ?? "";
    try {
      if (mask.echoes.isHolding) return;
      const data = (await copyPixels(node)?.()) ?? null;
      if (data && data !== stills.get(node)?.data) next_ms += data.length / MAX_CHARS_A_MS;
      stills.set(node, { data, source });
    } catch {
      tainted.add(node);
    }
  }

  function isDue({ form, node: element }: Known): boolean {
    const node = element as Pixels;
    // What takes no room is not painted, and the observer of its size keeps silent.
    if (tainted.has(node) || queue.includes(node) || form.includes(",0,0,")) return false;
    return !("currentSrc" in node) || (node.complete && stills.get(node)?.source !== node.currentSrc);
  }

  return {
    describe(boxes: Iterable<Known>, changes: Change[]): void {
      for (const known of boxes) {
        const node = known.node as Pixels;
        const shown = mask.showsPixels(node);
        if (shown && isDue(known)) queue.push(node);
        const data = shown ? (stills.get(node)?.data ?? null) : null;
        if (data === (told.get(known) ?? null)) continue;
        told.set(known, data);
        changes.push(["bitmap", known.id, data]);
      }
      if (queue.length) timer ||= natives().setTimer(look, Math.max(0, next_ms - performance.now()));
    },
    pause(): void {
      natives().clearTimer(timer);
      seen?.disconnect();
      timer = queue.length = 0;
    },
  };
}
