/**
 * The policy: one function that gives each node its verdict, with the reason. Everything that leaves the page was
 * judged here; nothing here reads what a control holds.
 *
 * Its law. Block: a blocked ancestor is absolute. Floor: no rule of the site lowers it. Then the nearest
 * `data-beside` wins, so that a site may show one line in a masked part; a word that is none of ours masks. What is shown
 * so may look personal, yet never hold a card number or an IBAN. Then the defaults: controls are masked, text that looks personal is masked, other text is shown unless private mode is on.
 */
import type { Drift, FieldKind, Reason, Verdict } from "../wire/protocol.gen.ts";
import { type Control, isPassword, kindOf, namesOf, positionOf, wordsOf } from "./controls.ts";
import { attribute, rawText, replacing } from "./nodes.ts";
import { looksPersonal, plain, tripped } from "./patterns.ts";
import { saysSecret } from "./words.ts";

export interface Judgement {
  verdict: Verdict;
  reason: Reason;
}

/** All that the policy says of an element, found once. */
export interface Look extends Judgement {
  readonly kind: FieldKind | null;
  /** The site's rule for it: its own, or its ancestors'. */
  readonly rule: Verdict | null;
}

/** What a node's ancestors say about it. */
export interface Within {
  readonly rule: Verdict | null;
  /** Inside an `<address>`. */
  readonly personal: boolean;
  /** Inside a masked box or radio. */
  readonly choice: boolean;
}

export type WithinOf = (node: Node) => Within | null;

/** Null: nothing travels there. */
export const isSameWithin = (one: Within | null, other: Within | null): boolean =>
  one === other ||
  (!!one && !!other && one.rule === other.rule && one.personal === other.personal && one.choice === other.choice);

export const OUTSIDE: Within = { rule: null, personal: false, choice: false };

/** What a signed policy says of the page's elements (policy/rules.ts); it comes as a file of its own, where there is one. */
export interface SiteRules {
  /** The verdict on this very element, where the page's own mark on it says `own`: the stricter of the two. */
  ruleOn(element: Element, own: Verdict | null): Verdict | null;
  /** May the page repeat what this masked control holds? */
  isExempt(control: Element): boolean;
  /** Does a text hold a number of the site's own? */
  holdsNumber(text: string): boolean;
  /** Which of some texts in document order together hold one; `pieces`: what they say. */
  findNumbers(nodes: readonly Node[], pieces: readonly string[]): readonly number[];
  /** How many letters and digits such a number has at most; 0 where the site has none. */
  readonly longestNumber: number;
  /** Does the path that the page has now pause sharing? */
  isPausing(): boolean;
  /**
   * Looks through documents and shadow roots; true where something judged before is to be judged stricter now, null where
   * the path pauses sharing.
   */
  look(roots: Iterable<Node>): boolean | null;
  /** Frames have told of all there is below these; `isAnew`: by a keyframe. Which rules find nothing there? */
  find(roots: Iterable<Node>, isAnew: boolean, isOver: boolean): void;
  /** From now on it is told what finds nothing; `tell` answers false where nobody may see the page. */
  tellDrift(tell: (drift: Drift) => boolean): void;
  /** What it reads nodes by, as nodes.ts lists it: its file has a copy of its own. */
  readonly replacing: readonly (typeof replacing)[number][];
}

let site: SiteRules | null = null;
export function judgeBy(rules: SiteRules | null): void {
  site = rules;
  if (site) replacing.push(...site.replacing);
}

/**
 * What the policy says now, before anything is read by it. True: something that was told is to be judged stricter.
 *
 * Throws null, no error, where the frame that is being made is given up: the page's path pauses sharing, or half of the
 * frame was judged before.
 */
export function followRules(
  roots: ReadonlyMap<Node, unknown>,
  { wasCut }: { readonly wasCut: boolean },
  capture: { pause(): void },
  { onPaused }: { onPaused?(): void },
): boolean {
  const isStricter = site?.look(roots.keys());
  if (isStricter === null) {
    capture.pause();
    onPaused?.();
  }
  if (isStricter === null || (isStricter && wasCut)) throw null;
  return !!isStricter;
}

/** `isOver`: a masked field of this document was edited, and what rules find from then on may follow from its value. */
export const findByRules = (roots: Iterable<Node>, isAnew: boolean, isOver: boolean): void =>
  site?.find(roots, isAnew, isOver);

/** The site's own rule on an element; any other word than ours masks: a misspelt rule fails closed. */
export function ruleOn(element: Element): Verdict | null {
  const word = attribute(element, "data-beside")?.trim().toLowerCase() ?? null;
  const own = word === null || word === "show" || word === "block" ? word : "mask";
  return withheld.has(element) ? "block" : site ? site.ruleOn(element, own) : own;
}

/** Elements that the relay's tripwire found a payment number in: boxes from then on. */
const withheld = new WeakSet<Element>();

export const withhold = (element: Element): void => void withheld.add(element);

export function ruleFor(element: Element, within: Within): Verdict | null {
  return within.rule === "block" ? "block" : (ruleOn(element) ?? within.rule);
}

