/** The sentence for each way in which the relay can say no. */

import type { JoinRefused } from "../join.ts";
import type { Words } from "../locales/en.ts";
import { fill } from "./elements.ts";

/** Codes of the relay (joining.py, offers.py, tokens.py, errors.py) and of join.ts. */
const SENTENCES: Record<string, keyof Words> = {
  unreachable: "unreachable",
  blocked: "blocked",
  "store-unavailable": "unreachable",
  draining: "unreachable",
  full: "unreachable",
  "code-malformed": "codeShort",
  "wrong-code": "codeUnknown",
  "no-agent-yet": "noAgentYet",
  ended: "lapsed",
  "consent-lapsed": "lapsed",
  "consent-expired": "lapsed",
  "consent-invalid": "lapsed",
  "ask-expired": "askExpired",
  "ask-invalid": "askExpired",
  "wrong-protocol": "wrongVersion",
  "unknown-site": "notOffered",
  "wrong-origin": "notOffered",
};

/** `secondsLeft`: what is left of a wait that the relay imposed on a guesser, in whole seconds; 0 where there is none. */
export function sentenceOf({ code }: JoinRefused, words: Words, secondsLeft: number): string {
  if (code === "too-soon" && secondsLeft > 0) return fill(words.tooMany, { seconds: secondsLeft });
  return words[SENTENCES[code] ?? "failed"];
}
