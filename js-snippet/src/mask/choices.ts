/**
 * Masked boxes and radios, the browser's own and those by their role. Their state is their value, and pages paint it by the
 * control's attributes, classes and children: of these leaves what says none. Knows nothing of echoes.
 */
import type { FieldKind } from "../wire/protocol.gen.ts";
import { isLayout } from "./attributes.ts";
import { isNative, kindOf } from "./controls.ts";
import { declarationsIn } from "./grown.ts";
import type { Look } from "./judge.ts";
import {
  attribute,
  closest,
  find,
  findAll,
  isElement,
  localName,
  matches,
  parentNode,
  rawContent,
  rootOf,
} from "./nodes.ts";

/** Is it a box or radio whose state is not to be told? */
export const isMaskedChoice = ({ kind, verdict }: Pick<Look, "kind" | "verdict">): boolean =>
  verdict === "mask" && (kind === "checkbox" || kind === "radio");

// One that stands around other fields is what pages unfold: the payment by card with its form. All of that is the page's.
const FIELDS =
  "input:not([type=checkbox i],[type=radio i],[type=hidden i]),select,textarea,iframe,[contenteditable],[role*=box i]";
/** Is what stands in this control a part of how it looks? */
export const isWhole = (choice: Element): boolean => !find(choice, FIELDS);

const SAYS = /[\p{L}\p{N}]/u;
// What stands for text elsewhere, parts lines, or is a control.
const STANDS = "slot,link,br,input,button";
/** May a text or an element stand in a masked box or radio? What says nothing is its tick, its dot or its thumb. */
export const saysSomething = (node: Node): boolean =>
  SAYS.test(rawContent(node)) || (isElement(node) && (matches(node, STANDS) || !!find(node, STANDS)));

// Ticks and dots in the words beside them, and those of icon fonts.
const SIGN = /\p{So}|\p{Co}/gu;
export const withoutSigns = (text: string): string => text.replace(SIGN, "");

// Of one of several choices the rest is what it is ("Off", "Disable cookies"); a box may be called by what a press would do.
const CHOSEN = /\b(?:not )?(?:de|un)?(?:select|check|tick)(?:ed)?\b(?!-)/gi;
const SWITCHED =
  /\b(?:(?:en|dis)abled?|(?:de|un)?(?:subscribe|activate)d?|(?:turn|switch)(?:ed)? (?:on|off))\b|(?:^|[\s:,(])(?:on|off)(?=\)?$|:)/gi;
/** The name that an attribute gives a masked box or radio, without the words that may say its state. */
export function steadyName(name: string, kind: FieldKind): string {
  const steady = withoutSigns(name).replace(CHOSEN, "");
  return (kind === "radio" ? steady : steady.replace(SWITCHED, "")).trim();
}

// What makes a control of it, and whether it can be used: pages switch choices off while they load, and the agent would see
// them so for ever.
const LIVE = /^(?:type|role|disabled)$/;
/** Whatever else it was first sent with stays: what changes may be its state. */
export const staysAsSent = (element: Element, name: string): boolean => isLayout(element, name) && !LIVE.test(name);

// As libraries write it: `Mui-checked`, `is-selected`, `switch--on`, `itemActive`; and not what they call the control by,
// `form-check-input`.
const STATE =
  /checked|selected|chosen|picked|ticked|toggled|pressed|(?<!inter)active|highlighted|truthy|falsy|indet|enabled|(?:^|[-_])(?:highlight|on|off|yes|no|true|false|current|dirty|open)$/i;

/** The words of an attribute by which an element is styled, but for those that may say its state. `shared`: see below. */
const steadyWords = (value: string, shared: ReadonlySet<string> | null): string =>
  value
    .split(/\s+/)
    .filter((word) => word && !STATE.test(word) && (!shared || shared.has(word)))
    .join(" ");

// How it is painted says its state, where it stands does not.
const PAINT =
  /^(?:--|(?:-webkit-)?(?:background|mask|filter|appearance)|border(?!-(?:radius|spacing|collapse))|box-shadow|color|accent|fill|outline|stroke|text-|font-weight|transform|translate|scale|animation|transition|content|opacity(?!\s*:\s*0\s*$))/i;

const wordsOf = (element: Element): string[] =>
  ["class", "part"].flatMap((name) => attribute(element, name)?.split(/\s+/) ?? []);

export class Choices {
  /** The words that each radio of a group has, on itself or below: of those of one alone each could say that it is the one. */
  #shared = new WeakMap<Element, ReadonlySet<string> | null>();

  /** The page went on. */
  forget(): void {
    this.#shared = new WeakMap();
  }

  /** What is first sent of an attribute of a masked box or radio, or of what stands in one; null: nothing. */
  read(element: Element, name: string, value: string): string | null {
    if (name === "inert" || name === "open") return null;
    if (name === "class" || name === "part") return steadyWords(value, this.#sharedAround(element)) || null;
    if (name !== "style") return value;
    const placed = declarationsIn(value).filter((one) => !PAINT.test(one));
    return placed.join(";") || null;
  }

  #sharedAround(element: Element): ReadonlySet<string> | null {
    for (let at: Node | null = element; isElement(at); at = parentNode(at)) {
      const kind = kindOf(at);
      if (kind === "radio") return this.#sharedBy(at);
      if (kind) return null;
    }
    return null;
  }

  #sharedBy(radio: Element): ReadonlySet<string> | null {
    const found = this.#shared.get(radio);
    if (found !== undefined) return found;
    const group = groupOf(radio);
    const [first, ...others] = group.map((one) => new Set([one, ...findAll(one, "*")].flatMap(wordsOf)));
    const shared = first ? new Set([...first].filter((word) => others.every((words) => words.has(word)))) : null;
    for (const one of group) this.#shared.set(one, shared);
    return shared;
  }
}

// Each in a list item, in a row of a table: farther up stands what is no group of theirs.
const MAX_UP = 4;

/** The radios of which one at most is chosen; none where nothing says which they are. */
function groupOf(radio: Element): Element[] {
  if (isNative(radio)) {
    const name = attribute(radio, "name");
    if (!name) return [];
    const all = findAll(closest(radio, "form") ?? rootOf(radio), `${localName(radio)}[type=radio i]`);
    return [...all].filter((one) => attribute(one, "name") === name);
  }
  const group = closest(radio, "[role=radiogroup i]");
  if (group) return [...findAll(group, "[role=radio i]")];
  let around = parentNode(radio);
  for (let up = 0; around && up < MAX_UP; up++, around = parentNode(around)) {
    const all = findAll(around, "[role=radio i]");
    if (all.length > 1) return [...all];
  }
  return [];
}