const plainly = (rule: Verdict | null, verdict: Verdict, reason: Reason): Look => ({
  kind: null,
  rule,
  verdict,
  reason,
});
/** What no kind of its own distinguishes is judged by the site's rule alone: most elements, and each alike. */
const PLAIN = {
  show: plainly("show", "show", "site-show"),
  mask: plainly("mask", "mask", "site-mask"),
  block: plainly("block", "block", "site-block"),
  none: plainly(null, "show", "page-text"),
};

const GLANCED = {
  show: plainly("show", "show", "page-text"),
  mask: plainly("mask", "show", "page-text"),
  block: plainly("block", "show", "page-text"),
  none: plainly(null, "show", "page-text"),
};

const SECRET_PURPOSE = /(?:^|\s)(?:cc-\S+|one-time-code|(?:current|new)-password)(?:\s|$)/i;
// A page that names its secret controls anew with every render fills no memory: from here on any control stands where one
// stood.
const MAX_PLACES = 10_000;
// A choice between ways to pay says "card" and holds none; its state stays hidden as any control's does.
const HOLDS_NO_SECRET = new Set<FieldKind>(["checkbox", "radio", "button", "range"]);

export class Judge {
  /** Controls that were secret once, and the places in forms where one stood. */
  readonly #secret = new WeakSet<Element>();
  readonly #places = new Set<string>();
  /** Text that took part in a card number or IBAN, by the characters it had then. */
  readonly #tripped = new WeakMap<Node, string>();

  constructor(private readonly isPrivate: boolean) {}

  /** The verdict on a string that paints as text: a text node's, a placeholder, an alternative text. */
  judgeText(text: string, within: Within, node?: Node): Judgement {
    if (within.rule === "block") return { verdict: "block", reason: "site-block" };
    if (within.rule === "mask") return { verdict: "mask", reason: "site-mask" };
    // As for a card number, no rule and no mark shows it.
    if (site?.holdsNumber(text)) return { verdict: "mask", reason: "site-pattern" };
    if (node && this.#tripped.get(node) === text) return { verdict: "mask", reason: "tripwire" };
    if (within.rule === "show")
      return tripped([plain(text)]).size
        ? { verdict: "mask", reason: "tripwire" }
        : { verdict: "show", reason: "site-show" };
    if (this.isPrivate) return { verdict: "mask", reason: "site-mask" };
    if (within.personal || looksPersonal(text)) return { verdict: "mask", reason: "looks-personal" };
    return { verdict: "show", reason: "page-text" };
  }

  /** The verdict on an element, for ancestors that say `within`. `rule`: where it has just been looked up. */
  look(element: Element, within: Within, rule = ruleFor(element, within)): Look {
    const kind = kindOf(element);
    if (!kind) return PLAIN[rule ?? "none"];
    const { verdict, reason } = this.#judge(element, kind, rule);
    return { kind, rule, verdict, reason };
  }

  /** What the policy says of an element that was looked at before and found to be no control: its rule may be new. */
  glance(element: Element, within: Within): Look {
    return GLANCED[ruleFor(element, within) ?? "none"];
  }

  #judge(element: Element, kind: FieldKind, rule: Verdict | null): Judgement {
    if (rule === "block") return PLAIN.block;
    const floor = this.#floorOf(element as Control, kind);
    if (floor) {
      this.keepSecret(element);
      return { verdict: "mask", reason: floor };
    }
    if (rule) return PLAIN[rule];
    return kind === "button" ? PLAIN.none : { verdict: "mask", reason: "default-control" };
  }

  /** Is it on the floor, whatever rule it is told by, or none? What it holds is kept in no form that can be read. */
  isSecret(control: Control, kind: FieldKind): boolean {
    if (!this.#floorOf(control, kind)) return false;
    this.keepSecret(control);
    return true;
  }

  #floorOf(control: Control, kind: FieldKind): Reason | null {
    if (kind === "file" || isPassword(control)) return "floor-type";
    if (SECRET_PURPOSE.test(attribute(control, "autocomplete") ?? "")) return "floor-autocomplete";
    if (HOLDS_NO_SECRET.has(kind)) return null;
    if (saysSecret(wordsOf(control))) return "floor-name";
    return this.#secret.has(control) || this.#stoodSecret(control) ? "floor-sticky" : null;
  }

  /** In how many places a secret control stood: where one more came, controls that were judged before may stand there. */
  get places(): number {
    return this.#places.size;
  }

  /** Does it stand where a secret one stood? A control without name and id is known by its position alone. */
  #stoodSecret(control: Control): boolean {
    if (!this.places) return false;
    if (this.places >= MAX_PLACES) return true;
    const names = namesOf(control);
    return (names.length ? names : [positionOf(control)]).some((place) => this.#places.has(place));
  }

  /** From now on this control is secret, whatever becomes of its type, and so is what takes its place in the form. */
  keepSecret(control: Element): void {
    if (this.#secret.has(control)) return;
    this.#secret.add(control);
    for (const place of [...namesOf(control as Control), positionOf(control as Control)])
      if (this.places < MAX_PLACES) this.#places.add(place);
  }

  /** Is a control masked, and an echo what the page repeats of it? No policy lowers the floor. */
  mayEcho(control: Element, judged: Judgement): boolean {
    return judged.verdict !== "show" && !(site?.isExempt(control) && !isFloor(judged));
  }

  trip(node: Node): void {
    this.#tripped.set(node, rawText(node));
  }
}

export const isFloor = ({ reason }: Judgement): boolean => reason.startsWith("floor");
