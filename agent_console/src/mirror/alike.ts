/** Takes apart what was told of several nodes at once. */
import type { Change } from "@beside/wire/protocol.gen.ts";
import { BadFrame } from "./tree.ts";

/** A change that names one node at most. */
export type OneChange = Exclude<Change, ["alike", ...unknown[]]>;

// As many as a frame may have changes: else a few bytes a node would keep the agent's browser busy for long.
const MAX_NAMED = 200_000;

export function spreadAlike(changes: readonly Change[]): OneChange[] {
  let named = 0;
  const spread: OneChange[] = [];
  for (const change of changes) {
    if (change[0] !== "alike") {
      spread.push(change);
      continue;
    }
    const [, gaps, attributes] = change;
    named += gaps.length;
    if (named > MAX_NAMED) throw new BadFrame("names too many nodes");
    let node = 0;
    for (const gap of gaps) spread.push(["attributes", (node += gap), attributes]);
  }
  return spread;
}
