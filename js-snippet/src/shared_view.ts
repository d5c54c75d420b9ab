/**
 * The life of a view on one page: from the connect to the end. Ties connection, capture, bar and guidance together.
 *
 * Its law: something of the page leaves only while `isShared` holds, and that is looked at after every event.
 */

import type { Capture, CaptureSettings, startCapture } from "./capture/engine.ts";
import { expectAnswer } from "./answers.ts";
import { loadChunk } from "./chunks.ts";
import { keepEchoes, keptEchoes } from "./echoes_kept.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { Join } from "./join.ts";
import type { Words } from "./locales/en.ts";
import type { PageContext } from "./page_context.ts";
import { answerTabs } from "./tabs.ts";
import { forgetView, keepView, type KeptView, keptView } from "./tokens_kept.ts";
import { type BarPresses, openBar } from "./ui/bar.ts";
import { guardBar } from "./ui/bar_guard.ts";
import { fill } from "./ui/elements.ts";
import type { Guidance } from "./ui/guidance.ts";
import type { Preview } from "./ui/preview.ts";
import type { Stage } from "./ui/stage.ts";
import { barState, isAdmitted, isShared, joinNames, type Known } from "./view_status.ts";
import type { ActDelivery, EndReason, PauseReason, SessionView, ShopperWelcome } from "./wire/protocol.gen.ts";

const WITHHELD_SHOWN_MS = 10_000;

export interface EndedView {
  /** Why, as a sentence. */
  reason: string;
  /** The names of those who saw the page; empty where nobody did. */
  agents: string;
  /** When the shopper allowed it, as their own clock has it (Unix milliseconds). */
  since: number;
  /** Sends a rating; null where the relay is not reached any more. */
  onRate: ((stars: number) => void) | null;
  /** Closes what was kept open for the rating. */
  release(): void;
}

/**
 * @param onMoved the view goes on in another tab; nothing of it is left here.
 * @param onEnded called once, when nothing of the view is left but the open connection for a rating.
 */
