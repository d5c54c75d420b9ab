/**
 * What a masked control would tell by its own size: pages let it grow with what it holds, or paint how far a range is drawn.
 * How it was while it held nothing stays. Knows nothing of verdicts.
 */
import type { FieldKind } from "../wire/protocol.gen.ts";

/** Attributes that may say how much a control holds. */
export const MAY_GROW = ["style", "size", "rows", "cols"];

// Comments and quotes that are not closed make other declarations of what follows them, for browsers too.
const DECLARATION = /(?:[^;("']|\([^)]*\)|"[^"]*"|'[^']*')+/g;
export const declarationsIn = (style: string): string[] =>
  (style.replace(/\/\*[^]*?\*\//g, "").match(DECLARATION) ?? []).map((one) => one.trim()).filter(Boolean);

const SIZE =
  /^(?:(?:min-|max-)?(?:width|height|inline-size|block-size)|flex(?:-basis|-grow|-shrink)?|font(?:-size)?|(?:-webkit-)?background(?:-size|-image|-position(?:-[xy])?)?)$/;
/** Lengths that pages set anew as what is around a field changes: what was sent of them would not fit there for long. */
const LENGTH = /^(?:min-|max-)?(?:width|height|inline-size|block-size)\s*:[^]*?\d(?:px|r?em|ch|r?lh|pt)/i;
/** A size that is none of a page's own making: words, nothing, all there is, colours and pictures. */
const STEADY =
  /^(?:[\s,/]*(?:[01](?![.\d])(?:px|%|(?![\w%]))|100%|#[\da-f]+(?!\w)|(?:rgb|hsl)a?\([^)]*\)|url\([^)]*\)|!?[a-z][a-z-]*(?![\w(-])))+\s*$/i;
const RANGE = /^(?:-webkit-)?(?:background|mask)|^box-shadow$|^border-image/;

/** May a declaration follow what the control holds? */
function mayGrow(declaration: string, kind: FieldKind): boolean {
  const at = declaration.indexOf(":");
  const property = declaration.slice(0, at).trim().toLowerCase();
  if (property.startsWith("--") || (kind === "range" && RANGE.test(property))) return true;
  return SIZE.test(property) && !STEADY.test(declaration.slice(at + 1));
}

/**
 * One of these attributes as it may leave, empty where it may not. `previous`: what was sent of it, if that is known, empty
 * where it had none.
 *
 * @param holds Does the control hold something? What it is like then may follow from that, also before the view began.
 */
export function readGrown(
  name: string,
  value: string,
  previous: string | undefined,
  kind: FieldKind,
  holds: () => boolean,
): string {
  // As many lines as a list shows are none of what is chosen.
  if (name !== "style") return previous ?? (kind !== "select" && holds() ? "" : value);
  const all = declarationsIn(value);
  const grown = (all: string[]): string[] => all.filter((one) => mayGrow(one, kind) && !LENGTH.test(one));
  const before = previous === undefined ? null : grown(declarationsIn(previous));
  return [...all.filter((one) => !mayGrow(one, kind)), ...(before ?? (holds() ? [] : grown(all)))].join(";");
}
