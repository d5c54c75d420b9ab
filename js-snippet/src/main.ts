/**
 * What runs once the shopper acts: from "Get help", a shopper link or the page before, to the end of a view.
 *
 * Whatever fails here ends in words or in silence, never in an exception for the shop's page.
 */

import type { CaptureSettings } from "./capture/engine.ts";
import { loadChunk } from "./chunks.ts";
import { openEntrance } from "./entrance.ts";
import { joinAt, JoinRefused } from "./join.ts";
import type { Words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";
import { shareView } from "./shared_view.ts";
import { forgetView, keepView, type KeptView, keptView } from "./tokens_kept.ts";
import { openStage } from "./ui/stage.ts";
import { joinNames } from "./view_status.ts";
import { takeJson } from "./wire/json.ts";

/** A shopper link's secret has 22 characters; the longer one of a hand-over needs no further consent. */
const LINK_CHARS = 22;

/** Resolves once something is shown; rejects where a file cannot be loaded, and the loader says so. */
export async function start(context: PageContext): Promise<void> {
  const { relay, site, locale, entry, button, data } = context;
  // The engine comes while the shopper types the code and reads. What failed then is tried again when it is needed.
  const early = loadChunk(context, "engine");
  early.catch(() => {});
  const [words, help, settings] = await Promise.all([
    wordsFor(context),
    entry.kind === "help" ? loadChunk(context, "help") : null,
    // A key in the tag, or whatever else of a policy: nothing starts without one that the key's owner signed.
    Object.keys(data).some((name) => name.startsWith("policy"))
      ? loadChunk(context, "policy").then(({ openPolicy }) => openPolicy(context))
      : { privateMode: "private" in data },
    entry.kind === "resume" ? early : null,
  ]);
  takeJson(context.root);
  const join = joinAt(relay, site, locale);
  if (!settings) {
    // A view that came from the page before has no bar here to stop it by.
    if (entry.kind === "resume") {
      if (entry.kept.token) join.stop(entry.kept.token);
      forgetView(site, true);
    }
    return context.closed();
  }
  const stage = openStage(context.root, locale);
  const wasHidden = button.hidden;
  button.hidden = true;
  const isHandOver = entry.kind === "link" && entry.secret.length > LINK_CHARS;
  const source = isHandOver && entry.isArrival ? cameFrom() : null;
  const taken = isHandOver && source ? await join.takeOver(entry.secret, source).catch(() => null) : null;
  const kept = entry.kind === "resume" ? entry.kept : isHandOver ? keptView(site) : null;
  try {
    if (taken) {
      const { view, agents } = taken;
      const before = keptView(site);
      // A tab that has shared at this origin before goes on; whoever else was led here with a secret has never been asked.
      const isKnown = before?.token && !before.asks && before.session === view.session;
      const asks = isKnown
        ? ""
        : joinNames(
            agents.map((name) => ({ name })),
            words,
          );
      const arrived = { ...view, asks };
      keepView(site, arrived);
      await (isKnown ? share : choose)(arrived);
    } else if (kept) await (kept.left ? share : choose)(kept);
    else {
      openEntrance(stage, words, join, {
        way: help ? help.runHelp : entry.kind === "link" ? entry.secret : "",
        ready: engine,
        async look(agent) {
          const [{ lookAhead }, { startCapture }] = await Promise.all([loadChunk(context, "preview"), engine()]);
          const show = { context, stage, words, agent };
          return lookAhead(show, startCapture, settings, (name) => loadChunk(context, name));
        },
        onAllowed(view) {
          keepView(site, view);
          shareOrFinish(view);
        },
        onLeft: finish,
      });
    }
  } catch (error) {
    finish();
    throw error;
  }

  /** The view may be in another tab, or came here from another origin: the shopper says where it is to go on. */
  async function choose(kept: KeptView, isMoved = false): Promise<void> {
    const { chooseTab } = await loadChunk(context, "tab_choice");
    await chooseTab({ stage, words, join, site, kept, isMoved, onHere: shareOrFinish, onLeft: finish });
  }

  function finish(): void {
    stage.close();
    button.hidden = wasHidden;
    context.closed();
  }

  async function engine(): ReturnType<typeof loadChunk<"engine">> {
    try {
      return await early.catch(() => loadChunk(context, "engine"));
    } catch {
      throw new JoinRefused("unreachable");
    }
  }

  function shareOrFinish(view: KeptView): void {
    share(view).catch(finish);
  }

  async function share(kept: KeptView): Promise<void> {
    const { startCapture } = await engine();
    // The last words come early: at the end there may be no way to the relay any more.
    const ending = loadChunk(context, "ending");
    ending.catch(() => {});
    const onMoved = (last: KeptView): void => void choose(last, true).catch(finish);
    shareView(
      context,
      stage,
      words,
      join,
      startCapture,
      settings as Partial<CaptureSettings>,
      kept,
      onMoved,
      (ended) => {
        ending.then(
          ({ showEnding }) => showEnding(stage, words, ended, finish),
          () => {
            ended.release();
            finish();
            context.say(`${words.endedTitle}. ${ended.reason}`);
          },
        );
      },
    );
  }
}

/**
 * The other origin that the shopper came here from; null where the browser does not say. Without it anybody could make a
 * hand-over of a view of their own, and whoever follows the link would share a page and never have allowed it.
 */
function cameFrom(): string | null {
  const origin = document.referrer && new URL(document.referrer).origin;
  return origin && origin !== location.origin ? origin : null;
}

/** The page's language where its file comes, else English: help in English is better than none. */
async function wordsFor(context: PageContext): Promise<Words> {
  const { words } = await loadChunk(context, context.locale).catch(() => loadChunk(context, "en"));
  return words;
}
