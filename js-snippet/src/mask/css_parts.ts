/** Cuts CSS into the parts it is judged by, and a part into what it paints and what it names. Knows nothing of values. */
import { ADDRESS_START } from "./urls.ts";

export interface Part {
  /** A declaration or a statement with its semicolon, or what stands before a rule's brace. */
  readonly text: string;
  /** What it is known by in another version of the sheet, as written or as a browser writes it. */
  readonly key: string;
  /** What stands in a rule's braces; null where it is no rule. */
  readonly body: Part[] | null;
  /** What stands behind it: a rule's brace, unless the sheet ends within it, and blanks. Written again, it is the same text. */
  end: string;
}

const STRING = `"(?:\\\\[^]|[^"\\\\\\n\\r\\f])*"?|'(?:\\\\[^]|[^'\\\\\\n\\r\\f])*'?`;
const ADDRESS = `${ADDRESS_START}(?:(?:${STRING})\\s*|(?:\\\\[^]|[^)\\\\"'])*)\\)?`;
// What ends a part or goes in pairs, and what hides such.
const TOKEN = new RegExp(`/\\*[^]*?(?:\\*/|$)|${STRING}|${ADDRESS}|\\\\[^]|[(){};[\\]]`, "gi");
const PAINTED = new RegExp(`\\\\[^]|(${STRING}|${ADDRESS})`, "gi");
const COMMENT = /\/\*[^]*?(?:\*\/|$)/g;
/** Declares what may hold anything, and paint it elsewhere. */
export const CUSTOM = /^\s*(?:--(?:\\[^]|[^\s:;{}\\])*|initial-value|counter-[a-z]+)\s*:/i;
const PAIRS: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
// Rules of rules of rules: people write five. What is deeper stands in its part whole.
const MAX_DEPTH = 30;

/** CSS without its comments. */
export const bare = (text: string): string => text.replace(COMMENT, "");

const keyOf = (text: string): string => {
  const key = bare(text)
    .replace(/'/g, '"')
    .replace(/\s+/g, " ")
    .replace(/ ?([>+~,=!]) ?/g, "$1")
    .replace(/([:(]) /g, "$1")
    .replace(/ (?=\))/g, "")
    .replace(/::?(?=before|after|first-l)/g, "::")
    .trim()
    .replace(/ ?;$/, "");
  return key === "from" ? "0%" : key === "to" ? "100%" : key;
};

/** What a part names and what it paints, in turns: strings and addresses stand at the odd places. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const { 1: painted, index } of text.matchAll(PAINTED)) {
    if (!painted) continue;
    pieces.push(text.slice(start, index), painted);
    start = index + painted.length;
  }
  pieces.push(text.slice(start));
  return pieces;
}

export function cutCss(css: string): Part[] {
  const top: Part[] = [];
  const open: Part[] = [];
  /** What closes that of which nothing inside ends a part. */
  const inner: string[] = [];
  let start = 0;
  const within = (): Part[] => open.at(-1)?.body ?? top;
  /** Gives the blanks that no part has. */
  const cut = (end: number): string => {
    const text = css.slice(start, end);
    const last = within().at(-1);
    start = end;
    if (!last && !text.trim()) return text;
    if (text.trim()) within().push({ text, key: keyOf(text), body: null, end: "" });
    else (last as Part).end += text;
    return "";
  };
  for (const { 0: token, index } of css.matchAll(TOKEN)) {
    const closes = PAIRS[token];
    if (closes) {
      const isRule = token === "{" && !inner.length && open.length < MAX_DEPTH;
      const text = isRule ? css.slice(start, index) : "";
      if (!isRule || CUSTOM.test(bare(text))) {
        inner.push(closes);
        continue;
      }
      const rule: Part = { text, key: keyOf(text), body: [], end: "" };
      within().push(rule);
      open.push(rule);
      start = index + 1;
    } else if (inner.length) {
      if (token === inner.at(-1)) inner.pop();
    } else if (token === "}" && open.length) {
      const blank = cut(index);
      (open.pop() as Part).end = `${blank}}`;
      start = index + 1;
    } else if (token === "}" || token === ";") cut(index + 1);
  }
  cut(css.length);
  return top;
}
