/** Reads the text of style sheets, as written or from their rules. What it reads is judged by `Mask.readCss`. */
import { localName, rawContent } from "./nodes.ts";

const rulesOf = (Object.getOwnPropertyDescriptor(CSSStyleSheet.prototype, "cssRules") as PropertyDescriptor).get as (
  this: CSSStyleSheet,
) => CSSRuleList;

type Adopted = ((this: Document | ShadowRoot) => readonly CSSStyleSheet[]) | undefined;
const adoptedOf = (prototype: object): Adopted =>
  Object.getOwnPropertyDescriptor(prototype, "adoptedStyleSheets")?.get as Adopted;
const documentAdopted = adoptedOf(Document.prototype);
const rootAdopted = adoptedOf(ShadowRoot.prototype);

/** A sheet's rules, past any hook of ours; null where another origin's sheet refuses. */
export function readRules(sheet: CSSStyleSheet): CSSRuleList | null {
  try {
    return rulesOf.call(sheet);
  } catch {
    return null;
  }
}

/** The text of a sheet's rules, from one of them on. */
export function rulesText(rules: CSSRuleList, from = 0): string {
  const texts: string[] = [];
  for (let at = from; at < rules.length; at++) texts.push((rules[at] as CSSRule).cssText);
  return texts.join("\n");
}

/**
 * What a `<style>` was written as. A sheet's rules do not give it back: shorthands with `var()` come out empty (rrweb
 * #1734). Null where the element is another.
 */
export const styleText = (owner: Element): string | null => (localName(owner) === "style" ? rawContent(owner) : null);

interface LitStyle {
  readonly cssText: unknown;
  readonly styleSheet: unknown;
}

/** What Lit wrote a constructed sheet of this root from; null where its host is none of Lit's, or the sheet is not. */
export function litText(root: Node, sheet: CSSStyleSheet): string | null {
  try {
    // CSSResult: https://lit.dev/docs/api/styles/. The page's own object, so anything may stand there. In brackets, since
    // the build shortens what looks like a name of ours.
    const made = (root as ShadowRoot).host.constructor as unknown as Record<string, readonly LitStyle[] | undefined>;
    const text = made["elementStyles"]?.find(({ styleSheet }) => styleSheet === sheet)?.cssText;
    return typeof text === "string" ? text.toWellFormed() : null;
  } catch {
    return null;
  }
}

/**
 * Are the rules those of the text? By their number, or where `isSuspect` by what they say.
 *
 * @param scratch a constructed sheet: it takes no imports.
 */
export function isAsWritten(text: string, rules: CSSRuleList, scratch: CSSStyleSheet, isSuspect: boolean): boolean {
  const imports = /@import/i.test(text);
  if (imports && !isSuspect) return true;
  scratch.replaceSync(text);
  const now = [...rules].filter((rule) => !imports || !rule.cssText.startsWith("@import"));
  const written = scratch.cssRules;
  return (
    now.length === written.length &&
    (!isSuspect || now.every((rule, index) => rule.cssText === written[index]?.cssText))
  );
}

/** The constructed sheets that a document or shadow root has adopted, past any hook of ours. */
export function adoptedBy(root: Document | ShadowRoot): readonly CSSStyleSheet[] {
  // Documents of frames are of another realm; the functions of ours answer for them too.
  return (root.nodeType === Node.DOCUMENT_NODE ? documentAdopted : rootAdopted)?.call(root) ?? [];
}

const isAlternate = (owner: Node | null): boolean =>
  (owner as Partial<HTMLLinkElement>)?.relList?.contains("alternate") ?? false;

/**
 * Is the sheet not applied? Chromium leaves `disabled` false on what belongs to another set than the preferred one.
 *
 * @param enabled links that a script switched on: these are applied whatever set they belong to.
 */
export function isOff(sheet: CSSStyleSheet, enabled: WeakSet<Node>): boolean {
  const { disabled, ownerNode, title } = sheet;
  if (disabled || !title || !ownerNode || enabled.has(ownerNode)) return disabled;
  const titled = [...ownerNode.ownerDocument.styleSheets].filter((other) => other.title);
  const preferred = titled.find((other) => !isAlternate(other.ownerNode as Node | null));
  return titled.includes(sheet) && title !== preferred?.title;
}

function summed(text: string, sum: number): number {
  for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return sum;
}

/** What a sheet is beside its rules, as a number to compare. */
export const sheetState = (sheet: CSSStyleSheet): number => summed(`${sheet.media.mediaText}${sheet.disabled}`, 7);

/** Goes on with such a number over some of the rules; `rule` is the one to go on from. Nothing of it leaves. */
export function stateOf(
  sheet: CSSStyleSheet,
  sum: number,
  start: number,
  count: number,
): { sum: number; rule: number; isEnd: boolean } {
  const rules = readRules(sheet);
  const { length } = rules ?? [];
  const rule = Math.min(start + count, length);
  for (let at = start; at < rule; at++) sum = summed(rules?.[at]?.cssText ?? "", sum);
  return { sum, rule, isEnd: rule >= length };
}
