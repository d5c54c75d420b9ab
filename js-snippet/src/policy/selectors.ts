/** Does this browser understand all of a selector, and does it end where it says? Knows nothing of rules. */

/**
 * These drop what the browser does not understand in them, at any depth, and then find nothing in silence. `:not()` takes
 * the same and drops nothing (https://drafts.csswg.org/selectors-4/#typedef-forgiving-selector-list), in Chromium, Firefox
 * and WebKit. Old names are forgiving too: `:-moz-any()` in Firefox, `:-webkit-any()` and `:matches()` in WebKit.
 */
const FORGIVING = /:(?:is|where|matches|-\w+-any)\(/gi;

/**
 * Browsers close by themselves what a selector leaves open, so that it would swallow the one it is joined with. One that
 * is still taken with a bracket too many had left something open.
 */
export const holdsTogether = (selector: string): boolean =>
  isSelector(selector) &&
  isSelector(selector.replace(FORGIVING, ":not(")) &&
  !isSelector(`${selector})`) &&
  !isSelector(`${selector}]`);

function isSelector(text: string): boolean {
  try {
    document.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
}
