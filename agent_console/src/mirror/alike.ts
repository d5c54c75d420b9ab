/** Takes apart what was told of several nodes at once. */
import type { Change } from "@beside/wire/protocol.gen.ts";
import { BadFrame } from "./tree.ts";

/** A change that names one node at most. */
export type OneChange = Exclude<Change, ["alike" | "fields" | "texts", ...unknown[]]>;

// As many as a frame may have changes: else a few bytes a node would keep the agent's browser busy for long.
const MAX_NAMED = 200_000;
// As many as a whole frame has room for by itself, for the same reason.
const MAX_REPEATED_CHARS = 8_000_000;

export function spreadAlike(changes: readonly Change[]): OneChange[] {
  let named = 0;
  let repeated = 0;
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
      repeated += change[1].length * charsOf(change);
      if (repeated > MAX_REPEATED_CHARS) throw new BadFrame("repeats too much text");
      let node = 0;
      for (const gap of change[1]) {
        node += gap;
        spread.push(change[0] === "alike" ? ["attributes", node, change[2]] : ["field", node, change[2]]);
      }
    }
  }
  return spread;
}

/** Of the texts that a change tells of each node that it names. */
function charsOf(change: Extract<Change, ["alike" | "fields", ...unknown[]]>): number {
  if (change[0] === "fields") return change[2].label.length + (change[2].content?.text.length ?? 0);
  return Object.values(change[2]).reduce((sum, value) => sum + (value?.length ?? 0), 0);
}
