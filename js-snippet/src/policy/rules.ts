/**
 * A verified policy on a page: which of its rules name an element, by the path that the page has now.
 *
 * Its law. On one element the strictest rule wins. What a rule masked or blocked once stays so, and what was judged once
 * is not shown by a rule that finds it later: loosening waits for the next page, tightening does not wait. A rule that
 * fails masks. Floors, ancestors and the page's own marks are judged elsewhere.
 *
 * A path in the fragment, where some routers keep it, counts beside the plain one: either is enough for what tightens, and
 * what shows must hold on both, since whoever makes a link chooses its fragment. Nothing is told by it: it is sent to nobody.
 */
import type { SiteRules } from "../mask/judge.ts";
import { isConnected, matches, replacing } from "../mask/nodes.ts";
import type { SitePolicy, Verdict } from "../wire/protocol.gen.ts";
import { CLOSED, DriftWatch, type IsWatched, type Tell } from "./drift.ts";
import { findAll } from "./find.ts";
import { Forms } from "./forms.ts";
import { endsLine } from "./lines.ts";
import { fitsPaths, plainPath, routeIn } from "./paths.ts";

const [SHOW, NONE, MASK, BLOCK] = [0, 1, 2, 3] as const;
type Rank = typeof SHOW | typeof NONE | typeof MASK | typeof BLOCK;
const VERDICTS: readonly (Verdict | null)[] = ["show", null, "mask", "block"];

/** The selectors that count on a path, joined; each was checked to hold together by itself. Empty: there are none. */
interface Lists {
  readonly all: string;
  readonly hidden: string;
  readonly mask: string;
  readonly block: string;
  /** What is within nobody is told of. */
  readonly closed: string;
}

export class PolicyRules implements SiteRules {
  readonly replacing = replacing;
  readonly drift: DriftWatch;
  readonly #rules: { fits: (path: string) => boolean; rule: SitePolicy["rules"][number] }[];
  readonly #pauses: (path: string) => boolean;
  readonly #frames: readonly string[];
  readonly #exempt: string;
  readonly #forms: Forms | null;
  readonly longestNumber: number;
  readonly #judged = new WeakMap<Element, Rank>();
  readonly #exempted = new WeakMap<Element, boolean>();
  /** What rules show now: nothing tells when one of them ceases to. */
  readonly #shown = new Set<Element>();
  #hasRisen = false;
  #pathname = "";
  #fragment = "";
  /** The page's path, and its route's. */
  #paths: string[] = [];
  #lists!: Lists;

  constructor(
    private readonly document: Document,
    policy: SitePolicy,
    isWatched?: IsWatched,
  ) {
    this.#rules = policy.rules.map((rule) => ({ fits: rule.pages ? fitsPaths(rule.pages) : () => true, rule }));
    const fitting = this.#rules.map(({ fits }) => fits);
    this.drift = new DriftWatch(document, policy, fitting, isWatched);
    this.#pauses = fitsPaths(policy.pause);
    // A frame is opened by the list of frames alone; what else it names is no frame and shows nothing.
    this.#frames = policy.frames.map((selector) => `iframe:is(${selector})`);
    this.#exempt = policy.exemptEchoes.join();
    this.#forms = policy.patterns.length ? new Forms(policy.patterns.map(({ form }) => form)) : null;
    // With the character behind it, which must be none of a word.
    this.longestNumber = this.#forms ? this.#forms.longest + 1 : 0;
    this.#turn();
  }

  holdsNumber(text: string): boolean {
    return !!this.#forms?.holds(text);
  }

  findNumbers(nodes: readonly Node[], pieces: readonly string[]): readonly number[] {
    return this.#forms?.across(pieces, (at) => endsLine(nodes[at - 1] as Node, nodes[at] as Node)) ?? [];
  }

  /** Takes the path that the page has now: no event tells when a script changes it. */
  #turn(): void {
    const { hash, pathname } = this.document.location;
    if (pathname === this.#pathname && hash === this.#fragment) return;
    const route = routeIn(hash);
    const path = plainPath(pathname);
    this.#paths = route ? [path, plainPath(route)] : [path];
    const of = (list: "show" | "mask" | "block", least: "every" | "some"): string[] =>
      this.#rules.flatMap(({ fits, rule }) => (this.#paths[least](fits) ? rule[list] : []));
    const [show, mask, block] = [[...of("show", "every"), ...this.#frames], of("mask", "some"), of("block", "some")];
    const hidden = [...mask, ...block];
    this.#lists = {
      all: [...show, ...hidden].join(),
      hidden: hidden.join(),
      mask: mask.join(),
      block: block.join(),
      closed: [CLOSED, ...block].join(),
    };
    if (pathname !== this.#pathname) this.drift.turn(path);
    this.#pathname = pathname;
    this.#fragment = hash;
  }

  isPausing(): boolean {
    this.#turn();
    return this.#paths.some(this.#pauses);
  }

  isExempt(control: Element): boolean {
    const is = !!this.#exempt && this.#exempted.get(control) !== false && matches(control, this.#exempt);
    this.#exempted.set(control, is);
    return is;
  }

  ruleOn(element: Element, own: Verdict | null): Verdict | null {
    const verdict = VERDICTS[this.#judge(element)] ?? null;
    if (!own || !verdict) return own ?? verdict;
    return VERDICTS.indexOf(own) > VERDICTS.indexOf(verdict) ? own : verdict;
  }

  #judge(element: Element): Rank {
    const before = this.#judged.get(element);
    let rank = this.#rankOf(element);
    if (before !== undefined && before >= rank) rank = before;
    else {
      this.#judged.set(element, rank);
      if (before !== undefined) this.#hasRisen = true;
    }
    if (rank === SHOW) this.#shown.add(element);
    return rank;
  }

  #rankOf(element: Element): Rank {
    const { all, mask, block } = this.#lists;
    try {
      if (!all || !matches(element, all)) return NONE;
      if (block && matches(element, block)) return BLOCK;
      return mask && matches(element, mask) ? MASK : SHOW;
    } catch {
      return MASK;
    }
  }

  look(roots: Iterable<Node>): boolean | null {
    if (this.isPausing()) return null;
    const { hidden } = this.#lists;
    if (hidden) for (const root of roots) for (const element of findAll(root, hidden)) this.#judge(element);
    for (const element of this.#shown) {
      if (isConnected(element) && this.#judge(element) === SHOW) continue;
      this.#shown.delete(element);
    }
    const risen = this.#hasRisen;
    this.#hasRisen = false;
    return risen;
  }

  tellDrift(tell: Tell): void {
    this.drift.tell = tell;
  }

  find(roots: Iterable<Node>, isAnew: boolean, isOver: boolean): void {
    this.#turn();
    this.drift.find(
      roots,
      isAnew,
      isOver,
      (element) => this.#judged.get(element) === BLOCK || matches(element, this.#lists.closed),
    );
  }
}
