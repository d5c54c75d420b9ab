/** From "Get help" or a shopper link to the shopper's answer: the dialog's steps, and nothing shared in any of them. */

import type { Join } from "./join.ts";
import type { Words } from "./locales/en.ts";
import type { KeptView } from "./tokens_kept.ts";
import { askConsent } from "./ui/consent.ts";
import { openDialog } from "./ui/dialog.ts";
import { make } from "./ui/elements.ts";
import type { runHelp } from "./ui/help.ts";
import { problemOf } from "./ui/problem_words.ts";
import type { Stage } from "./ui/stage.ts";
import type { Allowed, ConsentOffer, Grant } from "./wire/protocol.gen.ts";

export interface Entrance {
  /** The one-use secret of the link that the shopper followed, or what helps them to a code. */
  way: string | typeof runHelp;
  /** Resolves once all is there that a view needs: what cannot be shared is not allowed either. */
  ready(): Promise<unknown>;
  /** Shows the shopper what the agent of this name would see; resolves with what closes it. */
  look(agent: string): Promise<() => void>;
  onAllowed(view: KeptView): void;
  /** The shopper closed the dialog or declined. */
  onLeft(): void;
}

export function openEntrance(stage: Stage, words: Words, join: Join, entrance: Entrance): void {
  const { way, ready, look, onAllowed, onLeft } = entrance;
  const life = new AbortController();
  let onDismiss = leave;
  const dialog = openDialog(stage, words, () => onDismiss());
  if (typeof way === "string") void follow(way);
  else way(stage, { dialog, join, words, problemOf, life: life.signal, onOffer: ask });

  function leave(): void {
    life.abort();
    dialog.close();
    onLeft();
  }

  function say(text: string, ...more: Node[]): void {
    dialog.show([words.helpTitle], [make("p", { className: "problem", role: "alert" }, text), ...more]);
  }

  async function follow(secret: string): Promise<void> {
    dialog.show([words.helpTitle], [make("p", { role: "status" }, words.preparing)]);
    try {
      const offer = await join.redeem({ secret });
      if (!life.signal.aborted) ask(offer);
    } catch (error) {
      if (life.signal.aborted) return;
      const { code, sentence } = problemOf(error, words);
      if (code === "wrong-code" || code === "ended") return say(words.linkDead);
      const again = make("button", { type: "button", className: "primary" }, words.again);
      again.onclick = () => void follow(secret);
      say(sentence, again);
    }
  }

  /** Asks for the consent; from here on Escape and the close button decline. */
  function ask(offer: ConsentOffer): void {
    let answered = false;
    let looking = false;
    const lapse = setTimeout(() => {
      if (answered) return;
      settle();
      onDismiss = leave;
      say(words.lapsed);
    }, offer.expiresInS * 1000);
    const consent = askConsent(dialog, stage.root, words, offer, {
      onAllow: (grants) => void allow(grants),
      onDecline: decline,
      onLook() {
        if (looking) return;
        looking = true;
        look(offer.agentName)
          .then(
            (close) => (life.signal.aborted ? close() : life.signal.addEventListener("abort", close)),
            (error) => consent.say(problemOf(error, words).sentence),
          )
          .finally(() => (looking = false));
      },
    });
    onDismiss = decline;

    function settle(): void {
      answered = true;
      clearTimeout(lapse);
      consent.stop();
    }

    function decline(): void {
      settle();
      // The shopper need not wait for the relay to hear it: without an answer the offer lapses by itself.
      join.answer(offer.token, []).catch(() => {});
      leave();
    }

    async function allow(grants: Grant[]): Promise<void> {
      if (answered) return;
      answered = true;
      let allowed: Allowed;
      try {
        await ready();
        if (life.signal.aborted) return;
        allowed = await join.answer(offer.token, grants);
      } catch (error) {
        answered = false;
        return consent.say(problemOf(error, words).sentence);
      }
      if (!allowed.token) return life.signal.aborted ? undefined : leave();
      // Dismissed while the answer was on its way: the last word of the shopper counts.
      if (life.signal.aborted) return join.stop(allowed.token);
      settle();
      life.abort();
      dialog.close();
      onAllowed({ session: allowed.session, token: allowed.token, since: Date.now() });
    }
  }
}
