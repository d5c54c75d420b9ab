/** After the end: why it ended, and the receipt, readable and as a file. */
import type { ComponentChildren } from "preact";
import type { Receipt } from "@beside/wire/protocol.gen";

import { Trouble } from "../http.ts";
import type { ConsoleSession } from "../session.ts";
import { END_WORDS, GRANT_WORDS, OUTCOME_WORDS, clockOf } from "../words.ts";
import { CheckIcon, DownloadIcon } from "./icons.tsx";

export function Ended({ session }: { session: ConsoleSession }) {
  const receipt = session.receipt.value;
  const reason = session.view.value.endReason ?? (receipt instanceof Trouble ? null : (receipt?.endReason ?? null));
  return (
    <div class="scene top">
      <section class="card receipt" aria-labelledby="ended-title">
        <div class="receipt-head">
          <CheckIcon />
          <div>
            <h2 id="ended-title">The session has ended</h2>
            {reason ? <p class="lead">{END_WORDS[reason]}</p> : null}
          </div>
        </div>
        {receipt === null ? <p class="hint">Loading the receipt…</p> : null}
        {receipt instanceof Trouble ? <Missing trouble={receipt} retry={() => session.retryReceipt()} /> : null}
        {receipt && !(receipt instanceof Trouble) ? <Sheet receipt={receipt} /> : null}
      </section>
    </div>
  );
}

function Missing({ trouble, retry }: { trouble: Trouble; retry: () => void }) {
  return (
    <div class="banner bad" role="alert">
      <p>The receipt could not be loaded. {trouble.message}</p>
      <button type="button" class="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

function Sheet({ receipt }: { receipt: Receipt }) {
  return (
    <>
      <dl class="facts">
        <Fact name="Ticket">
          {receipt.ticket} <span class="hint">{receipt.subject}</span>
        </Fact>
        <Fact name="Created">{when(receipt.createdAt)}</Fact>
        <Fact name="Consent">
          {receipt.consentAt
            ? `${when(receipt.consentAt)} (${receipt.consentLocale}, text ${receipt.consentTextVersion})`
            : "Never given: nothing of the page was sent"}
        </Fact>
        <Fact name="Ended">{receipt.endedAt ? when(receipt.endedAt) : "Not yet"}</Fact>
        <Fact name="Duration">{durationOf(receipt)}</Fact>
        <Fact name="Allowed">{receipt.grants.map((grant) => GRANT_WORDS[grant]).join(", ") || "Nothing"}</Fact>
        <Fact name="Agents">{receipt.agents.map((agent) => agent.name).join(", ") || "Nobody"}</Fact>
        <Fact name="Fields masked">{receipt.fieldsMasked} at the same time, at most</Fact>
        {receipt.rating === null ? null : <Fact name="Rating">{receipt.rating} of 5</Fact>}
        <Fact name="Versions">
          Snippet {receipt.snippetVersion || "unknown"}, policy {receipt.policyVersion}
        </Fact>
      </dl>
      <List title="Pages" none="No page was shown.">
        {receipt.pages.map((page, at) => (
          <li key={at}>
            <time dateTime={page.at}>{timeOf(page.at)}</time> <bdi class="mono">{page.path}</bdi>
          </li>
        ))}
      </List>
      <List title="Highlights" none="Nothing was highlighted.">
        {receipt.highlights.map((highlight, at) => (
          <li key={at}>
            <time dateTime={highlight.at}>{timeOf(highlight.at)}</time>{" "}
            <span>
              {highlight.agentName}: <bdi>{highlight.label || "a part of the page"}</bdi>
              {highlight.message ? (
                <>
                  , <bdi>“{highlight.message}”</bdi>
                </>
              ) : null}{" "}
              <span class="hint">{OUTCOME_WORDS[highlight.outcome as "shown"] ?? highlight.outcome}</span>
            </span>
          </li>
        ))}
      </List>
      {receipt.pauses.length ? (
        <List title="Pauses" none="">
          {receipt.pauses.map((pause, at) => (
            <li key={at}>
              <time dateTime={pause.at}>{timeOf(pause.at)}</time>{" "}
              <span>
                {PAUSED_BY[pause.reason]}
                {pause.endedAt ? `, until ${timeOf(pause.endedAt)}` : ", until the end"}
              </span>
            </li>
          ))}
        </List>
      ) : null}
      <div class="row">
        <button type="button" class="button primary" onClick={() => download(receipt)}>
          <DownloadIcon />
          Download as JSON
        </button>
      </div>
    </>
  );
}

const PAUSED_BY = {
  shopper: "By the shopper",
  "bar-hidden": "By itself: the bar was hidden",
  "no-agent": "By itself: nobody was watching",
  policy: "By the shop's policy",
} as const;

function Fact(props: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function List(props: { title: string; none: string; children: ComponentChildren[] }) {
  return (
    <>
      <h3>{props.title}</h3>
      {props.children.length ? <ol class="timeline">{props.children}</ol> : <p class="hint">{props.none}</p>}
    </>
  );
}

function download(receipt: Receipt): void {
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(receipt, null, 2) + "\n"], { type: "application/json" }),
  );
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = `receipt-${receipt.session}.json`;
  anchor.click();
  // The browser has taken the address over once the click's task is done.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

function when(at: string): string {
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function durationOf(receipt: Receipt): string {
  if (!receipt.consentAt || !receipt.endedAt) return "No view";
  return clockOf((Date.parse(receipt.endedAt) - Date.parse(receipt.consentAt)) / 1000);
}
