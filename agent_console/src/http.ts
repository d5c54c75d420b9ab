/** Requests to the relay's own console routes. Knows nothing of sessions or views. */
import type { Problem } from "@beside/wire/protocol.gen";

/** A request that did not succeed. `message` is a sentence to show; `code` is stable ("unreachable" is ours). */
export class Trouble extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    /** Seconds after which trying again makes sense, where the relay said so. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

// A relay that has not answered by then is not going to; the agent is better served by a sentence than by a spinner.
const PATIENCE_MS = 15_000;

const NO_ANSWER = "The relay does not answer. Check your connection, then try again.";
// A proxy's page to sign in, in the place of an answer.
const NOT_THE_RELAY =
  "Something else than the relay answers. You may have to sign in to your network again: reload this page.";

export function get<T>(path: string): Promise<T> {
  return request<T>(path, { method: "GET" });
}

export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return request<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    // Here too: a body may be cut off, or stay away, behind the best of heads.
    if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  } catch (error) {
    throw new Trouble("unreachable", error instanceof SyntaxError ? NOT_THE_RELAY : NO_ANSWER, 0);
  }
  throw await troubleOf(answer);
}

/** The relay's own words where it gave a `Problem`; a proxy in front of it answers without one. */
async function troubleOf(answer: Response): Promise<Trouble> {
  const problem = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  if (typeof problem?.code === "string" && typeof problem.message === "string") {
    return new Trouble(problem.code, problem.message, answer.status, problem.retryAfterS ?? null);
  }
  const gone = answer.status >= 500;
  return new Trouble(
    gone ? "unreachable" : "refused",
    gone ? "The relay is not ready. Try again in a moment." : `The relay refused this (HTTP ${answer.status}).`,
    answer.status,
  );
}
