/** Who is helped, how the session stands, who watches, and the way out. */
import { useState } from "preact/hooks";
import type { AgentPresence } from "@beside/wire/protocol.gen";

import { Trouble } from "../http.ts";
import type { ConsoleSession } from "../session.ts";
import { STATE_WORDS, clockOf } from "../words.ts";
import { ClockIcon, Logo } from "./icons.tsx";
import { useNow } from "./now.ts";

export function Header({ session }: { session: ConsoleSession }) {
  const { facts } = session;
  const state = session.view.value.state;
  return (
    <header class="header">
      <Logo />
      <div class="header-case">
        <h1 class="header-subject">{facts.subject || "Co-browsing session"}</h1>
        <p class="header-ticket">
          <span class="tag">{facts.ticket}</span> {facts.siteName}
        </p>
      </div>
      <p class="chip" data-state={state}>
        <span class="chip-dot" aria-hidden="true" />
        {STATE_WORDS[state]}
      </p>
      <Timer session={session} />
      <Participants session={session} />
      {state === "ended" ? null : <EndButton session={session} />}
    </header>
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
