/** Where all of Beside's elements stand while it runs: a styled box in the closed root, left empty again at the end. */

import type { Locale } from "../loader_words.ts";
import { make } from "./elements.ts";
import styles from "./style.css";

export interface Stage {
  readonly root: ShadowRoot;
  readonly box: HTMLElement;
  readonly locale: Locale;
  /** Adds a style sheet, until the stage closes. */
  adopt(styles: string): void;
  /** Says a sentence to screen readers. */
  announce(text: string): void;
  close(): void;
}

/**
 * What a person does to our own elements is none of the page's business: its handlers do not hear of it, whichever event
 * tells it. Not all have a handler property by which they are found.
 */
function keepToOurselves(box: HTMLElement, signal: AbortSignal): void {
  const names = ["beforeinput", "focusin", "focusout"];
  for (const name in box) if (name.startsWith("on")) names.push(name.slice(2));
  for (const name of names) box.addEventListener(name, (event) => event.stopPropagation(), { passive: true, signal });
}

export function openStage(root: ShadowRoot, locale: Locale): Stage {
  const life = new AbortController();
  const before = [...root.adoptedStyleSheets];
  function adopt(styles: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
  adopt(styles);
  const spoken = make("div", { className: "spoken", "aria-live": "polite", role: "status" });
  const box = make("div", { className: "stage", lang: locale, dir: locale === "ar" ? "rtl" : "ltr" }, spoken);
  keepToOurselves(box, life.signal);
  root.append(box);
  return {
    root,
    box,
    locale,
    adopt,
    announce(text) {
      // The same sentence twice is news too: an emptied region speaks again.
      spoken.replaceChildren();
      spoken.append(text);
    },
    close() {
      life.abort();
      box.remove();
      root.adoptedStyleSheets = before;
    },
  };
}
