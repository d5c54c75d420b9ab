/** The shopper's media features that the agent's browser may not share: dark mode, less motion, a finger, fine pixels. */
import { asksForDark } from "../mask/scheme.ts";
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
  /** Undefined until the next look: asking costs, and the answers seldom change. */
  #matching: string[] | undefined;

  constructor(private readonly window: Window) {
    this.#queries = FEATURES.map((feature) => window.matchMedia(`(${feature})`));
  }

  observe(emit: () => void): () => void {
    const listen = (): void => {
      this.forget();
      emit();
    };
    this.forget();
    const stops = this.#queries.map((query) => hear(query, "change", listen));
    return () => {
      for (const stop of stops) stop();
    };
  }

  forget(): void {
    this.#matching = undefined;
  }

  read(): MediaChange {
    this.#matching ??= this.#look();
    return ["media", this.#matching, Math.min(Math.max(this.window.devicePixelRatio, 0.1), 20)];
  }

  #look(): string[] {
    const matching = FEATURES.filter((_, index) => this.#queries[index]?.matches);
    return asksForDark(this.window.document, matching[0] === FEATURES[0])
      ? [...matching, "color-scheme: dark"]
      : matching;
  }
}
