/**
 * Cuts out of CSS what would reach further than the allowed addresses, as if the capture had not done so. Works on the
 * tokens of https://www.w3.org/TR/css-syntax-3/, so that escapes (`u\72l(`), comments and strings hide nothing. Knows
 * nothing of selectors and properties.
 */
import type { Addresses } from "./addresses.ts";

const NAME = String.raw`(?:[-\w\u{80}-\u{10ffff}]|\\[0-9a-fA-F]{1,6}\s?|\\[^\n0-9a-fA-F])+`;
const COMMENT = String.raw`\/\*[\s\S]*?(?:\*\/|$)`;
const STRING = String.raw`"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?`;
const TOKEN = new RegExp(`${COMMENT}|${STRING}|@?${NAME}\\(?|[(){};]`, "gu");
// What follows an unquoted `url(`: the address, or the remnants of a bad one up to its closing parenthesis.
// The address is never empty here: else a million blanks could be read in as many ways, and all would be tried.
const RAW_URL = /\s*(?:((?:[^"'()\\\s]|\\[^\n])+)\s*)?(?:\)|$)/uy;
const BAD_URL = /(?:\\[\s\S]|[^)\\])*\)?/uy;
// Without one of these nothing in a sheet can load anything. Only letter and hex escapes can spell a name in disguise.
const SUSPICIOUS = /url|image-set|image\(|src\(|@import|cross-fade|https?:|\/\/|\\[0-9a-z]/i;
// Functions in which a plain string is an address.
const LOADING = /^(?:-webkit-|-moz-)?(?:image-set|image|src|url|cross-fade)$/;
const REMOTE = /^\s*(?:https?:\S|\/\/)/i;
// An address that asks nobody, shows nothing and keeps the declaration around it valid. `about:invalid` would do too, but
// browsers report it as a request that the CSP header refused.
const NOTHING = "data:,";

export interface CleanCss {
  text: string;
  /** Whether an `@import` survived: constructed sheets ignore it, a style element does not. */
  imports: boolean;
}

/** The same sheet or declarations with every forbidden address replaced. `base` is the sheet's own address, if known. */
export function cleanCss(css: string, addresses: Addresses, base?: string): CleanCss {
  if (!SUSPICIOUS.test(css)) return { text: css, imports: false };
  const text = css.replace(/\r\n?|\f/g, "\n");
  return new Cleaner(text, addresses, base).run();
}

interface Opened {
  readonly name: string;
  /** Whether it and all around it are `url(`: then a string in it is what an `@import` loads. */
  readonly onlyUrls: boolean;
}

class Cleaner {
  /** Pieces, put together once: to cut a text back is to copy it. */
  private readonly out: string[] = [];
  /** Start of what was read and not yet written. */
  private kept = 0;
  private at = 0;
  private imports = false;
  private readonly functions: Opened[] = [];
  /** The at-rule whose prelude we are in, where that changes what a string means. */
  private rule = "";
  private ruleRefused = false;
  /** How much was written when an `@import` began: what a refused one is cut back to. */
  private written = 0;

  constructor(
    private readonly text: string,
    private readonly addresses: Addresses,
    private readonly base: string | undefined,
  ) {}

  run(): CleanCss {
    TOKEN.lastIndex = 0;
    for (let found = TOKEN.exec(this.text); found; found = TOKEN.exec(this.text)) {
      this.at = TOKEN.lastIndex;
      this.token(found[0], found.index);
      TOKEN.lastIndex = this.at;
    }
    if (this.rule) this.endRule(this.text.length);
    return { text: this.out.join("") + this.text.slice(this.kept), imports: this.imports };
  }

  private token(token: string, start: number): void {
    const lead = token[0];
    if (lead === "/") return;
    if (lead === '"' || lead === "'") this.string(token, start);
    else if (token === "(") this.open("");
    else if (token === ")") this.functions.pop();
    else if (token === ";" || token === "{" || token === "}") this.boundary(token);
    else if (lead === "@") this.startRule(plain(token.slice(1)), start);
    else if (token.endsWith("(")) this.call(plain(token.slice(0, -1)).toLowerCase(), start);
  }

  private startRule(name: string, start: number): void {
    const rule = name.toLowerCase();
    if (rule !== "import" && rule !== "namespace") return;
    this.replace(start, start, "");
    this.rule = rule;
    this.ruleRefused = false;
    this.written = this.out.length;
  }

  private boundary(token: string): void {
    // Parentheses that were never closed end with the block, as in error recovery.
    if (token !== ";") this.functions.length = 0;
    if (this.rule && token !== "{" && !this.functions.length) this.endRule(this.at);
  }

  private endRule(end: number): void {
    if (this.rule === "import") {
      if (this.ruleRefused) {
        this.out.length = this.written;
        this.kept = end;
      } else this.imports = true;
    }
    this.rule = "";
  }

  private open(name: string): void {
    this.functions.push({ name, onlyUrls: name === "url" && (this.functions.at(-1)?.onlyUrls ?? true) });
  }

  private call(name: string, start: number): void {
    this.open(name);
    if (name !== "url" && name !== "src") return;
    RAW_URL.lastIndex = this.at;
    const quoted = /\s*["']/uy;
    quoted.lastIndex = this.at;
    if (name === "src" || quoted.test(this.text)) return;
    this.functions.pop();
    const raw = RAW_URL.exec(this.text);
    if (raw) {
      this.at = RAW_URL.lastIndex;
      this.address(plain(raw[1] ?? ""), start, this.at, (url) => `url("${url}")`);
    } else {
      BAD_URL.lastIndex = this.at;
      BAD_URL.exec(this.text);
      this.at = BAD_URL.lastIndex;
      this.replace(start, this.at, `url("${NOTHING}")`);
    }
  }

  private string(token: string, start: number): void {
    const closed = token.length > 1 && token.endsWith(token[0] as string);
    const content = plain(token.slice(1, closed ? -1 : undefined).replace(/\\\n/g, ""));
    if (this.rule === "namespace") return;
    if (this.isImporting() || LOADING.test(this.functions.at(-1)?.name ?? ""))
      this.address(content, start, this.at, (url) => `"${url}"`);
    // A custom property may carry an address into a function elsewhere: `--a: "https://…"; image-set(var(--a) 1x)`.
    else if (REMOTE.test(content) && !this.addresses.remote(content)) this.replace(start, this.at, '""');
  }

  private address(address: string, start: number, end: number, write: (url: string) => string): void {
    // A fragment names a gradient, filter or mask of the document itself.
    if (address.startsWith("#") && !this.rule) return;
    const importing = this.isImporting();
    const allowed = importing ? this.addresses.remote(address, this.base) : this.addresses.asset(address, this.base);
    if (allowed !== null) {
      // Serialised URLs hold no quotes, backslashes or line ends; data URLs may.
      this.replace(start, end, write(allowed.replace(/["\\\n]/g, (char) => `\\${char.charCodeAt(0).toString(16)} `)));
    } else if (importing) this.ruleRefused = true;
    else this.replace(start, end, write(NOTHING));
  }

  /** Whether an address here is the one that an `@import` loads, not one in its `supports()`. */
  private isImporting(): boolean {
    return this.rule === "import" && (this.functions.at(-1)?.onlyUrls ?? true);
  }

  private replace(start: number, end: number, by: string): void {
    this.out.push(this.text.slice(this.kept, start), by);
    this.kept = end;
  }
}

/** A name or string with its escapes resolved. */
function plain(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi, (_, hex: string | undefined, char: string) => {
    if (!hex) return char;
    const code = parseInt(hex, 16);
    return code === 0 || code > 0x10ffff ? "�" : String.fromCodePoint(code);
  });
}
