/** What a launch link opens, and the one button that opens it. */
import { useEffect, useState } from "preact/hooks";
import type { LaunchPreview, Launched } from "@beside/wire/protocol.gen";

import { Trouble, post } from "../http.ts";
import { Logo } from "./icons.tsx";

type State =
  | { kind: "looking" }
  | { kind: "ready"; preview: LaunchPreview }
  | { kind: "opening"; preview: LaunchPreview }
  | { kind: "failed"; trouble: Trouble };

export function LaunchCard(props: { token: string | null; go: (location: string) => void }) {
  const { token, go } = props;
  const [state, setState] = useState<State>({ kind: "looking" });
  const look = async () => {
    setState({ kind: "looking" });
    setState(
      await attempt(async () => ({ kind: "ready", preview: await post<LaunchPreview>("/launch/preview", { token }) })),
    );
  };
  const redeem = async (preview: LaunchPreview) => {
    setState({ kind: "opening", preview });
    setState(
      await attempt(async () => {
        const { location } = await post<Launched>("/launch/redeem", { token });
        go(sameOriginPath(location));
        return { kind: "opening", preview };
      }),
    );
  };
  useEffect(() => {
    if (token) void look();
  }, [token]);
  return (
    <main class="console alone">
      <section class="card launch" aria-live="polite">
        <p class="brand">
          <Logo /> Beside
        </p>
        {token === null ? <NoToken /> : <Body state={state} look={() => void look()} redeem={(p) => void redeem(p)} />}
      </section>
    </main>
  );
}

async function attempt(work: () => Promise<State>): Promise<State> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { kind: "failed", trouble: error };
  }
}

function NoToken() {
  return (
    <>
      <h1>No session in this address</h1>
      <p class="lead">
        A session opens from its ticket: press “Start co-browsing” in your helpdesk. If you reloaded this page, open the
        link from the ticket again; it has not been used up.
      </p>
    </>
  );
}

function Body(props: { state: State; look: () => void; redeem: (preview: LaunchPreview) => void }) {
  const { state } = props;
  if (state.kind === "looking") return <p class="lead">Looking at the link…</p>;
  if (state.kind === "failed") return <Failed trouble={state.trouble} again={props.look} />;
  const { preview } = state;
  const busy = state.kind === "opening";
  return (
    <>
      <h1>{preview.subject || "Co-browsing session"}</h1>
      <dl class="facts">
        <Fact name="Ticket" value={preview.ticket} />
        <Fact name="Shop" value={preview.siteName} />
        <Fact name="Agent" value={preview.agentName} />
      </dl>
      <button type="button" class="button primary wide" disabled={busy} onClick={() => props.redeem(preview)}>
        {busy ? "Opening…" : "Open session"}
      </button>
      <p class="hint">The link works once. Nothing is shared before the shopper allows it.</p>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function Failed({ trouble, again }: { trouble: Trouble; again: () => void }) {
  const temporary = trouble.code === "unreachable" || trouble.status === 429;
  return (
    <div class="stack" role="alert">
      <h1>{temporary ? "The link could not be checked" : "This link does not open a session"}</h1>
      <p class="lead">{trouble.message}</p>
      {temporary ? (
        <button type="button" class="button primary wide" onClick={again}>
          Try again
        </button>
      ) : (
        <p class="hint">Press “Start co-browsing” on the ticket to get a new link.</p>
      )}
    </div>
  );
}

/** The relay names a path on this very host; an address elsewhere would be somebody else's. */
function sameOriginPath(location: string): string {
  const address = new URL(location, window.location.origin);
  return address.origin === window.location.origin ? address.pathname : "/launch";
}
