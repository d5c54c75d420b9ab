/** The sentence for each way in which the relay can say no. */

import { JoinRefused } from "../join.ts";
import type { Words } from "../locales/en.ts";
import { fill } from "./elements.ts";

/** Codes of the relay (joining.py, offers.py, tokens.py, errors.py) and of join.ts, apart by blanks: a sentence each line. */
function sentenceFor(code: string, words: Words): string {
  const isOneOf = (codes: string): boolean => codes.split(" ").includes(code);
  if (isOneOf("unreachable store-unavailable draining full")) return words.unreachable;
  if (isOneOf("blocked")) return words.blocked;
  if (isOneOf("code-malformed")) return words.codeShort;
  if (isOneOf("wrong-code")) return words.codeUnknown;
  if (isOneOf("no-agent-yet")) return words.noAgentYet;
  if (isOneOf("ended consent-lapsed consent-expired consent-invalid")) return words.lapsed;
  if (isOneOf("ask-expired ask-invalid")) return words.askExpired;
  if (isOneOf("wrong-protocol")) return words.wrongVersion;
  if (isOneOf("unknown-site wrong-origin")) return words.notOffered;
  return words.failed;
}

export interface ProblemWords {
  code: string;
  sentence: string;
  /** Whole seconds that the relay makes a guesser wait; else 0. */
  waitS: number;
}

/** @param leftS what is left of a wait that has begun. */
export function problemOf(error: unknown, words: Words, leftS?: number): ProblemWords {
  const { code, retryAfterS } = error instanceof JoinRefused ? error : new JoinRefused("failed");
  if (code !== "too-soon") return { code, sentence: sentenceFor(code, words), waitS: 0 };
  const waitS = Math.max(0, Math.ceil(leftS ?? retryAfterS ?? 0));
  return { code, sentence: waitS ? fill(words.tooMany, { seconds: waitS }) : words.tryAgain, waitS };
}

export type ProblemOf = typeof problemOf;
