/** Who is helped, how the session stands, who watches, and the way out. */
import { useState } from "preact/hooks";
import type { AgentPresence } from "@beside/wire/protocol.gen";

import { Trouble } from "../http.ts";
import type { ConsoleSession } from "../session.ts";
import { isPageLoad } from "../stage.ts";
import { STATE_WORDS, clockOf } from "../words.ts";
import { ClockIcon, Logo } from "./icons.tsx";
import { useNow } from "./now.ts";

/** `mayEnd`: not while the shopper has yet to let this agent in. */
export function Header({ session, mayEnd }: { session: ConsoleSession; mayEnd: boolean }) {
  const { facts } = session;
  return (
    <header class="header">
      <Logo />
      <div class="header-case">
        <h1 class="header-subject">{facts.subject || "Co-browsing session"}</h1>
        <p class="header-ticket">
          <span class="tag">{facts.ticket}</span> {facts.siteName}
        </p>
      </div>
      <StateChip session={session} />
      <Timer session={session} />
      <Participants session={session} />
      {mayEnd ? <EndButton session={session} /> : null}
    </header>
  );
}

function StateChip({ session }: { session: ConsoleSession }) {
  const state = session.view.value.state;
  const since = session.goneSince.value;
  const now = useNow(since !== null);
  const closed = session.link.value.kind === "closed" && state !== "ended";
  const loading = state === "away" && isPageLoad(since, now);
  const words = closed ? "Not connected" : loading ? "Loading a page" : STATE_WORDS[state];
  return (
    <p class="chip" data-state={closed ? "closed" : loading ? "loading" : state}>
      <span class="chip-dot" aria-hidden="true" />
      {words}
    </p>
  );
}

function Timer({ session }: { session: ConsoleSession }) {
  const since = session.liveSince.value;
  const running = since !== null && session.view.value.state !== "ended";
  const now = useNow(running);
  if (!running) return null;
  return (
    <p class="timer" title="Time since the shopper allowed the view">
      <ClockIcon />
      <span class="visually-hidden">Time since the shopper allowed the view: </span>
      {clockOf(now - since)}
    </p>
  );
}

function Participants({ session }: { session: ConsoleSession }) {
  const view = session.view.value;
  if (view.state === "ended") return null;
  return (
    <ul class="people" aria-label="Who is here">
      <Person
        name="Shopper"
        shopper
        note={view.shopperConnected ? "connected" : "not connected"}
        dim={!view.shopperConnected}
      />
      {view.agents.map((agent) => (
        <Person
          key={agent.id}
          name={agent.id === session.facts.agent ? `${agent.name} (you)` : agent.name}
          note={noteOf(agent)}
          dim={!agent.connected || agent.admission !== "admitted"}
        />
      ))}
    </ul>
  );
}

function noteOf(agent: AgentPresence): string {
  if (agent.admission === "waiting") return "waiting for the shopper's permission";
  if (agent.admission === "refused") return "not let in by the shopper";
  return agent.connected ? "watching" : "not connected";
}

function Person(props: { name: string; note: string; dim: boolean; shopper?: boolean }) {
  const initials = props.name
    .replace(" (you)", "")
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => [...part][0] ?? "")
    .join("");
  return (
    <li class={props.dim ? "person dim" : "person"} data-shopper={props.shopper} title={`${props.name}: ${props.note}`}>
      <span aria-hidden="true">{props.shopper ? "S" : initials.toUpperCase()}</span>
      <span class="visually-hidden">
        {props.name}: {props.note}
      </span>
    </li>
  );
}

/** One click: whoever wants out must not be asked twice. */
function EndButton({ session }: { session: ConsoleSession }) {
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await session.end();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      session.complaint.value = `The session could not be ended. ${error.message}`;
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class="button danger" disabled={busy} onClick={() => void end()}>
      {busy ? "Ending…" : "End session"}
    </button>
  );
}
