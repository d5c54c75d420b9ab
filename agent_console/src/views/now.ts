/** Time for views that count: seconds of `performance.now()`, refreshed while a view asks for it. */
import { useEffect, useState } from "preact/hooks";

import { seconds } from "../session.ts";

// Twice a second: a countdown that is refreshed once a second skips a number now and then.
const TICK_MS = 500;

export function useNow(running = true): number {
  const [now, setNow] = useState(seconds);
  useEffect(() => {
    if (!running) return;
    setNow(seconds());
    const timer = setInterval(() => setNow(seconds()), TICK_MS);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
