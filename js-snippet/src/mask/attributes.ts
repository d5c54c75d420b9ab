/**
 * Which attributes may travel: what painting and style sheets need. Knows nothing of verdicts and echoes; `mask.ts`
 * judges each value that passes here.
 */
import { tagOf } from "./nodes.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

// Never, whatever a style sheet asks for: what they hold, where they lead, what they name or say.
const NEVER =
  /^(?:on|value|name$|title$|action|formaction|content$|srcdoc|srcset|sizes|cite|ping|download|nonce|integrity|autocomplete|list$|pattern|m(?:in|ax)length|poster|target|data-beside|checked$|selected$|aria-(?:label|labelledby|description|roledescription|placeholder|value|checked|selected|pressed|describedby|errormessage|activedescendant|braille))/i;
const HTML = words(
  "class id style dir lang hidden inert role slot part exportparts popover width height colspan rowspan span align valign " +
    "bgcolor color face border cellpadding cellspacing nowrap noshade clear compact open start reversed type rows cols wrap " +
    "size disabled readonly required multiple alt placeholder src href min max step tabindex hspace vspace frame rules " +
    "aria-expanded aria-hidden aria-current aria-disabled aria-invalid aria-busy",
);
const SVG = words(
  "class id style lang role href xlink:href tabindex aria-hidden viewBox preserveAspectRatio d x y x1 x2 y1 y2 cx cy r rx " +
    "ry fx fy fr width height points transform transform-origin pathLength dx dy rotate textLength lengthAdjust offset " +
    "gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits " +
    "maskUnits maskContentUnits filterUnits primitiveUnits markerWidth markerHeight markerUnits refX refY orient " +
    "startOffset method spacing side in in2 result stdDeviation mode values type operator k1 k2 k3 k4 radius scale " +
    "baseFrequency numOctaves seed stitchTiles xChannelSelector yChannelSelector edgeMode order kernelMatrix divisor bias " +
    "surfaceScale specularConstant specularExponent diffuseConstant azimuth elevation z tableValues slope intercept " +
    "amplitude exponent pointsAtX pointsAtY pointsAtZ limitingConeAngle systemLanguage version color cursor direction " +
    "display fill filter mask opacity overflow stroke visibility isolation",
);
// `fill-rule`, `stroke-width`, `font-family`, `stop-color`: presentation attributes, which are CSS by another name.
const PRESENTATION =
  /^(?:alignment|baseline|clip|color|dominant|fill|flood|font|glyph|image|letter|lighting|marker|mask|paint|pointer|shape|stop|stroke|text|unicode|vector|word|writing)-[a-z-]+$/;
const MATH =
  /^(?:class|id|style|dir|display|displaystyle|math(?:background|color|size|variant)|accent|accentunder|fence|form|largeop|linethickness|[lr]space|m(?:in|ax)size|movablelimits|scriptlevel|separator|stretchy|symmetric|columnspan|rowspan|width|height|depth|voffset|columnalign|rowalign)$/;

/** May an attribute of this name travel from this element? `styled`: the names that captured style sheets look at. */
export function mayTravel(element: Element, name: string, styled: ReadonlySet<string>): boolean {
  const tag = tagOf(element);
  if (tag === "svg" ? SVG.has(name) || PRESENTATION.test(name) : tag === "math" ? MATH.test(name) : HTML.has(name))
    return true;
  return styled.has(name) && name.length <= 120 && !NEVER.test(name);
}

const STYLED_NAME = /\[\s*(?:[\w-]*\|)?([\w-]+)\s*[\]~|^$*=]|\battr\(\s*([\w-]+)/g;

/** Adds the attribute names that a style sheet selects or prints by; true if one was new. */
export function learnStyledNames(css: string, styled: Set<string>): boolean {
  const before = styled.size;
  for (const [, selected, printed] of css.matchAll(STYLED_NAME)) styled.add((selected ?? printed) as string);
  return styled.size > before;
}

// In a masked part an attribute may print (`content: attr(data-name)`), and a picture shows: only layout stays.
const LAYOUT = words(
  "class id style dir lang hidden inert slot part popover width height colspan rowspan span align valign open type rows " +
    "cols size disabled readonly required multiple href role",
);
export const isLayout = (name: string): boolean => LAYOUT.has(name);

/** Lengths by which a control that grows with its value would tell how much it holds. */
const GROWN =
  /(?:^|;)\s*(?:min-|max-)?(?:width|height|inline-size|block-size)\s*:[^;]*?\d(?:px|r?em|ch|r?lh|pt)[^;]*/gi;
export const withoutGrownSize = (style: string): string => style.replace(GROWN, "").replace(/^[;\s]+/, "");
