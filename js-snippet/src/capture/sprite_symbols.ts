/** Symbols of sprite files, fetched once a page shows one. A file of its own, loaded by the first such page. */
import { fetchSymbol } from "../mask/sprite_files.ts";
import type { Extra, ExtraContext } from "./extras.ts";

export function followSprites({ dirty, mask, request }: ExtraContext): Extra {
  const { sprites } = mask.shape;
  return {
    describe(): void {
      for (const use of sprites.wanted)
        void fetchSymbol(use, sprites).then((isShown) => {
          if (!isShown) return;
          dirty.parents.add(use.parentNode as Node);
          dirty.mark(use);
          request();
        });
      sprites.wanted.clear();
    },
    pause(): void {},
  };
}
