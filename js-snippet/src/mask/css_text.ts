/** Reads the text of style sheets, as written or from their rules. What it reads is judged by `Mask.readCss`. */
import { localName, rawContent } from "./nodes.ts";

const rulesOf = (Object.getOwnPropertyDescriptor(CSSStyleSheet.prototype, "cssRules") as PropertyDescriptor).get as (
  this: CSSStyleSheet,
) => CSSRuleList;

/** A sheet's rules, past any hook of ours; null where another origin's sheet refuses. */
export function readRules(sheet: CSSStyleSheet): CSSRuleList | null {
  try {
    return rulesOf.call(sheet);
  } catch {
    return null;
  }
}

export const rulesText = (rules: CSSRuleList): string => Array.from(rules, (rule) => rule.cssText).join("\n");

/**
 * What a `<style>` was written as. A sheet's rules do not give it back: shorthands with `var()` come out empty (rrweb
 * #1734). Null where the rules are no longer those of the text.
 *
 * @param parse counts the rules of a text.
 */
export function writtenText(owner: Element, rules: CSSRuleList, parse: (text: string) => number): string | null {
  if (localName(owner) !== "style") return null;
  const text = rawContent(owner);
  // A constructed sheet, which counts for us, drops imports: such a text is taken as it stands.
  return /@import/i.test(text) || parse(text) === rules.length ? text : null;
}

/** The constructed sheets that a document or shadow root has adopted. */
export const adoptedBy = (root: Document | ShadowRoot): readonly CSSStyleSheet[] => root.adoptedStyleSheets ?? [];
