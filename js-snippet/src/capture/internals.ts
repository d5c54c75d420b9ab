/**
 * What custom elements are by their internals alone: the states that style sheets ask for by `:state()`, and which form
 * controls among them are disabled. No event tells of either, but every element answers. A file of its own, loaded by the
 * first page whose style sheets ask.
 */
import type { Change } from "../wire/protocol.gen.ts";
import type { Extra, ExtraContext } from "./extras.ts";
import type { Known } from "./known.ts";

// Of custom elements, only a form-associated one is either: https://html.spec.whatwg.org/#selector-enabled
const CONTROL = ":enabled,:disabled";
// It is what the shopper chose: attributes of these names do not travel either (mask/attributes.ts).
const CHOICE = /check|select|press|value/i;
const STATE = /\(\s*([\w-]+)\s*$/;
// Bounds of the wire.
const MAX_STATES = 50;
const MAX_STATE_CHARS = 64;
// So many answer within a millisecond; a page with more of them is followed in turns.
const MAX_A_LOOK = 1000;

interface Told {
  readonly held: readonly string[];
  readonly disabled: boolean | null;
}

interface Seen {
  /** What it matched when it was last looked at, unjudged. */
  readonly matched: string;
  /** What the mirror knows of it. */
  readonly told: Told;
}

const keyOf = ({ disabled, held }: Told): string => [disabled, ...held].join();
const NOTHING: Seen = { matched: "", told: { held: [], disabled: null } };

export function followInternals({ customs, mask, matches, request, states }: ExtraContext): Extra {
  const { asked, echoes, judge } = mask;
  let names: string[] = [];
  let any = CONTROL;
  let learned = 0;
  const seen = new WeakMap<Known, Seen>();
  /** What was told last, in whatever epoch. */
  const last = new WeakMap<Node, Told>();
  /** May a name be told? One that came up before a masked value existed says nothing of it, as with class names. */
  const passing = new Map<string, boolean>();
  /** Whose turn it is. */
  let at = 0;

  function learn(): void {
    if (learned === asked.size) return;
    learned = asked.size;
    const written = new Set([...asked].flatMap((text) => STATE.exec(text)?.[1] ?? []));
    names = [...written]
      // Until Safari 17.3, Firefox 125 and Chrome 124 are dropped: they know no `:state()`.
      .filter((name) => name.length <= MAX_STATE_CHARS && CSS.supports(`selector(:state(${name}))`))
      .slice(0, MAX_STATES);
    any = [CONTROL, ...names.map((name) => `:state(${name})`)].join();
  }

  const statesOf = (element: Element): string[] => names.filter((name) => matches(element, `:state(${name})`));
  const isControl = (element: Element): boolean => matches(element, CONTROL);
  const disabledOf = (element: Element): boolean | null => (isControl(element) ? matches(element, ":disabled") : null);

  /** Most elements match nothing of what is asked. */
  const matchedBy = (element: Element): string =>
    matches(element, any) ? [disabledOf(element), ...statesOf(element)].join() : "";

  const seenOf = (known: Known): Seen => seen.get(known) ?? NOTHING;
  const isNew = (known: Known): boolean => matchedBy(known.node as Element) !== seenOf(known).matched;

  const isShown = ({ node, within }: Known): boolean => judge.look(node as Element, within).rule === "show";

  /** A control that shows what it holds only where the site says so: what is chosen in it would be its state. */
  const isMasked = (known: Known): boolean =>
    known.isControl
      ? judge.look(known.node as Element, known.within).verdict !== "show"
      : customs().has(known) && isControl(known.node as Element) && !isShown(known);

  const holdsMasked = ({ children }: Known): boolean => children.some((child) => isMasked(child) || holdsMasked(child));

  function mayTell(known: Known): boolean {
    if (!states.isTold(known.node as Element) || holdsMasked(known)) return false;
    for (let around: Known | null = known; around; around = around.parent) if (isMasked(around)) return false;
    return true;
  }

  function passes(name: string): boolean {
    let may = passing.get(name);
    if (may === undefined) passing.set(name, (may = !echoes.repeats(name)));
    return may;
  }

  function judged(known: Known): Told {
    const element = known.node as Element;
    const all = statesOf(element);
    const may = (name: string): boolean => (isShown(known) || !CHOICE.test(name)) && passes(name);
    return { held: all.length && mayTell(known) ? all.filter(may) : [], disabled: disabledOf(element) };
  }

  function describeOne(known: Known, changes: Change[]): void {
    const before = seenOf(known).told;
    // What was told is judged again also where it holds still: a masked control may have come into the element.
    if (!before.held.length && !isNew(known)) return;
    const element = known.node as Element;
    // A keyframe, after which another is owed: it repeats what was told before the edit began.
    const told = echoes.isHolding ? (last.get(element) ?? NOTHING.told) : judged(known);
    if (keyOf(told) !== keyOf(before)) changes.push(["internals", known.id, [...told.held], told.disabled]);
    seen.set(known, { matched: matchedBy(element), told });
    last.set(element, told);
  }

  function turn(): Known[] {
    learn();
    if (at >= customs().size) at = 0;
    return [...customs()].slice(at, at + MAX_A_LOOK);
  }

  return {
    describe(_boxes, changes): void {
      for (const known of turn()) describeOne(known, changes);
      at += MAX_A_LOOK;
    },
    recheck(): void {
      if (echoes.isHolding) return;
      if (turn().some(isNew)) request();
      else at += MAX_A_LOOK;
    },
    pause(): void {},
  };
}
