/** Waits for the relay's answer to what must not be lost on the way. Knows nothing of what was said, or how. */

/** A dead socket goes unnoticed for half a minute. A relay answers as soon as its store has kept what it was told. */
const PATIENCE_MS = 1_000;

/**
 * @param onNone called once, where no answer comes, or the page goes away first.
 * @returns ends the wait: with an answer, or since there can be none any more.
 */
export function expectAnswer(onNone: () => void): (isAnswered: boolean) => void {
  const wait = new AbortController();
  const { signal } = wait;
  function settle(isAnswered: boolean): void {
    if (signal.aborted) return;
    wait.abort();
    clearTimeout(timer);
    if (!isAnswered) onNone();
  }
  const timer = setTimeout(settle, PATIENCE_MS, false);
  addEventListener("pagehide", () => settle(false), { signal });
  return settle;
}
