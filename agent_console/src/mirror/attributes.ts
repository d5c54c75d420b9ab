/**
 * The attributes that the mirror sets, and how. No address of the page ever becomes `href`, `action` or `target`: a
 * sandbox does not stop a clicked link from navigating the frame itself. Field values are in fields.ts.
 */
import type { Addresses } from "./addresses.ts";
import { cleanCss } from "./css.ts";
import { getAttribute, removeAttribute, setAttribute, type Space, styleOf } from "./dom.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const GLOBAL = words("class dir exportparts hidden id inert lang part role slot tabindex title contenteditable");
const OF_HTML: Record<string, ReadonlySet<string>> = {
  body: words("alink bgcolor bottommargin leftmargin link marginheight marginwidth rightmargin text topmargin vlink"),
  br: words("clear"),
  button: words("disabled name type"),
  col: words("align span valign width"),
  colgroup: words("align span valign width"),
  data: words("value"),
  details: words("open"),
  dialog: words("open"),
  div: words("align"),
  dl: words("compact"),
  fieldset: words("disabled"),
  font: words("color face size"),
  hr: words("align color noshade size width"),
  html: words("version"),
  iframe: words("align frameborder height hspace marginheight marginwidth scrolling vspace width"),
  img: words("align alt border height hspace vspace width sizes"),
  input: words("alt disabled height max min multiple name placeholder readonly required size step type width"),
  label: words("for"),
  legend: words("align"),
  li: words("type value"),
  menu: words("compact"),
  meter: words("high low max min optimum value"),
  ol: words("compact reversed start type"),
  optgroup: words("disabled label"),
  option: words("disabled label"),
  output: words("for name"),
  p: words("align"),
  pre: words("width wrap"),
  progress: words("max value"),
  select: words("disabled multiple name required size"),
  slot: words("name"),
  table: words("align bgcolor border cellpadding cellspacing frame height rules summary width"),
  tbody: words("align valign"),
  td: words("abbr align bgcolor colspan headers height nowrap rowspan scope valign width"),
  textarea: words("cols disabled name placeholder readonly required rows wrap"),
  tfoot: words("align valign"),
  th: words("abbr align bgcolor colspan headers height nowrap rowspan scope valign width"),
  thead: words("align valign"),
  time: words("datetime"),
  tr: words("align bgcolor height valign"),
  ul: words("compact type"),
};
for (const name of ["h1", "h2", "h3", "h4", "h5", "h6", "caption", "center"]) OF_HTML[name] = words("align");
const OF_HTML_BY_NAME = new Map(Object.entries(OF_HTML));
const OF_SVG = words(
  "amplitude azimuth baseFrequency bias clipPathUnits color cx cy d diffuseConstant direction display divisor dx dy " +
    "edgeMode elevation exponent fill filter filterUnits fr fx fy gradientTransform gradientUnits height in in2 intercept " +
    "k1 k2 k3 k4 kernelMatrix kernelUnitLength lengthAdjust limitingConeAngle markerHeight markerUnits markerWidth mask " +
    "maskContentUnits maskUnits media method mode numOctaves offset opacity operator order orient overflow pathLength " +
    "patternContentUnits patternTransform patternUnits points pointsAtX pointsAtY pointsAtZ preserveAlpha " +
    "preserveAspectRatio primitiveUnits r radius refX refY result rotate rx ry scale seed side slope spacing " +
    "specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles stroke surfaceScale " +
    "systemLanguage tableValues target-x targetX targetY textLength transform values version viewBox visibility width x " +
    "x1 x2 xChannelSelector y y1 y2 yChannelSelector z type cursor isolation",
);
const OF_MATH = words(
  "accent accentunder align columnalign columnlines columnspacing columnspan dir depth display displaystyle fence form " +
    "frame height largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits " +
    "notation rowalign rowlines rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width",
);
const INPUT_TYPES = words(
  "button checkbox color date datetime-local email file hidden image month number password radio range reset search " +
    "submit tel text time url week",
);
// `data-v-1f`, `_ngcontent-c1`, `aria-label`, `stroke-width`: with a dash or underscore no browser gives a name a power,
// but for those two of HTML, and style sheets of frameworks need them to match.
const INERT = /^(?!on|accept-charset$|http-equiv$|beside-)[a-z_](?=[^-_]*[-_])[\w.-]*$/i;
const CUSTOM_ATTRIBUTE = /^(?!on|beside-)[a-z][\w.-]*$/i;
const POWERS = words(
  "accesskey action autocapitalize autocorrect autofocus background cite code codebase data draggable formaction href is " +
    "itemid itemprop itemref itemscope itemtype manifest name nonce ping popover poster profile src srcdoc srcset target " +
    "usemap",
);
// One constant address of the same document: `:link` and `a[href]` rules paint, and nothing is ever left.
const LINK = "#";
const LOCAL_REFERENCE = /^\s*#[^\s"'()\\]+\s*$/;
const LABELS = /^(?:aria|data)-/;
// What follows one another here begins with different characters: what can be read in many ways is tried in all.
const SVG_PAINT = /^\s*url\(\s*["']?#[^\s"'()\\]+["']?\s*\)[\w\s#%.,-]*$/i;
// Colours and transforms: functions of numbers, names and percentages, and none that loads.
const SVG_CALL = /^[\w\s.,%+/#()-]*$/;
const SVG_LOADS = /(?:url|src|image|image-set|cross-fade)\(/i;

/**
 * Sets one attribute of an element built as `built`, or removes it where `value` is null. An attribute outside the
 * allow-list, or a value that the mirror must not hold, leaves the element as if the page had none.
 */
export function applyAttribute(
  element: Element,
  { space, built }: { space: Space; built: string },
  name: string,
  value: string | null,
  addresses: Addresses,
): void {
  if (name === "style") {
    styleOf[space](element).cssText = value === null ? "" : cleanCss(value, addresses).text;
    return;
  }
  const target = name === "xlink:href" ? "href" : name;
  const kept = value === null ? null : allowed(element, space, built, target, value, addresses);
  if (kept !== null) setAttribute(element, target, kept);
  else if (isSettable(space, built, target)) removeAttribute(element, target);
}

/** The value to set, or null for none. */
function allowed(
  element: Element,
  space: Space,
  built: string,
  name: string,
  value: string,
  addresses: Addresses,
): string | null {
  if (name === "href") return reference(space, built, value, addresses);
  if (name === "src") return built === "img" || isImageInput(element, built) ? addresses.asset(value) : null;
  // "auto" popovers close one another; the mirror opens and closes each as the page did.
  if (name === "popover") return space === "el" ? "manual" : null;
  if (!isListed(space, built, name)) return null;
  if (space === "svg" && !GLOBAL.has(name) && !LABELS.test(name)) return paints(value) ? value : null;
  if (built === "input" && name === "type") return INPUT_TYPES.has(value.toLowerCase()) ? value : null;
  // A range needs its ends to paint; on other inputs they would make the mask's constant value invalid.
  if (built === "input" && (name === "min" || name === "max" || name === "step"))
    return isRange(element) ? value : null;
  return value;
}

function reference(space: Space, built: string, value: string, addresses: Addresses): string | null {
  if (space === "el") return built === "a" || built === "area" ? LINK : null;
  if (space === "math" || built === "a") return null;
  if (LOCAL_REFERENCE.test(value)) return value.trim();
  return built === "image" ? addresses.asset(value) : null;
}

function isListed(space: Space, built: string, name: string): boolean {
  if (GLOBAL.has(name) || INERT.test(name)) return true;
  if (space === "svg") return OF_SVG.has(name);
  if (space === "math") return OF_MATH.has(name);
  if (OF_HTML_BY_NAME.get(built)?.has(name)) return true;
  // Custom elements and stand-ins have no behaviour that an attribute could start.
  return built.includes("-") && CUSTOM_ATTRIBUTE.test(name) && !POWERS.has(name.toLowerCase());
}

const isSettable = (space: Space, built: string, name: string): boolean =>
  name === "href" || (name === "src" && built !== "iframe") || name === "popover" || isListed(space, built, name);
/** Presentation attributes are CSS: `fill="url(https://…)"` would load. */
const paints = (value: string): boolean =>
  !/[\\(]/.test(value) || SVG_PAINT.test(value) || (SVG_CALL.test(value) && !SVG_LOADS.test(value));
const isRange = (element: Element): boolean => getAttribute(element, "type")?.toLowerCase() === "range";
const isImageInput = (element: Element, built: string): boolean =>
  built === "input" && getAttribute(element, "type")?.toLowerCase() === "image";
