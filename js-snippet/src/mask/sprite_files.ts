/** Fetches sprite files of the page's own origin and takes symbols out of them. What it gives is unjudged. */
import type { Sprites } from "./sprites.ts";

const SVG = "http://www.w3.org/2000/svg";
const MAX_CHARS = 2_000_000;
// A symbol, and the gradients, masks and symbols that it refers to.
const MAX_PARTS = 20;
const LOCAL = /(?:url\(\s*["']?|^\s*)#([\w.:-]+)/g;

const files = new Map<string, Promise<Document | null>>();

/** By XMLHttpRequest, whose parser needs no leave where Trusted Types are required. Of another origin there is nothing. */
function fetchFile(url: string): Promise<Document | null> {
  const known = files.get(url);
  if (known) return known;
  const fetched = new Promise<Document | null>((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.overrideMimeType("image/svg+xml");
    request.onload = () => resolve(request.status === 200 ? request.responseXML : null);
    request.onerror = () => resolve(null);
    request.send();
  });
  files.set(url, fetched);
  return fetched;
}

/** Puts beside an element the symbol that it shows. Resolves to whether there is one. */
export async function fetchSymbol(use: Element, sprites: Sprites): Promise<boolean> {
  const of = use.getAttribute("href") ?? use.getAttribute("xlink:href") ?? "";
  const symbol = await take(of, use.ownerDocument).catch(() => null);
  if (!use.parentNode) return false;
  sprites.show(use, of, symbol?.id ?? "", symbol?.part ?? null);
  return symbol !== null;
}

async function take(of: string, page: Document): Promise<{ id: string; part: Element } | null> {
  const url = new URL(of, page.baseURI);
  if (url.origin !== page.location.origin || !url.hash) return null;
  const name = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  const file = await fetchFile(url.href);
  if (!file || (file.documentElement.textContent ?? "").length > MAX_CHARS) return null;
  // What stands in <defs> is painted only where something refers to it.
  const part = file.createElementNS(SVG, "defs");
  const names = [name];
  for (const wanted of names) {
    const found = names.length <= MAX_PARTS && file.getElementById(wanted);
    if (!found) continue;
    const copy = found.cloneNode(true) as Element;
    part.append(copy);
    for (const element of [copy, ...copy.querySelectorAll("*")])
      for (const { value } of element.attributes)
        for (const [, next] of value.matchAll(LOCAL)) if (next && !names.includes(next)) names.push(next);
  }
  const first = part.firstElementChild;
  if (!first || first.id !== name) return null;
  // The page may have an element of that name itself.
  first.id = `sprite-${[...files.keys()].indexOf(url.href)}-${name}`;
  return { id: first.id, part };
}
