/** Entry of `/s/ID`: loads what the relay knows of the session and draws the console. */
import { render } from "preact";
import type { ConsoleState } from "@beside/wire/protocol.gen";

import { Trouble, get } from "./http.ts";
import { ConsoleSession } from "./session.ts";
import { App } from "./views/app.tsx";
import { WarnIcon } from "./views/icons.tsx";
import { PlainScene } from "./views/scenes.tsx";

async function open(root: HTMLElement): Promise<void> {
  const id = /^\/s\/([A-Za-z0-9_-]{1,64})\/?$/.exec(window.location.pathname)?.[1];
  try {
    if (id === undefined) throw new Trouble("unknown-session", "This address names no session.", 404);
    const session = new ConsoleSession(await get<ConsoleState>(`/s/${id}/state`));
    render(<App session={session} />, root);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    render(<NotOpened trouble={error} retry={() => void open(root)} />, root);
  }
}

function NotOpened({ trouble, retry }: { trouble: Trouble; retry: () => void }) {
  const temporary = trouble.code === "unreachable";
  return (
    <main class="console alone">
      <PlainScene
        heading="h1"
        icon={<WarnIcon />}
        title={temporary ? "The relay does not answer" : "This session cannot be opened here"}
      >
        <p class="lead">{trouble.message}</p>
        {temporary ? (
          <button type="button" class="button primary" onClick={retry}>
            Try again
          </button>
        ) : (
          <p class="hint">
            Open it from the ticket in your helpdesk: each session opens in the browser that used its link.
          </p>
        )}
      </PlainScene>
    </main>
  );
}

const root = document.getElementById("app");
if (root) void open(root);
