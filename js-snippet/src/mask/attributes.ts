/**
 * Which attributes may travel: what painting and style sheets need. Knows nothing of verdicts and echoes; `mask.ts`
 * judges each value that passes here.
 */
import { localName, type Tag } from "./nodes.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

// Never, whatever a style sheet asks for: what they hold, where they lead, what they name or say.
const NEVER =
  /^(?:on|value|name|title|(?:form)?action|content|src|cite|ping|download|nonce|integrity|autocomplete|list|pattern|m(?:in|ax)length|poster|target|data-beside|checked|selected|aria-(?:l|desc|role|place|value|che|sele|pre|err|act|bra))/i;
// In a masked part an attribute may print (`content: attr(data-name)`), and a picture shows: only these stay there.
const LAYOUT =
  "class id style dir lang hidden inert role slot part popover width height colspan rowspan span align valign open type " +
  "rows cols size disabled readonly required multiple href";
const HTML = words(
  LAYOUT +
    " exportparts bgcolor color face border cellpadding cellspacing nowrap noshade clear compact start reversed wrap alt " +
    "placeholder src min max step tabindex hspace vspace frame rules aria-expanded aria-hidden aria-current aria-disabled " +
    "aria-invalid aria-busy frameborder marginwidth marginheight scrolling",
);
const SVG = words(
  "class id style lang role href xlink:href tabindex aria-hidden d x y x1 x2 y1 y2 cx cy r rx ry fx fy fr width height " +
    "points transform dx dy rotate offset orient method spacing side in in2 result mode values type operator k1 k2 k3 k4 " +
    "radius scale seed order divisor bias azimuth elevation z slope intercept amplitude exponent version color cursor " +
    "direction display fill filter mask opacity overflow stroke visibility isolation",
);
// `viewBox`, `stdDeviation`: parsers write only SVG's own names in two cases. `fill-rule`, `stop-color`: presentation
// attributes, which are CSS by another name.
const SVG_NAME =
  /^(?:[a-z]+[A-Z]\w*|(?:alignment|baseline|clip|color|dominant|fill|flood|font|image|letter|lighting|marker|mask|paint|pointer|shape|stop|stroke|text|transform|vector|word|writing)-[a-z-]+)$/;
const MATH =
  /^(?:class|id|style|dir|display|displaystyle|math\w+|fence|form|largeop|linethickness|[lr]space|m(?:in|ax)size|movablelimits|scriptlevel|separator|stretchy|columnspan|rowspan|width|height|depth|voffset)$/;

// Of one text or attribute. A picture inlined in one ends at a fifth of it, the wire at six times as much.
export const MAX_VALUE_CHARS = 1_000_000;
export const bounded = (text: string): string => text.slice(0, MAX_VALUE_CHARS).toWellFormed();

// Bounds of the wire.
const MAX_NAME_CHARS = 120;
export const MAX_ATTRIBUTES = 128;

/** May an attribute of this name travel? `styled`: the names that captured style sheets look at. */
export function mayTravel(name: string, ofPage: boolean, styled: ReadonlySet<string>): boolean {
  if (name.length > MAX_NAME_CHARS) return false;
  return !ofPage || (styled.has(name) && !NEVER.test(name));
}

/**
 * Has a name no meaning that paints by itself, on this element? It is the page's own then, and may hold anything. `tag`:
 * that of the element's namespace.
 */
export function isOfPage(element: Element, tag: Tag | null, name: string): boolean {
  if (tag === "svg" ? SVG.has(name) || SVG_NAME.test(name) : tag === "math" ? MATH.test(name) : HTML.has(name))
    return false;
  return !namesSlot(element, name) && !(GAUGED.test(name) && isGauge(element));
}

const GAUGED = /^(?:value|low|high|optimum)$/;
/** Does the page, and not the shopper, give this element a number that it paints? */
export const isGauge = (element: Element) => /^(?:progress|meter|li)$/.test(localName(element));

const STYLED_NAME = /\[\s*(?:[\w-]*\|)?([\w-]+)\s*[\]~|^$*=]|\battr\(\s*([\w-]+)/g;

/** Adds the attribute names that a style sheet selects or prints by; true if one was new. */
export function learnStyledNames(css: string, styled: Set<string>, mayLearn: (name: string) => boolean): boolean {
  const before = styled.size;
  for (const [, selected, printed] of css.matchAll(STYLED_NAME)) {
    const name = (selected ?? printed) as string;
    if (!styled.has(name) && mayLearn(name)) styled.add(name);
  }
  return styled.size > before;
}

const ofLayout = words(LAYOUT);
export const isLayout = (element: Element, name: string): boolean => ofLayout.has(name) || namesSlot(element, name);

/** Which of its host's children a slot takes in. Other names are what controls and frames go by in the page's code. */
const namesSlot = (element: Element, name: string): boolean => name === "name" && localName(element) === "slot";
