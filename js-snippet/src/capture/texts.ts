/**
 * Looks over the text of a frame before it leaves: a card number or a masked value that stands in several text nodes is
 * seen only when they are read together, in document order.
 */
import type { Mask } from "../mask.ts";
import type { Change } from "../wire/protocol.gen.ts";
import type { Serialiser } from "./entries.ts";
import type { Known } from "./known.ts";

// How far around a changed text one looks: its neighbours under the element three levels up, if they are few.
const LEVELS = 3;
const MAX_NEIGHBOURS = 2000;

/** @param changed texts that the mirror knows and that read otherwise now, as they are to be sent. */
export function describeTexts(
  changed: Map<Known, string | null>,
  serialiser: Serialiser,
  mask: Mask,
  root: Known,
  previous: (node: Node) => Known | undefined,
  changes: Change[],
): void {
  const known = new Map<Node, Known>();
  const scopes = new Set<Known>();
  const fresh = [...changed.keys(), ...serialiser.textEntries.keys()];
  if (serialiser.made[0] === root) scopes.add(root);
  else
    for (const text of fresh) {
      let scope = text;
      for (let up = 0; up < LEVELS && scope.parent?.parent; up++) scope = scope.parent;
      scopes.add(scope);
    }
  for (const scope of scopes) {
    const texts = textsBelow(scope, scope === root ? Infinity : MAX_NEIGHBOURS);
    for (const text of texts) known.set(text.node, text);
    const isFresh = (node: Text): boolean => {
      const text = known.get(node) as Known;
      return changed.has(text) || (serialiser.textEntries.has(text) && previous(node)?.text !== text.text);
    };
    for (const node of mask.findAcross(
      texts.map((text) => text.node as Text),
      isFresh,
    )) {
      const text = known.get(node) as Known;
      if (text.text === null) continue;
      text.text = null;
      const entry = serialiser.textEntries.get(text) as unknown[] | undefined;
      if (entry) entry.splice(0, 2, "mt");
      else changed.set(text, null);
    }
  }
  for (const [text, content] of changed) changes.push(["text", text.id, content]);
}

function textsBelow(scope: Known, limit: number): Known[] {
  const texts: Known[] = [];
  const rest = [scope];
  for (let next = rest.pop(); next && texts.length < limit; next = rest.pop()) {
    if (next.form === "tx") texts.push(next);
    for (let at = next.children.length - 1; at >= 0; at--) rest.push(next.children[at] as Known);
  }
  return texts;
}
