/**
 * What the shopper reads when a view is over, and their rating of the help.
 *
 * A file of its own: no page but the last needs it.
 */

import type { Words } from "../locales/en.ts";
import { fill, make } from "./elements.ts";
import styles from "./ending.css";
import type { Stage } from "./stage.ts";

export interface Ending {
  /** Why it is over, as a sentence. */
  reason: string;
  /** Who saw the page for how long; empty where nobody did. */
  receipt: string;
  /** Null where a rating cannot reach the relay. */
  onRate: ((stars: number) => void) | null;
  onClosed(): void;
}

const STARS = [1, 2, 3, 4, 5];

export function showEnding(stage: Stage, words: Words, { reason, receipt, onRate, onClosed }: Ending): () => void {
  stage.adopt(styles);
  const close = make(
    "button",
    { type: "button", className: "close", "aria-label": words.close, onclick: () => onClosed() },
    "×",
  );
  const rating = make("fieldset", {}, make("legend", {}, words.rate));
  const panel = make(
    "section",
    { className: "ending", "aria-labelledby": "ended" },
    close,
    make("h2", { id: "ended" }, words.endedTitle),
    make("p", {}, reason),
  );
  if (receipt) panel.append(make("p", { className: "hint" }, receipt));
  if (onRate) {
    for (const stars of STARS) {
      const star = make(
        "button",
        { type: "button", className: "star", "aria-label": fill(words.stars, { stars }) },
        "★",
      );
      star.onclick = () => {
        onRate(stars);
        rating.replaceWith(make("p", {}, words.thanks));
        close.focus();
      };
      rating.append(star);
    }
    panel.append(rating);
  }
  stage.box.append(panel);
  stage.announce(`${words.endedTitle}. ${reason}`);
  return () => panel.remove();
}
