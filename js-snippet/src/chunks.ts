/** The further files of this release that main.js may load. */

import type { ExtraFiles } from "./capture/extras.ts";
import type { words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";

/** Their names without .js, apart by blanks; set by tools/build.mjs, as is what follows. */
declare const __BESIDE_CHUNKS__: string;
/** The SHA-256 of each, in the same order: base64 without its padding. In one piece, which compresses better. */
declare const __BESIDE_CHUNK_HASHES__: string;
const HASH_CHARS = 43;

interface Chunks extends ExtraFiles {
  en: { words: typeof words };
  ar: { words: typeof words };
  zh: { words: typeof words };
  help: typeof import("./ui/help.ts");
  engine: typeof import("./capture/engine.ts");
  crossing: typeof import("./crossing.ts");
  tab_choice: typeof import("./tab_choice.ts");
  guidance: typeof import("./ui/guidance.ts");
  ending: typeof import("./ui/ending.ts");
  preview: typeof import("./ui/preview.ts");
  policy: typeof import("./policy/open.ts");
}

export function loadChunk<Name extends keyof Chunks>({ load }: PageContext, name: Name): Promise<Chunks[Name]> {
  const at = __BESIDE_CHUNKS__.split(" ").indexOf(name) * HASH_CHARS;
  return load(name, `sha256-${__BESIDE_CHUNK_HASHES__.slice(at, at + HASH_CHARS)}=`) as Promise<Chunks[Name]>;
}
