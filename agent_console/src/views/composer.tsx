/** The form before a highlight: what it points at, and an optional short message for the shopper. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { MAX_HINT_CHARS } from "@beside/wire/protocol.gen";

import type { Target } from "../acts.ts";
import type { ConsoleSession } from "../session.ts";
import { TargetIcon } from "./icons.tsx";
import type { Selection } from "./selection.ts";

export function Composer(props: { session: ConsoleSession; selection: Selection; target: Target }) {
  const { session, selection, target } = props;
  const message = selection.message.value;
  const input = useRef<HTMLInputElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (document.activeElement !== input.current) before.current = document.activeElement;
    input.current?.focus({ preventScroll: true });
  }, [target]);
  const close = () => {
    selection.close();
    // Back to where the agent came from (the row's button, or the mirror), so that the keyboard loses no place. Not where
    // the form is taken from them: what they go on typing would press there what they did not choose.
    if (before.current instanceof HTMLElement && before.current.isConnected)
      before.current.focus({ preventScroll: true });
  };
  const name = session.picture.nameOf(target.node);
  const send = (event: Event) => {
    event.preventDefault();
    if (session.highlight(target, message)) close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  return (
    <form class="composer" aria-label={`Highlight ${name}`} onSubmit={send} onKeyDown={onKeyDown}>
      <p class="composer-name">
        Highlight <strong dir="auto">{name}</strong>
      </p>
      <label class="composer-label">
        <span>
          Message <span class="hint">optional</span>
        </span>
        <input
          ref={input}
          type="text"
          dir="auto"
          maxLength={MAX_HINT_CHARS}
          placeholder="For example: the number on the front"
          value={message}
          onInput={(event) => (selection.message.value = event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <button type="submit" class="button primary">
          <TargetIcon />
          Highlight
        </button>
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <span class="hint count" aria-hidden="true">
          {message.length} / {MAX_HINT_CHARS}
        </span>
      </div>
    </form>
  );
}
