/** The shopper's media features that the agent's browser may not share: dark mode, less motion, a finger, fine pixels. */
import type { MediaChange } from "../wire/protocol.gen.ts";
import { hear } from "./hear.ts";

const FEATURES = [
  "prefers-color-scheme: dark",
  "prefers-reduced-motion: reduce",
  "prefers-contrast: more",
  "prefers-contrast: less",
  "forced-colors: active",
  "hover: hover",
  "pointer: fine",
  "pointer: coarse",
  "any-hover: hover",
  "any-pointer: fine",
  "any-pointer: coarse",
  "display-mode: standalone",
];

export class MediaFeatures {
  readonly #queries: readonly MediaQueryList[];
  /** Null until the next look: asking costs, and the answers seldom change. */
  #matching: string[] | null = null;

  constructor(private readonly window: Window) {
    this.#queries = FEATURES.map((feature) => window.matchMedia(`(${feature})`));
  }

  observe(emit: () => void): () => void {
    const listen = (): void => {
      this.#matching = null;
      emit();
    };
    this.#matching = null;
    const stops = this.#queries.map((query) => hear(query, "change", listen));
    return () => {
      for (const stop of stops) stop();
    };
  }

  read(): MediaChange {
    this.#matching ??= FEATURES.filter((_, index) => this.#queries[index]?.matches);
    return ["media", this.#matching, Math.min(Math.max(this.window.devicePixelRatio, 0.1), 20)];
  }
}
