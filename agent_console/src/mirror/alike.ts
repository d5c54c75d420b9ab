/** Takes apart what was told of several nodes at once. */
import type { Change } from "@beside/wire/protocol.gen.ts";
import { BadFrame } from "./tree.ts";

/** A change that names one node at most. */
export type OneChange = Exclude<Change, ["alike" | "fields" | "texts", ...unknown[]]>;

// As many as a frame may have changes: else a few bytes a node would keep the agent's browser busy for long.
const MAX_NAMED = 200_000;

export function spreadAlike(changes: readonly Change[]): OneChange[] {
  let named = 0;
  const spread: OneChange[] = [];
  for (const change of changes) {
    if (change[0] !== "alike" && change[0] !== "fields" && change[0] !== "texts") {
      spread.push(change);
      continue;
    }
    named += change[1].length;
    if (named > MAX_NAMED) throw new BadFrame("names too many nodes");
    if (change[0] === "texts") for (const [node, text] of change[1]) spread.push(["text", node, text]);
    else {
      let node = 0;
      for (const gap of change[1]) {
        node += gap;
        spread.push(change[0] === "alike" ? ["attributes", node, change[2]] : ["field", node, change[2]]);
      }
    }
  }
  return spread;
}
