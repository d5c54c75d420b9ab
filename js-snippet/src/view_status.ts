/** What the bar says of a view, from what the relay and the page know of it. Pure. */

import type { Words } from "./locales/en.ts";
import type { BarState } from "./ui/bar.ts";
import { fill } from "./ui/elements.ts";
import type { AgentPresence, PauseReason, SessionView } from "./wire/protocol.gen.ts";

const pausedWords = (words: Words): Record<PauseReason, string> => ({
  shopper: words.pausedShopper,
  "bar-hidden": words.pausedBar,
  "no-agent": words.pausedNoAgent,
  policy: words.pausedPolicy,
});

export interface Known {
  /** Null until the relay has welcomed this page. */
  view: SessionView | null;
  connected: boolean;
  /** The page paused by itself, whatever the relay says. */
  hold: PauseReason | null;
  /** The shopper pressed "Resume" while the relay was not reached: it hears of it with the next welcome. */
  goesOn: boolean;
  /** The relay has just withheld a frame: what looks like a payment number stood in it. */
  withheld: boolean;
}

/** Whether anything of the page may leave it. */
export const isShared = ({ view, connected, hold }: Known): boolean => connected && !hold && view?.state === "live";

export function pauseOf({ view, hold, goesOn }: Known): PauseReason | null {
  return hold ?? (!goesOn && view?.state === "paused" ? (view.pauseReason ?? "shopper") : null);
}

/** Their names as part of a sentence; empty where there is nobody. */
export const joinNames = (agents: readonly Pick<AgentPresence, "name">[], words: Words): string =>
  agents.reduceRight((rest, { name }) => (rest ? fill(words.and, { first: name, second: rest }) : name), "");

export const isAdmitted = ({ admission }: AgentPresence): boolean => admission === "admitted";

export function barState(known: Known, words: Words): BarState {
  const { view, connected } = known;
  const here = view?.agents.filter((agent) => agent.connected) ?? [];
  const agents = joinNames(here.filter(isAdmitted), words);
  const asking = (connected && here.find(({ admission }) => admission === "waiting")) || null;
  const pause = pauseOf(known);
  const say = (status: string, tone: BarState["tone"], action: BarState["action"] = "pause"): BarState => ({
    status,
    agents,
    tone,
    action,
    asking,
  });

  // What the shopper holds back they may hear of even while nobody is reached; that it goes on, the relay says.
  if (pause) return say(pausedWords(words)[pause], "paused", pause === "no-agent" ? null : "resume");
  if (!connected || !view) return say(view ? words.reconnecting : words.connecting, "waiting");
  return agents ? say(known.withheld ? words.withheld : words.watching, "live") : say(words.nobody, "waiting");
}
