/**
 * The consent: who asks to see what, and the only way to allow it.
 *
 * There is no function that allows: `onAllow` runs on a press that counts (person_press.ts) and on nothing else.
 */

import type { Words } from "../locales/en.ts";
import type { ConsentOffer, Grant } from "../wire/protocol.gen.ts";
import type { Dialog } from "./dialog.ts";
import { fillApart, make } from "./elements.ts";
import { guardPress } from "./person_press.ts";

export interface Answers {
  onAllow(grants: Grant[]): void;
  onDecline(): void;
  /** The shopper looks at what the agent would see. */
  onLook(): void;
}

export interface Consent {
  /** Says a problem and lets the shopper try again. */
  say(text: string): void;
  stop(): void;
}

export function askConsent(
  dialog: Dialog,
  root: ShadowRoot,
  words: Words,
  offer: ConsentOffer,
  { onAllow, onDecline, onLook }: Answers,
): Consent {
  const names = { agent: offer.agentName, shop: offer.shopName };
  const point = make("input", { type: "checkbox", id: "point", defaultChecked: true });
  const allow = make("button", { type: "button", className: "primary" }, words.allow);
  const decline = make("button", { type: "button", className: "secondary", onclick: onDecline }, words.decline);
  const problem = make("p", { className: "problem", role: "alert" });
  const list = (title: string, className: string, ...items: string[]): HTMLElement =>
    make("div", { className }, make("h3", {}, title), make("ul", {}, ...items.map((item) => make("li", {}, item))));

  const guard = guardPress(
    allow,
    root,
    () => onAllow(point.checked ? ["view", "point"] : ["view"]),
    (covered) => void (problem.textContent = covered ? words.covered : ""),
  );
  dialog.show(fillApart(words.consentTitle, names), [
    make("p", {}, ...fillApart(words.consentLead, names)),
    make(
      "div",
      { className: "words", role: "group", "aria-label": words.wordsTitle },
      make("strong", {}, offer.words.join(" · ")),
      make("p", {}, ...fillApart(words.wordsAsk, names)),
    ),
    make("button", { type: "button", className: "link", onclick: onLook }, ...fillApart(words.lookFirst, names)),
    make(
      "div",
      { className: "columns" },
      list(words.sharedTitle, "shared", words.shared1, words.shared2, words.shared3),
      list(words.hiddenTitle, "hidden", words.hidden1, words.hidden2, words.hidden3),
    ),
    make("label", { className: "choice" }, point, make("span", {}, ...fillApart(words.grantPoint, names))),
    make("p", { className: "hint" }, words.consentEnd),
    problem,
    make("div", { className: "answers" }, decline, allow),
  ]);
  return { say: (text) => void (problem.textContent = text), stop: guard.stop };
}
