/**
 * Echoes in CSS. Rules that were sent stay as sent; a rule that comes later and repeats a masked value is left out, and
 * stays out. Knows nothing of sheets and their owners.
 */
import type { Echoes } from "./echo.ts";
import { plain } from "./patterns.ts";
import { characterOf, ESCAPE } from "./urls.ts";

// What can be painted as text: strings, addresses, variables. Escapes are read behind this, for they may stand for a quote.
const PRINTED =
  /"(?:\\[^]|[^"\\])*"?|'(?:\\[^]|[^'\\])*'?|\burl\((?:\\[^]|[^)\\])*|(?<![\w-])--(?:\\[^]|[^\s:;{}\\])+\s*:(?:\\[^]|[^;}\\])*/gi;
// A shorthand with `var()`, of which a longhand is set again, as its rule tells it.
const EMPTIED = /[\w-]: ;/;
// Of CSS that is remembered. Beyond, a colour that is somebody's name may be left out.
const MAX_CHARS = 2_000_000;

/** The rules of what is judged, each as the browser understood it and as it may leave but for echoes. */
export interface CssRules {
  now(): readonly string[];
  /** Of CSS that was sent before. */
  of(css: string): readonly string[];
}

export class CssEchoes {
  /** Judged already: what stands in it says nothing of a value that came later. Its names, where they were asked for. */
  readonly #told = new Map<string, string | null>();
  #toldChars = 0;
  /** Rules that repeat a value: some of them only by what changed while it was edited, which is soon forgotten. */
  readonly #found = new Set<string>();

  constructor(private readonly echoes: Echoes) {}

  /** CSS as it may leave; null while a masked field is edited, or where its rules would not give it back. */
  read(css: string, previous: string | null | undefined, rules: CssRules): string | null {
    if (css === previous) return css;
    if (this.echoes.isHolding) return null;
    const isEcho = this.#isEcho(css);
    if (!isEcho && !this.#found.size) return this.#tell(css);
    const sent = new Set(previous ? rules.of(previous) : []);
    const all = rules.now();
    const kept = all.filter((rule) => sent.has(rule) || !this.#isOut(rule));
    // Where it is no rule that repeats the value, it is what the browser made none of.
    if (!isEcho && kept.length === all.length) return this.#tell(css);
    const text = kept.join("\n");
    return previous && EMPTIED.test(text) ? null : this.#tell(text);
  }

  #isOut(rule: string): boolean {
    if (!this.#found.has(rule) && !this.#isEcho(rule)) return false;
    this.#found.add(rule);
    return true;
  }

  #isEcho(css: string): boolean {
    if (!this.echoes.hasValues) return false;
    for (const part of css.match(PRINTED) ?? [])
      if (this.echoes.repeats(part.replace(ESCAPE, characterOf)) && !this.#wasPrinted(part)) return true;
    return this.echoes.valuesIn(namesIn(css)).some((value) => !this.#wasNamed(value));
  }

  #wasPrinted(part: string): boolean {
    for (const css of this.#told.keys()) if (css.includes(part)) return true;
    return false;
  }

  #wasNamed(value: string): boolean {
    for (const [css, known] of this.#told) {
      const names = known ?? namesIn(css);
      this.#told.set(css, names);
      if (names.includes(value)) return true;
    }
    return false;
  }

  #tell(css: string): string {
    if (this.#told.has(css)) return css;
    this.#told.set(css, null);
    this.#toldChars += css.length;
    for (const first of this.#told.keys()) {
      if (this.#toldChars <= MAX_CHARS) break;
      this.#told.delete(first);
      this.#toldChars -= first.length;
    }
    return css;
  }
}

/** All but what can be painted, as words: with nothing between what only blanks, dashes and the like part. */
const namesIn = (css: string): string =>
  plain(
    css
      .replace(PRINTED, ";")
      .replace(ESCAPE, (...escape: [string, string?, string?]) =>
        characterOf(...escape).replace(/[^\p{L}\p{N}]/u, "_"),
      ),
  )
    .toLowerCase()
    .replace(/[\s_-]+|(?<=\d)\.(?=\d)/g, "");
