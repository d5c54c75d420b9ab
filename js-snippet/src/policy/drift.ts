/**
 * Which rules of a policy have found nothing on the page so far: what the relay makes a drift alarm of, once the page's
 * life is over. Its life ends with the document, or where a script changes the path.
 *
 * Its law: no channel. Looked for is where frames have just told of the page, and until a masked field is first edited:
 * what a page does then may follow from the value. Told is a rule's number and kind. A rule counts only if it names pages and by what the page itself is, not by what
 * somebody has put into it; and only what stands outside of fields and blocked parts is found.
 */
import { isElement, treeParent } from "../mask/nodes.ts";
import type { Drift, RuleKind, SitePolicy } from "../wire/protocol.gen.ts";
import { findAll } from "./find.ts";

/** A page that is built by scripts is built by then: the slowest of the shops looked at took two seconds after load. */
const REST_MS = 3_000;
/** A field, or a part of the page that its own mark blocks: what is within nobody is told of. */
export const CLOSED = "select,textarea,[contenteditable],[role=textbox i],[data-beside*=block i]";
/**
 * Attributes that say what an element is, and pseudo-classes that say where it stands. `:checked`, `:valid`, `:empty`,
 * `[value]`, `[data-last4]` may follow from what was typed, and `:has()` looks into what is closed.
 * The same list is in server/beside/policy/selectors.py.
 */
const UNSURE =
  /\[(?!\s*(?:id|class|name|type|role|for|autocomplete|inputmode|itemprop|data-(?:test|testid|test-id|qa|cy))\s*(?:[~|^$*]?=|\]))|:(?!(?:not|is|where|root|(?:first|last|only)-(?:child|of-type)|nth-(?:last-)?(?:child|of-type))(?![\w-]))/i;

/** Does what it finds depend on the page alone? */
export const isSure = (selector: string): boolean =>
  !UNSURE.test(selector.replace(/\\[^]/g, "x").replace(/"[^"]*"|'[^']*'/g, "x"));

export interface Idle {
  readonly rule: number;
  readonly kind: RuleKind;
}

interface Watched extends Idle {
  readonly selector: string;
  readonly fits: (path: string) => boolean;
}

const KINDS: readonly RuleKind[] = ["show", "mask", "block"];

/** Takes what is to be told; false: nobody is there to be told. */
export type Tell = (drift: Drift) => boolean;

/** Which rules are watched, by what they say of pages and by their selectors of one kind. */
export type IsWatched = (pages: readonly string[] | null, selectors: readonly string[]) => boolean;

export class DriftWatch {
  /** Null before somebody is to be told. */
  tell: Tell | null = null;
  readonly #watched: Watched[];
  #idle: Watched[] = [];
  #isTold = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly document: Document,
    readonly policy: SitePolicy,
    fitting: readonly ((path: string) => boolean)[],
    isWatched: IsWatched = (pages, selectors) => !!pages && selectors.every(isSure),
  ) {
    this.#watched = policy.rules.flatMap((rule, at) =>
      KINDS.filter((kind) => rule[kind].length && isWatched(rule.pages, rule[kind])).map((kind) => ({
        rule: at + 1,
        kind,
        selector: rule[kind].join(),
        fits: fitting[at] as (path: string) => boolean,
      })),
    );
  }

  /** What has found nothing in the life of the page that goes on. */
  get idle(): Idle[] {
    return this.#idle.map(({ rule, kind }) => ({ rule, kind }));
  }

  /** Another page's life begins, at this path. */
  turn(path: string): void {
    this.#idle = this.#watched.filter(({ fits }) => fits(path));
    this.#isTold = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /**
   * Frames have told of all there is below `roots`. `isAnew`: by a keyframe, after which the relay may know nothing of it.
   * `isOver`: a masked field was edited; what was told stays, and nothing more is. `isClosed`: of what is within an
   * element, is nobody told?
   */
  find(roots: Iterable<Node>, isAnew: boolean, isOver: boolean, isClosed: (element: Element) => boolean): void {
    if (isOver && !this.#isTold) this.#idle = [];
    const before = this.#idle;
    if (!before.length) return;
    if (isOver) {
      if (isAnew) this.#say();
      return;
    }
    const isSeen = (element: Element): boolean => {
      for (let node = treeParent(element); node; node = treeParent(node))
        if (isElement(node) && isClosed(node)) return false;
      return true;
    };
    const all = [...roots];
    this.#idle = before.filter(({ selector }) => !all.some((root) => [...findAll(root, selector)].some(isSeen)));
    if (this.#isTold && (isAnew || this.#idle.length < before.length)) this.#say();
    if (!this.#isTold && this.#idle.length) this.#rest();
  }

  #rest(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.document.readyState !== "complete") this.#rest();
      else if (this.#idle.length) this.#say();
    }, REST_MS);
  }

  #say(): void {
    this.#isTold = !!this.tell?.({ version: this.policy.version, rules: this.idle });
  }
}
