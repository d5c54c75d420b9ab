/** The fields of the shopper's page: what each is, why it is masked, and how it stands, without its value. */
import { useState } from "preact/hooks";
import type { Field } from "@beside/wire/protocol.gen";

import type { ConsoleSession } from "../session.ts";
import { KIND_WORDS, nameOf, statusOf, verdictOf } from "../words.ts";
import { Composer } from "./composer.tsx";
import { LockIcon, TargetIcon } from "./icons.tsx";
import { useUnseen } from "./rects.ts";
import type { Selection } from "./selection.ts";

export function FieldsPanel({ session, selection }: { session: ConsoleSession; selection: Selection }) {
  const [onlyAttention, setOnlyAttention] = useState(false);
  const { picture } = session;
  const row = { session, selection };
  const all = [...picture.fields.value].filter(([, field]) => field.kind !== "button");
  const unseen = useUnseen(
    picture,
    all.map(([node]) => node),
  );
  const seen = all.filter(([node]) => !unseen.has(node));
  const attention = seen.filter(([, field]) => statusOf(field).tone === "attention");
  const shown = onlyAttention ? attention : seen;
  const masked = all.filter(([, field]) => field.verdict !== "show").length;
  return (
    <div class="panel-body">
      <div class="panel-head">
        <p class="hint">
          {all.length === 1 ? "1 field" : `${all.length} fields`}, {masked} masked
        </p>
        <button
          type="button"
          class="filter"
          aria-pressed={onlyAttention}
          disabled={!attention.length && !onlyAttention}
          onClick={() => setOnlyAttention(!onlyAttention)}
        >
          {attention.length} need attention
        </button>
      </div>
      {shown.length ? (
        <ul class="fields" aria-label="Fields" onKeyDown={moveFocus}>
          {shown.map(([node, field]) => (
            <FieldRow key={node} {...row} node={node} field={field} />
          ))}
        </ul>
      ) : (
        <p class="empty">
          {seen.length
            ? "No field needs attention."
            : picture.painted.value
              ? "This page has no fields."
              : "The fields appear with the picture."}
        </p>
      )}
      {unseen.size && !onlyAttention ? (
        <details class="unseen">
          <summary>{unseen.size} not shown by the page now</summary>
          <ul class="fields" aria-label="Fields not shown now">
            {all.map(([node, field]) =>
              unseen.has(node) ? <FieldRow key={node} {...row} node={node} field={field} unseen /> : null,
            )}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

interface RowProps {
  session: ConsoleSession;
  selection: Selection;
  /** The page does not show it now: a later step, or what another screen width uses. */
  unseen?: boolean;
  node: number;
  field: Field;
}

function FieldRow({ session, selection, node, field, unseen = false }: RowProps) {
  const focused = session.picture.focused.value === node;
  const chosen = selection.chosen.value;
  const composing = chosen?.place === "list" && chosen.node === node;
  const status = statusOf(field);
  const name = nameOf(field);
  const note = `field-note-${node}`;
  const toggle = () => {
    const epoch = session.picture.epoch.peek();
    if (composing || epoch === null) selection.close();
    else selection.chosen.value = { epoch, node, place: "list" };
  };
  const outline = (on: boolean) => {
    if (on) selection.outlined.value = node;
    else if (selection.outlined.peek() === node) selection.outlined.value = null;
  };
  const mayPoint = session.mayPoint.value && !unseen;
  const hint = unseen
    ? "The page does not show it now"
    : session.pointGranted.value
      ? "There is no live picture now"
      : "The shopper did not allow pointing";
  return (
    <li
      class="field"
      data-focused={focused}
      data-tone={status.tone}
      onPointerEnter={() => outline(true)}
      onPointerLeave={() => outline(false)}
      onFocusIn={() => outline(true)}
      onFocusOut={() => outline(false)}
    >
      <div class="field-main">
        <button
          type="button"
          class="button small"
          aria-label={`Highlight ${name}`}
          aria-describedby={note}
          aria-expanded={composing}
          disabled={!mayPoint}
          title={mayPoint ? "Highlight it on the shopper's page" : hint}
          onClick={toggle}
        >
          <TargetIcon />
          <span>Highlight</span>
        </button>
        <div class="field-words" id={note}>
          <p class="field-name">
            <bdi>{name}</bdi>
            {field.required ? (
              <span class="required" title="Required">
                {" "}
                *<span class="visually-hidden"> required</span>
              </span>
            ) : null}
            <span class="field-kind">{KIND_WORDS[field.kind]}</span>
          </p>
          <p class="field-status" data-tone={status.tone}>
            <bdi>{status.words}</bdi>
            {focused ? <span class="here">Shopper is here</span> : null}
          </p>
          <p class="field-verdict" data-verdict={field.verdict}>
            {field.verdict === "show" ? null : <LockIcon />}
            {verdictOf(field)}
          </p>
        </div>
      </div>
      {composing ? <Composer session={session} selection={selection} target={chosen} /> : null}
    </li>
  );
}

/** Up and Down go from row to row, so that a long form needs no long run of Tab. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const from = event.target;
  if (!step || !(from instanceof HTMLButtonElement) || !(event.currentTarget instanceof HTMLElement)) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>(".field-main button")];
  const next = buttons[buttons.indexOf(from) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
