/**
 * Notices edits of style sheets that change no node: rules inserted, deleted and replaced, sheets switched off, rules
 * touched in place. A notice is a stale mark; the sheet is read again later, when its edits are done.
 */

type Patch = (original: (...args: unknown[]) => unknown, notice: (self: unknown) => void) => unknown;

// A proxy keeps the name, the length and the "[native code]" that some libraries look for.
const patched: Patch = (original, notice) =>
  new Proxy(original, {
    apply(target, self, args) {
      const result = Reflect.apply(target, self, args) as unknown;
      notice(self);
      return result;
    },
  });

/** Puts `notice` behind a method or accessor; the returned function takes it away, or leaves it idle where another patched it since. */
export function patch(
  owner: object,
  name: string,
  part: "value" | "get" | "set",
  notice: (self: unknown, result?: unknown) => void,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const original = before?.[part] as ((...args: unknown[]) => unknown) | undefined;
  if (!before?.configurable || !original) return () => {};
  let isActive = true;
  const mine = patched(original, (self) => {
    if (isActive) notice(self);
  });
  Object.defineProperty(owner, name, { ...before, [part]: mine });
  return () => {
    isActive = false;
    if (Object.getOwnPropertyDescriptor(owner, name)?.[part] === mine) Object.defineProperty(owner, name, before);
  };
}

type Realm = Window & typeof globalThis;

/** `stale` gets null where some document or shadow root has another list of constructed sheets. */
export function observeStyles(window: Window, stale: (sheet: CSSStyleSheet | null) => void): () => void {
  const realm = window as Realm;
  const adopted = (): void => stale(null);
  const ofSheet = (self: unknown): void => stale(self as CSSStyleSheet);
  const ofRule = (self: unknown): void => {
    const sheet = (self as CSSRule).parentStyleSheet;
    if (sheet) stale(sheet);
  };
  const stops = ["insertRule", "deleteRule", "addRule", "removeRule", "replace", "replaceSync"].map((name) =>
    patch(realm.CSSStyleSheet.prototype, name, "value", ofSheet),
  );
  for (const name of ["insertRule", "deleteRule"])
    stops.push(patch(realm.CSSGroupingRule.prototype, name, "value", ofRule));
  stops.push(
    patch(realm.StyleSheet.prototype, "disabled", "set", ofSheet),
    // Who asks for a rule's declarations is about to change them.
    patch(realm.CSSStyleRule.prototype, "style", "get", ofRule),
    patch(realm.CSSStyleRule.prototype, "selectorText", "set", ofRule),
    patch(realm.Document.prototype, "adoptedStyleSheets", "set", adopted),
    patch(realm.ShadowRoot.prototype, "adoptedStyleSheets", "set", adopted),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
