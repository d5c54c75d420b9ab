/** Scenes of a few words: the shopper decides, we wait for the shopper, we were turned away, the console is closed. */
import type { ComponentChildren } from "preact";

import type { ConsoleSession } from "../session.ts";
import { EyeIcon, LockIcon, PeopleIcon, WarnIcon } from "./icons.tsx";

/** The shopper reads the consent: both sides see the same two words. */
export function Asking({ session }: { session: ConsoleSession }) {
  const { words, wordsTranslated } = session.view.value;
  const translated = words?.join() === wordsTranslated?.join() ? null : wordsTranslated;
  return (
    <div class="scene">
      <section class="card center" aria-labelledby="asking-title">
        <EyeIcon />
        <h2 id="asking-title">The shopper is reading what they would share</h2>
        {words ? (
          <>
            <p class="lead">Tell them the two words on their screen. If they see others, they should decline.</p>
            <ul class="pair" aria-label="The two words">
              {words.map((word, at) => (
                <li key={word}>
                  <bdi class="pair-word">{word}</bdi>
                  {translated?.[at] ? <span class="hint">{translated[at]}</span> : null}
                </li>
              ))}
            </ul>
          </>
        ) : null}
        <p class="hint">You see nothing of their page until they press Allow.</p>
      </section>
    </div>
  );
}

/** A further agent, before the shopper has let them in. */
export function WaitingForAdmission({ session }: { session: ConsoleSession }) {
  const watching = session.others.value.filter((agent) => agent.admission === "admitted");
  return (
    <PlainScene icon={<PeopleIcon />} title="Waiting for the shopper to let you in">
      <p class="lead">
        The shopper is asked now whether {session.facts.agentName} may join. Until they agree, you see nothing of their
        page.
      </p>
      {watching.length ? <p class="hint">With them now: {watching.map((agent) => agent.name).join(", ")}</p> : null}
    </PlainScene>
  );
}

export function TurnedAway() {
  return (
    <PlainScene icon={<LockIcon />} title="The shopper did not let you in">
      <p class="lead">The session goes on without you. You can close this page.</p>
    </PlainScene>
  );
}

/** The socket is closed for good; `again` is there where this console may take the session back. */
export function Closed(props: { code: string; message: string; again: () => void }) {
  const elsewhere = props.code === "opened-elsewhere";
  return (
    <PlainScene
      icon={<WarnIcon />}
      title={elsewhere ? "This session is open in another tab" : "This console is closed"}
    >
      <p class="lead">{props.message}</p>
      <div class="row">
        <button type="button" class="button primary" onClick={elsewhere ? props.again : () => window.location.reload()}>
          {elsewhere ? "Use this tab" : "Reload"}
        </button>
      </div>
    </PlainScene>
  );
}

/** `heading`: h1 where the scene is the whole page. */
export function PlainScene(props: {
  icon: ComponentChildren;
  title: string;
  heading?: "h1" | "h2";
  children: ComponentChildren;
}) {
  const Heading = props.heading ?? "h2";
  return (
    <div class="scene">
      <section class="card center" aria-labelledby="scene-title">
        {props.icon}
        <Heading id="scene-title">{props.title}</Heading>
        {props.children}
      </section>
    </div>
  );
}
