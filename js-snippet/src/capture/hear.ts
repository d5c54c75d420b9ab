/** Listens to events, before the page does where it can. */

/** @param types apart by blanks. Returns what ends it. */
export function hear<E extends Event>(target: EventTarget, types: string, run: (event: E) => void): () => void {
  const all = types.split(" ");
  const listen = run as (event: Event) => void;
  for (const type of all) target.addEventListener(type, listen, { capture: true, passive: true });
  return () => {
    for (const type of all) target.removeEventListener(type, listen, { capture: true });
  };
}
