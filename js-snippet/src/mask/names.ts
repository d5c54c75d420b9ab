/**
 * Names that pages give: classes, and those of elements. A page makes them up, and which of them an element takes on may
 * be what was typed. Knows nothing of attributes that say anything else.
 */
import type { Echoes } from "./echo.ts";
import { localName } from "./nodes.ts";

const { toString } = Object.prototype;
const MASKED = "x-masked";
// A page that makes names up for ever fills no memory: of what is forgotten each name is judged anew.
const MAX_NAMES = 20_000;

function remember(names: Set<string>, name: string): void {
  if (names.size >= MAX_NAMES) names.clear();
  names.add(name);
}

export class Names {
  /** Class names that were sent before. */
  readonly #classes = new Set<string>();
  /** Names of elements that were sent before. */
  readonly #names = new Set<string>();

  constructor(private readonly echoes: Echoes) {}

  /**
   * An element's name. Pages make names up, and one that repeats a masked value is the name of nothing. Of an element that
   * was not sent before, also one that the page used already: which of its names it takes may be what was typed.
   */
  nameOf(element: Element, wasSent: boolean): string {
    const name = localName(element);
    const { echoes } = this;
    // Once masked it stays so, also where nothing remembers the value. No class or other text is like this.
    if (echoes.marks.areOn(element) && echoes.marks.has(element, `<${name}`)) return MASKED;
    if (this.#names.has(name) && (wasSent || !echoes.repeatsCause(name, false))) return name;
    const isMadeUp = name.includes("-") || /HTMLUnknown|\[object (?:SVG|MathML)Element/.test(toString.call(element));
    if (isMadeUp && echoes.repeats(name, false)) {
      echoes.marks.add(element, `<${name}`);
      return MASKED;
    }
    remember(this.#names, name);
    return name;
  }

  /**
   * Names that an element had stay. Those that are new on it are judged one by one, also where the page used them before:
   * which of a page's names an element takes on may be what was typed. An element that is new itself is made of the page's
   * own names, which say nothing but in the frame that follows the edit.
   */
  readClasses(element: Element, value: string, previous: string | undefined): string {
    const { echoes } = this;
    const all = value.split(/\s+/);
    const had = previous?.split(/\s+/);
    const isOwn = (name: string): boolean =>
      // Once refused it stays so, also where nothing is known of what the element had.
      !(echoes.marks.areOn(element) && echoes.marks.has(element, name)) &&
      (had ? had.includes(name) : this.#classes.has(name) && !echoes.repeatsCause(name, false));
    // A value may stand in several of them, of which each is none.
    const others = all.filter((name) => !isOwn(name) || !echoes.repeats(name, false));
    const isSpread = others.some((name) => !isOwn(name)) && echoes.repeats(others.join(" "), false);
    const names = all.filter((name) => {
      if (!isOwn(name)) {
        if (isSpread) echoes.marks.add(element, name);
        if (!echoes.passes(element, name, false)) return false;
      }
      remember(this.#classes, name);
      return true;
    });
    return names.join(" ");
  }
}
