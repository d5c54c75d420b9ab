/**
 * A press that counts: by a person, on a button that they could see for half a second.
 *
 * It keeps the page's own scripts from pressing (`isTrusted`, UI Events 3.1), and clickjacking from making a person
 * press what they do not see, or what appeared under their finger a moment ago.
 */

import { type Uncovered, watchUncovered } from "./uncovered.ts";

/** Half a second: as long as Firefox and Chrome hold back their own permission and download prompts. */
const SEEN_MS = 500;

export interface GuardedButton {
  stop(): void;
}

/**
 * Calls `onPress` on a press that counts, and shows through `aria-disabled` whether one would.
 *
 * @param onCovered told whether something covers the button, so that it can be said in words.
 */
export function guardPress(
  button: HTMLButtonElement,
  root: ShadowRoot,
  onPress: () => void,
  onCovered: (covered: boolean) => void = () => {},
): GuardedButton {
  let seenSince: number | null = null;
  let timer = 0;

  function note(uncovered: boolean | null): void {
    if (uncovered) {
      if (seenSince !== null) return;
      seenSince = performance.now();
      timer = window.setTimeout(settle, SEEN_MS);
    } else {
      clearTimeout(timer);
      seenSince = null;
      button.ariaDisabled = "true";
    }
    onCovered(uncovered === false);
  }
  function settle(): void {
    if (watch.look()) button.ariaDisabled = "false";
    else note(false);
  }
  const onClick = (event: MouseEvent): void => {
    const uncovered = watch.look();
    note(uncovered);
    if (event.isTrusted && uncovered && seenSince !== null && performance.now() - seenSince >= SEEN_MS) onPress();
  };

  button.ariaDisabled = "true";
  button.addEventListener("click", onClick);
  const watch: Uncovered = watchUncovered(button, root, note);
  return {
    stop() {
      clearTimeout(timer);
      button.removeEventListener("click", onClick);
      watch.stop();
    },
  };
}
