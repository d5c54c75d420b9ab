/** The form before a highlight: what it points at, and an optional short message for the shopper. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { MAX_HINT_CHARS } from "@beside/wire/protocol.gen";

import type { ConsoleSession } from "../session.ts";
import { TargetIcon } from "./icons.tsx";

export function Composer(props: { session: ConsoleSession; node: number; close: () => void }) {
  const { session, node, close } = props;
  const [message, setMessage] = useState("");
  const input = useRef<HTMLInputElement>(null);
  // Back to where the agent came from (the row's button, or the mirror), so that the keyboard loses no place.
  useLayoutEffect(() => {
    const before = document.activeElement;
    input.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [node]);
  const name = session.picture.nameOf(node);
  const send = (event: Event) => {
    event.preventDefault();
    if (session.highlight(node, message)) close();
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
          onInput={(event) => setMessage(event.currentTarget.value)}
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
