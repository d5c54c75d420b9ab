/**
 * What runs once the shopper acts: from "Get help", a shopper link or the page before, to the end of a view.
 *
 * Whatever fails here ends in words or in silence, never in an exception for the shop's page.
 */

import { joinAt, JoinRefused } from "./join.ts";
import { words as english, type Words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";
import { shareView } from "./shared_view.ts";
import { keepView, type KeptView } from "./tokens_kept.ts";
import { askConsent } from "./ui/consent.ts";
import { openDialog } from "./ui/dialog.ts";
import { make } from "./ui/elements.ts";
import { showEnding } from "./ui/ending.ts";
import { runHelp } from "./ui/help.ts";
import { sentenceOf } from "./ui/problem_words.ts";
import { openStage, type Stage } from "./ui/stage.ts";
import type { Allowed, ConsentOffer, Grant } from "./wire/protocol.gen.ts";

/** `integrity` of each further file of this release, by its name without .js; set by tools/build.mjs. */
declare const __BESIDE_CHUNKS__: Record<string, string>;

/** A rating that has not come by now does not come; the connection that waits for it is closed. */
const RATING_MS = 120_000;

export function start(context: PageContext): void {
  const wasHidden = context.button.hidden;
  context.button.hidden = true;
  const stage = openStage(context.root, context.locale);
  const finish = (): void => {
    stage.close();
    context.button.hidden = wasHidden;
    context.closed();
  };
  run(context, stage, finish).catch(finish);
}

async function run(context: PageContext, stage: Stage, finish: () => void): Promise<void> {
  const words = await wordsFor(context);
  const join = joinAt(context.relay, context.site, context.locale);
  const share = (kept: KeptView): void =>
    shareView(context, stage, words, join, kept, (ended) => {
      const timer = setTimeout(ended.release, RATING_MS);
      const close = showEnding(stage, words, {
        reason: ended.reason,
        receipt: ended.receipt,
        onRate: ended.rate,
        onClosed() {
          clearTimeout(timer);
          ended.release();
          close();
          finish();
        },
      });
    });

  if (context.entry.kind === "resume") return share(context.entry.kept);
  const life = new AbortController();
  const dismissed = (): void => {
    onDismiss();
  };
  let onDismiss = (): void => leave();
  const dialog = openDialog(stage, words, dismissed);

  function leave(): void {
    life.abort();
    dialog.close();
    finish();
  }

  function onOffer(offer: ConsentOffer): void {
    let answered = false;
    const decline = (): void => {
      if (answered) return leave();
      answered = true;
      // The shopper need not wait for the relay to hear it: without an answer the offer lapses by itself.
      join.answer(offer.token, []).catch(() => {});
      consent.stop();
      leave();
    };
    const allow = async (grants: Grant[]): Promise<void> => {
      if (answered) return;
      answered = true;
      let allowed: Allowed;
      try {
        allowed = await join.answer(offer.token, grants);
      } catch (error) {
        answered = false;
        consent.say(error instanceof JoinRefused ? sentenceOf(error, words, 0) : words.failed);
        return;
      }
      consent.stop();
      if (life.signal.aborted || !allowed.token) return leave();
      life.abort();
      dialog.close();
      const kept = { session: allowed.session, token: allowed.token, paused: false, since: Date.now() };
      keepView(context.site, kept);
      share(kept);
    };
    onDismiss = decline;
    const consent = askConsent(dialog, context.root, words, offer, {
      onAllow: (grants) => void allow(grants),
      onDecline: decline,
    });
    const lapse = setTimeout(() => {
      if (answered) return;
      answered = true;
      consent.stop();
      dialog.show([words.helpTitle], [make("p", { className: "problem", role: "alert" }, words.lapsed)]);
    }, offer.expiresInS * 1000);
    life.signal.addEventListener("abort", () => clearTimeout(lapse));
  }

  if (context.entry.kind === "help") return runHelp(dialog, join, words, life.signal, onOffer);
  dialog.show([words.helpTitle], [make("p", { role: "status" }, words.preparing)]);
  try {
    const offer = await join.redeem({ secret: context.entry.secret });
    if (!life.signal.aborted) onOffer(offer);
  } catch (error) {
    if (life.signal.aborted) return;
    const text =
      error instanceof JoinRefused ? sentenceOf(error, words, Math.ceil(error.retryAfterS ?? 0)) : words.failed;
    dialog.show([words.helpTitle], [make("p", { className: "problem", role: "alert" }, text)]);
  }
}

/** The page's language where its chunk comes, else English: help in English is better than none. */
async function wordsFor({ locale, load }: PageContext): Promise<Words> {
  if (locale === "en") return english;
  try {
    return ((await load(locale, __BESIDE_CHUNKS__[locale] ?? "")) as { words: Words }).words;
  } catch {
    return english;
  }
}
