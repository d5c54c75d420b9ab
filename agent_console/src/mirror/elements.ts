/**
 * The elements that the mirror builds as themselves. Everything else becomes a stand-in `beside-NAME`: an element without
 * behaviour that keeps id, class, attributes and place, so that all selectors but its type still match.
 */
import type { Space } from "./dom.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

// Without: everything that loads, runs, navigates or embeds (script, iframe, object, embed, meta, base, link, video...),
// and <style>, whose rules the mirror keeps in sheets of its own.
const HTML = words(
  "a abbr acronym address area article aside b bdi bdo big blockquote body br button caption center cite code col " +
    "colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 " +
    "h3 h4 h5 h6 head header hgroup hr html i img input ins kbd label legend li main map mark menu meter nav nobr ol " +
    "optgroup option output p picture pre progress q rp rt ruby s samp search section select slot small source span " +
    "strike strong sub summary sup table tbody td textarea tfoot th thead time title tr tt u ul var wbr",
);
// Without: script, style, and the animation elements (`<set attributeName="href" to="javascript:…">`); feImage loads.
const SVG = words(
  "a circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix " +
    "feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR " +
    "feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile " +
    "feTurbulence filter foreignObject g image line linearGradient marker mask metadata path pattern polygon polyline " +
    "radialGradient rect stop svg switch symbol text textPath title tspan use view",
);
// MathML Core, without what links or holds other documents (annotation-xml, maction, semantics' annotations).
const MATH = words(
  "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle " +
    "msub msubsup msup mtable mtd mtext mtr munder munderover none semantics",
);
const KNOWN: Record<Space, ReadonlySet<string>> = { el: HTML, svg: SVG, math: MATH };

// Nothing upgrades a custom element in a frame without scripts, so any of them is as harmless as a <span>.
// https://html.spec.whatwg.org/#valid-custom-element-name, in the part of it that the pages of shops use.
const CUSTOM = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
// SVG and MathML know these names; the HTML rules for custom elements exclude them too.
const NOT_CUSTOM = words(
  "annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph",
);

// `my_tag`, `o:p`, `DIV` of a script: no element of HTML has such a character in its name, so it is an unknown one anywhere.
const UNKNOWN = /^(?=.*[A-Z._:\u{c0}-\u{24f}])[A-Za-z](?:[\w.-]|[\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{24f}])*$/u;
// With a prefix, as office programs write them. Only an HTML document makes them by a name without a namespace.
const PREFIXED = /^[a-z][\w.-]*:[\w.:-]*$/;

/** The name to build an element under: its own, or a stand-in's. */
export function builtName(space: Space, name: string): string {
  if (KNOWN[space].has(name)) return name;
  if (space === "el" && CUSTOM.test(name) && !NOT_CUSTOM.has(name) && !name.startsWith("beside-")) return name;
  const isOwn = space === "el" && !name.startsWith("beside-");
  if (isOwn && (UNKNOWN.test(name) || (PREFIXED.test(name) && name === name.toLowerCase()))) return name;
  return /^[a-z][a-z0-9]*$/.test(name) ? `beside-${name}` : "beside-unknown";
}

/** Whether a sheet can belong to an element of this name. */
export const ownsSheet = (name: string): boolean => name === "style" || name === "link";
