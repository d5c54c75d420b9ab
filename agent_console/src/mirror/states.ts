/**
 * Lets page rules for `:hover`, `:focus` and the like paint in a mirror that has neither pointer nor focus (taking it
 * would pull the caret out of the agent's own text field): the elements carry marks, and selectors are made to see them.
 */
import * as dom from "./dom.ts";
import { isElement, type Item } from "./tree.ts";

// `:is()` counts as its most specific argument, and an attribute counts as a pseudo-class: nothing gains or loses weight.
const SEEN: Record<string, string> = {
  hover: ":is(:hover, [beside-hover])",
  active: ":is(:active, [beside-active])",
  target: ":is(:target, [beside-target])",
  focus: ":is(:focus, [beside-focus])",
  "focus-visible": ':is(:focus-visible, [beside-focus="visible"])',
  "focus-within": ":is(:focus-within, [beside-focus-within])",
  fullscreen: ':is(:fullscreen, [beside-layer="fullscreen"])',
  "user-invalid": ":is(:user-invalid, [beside-invalid])",
  // Nothing upgrades here, so what a page hides until then would stay hidden.
  defined: ":not([beside-undefined])",
};
const NAMES = Object.keys(SEEN).join("|");
// A string and an escape are passed over: `.hover\:red` is a name.
const STATE = new RegExp(String.raw`"(?:[^"\\]|\\[^])*"|\\[^]|(?<!:):(${NAMES})(?![\w(\\-])`, "gi");
// Each is tried by itself, and costs a parse of the whole list: a page may write lists without end.
const MAX_SPLIT = 100;
const CONCERNED = new RegExp(`:(?:${NAMES})`, "i");

export const hasStates = (text: string): boolean => CONCERNED.test(text);

/** Makes a parsed rule apply to the mirrored states. Rewrites parsed selectors, never text. */
export function showStates(rule: CSSStyleRule): void {
  const before = rule.selectorText;
  const wanted = rewritten(before);
  if (wanted === before) return;
  rule.selectorText = wanted;
  // Refused: one of the selectors asks for the state of a part (`::-webkit-scrollbar-thumb:hover`). The others are seen.
  if (rule.selectorText !== before) return;
  const parts = splitSelectors(before);
  for (let at = 0; parts.length > 1 && parts.length <= MAX_SPLIT && at < parts.length; at++) {
    const kept = parts[at] as string;
    parts[at] = rewritten(kept);
    const now = rule.selectorText;
    if (parts[at] === kept) continue;
    rule.selectorText = parts.join(",");
    if (rule.selectorText === now) parts[at] = kept;
  }
}

const rewritten = (selector: string): string =>
  selector.replace(STATE, (whole, name?: string) => (name && SEEN[name.toLowerCase()]) ?? whole);

/** The selectors of a list, split at the commas that stand in no function, attribute or string. */
function splitSelectors(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of list.matchAll(/"(?:[^"\\]|\\[^])*"|\\[^]|[([\])]|,/g)) {
    if (token === "(" || token === "[") depth++;
    else if (token === ")" || token === "]") depth--;
    else if (token === "," && !depth) {
      parts.push(list.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, list.slice(start)];
}

/** The marks of the states that hold for an element and all around it, or for it alone. */
export class States {
  private readonly marked = new Map<string, { item: Item; elements: Element[] }>();

  /** `deep`: those around the item match too, as for `:hover`. */
  set(mark: string, item: Item | null, deep: boolean): void {
    const before = this.marked.get(mark)?.elements ?? [];
    const elements = item?.node ? (deep ? around(item.node) : [item.node as Element]) : [];
    for (const element of before) if (!elements.includes(element)) dom.removeAttribute(element, mark);
    for (const element of elements) if (!before.includes(element)) dom.setAttribute(element, mark, "");
    if (item) this.marked.set(mark, { item, elements });
    else this.marked.delete(mark);
  }

  forget(gone: Item): void {
    for (const [mark, { item }] of this.marked) if (item === gone) this.set(mark, null, false);
  }
}

/** An element and its ancestors as they are painted: through slots and shadow roots. */
function around(node: Node): Element[] {
  const elements: Element[] = [];
  for (let at: Node | null = node; at;) {
    if (dom.isElementNode(at)) elements.push(at);
    at = (dom.isElementNode(at) && dom.assignedSlot(at)) || dom.parentNode(at) || dom.hostOf(at);
  }
  return elements;
}

/** Whether an item can be hovered or pressed. */
export const canHaveState = (item: Item): boolean => isElement(item) || item.kind === "bx";
