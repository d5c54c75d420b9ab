/**
 * What text looks like: the second line behind the verdicts. Whole text nodes are masked on a match, never words of them.
 * Knows nothing of nodes.
 */

/** Digits of every script as ASCII, compatibility forms folded, invisible characters gone. */
export const plain = (text: string): string =>
  // ASCII is plain already, and most text.
  ASCII.test(text)
    ? text
    : text
        .normalize("NFKC")
        .replace(/[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g, "")
        .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15));

// Pages encode what is encoded already, by mistake or for a server that wants it twice.
const MAX_DECODINGS = 4;

/**
 * Text with what addresses, markup and pictures in them write otherwise: percent-encoded, as character references, or an SVG in
 * base64.
 */
export function readable(text: string): string {
  let read = text;
  if (text.includes(";base64,"))
    read = text.replace(/(?<=data:image\/svg[^,]{0,40};base64,)[\w+/=-]+/gi, (code) =>
      tried(code, () => [...atob(code)].map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")),
    );
  for (let round = 0; round < MAX_DECODINGS && /[%&]/.test(read); round++) {
    const before = read;
    read = read
      .replace(/(?:%[\da-f]{2})+/gi, (run) => tried(run, () => decodeURIComponent(run)))
      .replace(/&(?:#(\d+|x[\da-f]+);?|(?:amp|lt|gt|quot|apos|nbsp);)/gi, (all, code?: string) =>
        // What the others name is no letter.
        !code
          ? /^&amp/i.test(all)
            ? "&"
            : " "
          : tried(all, () => String.fromCodePoint(Number(code.replace(/^x/i, "0x")))),
      );
    if (read === before) break;
  }
  return plain(read);
}

function tried(text: string, decode: () => string): string {
  try {
    return decode();
  } catch {
    return text;
  }
}

export const ASCII = /^[\0-\x7f]*$/;

const EMAIL = /[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]{2,}/;
const DATE = /\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b/g;
// International with its plus; national with its leading 0 or bracket; North American 3-3-4; a Chinese mobile.
const PHONE =
  /\+\d(?:[\s().\/-]{0,2}\d){6,14}|(?<![\d.,])(?:0\d{1,4}(?:[ .()\/-]{1,2}\d{2,}){1,5}|0\d{9,10})(?![\d.,]?\d)|(?<!\d)\(\d{2,5}\)[ -]?\d(?:[ -]?\d){4,9}|(?<!\d)\d{3}[ .-]\d{3}[ .-]\d{4}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)/g;
// In groups of four, with six digits in a row as every country's has; one without groups is found by its check digits, since
// parcels carry numbers of that shape.
const IBAN = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,3})?(?![A-Z0-9])/gi;
const CARD = /(?<!\d)(?:\d{4}[ -]){3}\d{1,7}(?!\d)|(?<!\d)3\d{3}[ -]\d{6}[ -]\d{4,5}(?!\d)/;
// "•••• 4242", "ending in 4242", "Visa 4242": four digits are no number, yet banks ask for just these on the phone. Words that
// shops use of other things ask for the digits close behind them, and not for a year; of what has a unit these find none.
const LAST_FOUR =
  /(?:(?:[•●∙⋅][\s-]*){2,}|(?:[•●∙⋅*·.×#]{2}|(?<![a-z])x{2,}|x{4})[\s-]*|(?:尾号|尾號|末四位)\D{0,8}|\b(?:visa|mastercard|maestro|amex|american express)\b[^\d€$£¥]{0,14}|(?:تنتهي|المنتهية)\s*ب\D{0,8})\d{4}(?!\d)|(?:[•●∙⋅]|\b(?:ending|last (?:four|4)|(?:ends|card|discover(?! \d+ ?[a-z]))(?!(?: in)? (?:19|20)\d\d))\b(?:[^\p{L}\d\n€$£¥]|x|\b(?:in|with|no|number|digits|is|are|on|file|used)\b){0,12}|(?:تنتهي|المنتهية)[\s:]*(?:في\s)?(?!(?:19|20)\d\d))\d{4}(?!\d|[.,]\d| ?(?:[€$£¥%](?! ?\d)|(?:[kmgt]b|mah|ml|items)\b))/iu;

// What those above ask for at the least: cheap looks that spare most text the dear ones. "•4242".
const SHORTEST_CHARS = 5;
const TWO_DIGITS = /\d\d/;
const SIX_DIGITS = /(?:\d\D*){6}/;

/** Does the text hold what looks like an e-mail address, a phone number, an IBAN or a card number, or its last four? */
export function looksPersonal(text: string): boolean {
  const folded = plain(text);
  if (folded.length < SHORTEST_CHARS) return false;
  if (folded.includes("@") && EMAIL.test(folded)) return true;
  if (TWO_DIGITS.test(folded) && LAST_FOUR.test(folded)) return true;
  if (!SIX_DIGITS.test(folded)) return false;
  if (CARD.test(folded) || (folded.match(IBAN) ?? []).some((iban) => SIX_IN_A_ROW.test(iban))) return true;
  const phones = folded.replace(DATE, " ").match(PHONE) ?? [];
  return phones.some((phone) => phone.replace(/\D/g, "").length > 8 || phone[0] === "+") || tripped([folded]).size > 0;
}

// In addresses "@" also stands before a scale or a version: "logo@2x.png", "bootstrap@5.3.3/dist/bootstrap.min.css".
const ADDRESS_EMAIL = /[^\s@/<>()]+@(?!v?\d+(?:\.\d|x|$))[^\s@/<>()]+\.[^\s@/<>().\d]{2,}/;
const FILE_ENDING = /\.(?:avif|css|gif|ico|jpe?g|m?js|otf|png|svg|ttf|webp|woff2?)(?=\/|$)/gi;

/** What an address of an asset may not hold; numbers stand in too many of them to look for phones. */
export const addressLooksPersonal = (url: string): boolean =>
  ADDRESS_EMAIL.test(url.replace(FILE_ENDING, "")) || tripped([plain(url)]).size > 0;

// Issuer prefix and length: Visa, Mastercard, American Express, Diners, JCB, then Discover, UnionPay and Maestro.
const ISSUED =
  /^(?:4\d{15}(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}|6(?:0|2|4|5)\d{14,17})$/;

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) << (i & 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

function mod97(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const char of turned) {
    const number = parseInt(char, 36);
    rest = (rest * (number > 9 ? 100 : 10) + number) % 97;
  }
  return rest === 1;
}

// Of an IBAN.
const MAX_NUMBER_CHARS = 34;
// No number goes on across a text that holds one of these.
const PARTING = /[^A-Za-z0-9\s-]/;

/** How far from a text one must look for the rest of a number, or of a value, that it may be a part of. */
export class Reach {
  #chars = 0;
  #isParted = false;

  /** @param longest how many letters and digits the longest value has. */
  constructor(private readonly longest: number) {}

  /** One that begins anew, at another text. */
  again(): Reach {
    return new Reach(this.longest);
  }

  get isOver(): boolean {
    return (this.#isParted || this.#chars >= MAX_NUMBER_CHARS) && this.#chars >= this.longest;
  }

  /** A text was passed; of one that is masked (null) nothing is known. */
  pass(text: string | null): void {
    if (text === null) return;
    this.#isParted ||= PARTING.test(text);
    this.#chars += text.replace(/[^\p{L}\p{N}]+/gu, "").length;
  }
}

/** A group of characters between separators or node edges, and the piece it stands in. */
interface Group {
  text: string;
  piece: number;
  joined: boolean;
}

// Cards are written whole, in fours (4-6-5 for American Express), or one digit a node. Other groups are calendars,
// tables and keypads.
const isCardShape = (sizes: number[]): boolean =>
  sizes.every((size) => size === 1) || sizes.slice(0, -1).every((size) => size >= 4);

/** How the groups that make a card number or an IBAN begin. */
const BEGUN = /^(?:\d+|[A-Z]{1,2}(?:\d{1,2}(?:(?<=\d\d)[A-Z\d]*)?)?)$/;

// What could hold a number at all; most pages hold none, and two looks over all their text say so.
const SIX_IN_A_ROW = /\d(?:[\s-]*\d){5}/;
const SUSPECT = /\d(?:\s*(?:-\s*)?\d){12}|[A-Z]{2}\s*(?:-\s*)?(?:\d\s*(?:-\s*)?){2}(?:[A-Z\d]\s*(?:-\s*)?){11}/i;

/**
 * The tripwire's rule over text joined in document order: which of the pieces take part in a card number (issuer
 * prefix, length, Luhn) or an IBAN (shape, mod 97). Separators are one blank or dash; the edge of a piece is none.
 */
export function tripped(pieces: readonly string[]): Set<number> {
  const found = new Set<number>();
  const joined = pieces.join("");
  if (!SIX_IN_A_ROW.test(joined) || !SUSPECT.test(joined)) return found;
  const groups: Group[] = [];
  let gap = true;
  pieces.forEach((piece, index) => {
    for (const token of piece.matchAll(/[A-Za-z0-9]+|[^A-Za-z0-9]+/g)) {
      if (/[A-Za-z0-9]/.test(token[0])) {
        groups.push({ text: token[0].toUpperCase(), piece: index, joined: !gap });
        gap = false;
      } else gap = !/^(?:\s+|-)$/.test(token[0]) || gap;
    }
  });
  for (let start = 0; start < groups.length; start++) {
    let joined = "";
    const sizes: number[] = [];
    for (let end = start; end < groups.length; end++) {
      const group = groups[end] as Group;
      if ((end > start && !group.joined) || (joined.length > 0 && joined.length + group.text.length > 34)) break;
      joined += group.text;
      if (!BEGUN.test(joined)) break;
      sizes.push(group.text.length);
      const card = joined.length < 20 && ISSUED.test(joined) && isCardShape(sizes) && luhn(joined);
      if (card || (/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(joined) && /\d{6}/.test(joined) && mod97(joined)))
        for (let i = start; i <= end; i++) found.add((groups[i] as Group).piece);
    }
  }
  return found;
}
