/** What the relay says of rules that found nothing: for an agent to pass on, since only the shop can mend it. */
import type { DriftAlarm } from "@beside/wire/protocol.gen";

import type { ConsoleSession } from "../session.ts";
import { DRIFT_WORDS } from "../words.ts";
import { WarnIcon } from "./icons.tsx";

/** One line for all of them; which rule and which page is folded away, as no agent can do anything about it. */
export function Drift({ session }: { session: ConsoleSession }) {
  const alarms = session.drift.value;
  if (!alarms.length) return null;
  return (
    <aside class="drift" aria-label="The shop’s privacy policy">
      <details>
        <summary>
          <WarnIcon />
          <span>
            The shop’s page may have changed: {alarms.length === 1 ? "a rule" : `${alarms.length} rules`} of its privacy
            policy found nothing. Tell who looks after it.
          </span>
        </summary>
        <ul aria-label="Rules that found nothing">
          {alarms.map((alarm) => (
            <li key={`${alarm.rule} ${alarm.kind}`}>{sentenceOf(alarm)}</li>
          ))}
        </ul>
      </details>
    </aside>
  );
}

function sentenceOf({ kind, name, path, rule, version }: DriftAlarm) {
  return (
    <>
      Rule {rule}
      {name === null ? null : (
        <>
          , “<bdi>{name}</bdi>”,
        </>
      )}{" "}
      of version {version} found nothing to {kind} on <bdi>{path}</bdi>. {DRIFT_WORDS[kind]}
    </>
  );
}
