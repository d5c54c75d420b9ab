/** What the bar says of a view, from what the relay and the page know of it. Pure. */

import type { Words } from "./locales/en.ts";
import type { BarState } from "./ui/bar.ts";
import type { PauseReason, SessionView } from "./wire/protocol.gen.ts";

const PAUSED: Record<PauseReason, keyof Words> = {
  shopper: "pausedShopper",
  "bar-hidden": "pausedBar",
  "no-agent": "pausedNoAgent",
  policy: "pausedPolicy",
};

export interface Known {
  /** Null until the relay has welcomed this page. */
  view: SessionView | null;
  connected: boolean;
  /** The page paused by itself, whatever the relay says. */
  hold: PauseReason | null;
}

/** Whether anything of the page may leave it. */
export const isShared = ({ view, connected, hold }: Known): boolean => connected && !hold && view?.state === "live";

export function pauseOf({ view, hold }: Known): PauseReason | null {
  return hold ?? (view?.state === "paused" ? (view.pauseReason ?? "shopper") : null);
}

export function joinNames(names: string[], words: Words): string {
  return names.reduceRight((rest, name) => words.and.replace("{first}", name).replace("{second}", rest));
}

export function barState(known: Known, words: Words): BarState {
  const { view, connected } = known;
  const watching = view?.agents.filter((agent) => agent.admission === "admitted" && agent.connected) ?? [];
  const asking = (connected && view?.agents.find((agent) => agent.admission === "waiting" && agent.connected)) || null;
  const names = watching.length
    ? joinNames(
        watching.map((agent) => agent.name),
        words,
      )
    : "";
  const pause = pauseOf(known);
  const say = (status: string, tone: BarState["tone"], action: BarState["action"]): BarState => ({
    status,
    agents: names,
    tone,
    action,
    asking,
  });

  // What the shopper holds back they may hear of even while nobody is reached; going on needs the relay.
  if (pause)
    return say(words[PAUSED[pause]], "paused", pause === "shopper" || pause === "bar-hidden" ? "resume" : null);
  if (!connected || !view) return say(view ? words.reconnecting : words.connecting, "waiting", "pause");
  if (!names) return say(words.nobody, "waiting", "pause");
  return say(words.watching, "live", "pause");
}
