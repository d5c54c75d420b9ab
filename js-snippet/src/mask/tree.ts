/**
 * What of the page's tree is captured, and as what. Knows nothing of ids and frames.
 */
import { isHiddenInput } from "./controls.ts";
import { type Judge, type Look, OUTSIDE, ruleFor, type Within } from "./judge.ts";
import { attribute, isElement, isShadowRoot, localName, nodeType, rawText, tagOf, treeParent } from "./nodes.ts";
import { Sprites } from "./sprites.ts";

/** The wire's tags for nodes, and the kinds of boxes; null: the node does not travel at all. */
export type Form = "el" | "svg" | "math" | "tx" | "dt" | "sr" | "blocked" | "frame" | "media" | "canvas" | "closed";

const SKIPPED = /^(?:script|noscript|template|meta|base|title|param|source|track|datalist|noframes|noembed)$/;
const SKIPPED_SVG = /^(?:script|title|desc|metadata|animate\w*|set|mpath|discard)$/;
const FRAMES = /^(?:i?frame|frameset|fencedframe|portal)$/;
const MEDIA = /^(?:video|audio|object|embed|applet)$/;
const CHILDLESS = /^(?:style|textarea|input|link)$/;
export const BOXES = /^(?:blocked|frame|media|canvas|closed)$/;

export class Shape {
  /** Hosts whose root is known to be closed: what is painted there nobody outside can read. */
  readonly closedHosts = new WeakSet<Node>();
  /** Declarations that scripts' animations put over an element's own style, unjudged. */
  readonly animated = new WeakMap<Element, string>();
  readonly sprites = new Sprites();
  readonly #own = new WeakSet<Node>();

  constructor(
    private readonly document: Document,
    private readonly judge: Judge,
  ) {}

  /** Never capture this node, which is Beside's own. */
  own(node: Node): void {
    this.#own.add(node);
  }

  formOf(node: Node, within: Within): Form | null {
    switch (nodeType(node)) {
      case 3: {
        const parent = treeParent(node) as Element;
        const name = isElement(parent) ? localName(parent) : "";
        return (name === "html" || name === "head") && !rawText(node).trim() ? null : "tx";
      }
      case 1:
        return this.#elementForm(node as Element, within);
      case 10:
        return "dt";
      case 11:
        return isShadowRoot(node) ? "sr" : null;
      default:
        return null;
    }
  }

  #elementForm(element: Element, within: Within): Form | null {
    if (this.#own.has(element)) return null;
    const tag = tagOf(element);
    const name = localName(element);
    if (!tag || name.length > 120 || (tag === "svg" ? SKIPPED_SVG : SKIPPED).test(name)) return null;
    const isBlocked = ruleFor(element, within) === "block";
    // A document needs its root element; what hangs on it is blocked one by one, and <head> paints nothing.
    if (element === this.document.documentElement) return tag;
    if (isBlocked) return name === "head" ? null : "blocked";
    if (tag !== "el") return tag;
    if (name === "link" && !/(?:^|\s)stylesheet(?:\s|$)/i.test(attribute(element, "rel") ?? "")) return null;
    if (isHiddenInput(element)) return null;
    if (FRAMES.test(name)) return "frame";
    if (MEDIA.test(name)) return "media";
    if (name === "canvas") return "canvas";
    if (name === "img" && /^blob:/i.test((element as HTMLImageElement).currentSrc)) return "media";
    if (this.closedHosts.has(element)) return "closed";
    return tag;
  }

  /** What the children of a captured element are within; null where no child of it travels. */
  enterElement(element: Element, within: Within, { kind, rule, verdict }: Look): Within | null {
    const name = localName(element);
    if (CHILDLESS.test(name)) return null;
    // What is written in a field is its value, what can be chosen holds it, and a masked drawing may be a bar code.
    if (verdict === "mask" && (kind === "rich-text" || name === "select" || name === "svg")) return null;
    const personal = within.personal || name === "address";
    return rule === within.rule && personal === within.personal ? within : { rule, personal };
  }

  /** What the children of any node are within; null where no child of it travels. */
  enter(node: Node, within: Within): Within | null {
    if (!isElement(node)) return within;
    const form = this.formOf(node, within);
    if (form !== "el" && form !== "svg" && form !== "math") return null;
    return this.enterElement(node, within, this.judge.look(node, within));
  }

  /** What a node is within, by its ancestors; null where it does not travel. `known` remembers across calls. */
  withinOf(node: Node, known: Map<Node, Within | null>): Within | null {
    const parent = treeParent(node);
    if (!parent) return null;
    if (parent === this.document) return OUTSIDE;
    let entered = known.get(parent);
    if (entered === undefined) {
      const within = this.withinOf(parent, known);
      entered = within && this.enter(parent, within);
      known.set(parent, entered);
    }
    return entered;
  }
}
