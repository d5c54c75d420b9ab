/** The sentence for each way in which the relay can say no. */

import { JoinRefused } from "../join.ts";
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

export interface ProblemWords {
  code: string;
  sentence: string;
  /** Whole seconds that the relay makes a guesser wait; else 0. */
  waitS: number;
}

/** @param leftS what is left of a wait that has begun. */
export function problemOf(error: unknown, words: Words, leftS?: number): ProblemWords {
  const { code, retryAfterS } = error instanceof JoinRefused ? error : new JoinRefused("failed");
  if (code !== "too-soon") return { code, sentence: words[SENTENCES[code] ?? "failed"], waitS: 0 };
  const waitS = Math.max(0, Math.ceil(leftS ?? retryAfterS ?? 0));
  return { code, sentence: waitS ? fill(words.tooMany, { seconds: waitS }) : words.tryAgain, waitS };
}

export type ProblemOf = typeof problemOf;