export function shareView(
  context: PageContext,
  stage: Stage,
  words: Words,
  join: Join,
  begin: typeof startCapture,
  settings: Partial<CaptureSettings>,
  start: KeptView,
  onMoved: (last: KeptView) => void,
  onEnded: (ended: EndedView) => void,
): void {
  const { site, relay, root, host } = context;
  const known: Known = {
    view: null,
    connected: false,
    hold: start.paused ? "shopper" : null,
    goesOn: false,
    withheld: false,
  };
  const life = new AbortController();
  const { signal } = life;
  let kept: KeptView = { ...start, left: false };
  /** The page is kept by the browser and does nothing (back/forward cache, or a tab that sleeps). */
  let isAsleep = false;
  let capture: Capture | null = null;
  let sharing = false;
  let guidance: Guidance | null = null;
  let loading: Promise<void> | null = null;
  /** What the shopper looks at as what the agent sees. */
  let preview: Preview | null = null;
  /** The epoch that the relay gave for the next keyframe. */
  let epoch = 1;
  /** The texts of style sheets that the relay holds, until capture begins. */
  let sheets: readonly string[] = [];
  let echoKey = "";
  /** What the relay knows of it. */
  let wasHidden = false;
  let withheldTimer = 0;
  /** Ends the wait for the relay's answer to *Stop*. */
  let answerStop: ((isAnswered: boolean) => void) | null = null;
  let crossings: Promise<void> | null = null;
  let connection = connect();

  const presses: BarPresses = {
    onPause: () => pause("shopper"),
    onResume: resume,
    onStop: stop,
    onLook: () => void look().catch(() => {}),
    onAdmission: (agent, admitted) => connection.send("admission", { agent, admitted }),
  };
  const bar = openBar(stage, words, presses, signal);
  const isBarFree = guardBar(bar.element, root, () => pause("bar-hidden"), signal);
  document.addEventListener("securitypolicyviolation", onViolation, { signal });
  addEventListener("pagehide", () => (keep({ left: true }), sleep()), { signal });
  addEventListener("pageshow", wake, { signal });
  document.addEventListener("freeze", sleep, { signal });
  document.addEventListener("resume", wake, { signal });
  document.addEventListener("visibilitychange", tellVisibility, { signal });
  signal.addEventListener("abort", answerTabs(site, start.session, handOver));
  settings.rules?.tellDrift((drift) => (sharing ? (connection.send("drift", drift), true) : false));
  keep({});
  settle();

  function connect(): Connection {
    return openConnection(relay, start.session, () => kept.token ?? "", {
      onWelcome,
      onView,
      onAct,
      onKeyframeWanted: (held) => (sharing ? capture?.keyframe(held) : undefined),
      onTripped: (epoch, node) => (sharing ? capture?.block(epoch, node) : undefined),
      onRefusal({ code }) {
        if (code === "too-large") capture?.tooLarge();
        if (code === "tripwire") tellWithheld();
      },
      onLost() {
        known.connected = false;
        if (!signal.aborted) return settle();
        // Only the answer to *Stop*, or a rating, was still waited for.
        answerStop?.(false);
        connection.close();
      },
      onRefused(code) {
        if (code === "opened-elsewhere") move();
        else end(code === "wrong-protocol" ? words.wrongVersion : words.endedGone);
      },
      onTooLarge: () => capture?.tooLarge(),
    });
  }

  function onWelcome(welcome: ShopperWelcome): void {
    keep({ token: welcome.nextToken });
    ({ echoKey, epoch } = welcome);
    // What a pause leaves of them is nothing.
    sheets = known.hold ? [] : welcome.sheets;
    known.connected = true;
    wasHidden = false;
    // What the shopper pressed while nobody was reached, the relay learns now, before it can ask for anything.
    if (known.hold) connection.send("pause", { reason: known.hold });
    else if (known.goesOn) connection.send("resume");
    known.goesOn = false;
    tellVisibility();
    if (welcome.origins.length) crossings ??= follow(welcome.origins);
    onView(welcome.view);
  }

  /** A line of the bar, for as long as it takes to read. */
  function tellWithheld(): void {
    clearTimeout(withheldTimer);
    withheldTimer = setTimeout(() => {
      known.withheld = false;
      if (!signal.aborted) settle();
    }, WITHHELD_SHOWN_MS);
    known.withheld = true;
    settle();
  }

  /** The view goes along to the shop's other origins; where the file does not come, it waits here. */
  async function follow(origins: string[]): Promise<void> {
    try {
      const { followCrossings } = await loadChunk(context, "crossing");
      // Paused, and the relay may not know it yet: the next origin would not know it either. A dead socket looks open.
      const isTold = (): boolean => !known.hold || known.view?.pauseReason === known.hold;
      const give = (target: string): Promise<string | null> =>
        join.handOver(kept.token ?? "", target).catch(() => null);
      if (!signal.aborted) signal.addEventListener("abort", followCrossings(origins, give, isTold));
    } catch {
      crossings = null;
    }
  }

  function tellVisibility(): void {
    const { hidden } = document;
    if (hidden !== wasHidden) connection.send("visibility", { hidden });
    wasHidden = hidden;
  }

  /** The tools that acts need come with the first of them; what cannot be loaded or is not allowed is refused. */
  function onAct(delivery: ActDelivery): void {
    if (!sharing || !known.view?.grants.includes("point")) return refuse(delivery);
    if (guidance) return guidance.perform(delivery);
    loading ??= loadChunk(context, "guidance").then(({ openGuidance }) => {
      guidance = openGuidance(stage, words, {
        find: (of, node) => (sharing ? (capture?.find(of, node) ?? null) : null),
        labelOf: (element) => capture?.labelOf(element) ?? "",
        isHolding: () => !!capture?.isHolding,
        nameOf: (agent) => known.view?.agents.find(({ id }) => id === agent)?.name ?? "",
        onOutcome: (outcome) => connection.send("outcome", outcome),
      });
    });
    loading.then(
      () => (sharing ? guidance?.perform(delivery) : refuse(delivery)),
      () => {
        loading = null;
        refuse(delivery);
      },
    );
  }

  function refuse({ act }: ActDelivery): void {
    if (act[0] === "highlight") connection.send("outcome", { act: act[1], outcome: "refused", label: "" });
  }

  function onView(view: SessionView): void {
    known.view = view;
    if (view.state !== "ended") return settle();
    answerStop?.(true);
    end(sentenceOf(view.endReason));
  }

  /** Brings capture and bar into line with what is known. */
  function settle(): void {
    const share = isShared(known);
    if (share !== sharing) {
      sharing = share;
      if (!share) {
        capture?.pause();
        connection.dropFrames();
        preview?.blank();
        guidance?.clear();
      } else capturePage();
    }
    for (const agent of known.view?.agents ?? []) if (!agent.connected) guidance?.clear(agent.id);
    bar.show(barState(known, words));
  }

  /** A keyframe of the epoch that the relay gave, or a later one. */
  function capturePage(): void {
    try {
      if (capture) capture.resume(epoch, sheets);
      else {
        capture = begin({
          document,
          ownHost: host,
          epoch,
          sheets,
          publish(frame) {
            const isSent = connection.sendFrame(frame);
            if (isSent) preview?.show(frame);
            return isSent;
          },
          loadExtra: (name) => loadChunk(context, name),
          line: () => connection,
          echoes: {
            key: echoKey,
            kept: keptEchoes(site, start.session),
            keep: (prints) => keepEchoes(site, start.session, prints),
          },
          onPaused: () => pause("policy"),
          settings,
        });
      }
    } catch {
      // The policy cannot be kept on this page (a bad selector, say): then nothing is shown of it.
      sharing = false;
      pause("policy");
    }
    sheets = [];
  }

  /** Shows what is sent from now on, beginning with a keyframe that names nothing sent before. */
  async function look(): Promise<void> {
    const { openPreview } = await loadChunk(context, "preview");
    if (!sharing || preview) return;
    preview = openPreview({
      context,
      stage,
      words,
      agent: names(),
      capture,
      onWanted: () => (sharing ? capture?.keyframe([]) : undefined),
      onClosed: () => void (preview = null),
    });
  }

  function pause(reason: PauseReason): void {
    if (known.hold === "shopper" || known.hold === reason) return;
    known.hold = reason;
    known.goesOn = false;
    keep({ paused: true });
    settle(); // first nothing more leaves, then the relay is told
    connection.send("pause", { reason });
  }

  function resume(): void {
    if (!isBarFree() || settings.rules?.isPausing()) return;
    known.hold = null;
    known.goesOn = !connection.isOpen();
    keep({ paused: false });
    connection.send("resume");
    settle();
  }

  function stop(): void {
    const stopByHttp = (): void => void (kept.token && join.stop(kept.token));
    if (connection.isOpen()) {
      connection.send("stop");
      answerStop = expectAnswer(stopByHttp);
    } else stopByHttp();
    end(words.endedStopped);
  }

  /** Takes everything of the view off this page. False: it was done before. */
  function leave(everywhere: boolean): boolean {
    if (signal.aborted) return false;
    known.connected = false;
    sharing = false;
    // The socket stays open for the rating.
    connection.dropFrames();
    capture?.stop();
    // What it remembers of the page would stay as long as this view's last words do.
    capture = null;
    life.abort();
    preview?.close();
    guidance?.clear();
    // In a page that comes back from the cache it may be another view's by now.
    if (keptView(site)?.session === start.session) {
      forgetView(site, everywhere);
    }
    return true;
  }

  /** The shopper continues in another tab. */
  async function handOver(): Promise<{ secret: string; paused: boolean } | null> {
    const secret = await join.handOver(kept.token ?? "", location.origin).catch(() => null);
    if (!secret || signal.aborted) return null;
    const { paused = false } = kept;
    connection.leave();
    move();
    return { secret, paused };
  }

  function move(): void {
    if (!leave(false)) return;
    connection.close();
    onMoved(kept);
  }

  function end(reason: string): void {
    const mayRate = connection.isOpen();
    if (!leave(true)) return;
    const release = (): void => connection.close();
    if (!mayRate) release();
    onEnded({
      reason,
      agents: names(),
      since: kept.since ?? 0,
      onRate: mayRate ? (stars) => connection.send("rating", { stars }) : null,
      release,
    });
  }

  /** A page that may ask the relay over HTTP but not open its WebSocket: no attempt will do better. */
  function onViolation({ blockedURI }: SecurityPolicyViolationEvent): void {
    if (known.connected || !blockedURI.startsWith(relay.replace(/^http/, "ws"))) return;
    if (kept.token) join.stop(kept.token);
    end(words.blocked);
  }

  function sentenceOf(reason: EndReason | null): string {
    if (reason === "shopper-stopped") return words.endedStopped;
    if (reason === "opened-elsewhere") return words.endedElsewhere;
    if (reason === "agent-ended") return fill(words.endedByAgent, { agent: names() });
    return words.endedTime;
  }

  const names = (): string => joinNames(known.view?.agents.filter(isAdmitted) ?? [], words);

  function keep(changed: Partial<KeptView>): void {
    kept = { ...kept, ...changed };
    keepView(site, kept);
  }

  function sleep(): void {
    if (isAsleep) return;
    isAsleep = true;
    known.connected = false;
    known.goesOn = false;
    settle();
    connection.leave();
  }

  /** Back from the back/forward cache, or awake: other pages may have spent our token since, or stopped the view. */
  function wake(): void {
    if (!isAsleep) return;
    isAsleep = false;
    const now = keptView(site);
    if (!now || now.session !== start.session) return end(words.endedGone);
    if (!now.token) return move();
    keep({ ...now, left: false });
    known.hold = now.paused ? "shopper" : null;
    connection = connect();
  }
}
