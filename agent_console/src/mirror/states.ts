/**
 * Lets page rules for `:focus` paint in a mirror that never has the focus (taking it would pull the caret out of the
 * agent's own text field): the focused element carries `beside-focus`, and selectors are made to see it. Rewrites
 * parsed selectors, never text, and keeps their specificity.
 */

// `:is()` counts as its most specific argument, and an attribute counts as a pseudo-class: nothing gains or loses weight.
const REWRITES: [RegExp, string][] = [
  [/:focus-within(?![\w-])/gi, ":is(:focus-within, [beside-focus], :has([beside-focus]))"],
  [/:focus-visible(?![\w-])/gi, ':is(:focus-visible, [beside-focus="visible"])'],
  [/:focus(?![\w-])/gi, ":is(:focus, [beside-focus])"],
  // Nothing upgrades here, so what a page hides until then would stay hidden.
  [/:not\(:defined\)/gi, ":not(*, :defined)"],
];
const CONCERNED = /:focus|:defined/i;

/** Makes a parsed sheet's focus rules apply to the mirrored focus. `text` is what it was parsed from. */
export function mirrorStates(sheet: CSSStyleSheet, text: string): void {
  if (CONCERNED.test(text)) for (const rule of sheet.cssRules) rewrite(rule);
}

function rewrite(rule: CSSRule): void {
  const { selectorText } = rule as CSSStyleRule;
  if (selectorText !== undefined && CONCERNED.test(selectorText)) {
    let text = selectorText;
    for (const [from, to] of REWRITES) text = text.replace(from, to);
    (rule as CSSStyleRule).selectorText = text;
  }
  for (const inner of (rule as CSSGroupingRule).cssRules ?? []) rewrite(inner);
}
