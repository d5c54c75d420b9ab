/** Addresses and CSS as they may leave the page: absolute, without query and fragment. Knows nothing of nodes. */
import { addressLooksPersonal } from "./patterns.ts";

/** What stands in CSS for an address that may not leave: it loads nothing. */
const NOWHERE = "about:invalid";
// A picture drawn into the page itself. Documents (`data:text/html`) are none.
const DATA = /^data:(?:image|font|application\/(?:x-)?font)[/\w.+-]*[;,]/i;
// An inlined photograph would outweigh the page; icons and fonts stay below this.
const MAX_DATA_CHARS = 200_000;

/**
 * An asset's address, absolute; "" where it may not leave. Keeps the query only for `queryHosts`, since queries carry
 * tokens and names, and the fragment only of an SVG, where it names the picture.
 */
export function assetUrl(raw: string, base: string, queryHosts: readonly string[]): string {
  const trimmed = raw.trim();
  if (!trimmed) return "";
  if (DATA.test(trimmed)) return trimmed.length <= MAX_DATA_CHARS ? trimmed : "";
  let url: URL;
  try {
    url = new URL(trimmed, base);
  } catch {
    return "";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "";
  url.username = url.password = "";
  if (!queryHosts.includes(url.host)) url.search = "";
  if (!url.pathname.endsWith(".svg")) url.hash = "";
  return url.href.length > 2048 || addressLooksPersonal(decoded(url.pathname)) ? "" : url.href;
}

/** Whose a frame is: the host of its address alone, never path or query; "" where that is the page's own, or unknown. */
export function ownerOfFrame(src: string, base: string): string {
  let url: URL;
  try {
    url = new URL(src.trim(), base);
  } catch {
    return "";
  }
  const { host, hostname, origin } = url;
  return !host || origin === location.origin || addressLooksPersonal(hostname) ? "" : host;
}

/** May a frame of this address be the page's own origin's? Asking a frame that is not makes Safari complain. */
export function isOwnAddress(src: string, base: string): boolean {
  try {
    const { origin, protocol } = new URL(src.trim() || "about:blank", base);
    return origin === location.origin || protocol === "about:" || protocol === "javascript:";
  } catch {
    return false;
  }
}

/** How an address begins: "url(", of which a letter may be written as an escape. */
export const ADDRESS_START =
  "(?<![\\w-])(?:u|\\\\0{0,4}[57]5\\s?)(?:r|\\\\0{0,4}[57]2\\s?)(?:l|\\\\0{0,4}[46]c\\s?)\\(\\s*";
const QUOTED = `"(?:\\\\[^]|[^"\\\\])*"|'(?:\\\\[^]|[^'\\\\])*'`;
// A comment; an import by string; an address, quoted or bare, with what makes it none; any other string, which is passed
// over, as is an escape that may stand for a quote.
const CSS_TOKEN = new RegExp(
  `/\\*[^]*?(?:\\*/|$)|@import\\s+(?<imported>${QUOTED})|${ADDRESS_START}(?<address>${QUOTED}|(?:\\\\[^]|[^)\\\\"'\\s])*)\\s*(?<rest>(?:\\\\[^]|[^)\\\\])*)\\)?|(?<text>"(?:\\\\[^]|[^"\\\\\\n])*"|'(?:\\\\[^]|[^'\\\\\\n])*')|\\\\[^]`,
  "gi",
);
type Token = Partial<Record<"imported" | "address" | "rest" | "text", string>>;
// Its strings are addresses, but for those that name a type.
const IN_IMAGE_SET = /image-set\((?![^;{}]*type\(\s*$)[^;{}]*$/i;

/** CSS with every address absolute and judged, and without comments. `paintsAssets` false: no address at all. */
export function judgeCss(css: string, base: string, queryHosts: readonly string[], paintsAssets = true): string {
  if (!/url\(|@import|\/\*|image-set|\\/i.test(css)) return css;
  const judge = (written: string): string => {
    const raw = unescaped(/^["']/.test(written) ? written.slice(1, -1) : written);
    if (raw.startsWith("#")) return `url("${quoted(raw)}")`;
    const url = paintsAssets ? assetUrl(raw, base, queryHosts) : "";
    return `url("${quoted(url || NOWHERE)}")`;
  };
  return css.replace(CSS_TOKEN, (whole, ...found: unknown[]) => {
    // Two tokens with a comment between them are not one token: an empty comment keeps them apart.
    if (whole.startsWith("/*")) return "/**/";
    const { address, imported, rest, text } = found.at(-1) as Token;
    if (imported) return `@import ${judge(imported)}`;
    // Blanks and quotes within a bare address make it none, up to its bracket.
    if (address !== undefined) return judge(rest ? NOWHERE : address);
    const at = found.at(-3) as number;
    return text && IN_IMAGE_SET.test(css.slice(Math.max(0, at - 2000), at)) ? judge(text) : whole;
  });
}

/** CSS as it reads once its escapes are characters. */
export const unescaped = (css: string): string =>
  css.replace(/\\(?:([0-9a-f]{1,6})\s?|([^]))/gi, (_, code?: string, char?: string) =>
    code ? String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)) : (char ?? ""),
  );

const quoted = (text: string) => text.replace(/["\\\n\r\f]/g, (char) => `\\${char.charCodeAt(0).toString(16)} `);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// A segment as long as an identifier usually is, or that holds a digit or an @, may name somebody.
const MAX_PLAIN_SEGMENT_CHARS = 15;

/** A page's path with `:id` for each segment that could name somebody; of any length. */
export function reducePath(path: string): string {
  return path
    .split("/")
    .map((part) => {
      const segment = decoded(part);
      return /[@\p{Nd}]/u.test(segment) || segment.length > MAX_PLAIN_SEGMENT_CHARS ? ":id" : part;
    })
    .join("/");
}
