/** What the loader hands to the rest of the snippet. Types only. */

import type { Locale } from "./loader_words.ts";
import type { KeptView } from "./tokens_kept.ts";

/**
 * How the shopper came: by "Get help", by the link that the agent sent, or from a page on which they already shared.
 * `isArrival`: the page was loaded by the link; else only its fragment changed.
 */
export type Entry =
  { kind: "help" } | { kind: "link"; secret: string; isArrival: boolean } | { kind: "resume"; kept: KeptView };

/** What the loader hands over. */
export interface PageContext {
  host: HTMLElement;
  /** Beside's one shadow root, closed: nothing of the page finds it. */
  root: ShadowRoot;
  /** The loader's own "Get help" button, hidden while something else is shown. */
  button: HTMLElement;
  site: string;
  /** Origin of the relay, without a trailing slash. */
  relay: string;
  locale: Locale;
  /** What the shop's tag says, by the names of its `data-` attributes (docs/install.md). */
  data: DOMStringMap;
  entry: Entry;
  /** Loads a further file of this release (its name without .js); it runs only if it has this `integrity`. */
  load(chunk: string, integrity: string): Promise<unknown>;
  /** Says a sentence on the page, without anything but the loader. */
  say(text: string): void;
  /** Nothing is left of this run: the button may start another. */
  closed(): void;
}
