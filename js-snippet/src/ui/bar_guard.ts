/**
 * Watches over the bar: a view that the shopper cannot see must not go on.
 *
 * Tells when the bar was removed, hidden, covered or made inert. No clock where the browser itself tells of covering;
 * elsewhere a look a second beside the looks at each press, key and resize.
 */

import { holdTopLayer } from "./top_layer.ts";
import { tellsCovering, watchUncovered } from "./uncovered.ts";

/** A page that removes the bar over and over is not to hang in a tug of war: after so many times it stays away. */
const MAX_RETURNS = 5;
/** Where the browser does not tell of covering (Firefox, Safari). */
const LOOK_MS = 1000;

/**
 * @param onHidden the bar cannot be seen or pressed. Called at each discovery, so possibly more than once.
 * @param signal aborted when the bar goes.
 * @returns whether the bar can be seen and pressed now.
 */
export function guardBar(bar: HTMLElement, root: ShadowRoot, onHidden: () => void, signal: AbortSignal): () => boolean {
  let returns = 0;
  let look = 0;

  const layer = holdTopLayer(root, {
    onChanged: lookSoon,
    onRemoved() {
      onHidden();
      if (returns++ < MAX_RETURNS) requestAnimationFrame(layer.place);
    },
    signal,
  });
  const watch = watchUncovered(bar, root, (uncovered) => {
    if (uncovered === false) hidden();
  });

  function hidden(): void {
    // A modal dialog in a shadow tree opens unheard. Paused is paused, but the shopper must reach the bar.
    const { left, top, width, height } = bar.getBoundingClientRect();
    layer.follow(left + width / 2, top + height / 2);
    onHidden();
  }
  function lookNow(): void {
    look = 0;
    // A page in the background is not painted, and what is not painted cannot be covered.
    if (document.visibilityState === "visible" && watch.look() === false) hidden();
  }
  function lookSoon(): void {
    if (!signal.aborted) look ||= requestAnimationFrame(lookNow);
  }

  for (const name of ["pointerdown", "keydown", "focusin", "resize", "scrollend", "transitionend", "visibilitychange"])
    addEventListener(name, lookSoon, { capture: true, passive: true, signal });
  const clock = tellsCovering() ? 0 : window.setInterval(lookSoon, LOOK_MS);

  signal.addEventListener("abort", () => {
    clearInterval(clock);
    cancelAnimationFrame(look);
    watch.stop();
  });
  return () => watch.look() !== false;
}
