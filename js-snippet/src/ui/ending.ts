/**
 * What the shopper reads when a view is over, and their rating of the help.
 *
 * A file of its own: no page but the last needs it.
 */

import type { Words } from "../locales/en.ts";
import type { EndedView } from "../shared_view.ts";
import { fill, make } from "./elements.ts";
import styles from "./ending.css";
import type { Stage } from "./stage.ts";

/** A rating that has not come by now does not come; the connection that waits for it is closed. */
const RATING_MS = 120_000;
const STARS = [1, 2, 3, 4, 5];

/** @param onClosed called once the shopper has taken it away. */
export function showEnding(stage: Stage, words: Words, ended: EndedView, onClosed: () => void): void {
  const { reason, agents, since, onRate, release } = ended;
  const minutes = Math.max(1, Math.round((Date.now() - since) / 60_000));
  const timer = setTimeout(release, RATING_MS);
  stage.adopt(styles);
  function leave(): void {
    clearTimeout(timer);
    release();
    panel.remove();
    onClosed();
  }
  const close = make("button", { type: "button", className: "close", "aria-label": words.close, onclick: leave }, "×");
  const rating = make("fieldset", {}, make("legend", {}, words.rate));
  const panel = make(
    "section",
    { className: "ending", "aria-labelledby": "ended" },
    close,
    make("h2", { id: "ended" }, words.endedTitle),
    make("p", {}, reason),
  );
  if (agents) panel.append(make("p", { className: "hint" }, fill(words.receipt, { agents, minutes })));
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
}
