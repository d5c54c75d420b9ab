/** The sentence for each way in which the relay can say no. */

import type { JoinRefused } from "../join.ts";
import type { Words } from "../locales/en.ts";
import { fill } from "./elements.ts";

const SENTENCES: Record<string, keyof Words> = {
  unreachable: "unreachable",
  "code-malformed": "codeShort",
  "code-unknown": "codeUnknown",
  "code-expired": "codeExpired",
  "code-used": "codeUsed",
  "link-unknown": "linkDead",
  "link-expired": "linkDead",
  "link-used": "linkDead",
  "wrong-protocol": "wrongVersion",
  "unknown-site": "notOffered",
  "wrong-origin": "notOffered",
};

/** `secondsLeft`: what is left of a wait that the relay imposed, in whole seconds; 0 where there is none. */
export function sentenceOf(problem: JoinRefused, words: Words, secondsLeft: number): string {
  if (secondsLeft > 0) return fill(words.tooMany, { seconds: secondsLeft });
  return words[SENTENCES[problem.code] ?? "failed"];
}
