/**
 * What of the page's tree is captured, and as what. Knows nothing of ids and frames.
 */
import { isMaskedChoice, isWhole, saysSomething } from "./choices.ts";
import { isHiddenInput } from "./controls.ts";
import { type Judge, type Look, OUTSIDE, ruleFor, ruleOn, type Within } from "./judge.ts";
import {
  attribute,
  baseURI,
  contentDocument,
  isConnected,
  isDocument,
  isElement,
  isShadowRoot,
  localName,
  nodeType,
  parentNode,
  rawText,
  type Tag,
  tagOf,
  treeParent,
} from "./nodes.ts";
import { Sprites } from "./sprites.ts";
import { isOwnAddress } from "./urls.ts";
import { MAX_SHOWN_FRAMES, type Verdict } from "../wire/protocol.gen.ts";

/** The wire's tags for nodes, and the kinds of boxes; null: the node does not travel at all. */
export type Form =
  "el" | "svg" | "math" | "tx" | "dt" | "sr" | "fr" | "doc" | "blocked" | "frame" | "media" | "canvas" | "closed";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const SKIPPED = words("script noscript template meta base title param source track datalist noframes noembed");
const SKIPPED_SVG = words(
  "script title desc metadata animate animateMotion animateTransform animateColor set mpath discard",
);
const FRAMES = words("iframe frame frameset fencedframe portal");
const MEDIA = words("video audio object embed applet");
const CHILDLESS = words("style textarea input link");
export const BOXES = /^(?:blocked|frame|media|canvas|closed)$/;

export class Shape {
  /** Hosts whose root is known to be closed: what is painted there nobody outside can read. */
  readonly closedHosts = new WeakSet<Node>();
  /** Declarations that scripts' animations put over an element's own style, unjudged. */
  readonly animated = new WeakMap<Element, string>();
  readonly sprites = new Sprites();
  /** Was anything read that stands in a masked box or radio? */
  hasChoices = false;
  readonly #own = new WeakSet<Node>();
  /** The frames of documents that are shown. */
  readonly #frames = new WeakMap<Document, Element>();
  /** Of these frames the documents travel. */
  readonly #sent = new Set<Element>();
  /** Frames that turned out to be another origin's, by their address then: not asked again until they load anew. */
  readonly #foreign = new WeakMap<Element, string>();

  constructor(
    private readonly document: Document,
    private readonly judge: Judge,
  ) {}

  /** Never capture this node, which is Beside's own. */
  own(node: Node): void {
    this.#own.add(node);
  }

