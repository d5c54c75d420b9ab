/** The further files of this release that main.js may load. */

import type { words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";

/** `integrity` of each, by its name without .js; set by tools/build.mjs. */
declare const __BESIDE_CHUNKS__: Record<string, string>;

interface Chunks {
  ar: { words: typeof words };
  zh: { words: typeof words };
  guidance: typeof import("./ui/guidance.ts");
}

export function loadChunk<Name extends keyof Chunks>({ load }: PageContext, name: Name): Promise<Chunks[Name]> {
  return load(name, __BESIDE_CHUNKS__[name] ?? "") as Promise<Chunks[Name]>;
}
