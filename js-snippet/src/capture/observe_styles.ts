/**
 * Notices edits of style sheets that change no node: rules inserted, deleted and replaced, sheets switched off, rules
 * touched in place. A notice is a stale mark; the sheet is read again later, when its edits are done.
 */

type Patch = (original: (...args: unknown[]) => unknown, notice: (self: unknown, result: unknown) => void) => unknown;

// A proxy keeps the name, the length and the "[native code]" that some libraries look for.
const patched: Patch = (original, notice) =>
  new Proxy(original, {
    apply(target, self, args) {
      const result = Reflect.apply(target, self, args) as unknown;
      notice(self, result);
      return result;
    },
  });

/** Puts `notice` behind a method or accessor; the returned function takes it away, or leaves it idle where another patched it since. */
export function patch(
  owner: object,
  name: string,
  part: "value" | "get" | "set",
  notice: (self: unknown, result: unknown) => void,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const original = before?.[part] as ((...args: unknown[]) => unknown) | undefined;
  if (!before?.configurable || !original) return () => {};
  let isActive = true;
  const mine = patched(original, (self, result) => {
    if (isActive) notice(self, result);
  });
  Object.defineProperty(owner, name, { ...before, [part]: mine });
  return () => {
    isActive = false;
    if (Object.getOwnPropertyDescriptor(owner, name)?.[part] === mine) Object.defineProperty(owner, name, before);
  };
}

type Realm = Window & typeof globalThis;

// Who asks for a rule's declarations is about to change them; who asks for the list of adopted sheets may push to it.
const HOOKS: readonly [part: "value" | "get" | "set", names: string, types: string][] = [
  ["value", "insertRule deleteRule addRule removeRule replace replaceSync", "CSSStyleSheet"],
  ["value", "insertRule deleteRule", "CSSGroupingRule CSSStyleRule"],
  ["value", "appendRule deleteRule", "CSSKeyframesRule"],
  ["value", "appendMedium deleteMedium", "MediaList"],
  ["set", "mediaText", "MediaList"],
  ["get", "style", "CSSStyleRule CSSKeyframeRule CSSFontFaceRule CSSPageRule CSSNestedDeclarations"],
  ["get", "styleMap", "CSSStyleRule"],
  ["set", "selectorText", "CSSStyleRule CSSPageRule"],
  ["set", "name", "CSSKeyframesRule"],
  ["set", "keyText", "CSSKeyframeRule"],
  ["set", "disabled", "StyleSheet HTMLStyleElement HTMLLinkElement"],
  ["set", "adoptedStyleSheets", "Document ShadowRoot"],
  ["get", "adoptedStyleSheets", "Document ShadowRoot"],
];

/**
 * `stale` gets null where some document or shadow root has another list of constructed sheets, and "all" where it cannot
 * be told whose media list was edited; `at` is where a rule was inserted, null where something else was done. `enabled`
 * takes the owners that a script switched on.
 */
export function observeStyles(
  window: Window,
  enabled: WeakSet<Node>,
  stale: (sheet: CSSStyleSheet | null | "all", at: number | null) => void,
): () => void {
  const realm = window as unknown as Record<string, { prototype: object } | undefined>;
  const { CSSStyleSheet, HTMLLinkElement, HTMLStyleElement, MediaList, CSSRule } = window as Realm;
  const notice = (self: unknown, result: unknown): void => {
    // Of all that a sheet can do, `insertRule` alone answers with a number that is not negative: where the rule stands.
    if (self instanceof CSSStyleSheet) stale(self, typeof result === "number" && result >= 0 ? result : null);
    else if (self instanceof CSSRule) {
      // A rule that was taken out edits nothing.
      if (self.parentStyleSheet) stale(self.parentStyleSheet, null);
    } else if (self instanceof HTMLStyleElement || self instanceof HTMLLinkElement) {
      if (!self.disabled) enabled.add(self);
      if (self.sheet) stale(self.sheet, null);
    } else stale(self instanceof MediaList ? "all" : null, null);
  };
  const stops: (() => void)[] = [];
  for (const [part, names, types] of HOOKS)
    for (const type of types.split(" ")) {
      const owner = realm[type]?.prototype;
      if (owner) for (const name of names.split(" ")) stops.push(patch(owner, name, part, notice));
    }
  return () => {
    for (const stop of stops) stop();
  };
}
