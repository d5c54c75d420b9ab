/**
 * What scripts animate (`element.animate()`), as it stands: the present values of the animated properties are captured as
 * part of the element's style, looked at a few times a second while something moves. A file of its own.
 */
import { rounded } from "./boxes.ts";
import type { Extra, ExtraContext } from "./extras.ts";
import { scripted } from "./scripted_animations.ts";

const MOVING_GAP_MS = 200;
// A paused or finished animation may be moved on by its script; nothing tells.
const RESTING_GAP_MS = 1000;
// A page that animates thousands of elements is followed in part.
const MAX_ANIMATIONS = 500;
const NO_PROPERTY = /^(?:offset|computedOffset|easing|composite|content|--.*)$/;
// What stands in keyframes for lengths that the layout gives: computed, they would tell how long a masked text is.
const LAID_OUT = /%|auto|content|available|stretch|fill|anchor|inherit|initial|unset|revert|var\(|\d(?:fr|cq)/;

/** Does the layout have a say in what is animated here? So it has where an end is left to what the element is by itself. */
function isLaidOut(frames: readonly ComputedKeyframe[], name: string): boolean {
  const own = frames.filter((frame) => name in frame);
  const isWhole = own[0]?.computedOffset === 0 && own.at(-1)?.computedOffset === 1;
  return !isWhole || own.some((frame) => LAID_OUT.test(String(frame[name])));
}

export function followAnimations({ document, dirty, mask, natives, request }: ExtraContext): Extra {
  const { animated } = mask.shape;
  let known = new Set<Element>();
  let timer = 0;

  function look(): void {
    timer = 0;
    // What a page moves while a masked field is edited may follow what is typed.
    if (mask.echoes.isHolding) return wait(RESTING_GAP_MS);
    const values = new Map<Element, Map<string, string>>();
    let isMoving = false;
    for (const animation of scripted(document).slice(0, MAX_ANIMATIONS)) {
      const { pseudoElement, target } = animation.effect as KeyframeEffect;
      if (!target || pseudoElement) continue;
      isMoving ||= animation.playState === "running";
      const style = getComputedStyle(target);
      const of = values.get(target) ?? new Map<string, string>();
      values.set(target, of);
      const frames = (animation.effect as KeyframeEffect).getKeyframes();
      for (const name of new Set(frames.flatMap(Object.keys))) {
        const property = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        const value = NO_PROPERTY.test(name) ? "" : style.getPropertyValue(property);
        if (value) of.set(property, isLaidOut(frames, name) ? rounded(value) : value);
      }
    }
    for (const element of new Set([...known, ...values.keys()])) {
      const text = [...(values.get(element) ?? [])].map((pair) => pair.join(":")).join(";");
      if (text === (animated.get(element) ?? "")) continue;
      animated.set(element, text);
      dirty.mark(element);
      request();
    }
    known = new Set(values.keys());
    if (known.size) wait(isMoving ? MOVING_GAP_MS : RESTING_GAP_MS);
  }

  function wait(gap_ms: number): void {
    timer ||= natives().setTimer(look, gap_ms);
  }

  return {
    describe: () => wait(MOVING_GAP_MS),
    pause() {
      natives().clearTimer(timer);
      timer = 0;
    },
  };
}
