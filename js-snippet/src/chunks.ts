/** The further files of this release that main.js may load. */

import type { ExtraFiles } from "./capture/extras.ts";
import type { words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";

/** `integrity` of each, by its name without .js; set by tools/build.mjs. */
declare const __BESIDE_CHUNKS__: Record<string, string>;

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
}

export function loadChunk<Name extends keyof Chunks>({ load }: PageContext, name: Name): Promise<Chunks[Name]> {
  return load(name, __BESIDE_CHUNKS__[name] ?? "") as Promise<Chunks[Name]>;
}
