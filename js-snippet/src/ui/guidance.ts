/**
 * What agents put on the shopper's page: rings with a short message, and their pointers.
 *
 * A file of its own, loaded with the first act of a view: help often needs no more than a look. Nothing here touches the page but for scrolling a ring's element into view, and focusing it where the shopper says so.
 */

import { type Place, placeInPage } from "../frame_place.ts";
import type { Words } from "../locales/en.ts";
import type { ActDelivery, ActOutcome, Highlight } from "../wire/protocol.gen.ts";
import { fill, fillApart, make, put } from "./elements.ts";
import styles from "./guidance.css";
import type { Stage } from "./stage.ts";

/** As long as a sentence takes to be read twice, and the field to be found and filled. */
const SHOWN_MS = 30_000;
/** Room between an element and its ring, in CSS px. */
const ROOM_PX = 6;

interface Ring {
  readonly act: string;
  readonly agent: string;
  readonly element: Element;
  readonly ring: HTMLElement;
  readonly bubble: HTMLElement;
  readonly timer: number;
  drawn?: string;
}

export interface GuidanceOptions {
  find(epoch: number, node: number): Element | null;
  labelOf(element: Element): string;
  /** A masked field is edited: that an element is gone is not to be told before that is over. */
  isHolding(): boolean;
  nameOf(agent: string): string;
  onOutcome(outcome: ActOutcome): void;
}

export interface Guidance {
  perform(delivery: ActDelivery): void;
  /** Takes one agent's guidance away, or everybody's. */
  clear(agent?: string): void;
}

export function openGuidance(
  stage: Stage,
  words: Words,
  { find, isHolding, labelOf, nameOf, onOutcome }: GuidanceOptions,
): Guidance {
  const rings = new Map<string, Ring>();
  const pointers = new Map<string, HTMLElement>();
  let frame = 0;
  stage.adopt(styles);

  function perform({ agent, act }: ActDelivery): void {
    if (act[0] === "highlight") highlight(agent, act);
    else if (act[0] === "dismiss") remove(act[1], "dismissed");
    else movePointer(agent, act[1], act[2]);
  }

  function highlight(agent: string, [, act, epoch, node, message]: Highlight): void {
    const element = find(epoch, node);
    if (!element) return onOutcome({ act, outcome: "stale", label: "" });
    // One ring an agent: the next takes the place of the last.
    for (const other of rings.values()) if (other.agent === agent) remove(other.act, "dismissed");
    const name = nameOf(agent);
    const said = fill(words.pointedOut, { agent: name });
    const ring = make("div", { className: "ring" });
    const bubble = make(
      "div",
      { className: "bubble", role: "group", "aria-label": said },
      make("p", { className: "who" }, ...fillApart(words.pointedOut, { agent: name })),
      // Empty where there is none.
      make("p", { dir: "auto" }, message ?? ""),
      make("button", { type: "button", className: "link", onclick: () => goTo(element) }, words.goTo),
      make(
        "button",
        { type: "button", className: "close", "aria-label": words.dismiss, onclick: () => remove(act, "dismissed") },
        "×",
      ),
    );
    put(stage.box, ring, bubble);
    const timer = window.setTimeout(() => remove(act, "expired"), SHOWN_MS);
    rings.set(act, { act, agent, element, ring, bubble, timer });
    scrollTo(element);
    stage.announce(said + (message ? `: ${message}` : ""));
    addEventListener("keydown", onKey, true);
    frame ||= requestAnimationFrame(draw);
    onOutcome({ act, outcome: "shown", label: labelOf(element) });
  }

  function remove(act: string, outcome: ActOutcome["outcome"]): void {
    const gone = rings.get(act);
    if (!gone) return;
    rings.delete(act);
    clearTimeout(gone.timer);
    gone.ring.remove();
    gone.bubble.remove();
    if (!rings.size) removeEventListener("keydown", onKey, true);
    onOutcome({ act, outcome, label: "" });
  }

  /** Each frame while a ring is shown: all reads before all writes, and no write where nothing moved. */
  function draw(): void {
    const measured = [...rings.values()].map((ring) => {
      const box = ring.element.getBoundingClientRect();
      return { ring, box, seen: placeInPage(ring.element.ownerDocument, box).seen };
    });
    for (const { ring, box, seen } of measured) {
      // What left the page has no size either.
      const isGone = !(box.width || box.height);
      ring.ring.hidden = ring.bubble.hidden = isGone;
      if (isGone) {
        if (!isHolding()) remove(ring.act, "gone");
        continue;
      }
      const { left, top, right, bottom } = seen;
      const width = Math.max(0, right - left);
      const height = Math.max(0, bottom - top);
      const drawn = [left, top, width, height, innerWidth, innerHeight].join();
      if (drawn === ring.drawn) continue;
      ring.drawn = drawn;
      place(ring.ring, left - ROOM_PX, top - ROOM_PX, {
        width: `${width + 2 * ROOM_PX}px`,
        height: `${height + 2 * ROOM_PX}px`,
        // Scrolled out of the frame that it stands in, it is nowhere to be ringed.
        visibility: right < left || bottom < top ? "hidden" : "",
      });
      placeBubble(ring.bubble, seen);
    }
    frame = rings.size ? requestAnimationFrame(draw) : 0;
  }

  /** Below its element, or above where there is more room; never off the screen. */
  function placeBubble(bubble: HTMLElement, { left, right, top, bottom }: Place): void {
    const { offsetWidth: width, offsetHeight: height } = bubble;
    const below = bottom + 2 * ROOM_PX;
    const fitsBelow = below + height < innerHeight - 72 || top < height + 72;
    const wanted = fitsBelow ? below : top - 2 * ROOM_PX - height;
    place(
      bubble,
      Math.max(8, Math.min(stage.box.dir === "rtl" ? right - width : left, innerWidth - width - 8)),
      Math.max(8, Math.min(wanted, innerHeight - height - 8)),
    );
  }

  function movePointer(agent: string, x: number | null, y: number | null): void {
    let pointer = pointers.get(agent);
    if (x === null || y === null) {
      pointer?.remove();
      pointers.delete(agent);
      return;
    }
    if (!pointer) {
      pointer = make("div", { className: "pointer", "aria-hidden": "true" }, make("bdi", {}, nameOf(agent)));
      pointers.set(agent, pointer);
      stage.box.append(pointer);
    }
    place(pointer, x, y);
  }

  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    for (const { act } of rings.values()) remove(act, "dismissed");
  };

  return {
    perform,
    clear(agent) {
      for (const ring of rings.values()) if (!agent || ring.agent === agent) remove(ring.act, "dismissed");
      for (const name of pointers.keys()) if (!agent || name === agent) movePointer(name, null, null);
    },
  };
}

function place(element: HTMLElement, x: number, y: number, more: Partial<CSSStyleDeclaration> = {}): void {
  Object.assign(element.style, { left: `${x}px`, top: `${y}px`, ...more });
}

function scrollTo(element: Element): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
}

function goTo(element: Element): void {
  scrollTo(element);
  (element as HTMLElement).focus?.({ preventScroll: true });
}
