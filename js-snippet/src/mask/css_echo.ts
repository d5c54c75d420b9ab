/**
 * Judges CSS part by part: a declaration, a statement, or what stands before a rule's brace. What was sent of a sheet
 * stays as sent; a part that is new in it and repeats a masked value is left out, and stays out. The declaration whose
 * place it takes stays instead. However the text is cut, each character that leaves is one of a part that was judged or
 * sent before. Knows nothing of sheets and their owners.
 */
import { bare, CUSTOM, cutCss, type Part, piecesOf } from "./css_parts.ts";
import type { Echoes } from "./echo.ts";
import { plain } from "./patterns.ts";
import { squash } from "./spelling.ts";
import { unescaped } from "./urls.ts";

const DECLARED = /^\s*([a-z-]+)\s*:/i;
const WORD = /[\p{L}\p{N}_-]+/gu;
const DIGITS = /^\d+$/;
// What media queries are written in.
const MEDIA_WORD =
  /^(?:screen|print|speech|min|max|width|height|light|dark|orientation|landscape|portrait|pointer|hover|fine|coarse|prefers|reduced?|motion|color|scheme|contrast|aspect|ratio|resolution|layer|supports|container|media|-)+$/i;
// A letter that no value has: what stands before and behind a word that is taken out does not grow together.
const APART = "\ua66e";
// Of parts that repeat a value; the oldest are judged anew.
const MAX_FOUND = 4000;
// Of CSS whose words are the page's own. Beyond, a colour that is somebody's name may be left out.
const MAX_TOLD_CHARS = 2_000_000;

/** What was sent of the rules of one head. */
class Before {
  readonly #texts = new Set<string>();
  readonly #last = new Map<string, Part>();
  readonly #bodies = new Map<string, Part[]>();
  readonly #rules = new Map<string, Before>();

  constructor(parts: readonly Part[]) {
    for (const part of parts) {
      const { body, key } = part;
      if (body) {
        const before = this.#bodies.get(key);
        if (before) for (const each of body) before.push(each);
        else this.#bodies.set(key, [...body]);
      } else {
        this.#texts.add(key);
        this.#last.set(nameOf(part), part);
      }
    }
  }

  has({ key }: Part): boolean {
    return this.#texts.has(key);
  }

  /** What the part takes the place of. */
  replacedBy(part: Part): Part | undefined {
    return this.#last.get(nameOf(part));
  }

  within({ key }: Part): Before | null {
    let rule = this.#rules.get(key);
    const parts = this.#bodies.get(key);
    if (!rule && parts) this.#rules.set(key, (rule = new Before(parts)));
    return rule ?? null;
  }
}

const NOTHING = new Before([]);

/** What a declaration declares; all of what is none. */
const nameOf = ({ key }: Part): string => (key.startsWith("@") ? key : (key.split(":", 1)[0] as string));

export class CssEchoes {
  /** What left, oldest first, with its words where they were asked for: they say nothing of a value that came later. */
  readonly #told = new Map<string, ReadonlySet<string> | null>();
  #toldChars = 0;
  #used = new Map<string, boolean>();
  /**
   * Parts that repeat a value, by where they stand, and what they paint, anywhere: some only by what changed while the
   * value was edited, which is soon forgotten.
   */
  readonly #found = new Set<string>();
  #values: readonly string[] = [];
  #isServed = false;

  constructor(private readonly echoes: Echoes) {}

  /**
   * CSS as it may leave; while a masked field is edited, no more than was sent.
   *
   * @param previous what was sent of the same sheet.
   * @param isServed the shop's server wrote it, the same for every shopper: its own names are no echo.
   */
  read(css: string, previous: string | null | undefined, isServed: boolean): string {
    if (css === previous) return css;
    if (this.echoes.isHolding) return previous ?? "";
    if (this.#told.has(css)) return css;
    const squashed = this.echoes.hasValues ? squash(unescaped(css)) : "";
    this.#values = this.echoes.valuesIn(squashed);
    if (
      !this.#values.length &&
      !this.#found.size &&
      !this.echoes.hasCauseIn(squashed) &&
      !this.echoes.holdsSigns(unescaped(css))
    )
      return this.#tell(css);
    this.#isServed = isServed;
    return this.#tell(this.#write(cutCss(css), new Before(cutCss(previous ?? "")), ""));
  }

  /** A media query; null where it repeats a value that came after it was told, or might. */
  readMedia(media: string, previous: string | undefined): string | null {
    if (!media || media === previous) return media;
    if (this.echoes.isHolding) return null;
    this.#values = this.echoes.valuesIn(squash(unescaped(media)));
    this.#isServed = false;
    return this.#repeats(`@media ${media}`, true) ? null : media;
  }

  #write(parts: readonly Part[], before: Before, where: string): string {
    let css = "";
    // What replaces a declaration may have been the last of its rule, and so without a semicolon.
    let isOpen = false;
    const add = (text: string, ends: boolean): void => {
      css += isOpen ? `;${text}` : text;
      isOpen = !ends && !/[;}]$/.test(text.trimEnd());
    };
    for (const part of parts) {
      const { body, end, text } = part;
      if (!body) {
        const kept = before.has(part) || !this.#isOut(part, where) ? part : before.replacedBy(part);
        if (kept) add(kept.text + kept.end, false);
        continue;
      }
      const inner = before.within(part);
      if (!inner && this.#isOut(part, where)) continue;
      const kept = this.#write(body, inner ?? NOTHING, `${where}${part.key}{`);
      // Of rules that are new and lose all that they say, not even their number is told.
      if (kept || inner || !body.length) add(`${text}{${kept}${end}`, true);
    }
    return css;
  }

