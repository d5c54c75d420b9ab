/** What the agent put on the shopper's page, and what became of it. */
import { type HighlightRecord, isOpen } from "../acts.ts";
import type { ConsoleSession } from "../session.ts";
import { OUTCOME_WORDS } from "../words.ts";

export function ActivityPanel({ session }: { session: ConsoleSession }) {
  const highlights = session.acts.highlights.value;
  return (
    <div class="panel-body">
      {session.pointGranted.value ? null : (
        <p class="banner">The shopper allowed to look, not to point. Highlights are switched off.</p>
      )}
      {highlights.length ? (
        <ol class="activity" aria-label="Highlights, newest first">
          {highlights.map((highlight) => (
            <Row key={highlight.act} session={session} highlight={highlight} />
          ))}
        </ol>
      ) : (
        <p class="empty">Click something in the mirror, or a field in the list, to highlight it for the shopper.</p>
      )}
    </div>
  );
}

function Row({ session, highlight }: { session: ConsoleSession; highlight: HighlightRecord }) {
  const time = highlight.at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return (
    <li class="activity-row" data-outcome={highlight.outcome}>
      <div>
        <p class="field-name">
          <bdi>{highlight.label}</bdi>
          <time class="field-kind" dateTime={highlight.at.toISOString()}>
            {time}
          </time>
        </p>
        {highlight.message ? (
          <p class="activity-message" dir="auto">
            “{highlight.message}”
          </p>
        ) : null}
        <p class="activity-outcome">{OUTCOME_WORDS[highlight.outcome]}</p>
      </div>
      {isOpen(highlight) ? (
        <button
          type="button"
          class="button small"
          aria-label={`Take away the highlight of ${highlight.label}`}
          onClick={() => session.acts.dismiss(highlight.act)}
        >
          Take away
        </button>
      ) : null}
    </li>
  );
}
