/**
 * A site's own patterns: finds in texts what a policy says a customer number looks like. The language of forms, and why
 * one match costs one pass, stand in server/beside/policy/forms.py, whose regular expressions these are, letter for
 * letter: what the relay would withhold is masked here. Knows nothing of nodes.
 */

const BLANK = String.raw` \t\n\f\r\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const DASH = String.raw`\u2010-\u2015\u2212\ufe63\uff0d-`;
const DIGIT = String.raw`0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19`;
const LETTER = String.raw`A-Za-z\uff21-\uff3a\uff41-\uff5a`;
const WORD = `[${DIGIT}${LETTER}]`;
const CLASSES: Record<string, string> = { "#": `[${DIGIT}]`, "@": `[${LETTER}]`, "*": WORD };
const EDGE = "\ufdd0";
const LINE = "\ufdd1";
const EDGE_SOURCE = String.raw`\ufdd0`;
const BLANKS = new RegExp(`[${BLANK}]+`, "g");
const DROPPED = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufdd0\ufdd1]+/g;
const PIECE = /([#@*])(?:\{(\d{1,2})(?:,(\d{1,2}))?\})?|([A-Za-z0-9./_:])|(-)/y;

/** A character for itself, in every way that it is written. */
function written(character: string): string {
  const codes: number[] = [];
  const [upper, lower] = [character.toUpperCase().charCodeAt(0), character.toLowerCase().charCodeAt(0)];
  codes.push(upper, upper + 0xfee0);
  if (/\d/.test(character)) codes.push(0x660 + Number(character), 0x6f0 + Number(character));
  else codes.push(lower, lower + 0xfee0);
  return `[${codes.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("")}]`;
}

/**
 * What finds a form's first character, and behind it the rest within a text and across several, and how many characters
 * it takes at most; null where it is none.
 */
function bodiesOf(form: string): { first: string; within: string; across: string; most: number } | null {
  let [first, within, across, most, isGap] = ["", "", "", 0, true];
  for (PIECE.lastIndex = 0; PIECE.lastIndex < form.length;) {
    const [, kind, least = "1", greatest = least, itself] = PIECE.exec(form) ?? [""];
    if (!kind && !itself) {
      // A blank or dash, or what no form has.
      if (form[PIECE.lastIndex - 1] !== "-") return null;
      const gap = (blank: string): string => `[${blank}]{0,4}(?:[${DASH}][${blank}]{0,4})?`;
      within += gap(BLANK);
      across += gap(BLANK + EDGE_SOURCE);
      isGap = true;
      continue;
    }
    const one = kind ? (CLASSES[kind] as string) : written(itself as string);
    const more = (edge: string): string =>
      Number(greatest) > 1 ? `(?:${edge}${one}){${Number(least) - 1},${Number(greatest) - 1}}` : "";
    const itsFirst = most ? one : "";
    first ||= one;
    within += itsFirst + more("");
    across += (isGap ? "" : `${EDGE_SOURCE}?`) + itsFirst + more(`${EDGE_SOURCE}?`);
    most += Number(greatest);
    isGap = false;
  }
  return most ? { first, within, across, most } : null;
}

export const isForm = (form: string): boolean => !!bodiesOf(form);

type Bodies = NonNullable<ReturnType<typeof bodiesOf>>;

/** The regular expression that finds any of some forms, each of which is one. */
export const together = (forms: readonly string[]): string => `(?<!${WORD})(?:${forms.map(branchOf).join("|")})`;

function branchOf(form: string): string {
  const { first, within, across } = bodiesOf(form) as Bodies;
  return `${first}(?:${within}(?!${WORD})|(?<!${WORD}${EDGE_SOURCE}[\\s\\S])${across}(?!${EDGE_SOURCE}?${WORD}))`;
}

/** Text bare of what is invisible, and with one blank for several, as it is shown. */
const bare = (text: string): string => text.replace(DROPPED, "").replace(BLANKS, " ");

export class Forms {
  /** How many letters and digits a number has at most. */
  readonly longest: number;
  readonly #found: RegExp;
  /** Finds all that one could be, wherever lines end. */
  readonly #possible: RegExp;

  /** @param forms each of which is one; at least one. */
  constructor(forms: readonly string[]) {
    const bodies = forms.map((form) => bodiesOf(form) as Bodies);
    this.longest = Math.max(...bodies.map(({ most }) => most));
    this.#found = new RegExp(together(forms), "g");
    this.#possible = new RegExp(bodies.map(({ first, across }) => first + across).join("|"));
  }

  holds(text: string): boolean {
    return bare(text).search(this.#found) >= 0;
  }

  /** Which of some texts in document order take part in a number. `endsLine(n)`: does a line end before the n-th? */
  across(texts: readonly string[], endsLine: (at: number) => boolean): number[] {
    const pieces = texts.map(bare);
    const shown = pieces.flatMap((piece, at) => (piece ? [at] : []));
    if (!this.#possible.test(pieces.filter((piece) => piece.trim()).join(EDGE))) return [];
    let joined = "";
    const starts = new Map<number, number>();
    let from = 0;
    for (const at of shown) {
      // Behind a blank it shows nothing: however many there are, a number's parts stay as near.
      if (pieces[at] === " " && joined.endsWith(" ")) {
        starts.set(at, joined.length - 1);
        continue;
      }
      // A line may have ended around a text that shows nothing.
      let isEnded = false;
      for (let next = from + 1; next <= at; next++) isEnded ||= endsLine(next);
      if (joined) joined += isEnded ? LINE : EDGE;
      starts.set(at, joined.length);
      joined += pieces[at] as string;
      from = at;
    }
    const found = [...joined.matchAll(this.#found)].map(
      (match) => [match.index, match.index + match[0].length] as const,
    );
    return shown.filter((at) => {
      const start = starts.get(at) as number;
      return found.some(([first, last]) => start < last && start + (pieces[at] as string).length > first);
    });
  }
}
