/** Which of the console's few scenes is on, and what is said over the picture: pure functions of what is known. */
import type { SessionView } from "@beside/wire/protocol.gen";

import type { Link } from "./connection.ts";
import { PAUSE_WORDS } from "./words.ts";

export type Scene = "invite" | "asking" | "waiting" | "turned-away" | "picture" | "ended";

/** `me` is this agent's participant id. */
export function sceneOf(view: SessionView, me: string): Scene {
  if (view.state === "ended") return "ended";
  if (view.state === "offered") return "invite";
  if (view.state === "asking") return "asking";
  const admission = view.agents.find((agent) => agent.id === me)?.admission;
  if (admission === "waiting") return "waiting";
  if (admission === "refused") return "turned-away";
  return "picture";
}

/** Whether a picture may stand in the mirror: in no pause, and for nobody whom the shopper has not let in. */
export function maySee(view: SessionView, me: string): boolean {
  return view.state !== "paused" && sceneOf(view, me) === "picture";
}

/** Said over the mirror. `veil`: the picture under it is old and dimmed, or there is none. */
export interface Notice {
  kind: "navigating" | "paused" | "away" | "lost" | "offline" | "resync" | "first" | "hidden" | "moved";
  title: string;
  detail: string;
  veil: boolean;
  /** Seconds-clock time (`performance.now() / 1000`) at which the session ends, where a window runs. */
  endsAt: number | null;
}

export interface Circumstances {
  view: SessionView;
  link: Link;
  /** When the view's window ends, in seconds of `performance.now()`. */
  endsAt: number | null;
  /** Since when the shopper has been away or lost, in seconds of `performance.now()`; null while they are there. */
  goneSince: number | null;
  /** When the view last moved to another tab, in seconds of `performance.now()`. */
  movedAt: number | null;
  now: number;
  painted: boolean;
  stale: boolean;
  /** The shopper is back, but the new page's keyframe is not here yet. */
  expecting: boolean;
}

export const FULL = "All places in this session are taken";
// A full page load of a slow shop on a phone; after that "loading" would be a guess.
const NAVIGATION_S = 8;

/** Whether a shopper who announced a leave at `goneSince` is, as far as one can tell, loading the next page. */
export function isPageLoad(goneSince: number | null, now: number): boolean {
  return goneSince !== null && now - goneSince < NAVIGATION_S;
}

/** What to say over the picture, or null when it is live and whole. */
export function noticeOf(c: Circumstances): Notice | null {
  if (c.link.kind === "reconnecting" && c.link.code === "session-full")
    return say("offline", FULL, "You are let in by itself once one is free.", true);
  if (c.link.kind === "reconnecting" || c.link.kind === "connecting") {
    const detail = c.painted ? "This is the last picture that arrived." : "It goes on by itself.";
    return c.painted || c.link.kind === "reconnecting"
      ? say("offline", "Reconnecting to the relay", detail, c.painted)
      : say("first", "Connecting", "", true);
  }
  if (c.view.state === "paused") return say("paused", "Paused", pauseWords(c.view), true);
  if (c.view.state === "lost") {
    const detail = "Their connection dropped. The view goes on by itself when they are back.";
    return { ...say("lost", "The shopper's connection is lost", detail, true), endsAt: c.endsAt };
  }
  if (c.view.state === "away") {
    if (c.painted && isPageLoad(c.goneSince, c.now)) return NAVIGATING;
    const detail =
      "They left the shop's page, for example for their bank. The view goes on by itself when they are back.";
    return { ...say("away", "The shopper is away", detail, true), endsAt: c.endsAt };
  }
  if (c.movedAt !== null && c.now - c.movedAt < NAVIGATION_S)
    return say("moved", "The shopper goes on in another tab", "", false);
  if (c.expecting && c.painted) return NAVIGATING;
  if (!c.painted) return say("first", "Waiting for the first picture", "The shopper's page is being prepared.", true);
  if (c.view.shopperHidden)
    return say("hidden", "The shopper is in another tab or app", "They do not look at this page now.", false);
  if (c.stale)
    return say("resync", "Catching up", "Something was missed on the way; a fresh picture is coming.", false);
  return null;
}

function pauseWords(view: SessionView): string {
  return view.pauseReason ? PAUSE_WORDS[view.pauseReason] : "The view is paused.";
}

function say(kind: Notice["kind"], title: string, detail: string, veil: boolean): Notice {
  return { kind, title, detail, veil, endsAt: null };
}

const NAVIGATING = say("navigating", "Loading the next page", "", false);
