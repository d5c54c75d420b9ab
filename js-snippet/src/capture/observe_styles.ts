/**
 * Notices edits of style sheets that change no node: rules inserted, deleted and replaced, sheets switched off, rules
 * touched in place. A notice is a stale mark; the sheet is read again later, when its edits are done.
 */

type Notice = (self: unknown, result: unknown, args: unknown[]) => void;
type Patch = (original: (...args: unknown[]) => unknown, notice: Notice) => unknown;

// A proxy keeps the name, the length and the "[native code]" that some libraries look for.
const patched: Patch = (original, notice) =>
  new Proxy(original, {
    apply(target, self, args) {
      const result = Reflect.apply(target, self, args) as unknown;
      notice(self, result, args);
      return result;
    },
  });

/** Puts `notice` behind a method or accessor; the returned function takes it away, or leaves it idle where another patched it since. */
export function patch(owner: object, name: string, part: "value" | "get" | "set", notice: Notice): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const original = before?.[part] as ((...args: unknown[]) => unknown) | undefined;
  if (!before?.configurable || !original) return () => {};
  let isActive = true;
  const mine = patched(original, (self, result, args) => {
    if (isActive) notice(self, result, args);
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
 * be told whose media list was edited; `at` is where a rule was inserted, absent where something else was done, and `rule`
 * what it was written as. `enabled` takes the owners that a script switched on.
 */
export function observeStyles(
  window: Window,
  enabled: WeakSet<Node>,
  stale: (sheet: CSSStyleSheet | null | "all", at?: number, rule?: unknown) => void,
): () => void {
  const realm = window as unknown as Record<string, { prototype: object } | undefined>;
  const { CSSStyleSheet, HTMLLinkElement, HTMLStyleElement, MediaList, CSSRule } = window as Realm;
  const notice: Notice = (self, result, args) => {
    // Of all that a sheet can do, `insertRule` alone answers with a number that is not negative: where the rule stands.
    if (self instanceof CSSStyleSheet)
      if (typeof result === "number" && result >= 0) stale(self, result, args[0]);
      else stale(self);
    else if (self instanceof CSSRule) {
      // A rule that was taken out edits nothing.
      if (self.parentStyleSheet) stale(self.parentStyleSheet);
    } else if (self instanceof HTMLStyleElement || self instanceof HTMLLinkElement) {
      if (!self.disabled) enabled.add(self);
      if (self.sheet) stale(self.sheet);
    } else stale(self instanceof MediaList ? "all" : null);
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