  /** The document of a frame that the site shows and that is of the page's origin; null of all others. */
  documentIn(frame: Element): Document | null {
    if (localName(frame) !== "iframe" || ruleOn(frame) !== "show" || !isConnected(frame)) return null;
    const sandbox = attribute(frame, "sandbox");
    if (sandbox !== null && !/(?:^|\s)allow-same-origin(?:\s|$)/i.test(sandbox)) return null;
    const src = attribute(frame, "src") ?? "";
    if (attribute(frame, "srcdoc") === null && !isOwnAddress(src, baseURI(frame))) return null;
    if (this.#foreign.get(frame) === src) return null;
    let document: Document | null = null;
    try {
      document = contentDocument(frame);
    } catch {
      // Another origin's.
    }
    if (document) this.#frames.set(document, frame);
    else this.#foreign.set(frame, src);
    return document;
  }

  /** A frame has loaded: it may be of another origin than before. */
  reload(frame: Element): void {
    this.#foreign.delete(frame);
  }

  /** `rule`: an element's, where it has just been looked up. */
  formOf(node: Node, within: Within, rule?: Verdict | null): Form | null {
    switch (nodeType(node)) {
      case 3: {
        if (rawText(node).trim()) return within.choice && !saysSomething(node) ? null : "tx";
        const parent = treeParent(node);
        return isElement(parent) && /^(?:html|head)$/.test(localName(parent)) ? null : "tx";
      }
      case 1:
        return this.#elementForm(node as Element, within, rule === undefined ? ruleFor(node as Element, within) : rule);
      case 10:
        return "dt";
      case 9:
        return "doc";
      case 11:
        return isShadowRoot(node) ? "sr" : null;
      default:
        return null;
    }
  }

  #elementForm(element: Element, within: Within, rule: Verdict | null): Form | null {
    if (this.#own.has(element)) return null;
    const tag = tagOf(element);
    const name = localName(element);
    if (!tag || name.length > 120 || (tag === "svg" ? SKIPPED_SVG : SKIPPED).has(name)) return null;
    const form = this.#formBy(element, tag, name, rule);
    if (within.choice && !(form === "el" && saysSomething(element))) return null;
    // A document needs its root element; what hangs on it is blocked one by one.
    return form === tag || !isDocument(parentNode(element)) ? form : tag;
  }

  #formBy(element: Element, tag: Tag, name: string, rule: Verdict | null): Form | null {
    // <head> paints nothing.
    if (rule === "block") return name === "head" ? null : "blocked";
    if (tag !== "el") return tag;
    if (name === "link" && !/(?:^|\s)stylesheet(?:\s|$)/i.test(attribute(element, "rel") ?? "")) return null;
    if (isHiddenInput(element)) return null;
    if (FRAMES.has(name)) return this.documentIn(element) && this.#mayTravel(element) ? "fr" : "frame";
    if (MEDIA.has(name)) return "media";
    if (name === "canvas") return "canvas";
    if (name === "img" && /^blob:/i.test((element as HTMLImageElement).currentSrc)) return "media";
    if (this.closedHosts.has(element)) return "closed";
    return tag;
  }

  /** The mirror shows so many documents; what is in a further one is read all the same, for what it may repeat elsewhere. */
  #mayTravel(frame: Element): boolean {
    const sent = this.#sent;
    if (sent.size === MAX_SHOWN_FRAMES) for (const other of sent) if (!this.documentIn(other)) sent.delete(other);
    if (sent.size < MAX_SHOWN_FRAMES) sent.add(frame);
    return sent.has(frame);
  }

  /** What the children of a captured element are within; null where no child of it travels. */
  enterElement(element: Element, within: Within, look: Look): Within | null {
    const { kind, rule, verdict } = look;
    const name = localName(element);
    if (CHILDLESS.has(name)) return null;
    // The mark on a frame opens it and says nothing of what is in it; what masks the frame masks that too.
    if (name === "iframe") return within.rule === "show" ? { ...within, rule: null } : within;
    // What is written in a field is its value, what can be chosen holds it, and a masked drawing may be a bar code.
    if (verdict === "mask" && (kind === "rich-text" || name === "select" || name === "svg")) return null;
    const personal = within.personal || name === "address";
    const choice = within.choice || (isMaskedChoice(look) && isWhole(element));
    this.hasChoices ||= choice;
    const isSame = rule === within.rule && personal === within.personal && choice === within.choice;
    return isSame ? within : { rule, personal, choice };
  }

  /** What the children of any node are within; null where no child of it travels. */
  enter(node: Node, within: Within): Within | null {
    if (!isElement(node)) return within;
    const rule = ruleFor(node, within);
    const form = this.formOf(node, within, rule);
    if (form !== "el" && form !== "svg" && form !== "math" && form !== "fr") return null;
    return this.enterElement(node, within, this.judge.look(node, within, rule));
  }

  /** What a node is within, by its ancestors; null where it does not travel. `known` remembers across calls. */
  withinOf(node: Node, known: Map<Node, Within | null>): Within | null {
    const parent = this.parentOf(node);
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

  /** Parent in the tree that is captured: a document's is the frame that shows it now. */
  parentOf(node: Node): Node | null {
    const parent = treeParent(node);
    if (parent || !isDocument(node)) return parent;
    const frame = this.#frames.get(node);
    return frame && this.documentIn(frame) === node ? frame : null;
  }
}
