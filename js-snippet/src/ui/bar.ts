/** The frame around the page and the bar that stays while a view is open. Shows what it is told; decides nothing. */

import type { Words } from "../locales/en.ts";
import type { AgentPresence } from "../wire/protocol.gen.ts";
import styles from "./bar.css";
import { fillApart, make, put } from "./elements.ts";
import { type GuardedButton, guardPress } from "./person_press.ts";
import type { Stage } from "./stage.ts";

export interface BarState {
  /** What the bar says, with `{agents}` for the names. */
  status: string;
  agents: string;
  tone: "live" | "paused" | "waiting";
  /** What the first button does; null: it is not there. */
  action: "pause" | "resume" | null;
  /** An agent who asks to join. */
  asking: AgentPresence | null;
}

export interface BarPresses {
  onPause(): void;
  onResume(): void;
  onStop(): void;
  onLook(): void;
  onAdmission(agent: string, admitted: boolean): void;
}

export interface Bar {
  readonly element: HTMLElement;
  show(state: BarState): void;
}

/** @param signal aborted when the bar is to go. */
export function openBar(
  stage: Stage,
  words: Words,
  { onPause, onResume, onStop, onLook, onAdmission }: BarPresses,
  signal: AbortSignal,
): Bar {
  stage.adopt(styles);
  const status = make("p", { className: "status", role: "status" });
  const look = make("button", { type: "button", className: "secondary action", onclick: onLook }, words.look);
  const action = make("button", { type: "button", className: "secondary action" });
  const stop = make(
    "button",
    { type: "button", className: "danger", title: words.stopKey, "aria-keyshortcuts": "Alt+Shift+S", onclick: onStop },
    words.stop,
  );
  const move = make("button", {
    type: "button",
    className: "move",
    "aria-label": words.moveBar,
    title: words.moveBar,
    onclick: () => void element.classList.toggle("top"),
  });
  const question = make("div", { className: "joining", hidden: true });
  const element = make(
    "section",
    { className: "bar", "aria-label": words.barLabel },
    make("div", { className: "line" }, make("span", { className: "dot" }), status, look, action, stop, move),
    question,
  );
  let state: BarState | null = null;
  let letIn: GuardedButton | null = null;

  function ask(agent: AgentPresence | null): void {
    letIn?.stop();
    letIn = null;
    question.hidden = !agent;
    question.replaceChildren();
    if (!agent) return;
    const yes = make("button", { type: "button", className: "primary" }, words.letIn);
    const no = make(
      "button",
      { type: "button", className: "secondary", onclick: () => onAdmission(agent.id, false) },
      words.refuse,
    );
    put(question, make("p", { role: "alert" }, ...fillApart(words.joining, { agent: agent.name })), no, yes);
    letIn = guardPress(yes, stage.root, () => onAdmission(agent.id, true));
  }

  action.onclick = (event) => {
    // A page may press "Pause" for all we care; to go on takes a person.
    if (state?.action === "pause") onPause();
    else if (event.isTrusted) onResume();
  };
  addEventListener(
    "keydown",
    (event) => {
      if (event.isTrusted && event.altKey && event.shiftKey && event.code === "KeyS") onStop();
    },
    { capture: true, signal },
  );
  // A phone's keyboard covers the layout viewport's lower edge, and with it the bar (until iOS Safari moves fixed boxes).
  const follow = (): void => {
    const view = visualViewport;
    const covered = view && view.scale === 1 ? Math.max(0, innerHeight - view.height - view.offsetTop) : 0;
    element.style.marginBottom = covered > 1 ? `${covered}px` : "";
  };
  visualViewport?.addEventListener("resize", follow, { signal });
  visualViewport?.addEventListener("scroll", follow, { signal });
  const both = make("div", {}, make("div", { className: "frame" }), element);
  stage.box.append(both);
  signal.addEventListener("abort", () => {
    letIn?.stop();
    both.remove();
  });

  return {
    element,
    show(next) {
      const before = state;
      state = next;
      both.className = next.tone;
      // Written only when it changes: a live region speaks at each write.
      if (before?.status !== next.status || before.agents !== next.agents)
        status.replaceChildren(...fillApart(next.status, { agents: next.agents }));
      look.hidden = next.tone !== "live";
      action.hidden = !next.action;
      action.textContent = next.action ? words[next.action] : "";
      if (before?.asking?.id !== next.asking?.id) ask(next.asking);
    },
  };
}
