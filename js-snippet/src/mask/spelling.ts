/**
 * How a value may be written: in other capitals, without accents or blanks, in pieces; and by what it is known again.
 * Knows nothing of fields and of what is an echo.
 */
import { ASCII, readable } from "./patterns.ts";

// Shorter strings stand in too many innocent places: they count only in what changed while the field was edited.
export const MIN_ANYWHERE_CHARS = 5;

// What is written for these where they are not on a keyboard, or as the last letter of a word.
const ALIKE: Record<string, string> = { ς: "σ", đ: "d", ł: "l", ø: "o", æ: "ae", œ: "oe" };

/** In one case and without accents: what a page writes in capitals, by its own locale or a letter a node, is the same. */
function folded(text: string): string {
  const read = readable(text);
  if (ASCII.test(read)) return read.toLowerCase();
  return (
    read
      .normalize("NFKD")
      .toUpperCase()
      .toLowerCase()
      .replace(/\p{M}+/gu, "")
      .replace(/[ςđłøæœ]/g, (letter) => ALIKE[letter] as string)
      // A Korean syllable is a letter.
      .normalize("NFC")
  );
}

/** Letters and digits alone, in one case: "4242-4242" and "42 42 42 42" are one value. */
export const squash = (text: string): string => {
  const read = folded(text);
  return read.replace(ASCII.test(read) ? /[^a-z\d]+/g : /[^\p{L}\p{N}]+/gu, "");
};

// A number is a word, whatever letters it stands beside: "3x", "CHF5", "共3件".
const WORD = /\p{L}+|\p{N}+/gu;
const NAME = /[\p{L}\p{N}]+/gu;

// One with its thousands apart and its fraction: "1,200.00", "1’200", "1 200,00". A date is none ("12.05.").
const NUMBER = /(?<!\d[.,’']?)(\d{1,3}(?:[.,’' ]\d{3}){1,3}|\d+)(?:[.,](?:00?|(\d\d?))(?!\.))?(?![.,’']?\d)/g;

/**
 * The words of a text, and those that are no part of a number: "1,200.00" is 1200, and neither 1 nor 200.
 *
 * `areApart`: in names, addresses, styles and drawings a digit beside a letter is a part of what it stands in ("mt3").
 */
export function wordsIn(
  text: string,
  areApart = false,
): readonly [words: readonly string[], wholes: readonly string[]] {
  const read = folded(text);
  const words = read.match(areApart ? NAME : WORD) ?? [];
  if (areApart || !/\d\W\d/.test(read)) return [words, words];
  const whole = read.replace(NUMBER, (all, number: string, fraction?: string) => {
    if (fraction) return " ";
    const digits = number.replace(/\D/g, "");
    // By blanks they may be two: "2 500 ml".
    return all.includes(" ") && all === number ? `${digits} ${number}` : digits;
  });
  return [words, whole.match(WORD) ?? []];
}

// Letters of languages that are written without blanks between words, or with endings on names.
export const UNPARTED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]{2}/u;

// What Arabic writes at a word: and, so, with, like, for; the.
const PREFIX = /^(?:[وفبكل]?(?:ال)?|لل)$/;

export const isWord = (word: string, value: string): boolean =>
  word.endsWith(value) && PREFIX.test(word.slice(0, -value.length));

/** Do a month and a year stand in a text, of which a field holds the digits alone? */
export const isExpiryIn = (text: string, value: string): boolean =>
  /^\d{4}$/.test(value) && new RegExp(`(?<!\\d)${value.slice(0, 2)}\\s*/\\s*${value.slice(2)}(?!\\d)`).test(text);

/** How many words from one on make a value together; 0 where they do not. Empty ones count as nothing between. */
export function wordsOf(value: string, words: readonly string[], from: number): number {
  let rest = value;
  let at = from;
  for (; rest && at < words.length && rest.startsWith(words[at] as string); at++)
    rest = rest.slice((words[at] as string).length);
  return rest ? 0 : at - from;
}

// Letters of so few, in a language that parts words by blanks, stand in many another word: "Essen" in "vergessen".
const FEW = /^[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}]{1,7}$/u;

const BEGINS_APART = /^[^\p{L}\p{N}]/u;
const ENDS_APART = /[^\p{L}\p{N}]$/u;
/**
 * Where in some texts, squashed and joined, words begin and end. False: two texts meet there with nothing between, and it may be
 * one word: a letter has an element of its own.
 */
export type Edges = ReadonlyMap<number, boolean>;
export function edgesIn(texts: readonly string[]): Edges {
  let at = 0;
  const edges = new Map([[0, false]]);
  for (const text of texts) {
    const [words] = wordsIn(text);
    if (BEGINS_APART.test(text)) edges.set(at, true);
    words.forEach(({ length }, on) => edges.set((at += length), on < words.length - 1 || ENDS_APART.test(text)));
  }
  return edges;
}

/**
 * Is a value that stands there more than letters of other words: the beginning of one, or several from end to end? `isParted`: it
 * is of several words itself, of which the last may have an ending.
 */
export const isSaid = (value: string, at: number, edges: Edges, isParted: boolean): boolean =>
  !FEW.test(value) ||
  (edges.has(at) &&
    (isParted || edges.has(at + value.length) || ![...value].some((_, on) => on && edges.get(at + on))));

/** All but blanks, in one case. */
export const signsIn = (text: string): string => folded(text).replace(/\s+/g, "");
// Before a value that is known by its signs: no text holds it that was squashed.
export const SIGNS = "\0";
// What pages put where something is to be typed, or what is kept from sight.
const PLACEHOLDER = /^[-_*.,:;()[\]{}/\\#+=|~•●·…\s]*$/;
// Before one of few letters or digits in several words, a number beside letters being one ("12/27", "12kg", "Jo Ann").
export const PARTED = "\x01";
/**
 * What a value is known by: its letters and digits, and where it has few of these (smiling faces, a password) its signs, or
 * that they stood apart ("12/27").
 */
export function knownBy(value: string): string[] {
  const squashed = squash(value);
  const [words, wholes] = wordsIn(value);
  const known = [squashed];
  // Of "Whisky 0.7" the rest is no value.
  if (wholes.length === 1 && wholes[0] !== squashed && +(wholes[0] as string) >= 0) known.push(wholes[0] as string);
  const isShort = squashed.length < MIN_ANYWHERE_CHARS && !PLACEHOLDER.test(value);
  if (words.length > 1 && (isShort || FEW.test(squashed))) known.push(PARTED + squashed);
  if (!isShort) return known;
  const signs = signsIn(value);
  // A price, an hour and a locale have more letters than signs, and stand in too many innocent places.
  if (signs.length >= MIN_ANYWHERE_CHARS && signs.length >= 2 * squashed.length) known.push(SIGNS + signs);
  return known;
}
export const isOfSigns = (value: string): boolean => value.startsWith(SIGNS);
export const isSpelt = (value: string): boolean => value >= " ";
