/** The console's frame: header, scene, side panel, and what is said to screen readers. */
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";

import type { ConsoleSession } from "../session.ts";
import { type Scene, sceneOf } from "../stage.ts";
import { STATE_WORDS } from "../words.ts";
import { ActivityPanel } from "./activity_panel.tsx";
import { Drift } from "./drift.tsx";
import { FieldsPanel } from "./fields_panel.tsx";
import { Header } from "./header.tsx";
import { CloseIcon } from "./icons.tsx";
import { Invite } from "./invite.tsx";
import { Ended } from "./receipt.tsx";
import { Asking, Closed, TurnedAway, WaitingForAdmission } from "./scenes.tsx";
import { Selection } from "./selection.ts";
import { Stage } from "./stage.tsx";

export function App({ session }: { session: ConsoleSession }) {
  const selection = useMemo(() => new Selection(), []);
  const view = session.view.value;
  const link = session.link.value;
  const scene = sceneOf(view, session.facts.agent);
  const closed = link.kind === "closed" && scene !== "ended" ? link : null;
  const watching = scene === "picture" && !closed;
  useEffect(() => {
    document.title = `${session.facts.ticket}: ${STATE_WORDS[view.state]} · Beside`;
  }, [view.state]);
  // Before a key is heard again: in another picture the same id is another element.
  useLayoutEffect(() => {
    if (selection.chosen.peek() && watching && session.picture.epoch.peek() !== null) session.complaint.value = LOST;
    selection.lose();
  }, [watching, session.picture.epoch.value]);
  return (
    <div class="console">
      <Header session={session} mayEnd={MAY_END.has(scene)} />
      <Complaint session={session} />
      <Drift session={session} />
      <main class="main" data-watching={watching}>
        {scene === "ended" ? null : <Stage session={session} selection={selection} hidden={!watching} />}
        {watching ? <SidePanel session={session} selection={selection} /> : null}
        {closed ? <Closed code={closed.code} message={closed.message} again={() => session.connect()} /> : null}
        {closed ? null : scene === "invite" ? (
          <Invite session={session} />
        ) : scene === "asking" ? (
          <Asking session={session} />
        ) : scene === "waiting" ? (
          <WaitingForAdmission session={session} />
        ) : scene === "turned-away" ? (
          <TurnedAway />
        ) : scene === "ended" ? (
          <Ended session={session} />
        ) : null}
      </main>
      <p class="visually-hidden" aria-live="polite">
        {session.announcement.value}
      </p>
    </div>
  );
}

const LOST =
  "The picture is another one now, and what you chose may not be the same in it. Choose again: what you wrote is kept.";
const MAY_END: ReadonlySet<Scene> = new Set<Scene>(["invite", "asking", "picture"]);

function Complaint({ session }: { session: ConsoleSession }) {
  const words = session.complaint.value;
  if (words === null) return null;
  return (
    <div class="complaint" role="alert">
      <p>{words}</p>
      <button
        type="button"
        class="button small"
        aria-label="Close this message"
        onClick={() => (session.complaint.value = null)}
      >
        <CloseIcon />
      </button>
    </div>
  );
}

type Tab = "fields" | "activity";

function SidePanel({ session, selection }: { session: ConsoleSession; selection: Selection }) {
  const [tab, setTab] = useState<Tab>("fields");
  const open = session.acts.highlights.value.length;
  const button = (name: Tab, words: string) => (
    <button
      type="button"
      role="tab"
      id={`tab-${name}`}
      aria-selected={tab === name}
      aria-controls="side-panel"
      tabIndex={tab === name ? 0 : -1}
      onClick={() => setTab(name)}
    >
      {words}
    </button>
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tab === "fields" ? "activity" : "fields";
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <aside class="panel" aria-label="Fields and activity">
      <div class="tabs" role="tablist" aria-label="Panel" onKeyDown={onKeyDown}>
        {button("fields", "Fields")}
        {button("activity", open ? `Activity (${open})` : "Activity")}
      </div>
      <div id="side-panel" role="tabpanel" class="panel-scroll" aria-labelledby={`tab-${tab}`} tabIndex={-1}>
        {tab === "fields" ? (
          <FieldsPanel session={session} selection={selection} />
        ) : (
          <ActivityPanel session={session} />
        )}
      </div>
    </aside>
  );
}