  #isOut({ body, key, text }: Part, where: string): boolean {
    if (body && this.#isServed) return false;
    const place = squash(unescaped(where + key));
    if (!this.#found.has(place) && !this.#repeats(text, !!body)) return false;
    this.#find(place);
    return true;
  }

  /** One of signs alone is no other than any: every later one would be found by it. */
  #findPiece(piece: string): true {
    const squashed = squash(piece);
    return !squashed || this.#find(`"${squashed}`);
  }

  #find(what: string): true {
    this.#found.delete(what);
    this.#found.add(what);
    if (this.#found.size > MAX_FOUND) this.#found.delete(this.#found.values().next().value as string);
    return true;
  }

  #repeats(text: string, isHead: boolean): boolean {
    const { echoes } = this;
    const part = bare(text);
    const custom = isHead ? null : CUSTOM.exec(part);
    const pieces = piecesOf(part);
    // Also what is painted in one go though it is written in several strings.
    const painted = pieces.filter((_, at) => at % 2).map(unescaped);
    if (painted.length > 1) painted.push(painted.join(""));
    for (const piece of painted)
      if (this.#found.has(`"${squash(piece)}`) || echoes.repeats(piece)) return this.#findPiece(piece);
    const value = custom && unescaped(part.slice(custom[0].length));
    if (
      value &&
      (this.#found.has(`"${squash(value)}`) || echoes.repeatsCause(value, false) || echoes.holdsSigns(value))
    )
      return this.#findPiece(value);
    if ([...painted, value ?? ""].some((piece) => echoes.isBeginning(squash(piece)))) return true;
    if (this.#isServed && !custom) return false;
    if (echoes.holdsBeginning(squash(unescaped(part)))) return true;
    return this.#values.some((value) => {
      const others = pieces.map((piece, at) => (at % 2 ? unescaped(piece) : this.#withoutOwn(piece, part, value)));
      if (custom || !DIGITS.test(value)) return squash(others.join("")).includes(value);
      // Numbers that CSS writes one beside the other are none; as a whole they stand in names and strings.
      const whole = new RegExp(`(?<!\\d)${[...value].join("[ _-]?")}(?!\\d)`);
      return whole.test(others.join(" "));
    });
  }

  /** Names without those that repeat the value and yet are no echo, being the page's own or CSS's. */
  #withoutOwn(names: string, part: string, value: string): string {
    return plain(unescaped(names)).replace(WORD, (word) =>
      squash(word).includes(value) && (isKeyword(word, part) || this.#wasUsed(word.toLowerCase())) ? APART : word,
    );
  }

  #wasUsed(word: string): boolean {
    let was = this.#used.get(word);
    if (was === undefined) this.#used.set(word, (was = this.#wasTold(word)));
    return was;
  }

  #wasTold(word: string): boolean {
    for (const [css, known] of this.#told) {
      let words = known;
      if (!words && css.toLowerCase().includes(word)) {
        const names = piecesOf(bare(css)).map((piece, at) => (at % 2 ? ";" : plain(unescaped(piece))));
        this.#told.set(css, (words = new Set(names.join("").toLowerCase().match(WORD))));
      }
      if (words?.has(word)) return true;
    }
    return false;
  }

  #tell(css: string): string {
    const told = this.#told;
    if (told.has(css)) return css;
    told.set(css, null);
    this.#used.clear();
    this.#toldChars += css.length;
    for (const first of told.keys()) {
      if (this.#toldChars <= MAX_TOLD_CHARS) break;
      told.delete(first);
      this.#toldChars -= first.length;
    }
    return css;
  }
}

/** Is it a word of CSS itself, in this declaration or query? Where any word would do, it is none. */
function isKeyword(word: string, part: string): boolean {
  if (/^\s*@/.test(part)) return MEDIA_WORD.test(word);
  const property = DECLARED.exec(part)?.[1];
  if (!property || property.startsWith("--") || /\d/.test(word)) return false;
  try {
    if (word === property) return CSS.supports(property, "inherit");
    return CSS.supports(property, word) && !CSS.supports(property, `x${word}`);
  } catch {
    // A page may call something of its own by this name.
    return false;
  }
}
