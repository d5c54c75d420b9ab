/**
 * What runs once the shopper acts: from "Get help", a shopper link or the page before, to the end of a view.
 *
 * Whatever fails here ends in words or in silence, never in an exception for the shop's page.
 */

import { loadChunk } from "./chunks.ts";
import { openEntrance } from "./entrance.ts";
import { joinAt } from "./join.ts";
import { words as english, type Words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";
import { shareView } from "./shared_view.ts";
import { keepView, type KeptView } from "./tokens_kept.ts";
import { showEnding } from "./ui/ending.ts";
import { openStage, type Stage } from "./ui/stage.ts";

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
  const { relay, site, locale, entry } = context;
  const words = await wordsFor(context);
  const join = joinAt(relay, site, locale);

  function share(kept: KeptView): void {
    shareView(context, stage, words, join, kept, ({ reason, receipt, rate, release }) => {
      const timer = setTimeout(release, RATING_MS);
      const close = showEnding(stage, words, {
        reason,
        receipt,
        onRate: rate,
        onClosed() {
          clearTimeout(timer);
          release();
          close();
          finish();
        },
      });
    });
  }

  if (entry.kind === "resume") return share(entry.kept);
  openEntrance(stage, words, join, {
    secret: entry.kind === "link" ? entry.secret : null,
    onAllowed(view) {
      keepView(site, view);
      share(view);
    },
    onLeft: finish,
  });
}

/** The page's language where its chunk comes, else English: help in English is better than none. */
async function wordsFor(context: PageContext): Promise<Words> {
  if (context.locale === "en") return english;
  try {
    return (await loadChunk(context, context.locale)).words;
  } catch {
    return english;
  }
}
