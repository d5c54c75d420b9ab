/** Follows nodes of the mirror: where they stand now, in the shopper's layout viewport. */
import { useEffect, useState } from "preact/hooks";

import type { Picture } from "../picture.ts";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The boxes of `nodes`, in their order; null where one is gone or not laid out. Asked each animation frame while there
 * are any: a late font or image moves things without a frame from the shopper.
 */
export function useBoxes(picture: Picture, nodes: readonly number[]): readonly (Box | null)[] {
  const [boxes, setBoxes] = useState<readonly (Box | null)[]>([]);
  const key = nodes.join();
  useEffect(() => {
    let request = 0;
    let last = "";
    const look = () => {
      const found = nodes.map((node) => boxOf(picture, node));
      const now = JSON.stringify(found);
      if (now !== last) setBoxes(found);
      last = now;
      if (nodes.length) request = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(request);
  }, [picture, key]);
  return boxes;
}

// A list that regroups faster than this cannot be read, and each look lays the mirror out.
const LOOK_EVERY_MS = 250;

/** Those of `nodes` that the page does not show now: a form's later step, or what another screen width uses. */
export function useUnseen(picture: Picture, nodes: readonly number[]): ReadonlySet<number> {
  const [unseen, setUnseen] = useState<ReadonlySet<number>>(new Set());
  const key = nodes.join();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer = undefined;
      const found = nodes.filter((node) => boxOf(picture, node) === null);
      setUnseen((before) => (found.join() === [...before].join() ? before : new Set(found)));
    };
    look();
    const stop = picture.revision.subscribe(() => (timer ??= setTimeout(look, LOOK_EVERY_MS)));
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [picture, key]);
  return unseen;
}

function boxOf(picture: Picture, node: number): Box | null {
  const rect = picture.rectOf(node);
  return rect && rect.width > 0 && rect.height > 0
    ? { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
    : null;
}
