/**
 * A page that may not go on with the view by itself: another tab may have it, or the shopper came from another origin.
 * Asks the other tabs, and lets the shopper continue here.
 *
 * Loaded by the few pages that need it. Nothing moves without a press that counts (person_press.ts).
 */

import type { Join } from "./join.ts";
import type { Words } from "./locales/en.ts";
import { tabChannel, type TabWord } from "./tabs.ts";
import { TABS_WORDS } from "./tabs_words.ts";
import { forgetView, type KeptView } from "./tokens_kept.ts";
import { make } from "./ui/elements.ts";
import styles from "./ui/tab_choice.css";
import { guardPress } from "./ui/person_press.ts";
import type { Stage } from "./ui/stage.ts";

/** A tab in the background answers within a few milliseconds; a frozen or closed one never does. */
const ANSWER_MS = 300;
/** The other page asks the relay before it answers. */
const HAND_OVER_MS = 5_000;

export interface TabChoice {
  stage: Stage;
  words: Words;
  join: Join;
  site: string;
  kept: KeptView;
  /** This page had the view until now: another tab has it for sure. */
  isMoved: boolean;
  /** The view goes on here. */
  onHere(view: KeptView): void;
  /** It does not. */
  onLeft(): void;
}

/** What other tabs answer to a word, or null when nobody does in time. */
function ask<Say extends TabWord["say"]>(
  site: string,
  word: TabWord,
  answer: Say,
  ms: number,
): Promise<(TabWord & { say: Say }) | null> {
  const channel = tabChannel(site);
  return new Promise<(TabWord & { say: Say }) | null>((answered) => {
    setTimeout(() => answered(null), ms);
    channel.onmessage = ({ data }: MessageEvent<TabWord>) => {
      const isOurs = data?.session === word.session && data.say === answer;
      if (isOurs && (!("ask" in word) || (data as { ask?: string }).ask === word.ask))
        answered(data as TabWord & { say: Say });
    };
    channel.postMessage(word);
  }).finally(() => channel.close());
}

export async function chooseTab({ stage, words, join, site, kept, isMoved, onHere, onLeft }: TabChoice): Promise<void> {
  const { session, asks } = kept;
  if (!asks && !isMoved && !(await ask(site, { say: "who", session }, "here", ANSWER_MS))) {
    if (kept.token) return onHere(kept);
    // What stood in localStorage is of a view that nobody has any more.
    forgetView(site, true);
    return onLeft();
  }
  stage.adopt(styles);
  const says = TABS_WORDS[stage.locale];
  const [title, text] = asks
    ? // In isolates, as fillApart would: a Latin name must not turn an Arabic sentence around.
      [words.consentTitle.replace("{agent}", () => `\u2068${asks}\u2069`), says.arrivedLead]
    : isMoved
      ? [says.moved, says.movedLead]
      : [says.elsewhere, says.elsewhereLead];
  const press = make("button", { type: "button", className: "primary" }, says.continueHere);
  const lead = make("p", { role: "status" }, text);
  const panel = make(
    "section",
    { className: "tabs", "aria-labelledby": "elsewhere" },
    make("button", { type: "button", className: "close", "aria-label": words.close, onclick: () => close(leave) }, "×"),
    make("h2", { id: "elsewhere" }, title),
    lead,
    press,
  );
  stage.box.append(panel);
  stage.announce(title);
  const guard = guardPress(press, stage.root, () => void goOn());
  let isAsked = false;

  function close(then: () => void): void {
    guard.stop();
    panel.remove();
    then();
  }

  function leave(): void {
    // Not here: the view waits where the shopper came from.
    if (asks) forgetView(site, false);
    onLeft();
  }

  async function goOn(): Promise<void> {
    if (isAsked) return;
    isAsked = true;
    if (asks) return close(() => onHere({ ...kept, asks: "" }));
    const word: TabWord = { say: "continue", session, ask: crypto.randomUUID() };
    const taken = await ask(site, word, "taken", HAND_OVER_MS);
    const moved = taken && (await join.takeOver(taken.secret, location.origin).catch(() => null));
    if (moved) return close(() => onHere({ ...moved.view, paused: taken.paused }));
    // The other tab was closed meanwhile: the token here, if there is one, may still be good; the relay knows.
    if (kept.token) return close(() => onHere(kept));
    lead.textContent = says.gone;
    press.remove();
    guard.stop();
  }
}
