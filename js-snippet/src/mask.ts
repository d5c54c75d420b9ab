/**
 * The mask: the one door through which anything of the page leaves. It alone reads text, attribute values and what
 * controls hold (with the modules in `mask/`, which nothing else imports but for the shape of nodes), and everything it
 * gives out has been judged. One policy, one serialiser, one value reader: snapshots, additions and changes alike.
 */
import { isGauge, isLayout, learnStyledNames, MAX_ATTRIBUTES, mayTravel, withoutGrownSize } from "./mask/attributes.ts";
import * as controls from "./mask/controls.ts";
import type { Control } from "./mask/controls.ts";
import { CssEchoes } from "./mask/css_echo.ts";
import { Echoes, squash } from "./mask/echo.ts";
import type { Fingerprints } from "./mask/fingerprints.ts";
import {
  isFloor,
  Judge,
  judgeBy,
  type Judgement,
  type Look,
  ruleFor,
  ruleOn,
  type SiteRules,
  type Within,
} from "./mask/judge.ts";
import {
  attribute,
  attributeNames,
  baseURI,
  carries,
  isElement,
  isText,
  localName,
  matches,
  rawText,
  tagOf,
} from "./mask/nodes.ts";
import { addressOf } from "./mask/pixels.ts";
import { Reach, tripped } from "./mask/patterns.ts";
import { Shape } from "./mask/tree.ts";
import { assetUrl, judgeCss, ownerOfFrame, reducePath, unescaped } from "./mask/urls.ts";
import type { BoxEntry, Field, FieldContent, FieldKind, FieldStatus, Page, Verdict } from "./wire/protocol.gen.ts";

export type { Reach };

export interface MaskSettings {
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
  /** The site's policy, where it has one. */
  readonly rules: SiteRules | null;
}

export type Attributes = Record<string, string>;
export type WithinOf = (node: Node) => Within | null;

// What HTML collapses, and so nothing that anybody typed.
const BLANK = /^[ \t\n\f\r]*$/;
// Of one text or attribute. A picture inlined in one ends at a fifth of it, the wire at six times as much.
const MAX_VALUE_CHARS = 1_000_000;
const bounded = (text: string): string => text.slice(0, MAX_VALUE_CHARS).toWellFormed();
const { toString } = Object.prototype;
// Field labels beyond this are paragraphs; the wire allows 300.
const MAX_LABEL_CHARS = 120;

export class Mask {
  readonly echoes: Echoes;
  readonly #cssEchoes: CssEchoes;
  readonly judge: Judge;
  readonly shape: Shape;
  readonly #styled = new Set<string>();
  /** Names of attributes that repeat a masked value. */
  readonly #refused = new Set<string>();
  /** Class names that were sent before. */
  readonly #classes = new Set<string>();
  /** Names of elements that were sent before. */
  readonly #names = new Set<string>();
  /** By which address a picture may be uploaded. */
  readonly #judged = new WeakMap<Element, string>();
  #pathname = "";
  #path = "";

  constructor(
    private readonly document: Document,
    private readonly settings: MaskSettings,
    prints: Fingerprints | null = null,
  ) {
    this.echoes = new Echoes(prints);
    this.#cssEchoes = new CssEchoes(this.echoes);
    judgeBy(settings.rules);
    this.judge = new Judge(settings.privateMode);
    this.shape = new Shape(document, this.judge);
  }

  /** The page stands still from now on, until it is said that it goes on. */
  hold(isStill: boolean): void {
    controls.indexLabels(isStill);
  }

  /** Text as it may leave; null where it is masked. `previous` is what was sent of this very node before. */
  readText(node: Text, within: Within, previous: string | null | undefined): string | null {
    // While a field is edited a keyframe says of what was sent what was sent.
    if (this.echoes.isHolding && within.rule !== "mask") return previous ?? null;
    const text = rawText(node);
    // Blanks between elements are layout, also in what is masked: bullets would make lines where the page has none.
    if (this.judge.judgeText(text, within, node).verdict !== "show") return BLANK.test(text) ? text && " " : null;
    return text === previous || this.#passes(node, text) ? bounded(text) : null;
  }

  /** Is a string that is new on this node no echo? While a masked field is edited, anything new may be one. */
  #passes(node: Node, text: string): boolean {
    if (this.echoes.isHolding || this.echoes.isMarked(node, text)) return false;
    if (!this.echoes.repeats(text) && !(text.includes("\\") && this.echoes.repeats(unescaped(text)))) return true;
    this.echoes.mark(node, text);
    return false;
  }

  /** An element's attributes as they may leave. `previous` is what was sent of this very element before. */
  readAttributes(element: Element, within: Within, look: Look, previous: Attributes | undefined): Attributes {
    if (previous && this.echoes.isHolding && look.rule !== "mask") return previous;
    const read: Attributes = {};
    const names = attributeNames(element);
    for (const own of names.length > MAX_ATTRIBUTES ? names.slice(0, MAX_ATTRIBUTES) : names) {
      // Which of the sources was taken is told as the one.
      const name = own === "srcset" && !carries(element, "src") ? "src" : own;
      const value = this.readAttribute(
        element,
        name,
        within,
        look,
        previous && (previous[name] ?? ""),
        name === own ? undefined : "",
      );
      if (value !== null) read[name] = value;
    }
    // One of several sources counts as so many px wide, whatever its file: the mirror has the file alone.
    // What is uploaded may be smaller than it is here.
    const width_px =
      !this.echoes.isHolding &&
      (read["src"] ? matches(element, "[srcset],picture>img") : look.rule === "show" && this.showsPixels(element)) &&
      (element as HTMLImageElement).naturalWidth;
    if (width_px) read["sizes"] = `${width_px}px`;
    const animated = look.verdict === "show" && look.rule !== "mask" && this.shape.animated.get(element);
    if (animated) {
      const style =
        `${read["style"] ? `${read["style"]};` : ""}${this.#css(animated, baseURI(element))}`.toWellFormed();
      if (style === previous?.["style"] || this.#passes(element, style)) read["style"] = style;
    }
    return read;
  }

  /**
   * One attribute as it may leave, by itself; null where it may not, or there is none. `previous` is what was sent of this
   * very element before, empty where it had none; `raw`: where it has no value of its own.
   */
  readAttribute(
    element: Element,
    name: string,
    within: Within,
    look: Look,
    previous: string | undefined,
    raw?: string,
  ): string | null {
    if (!mayTravel(element, tagOf(element), name, this.#styled)) return null;
    if (look.rule === "mask" && !isLayout(element, name)) return null;
    const written = raw ?? attribute(element, name);
    const value = written === null ? written : this.#judgeAttribute(element, name, written, within, look);
    if (value === null || value.length > MAX_VALUE_CHARS) return null;
    const formed = value.toWellFormed();
    if (formed === previous) return formed;
    if (name === "class") {
      if (previous !== undefined && this.#isEntered(element)) return previous;
      if (!this.echoes.isHolding) return this.#readClass(element, formed, previous);
    }
    return this.#passes(element, formed) ? formed : null;
  }

  /**
   * Is the shopper in a frame that stands in this element and is a box? What the provider of a payment frame says by class is then told
   * as a masked field's state is, once they have left it (capture/payment_frames.ts): it changes at their keys.
   */
  #isEntered(element: Element): boolean {
    const { activeElement: frame } = this.document;
    return frame?.localName === "iframe" && !this.shape.documentIn(frame) && element.contains(frame);
  }

  /**
   * Names that an element had stay. Those that are new on it are judged one by one, also where the page used them before:
   * which of a page's names an element takes on may be what was typed. An element that is new itself is made of the page's
   * own names, which say nothing but in the frame that follows the edit.
   */
  #readClass(element: Element, value: string, previous: string | undefined): string {
    const { echoes } = this;
    const all = value.split(/\s+/);
    const had = previous?.split(/\s+/);
    const isOwn = (name: string): boolean =>
      had ? had.includes(name) : this.#classes.has(name) && !echoes.repeatsCause(name);
    // A value may stand in several of them, of which each is none.
    const others = all.filter((name) => !isOwn(name) || !echoes.repeats(name));
    const isSpread = others.some((name) => !isOwn(name)) && echoes.repeats(others.join(" "));
    const names = all.filter((name) => {
      if (!isOwn(name)) {
        if (isSpread) echoes.mark(element, name);
        if (!this.#passes(element, name)) return false;
      }
      this.#classes.add(name);
      return true;
    });
    return names.join(" ");
  }

  /** One attribute's value as it may leave, or null. */
  #judgeAttribute(element: Element, name: string, raw: string, { personal }: Within, look: Look): string | null {
    const { kind, rule, verdict } = look;
    const mayPrint = () => this.judge.judgeText(raw, { rule, personal }).verdict === "show";
    switch (name) {
      case "class":
        return raw;
      case "style": {
        const style = this.#css(raw, baseURI(element), rule !== "mask");
        return (kind && verdict === "mask" ? withoutGrownSize(style) : style) || null;
      }
      case "src":
        if (!/^(?:img|input)$/.test(localName(element))) return null;
        return this.#pictureUrl((element as HTMLImageElement).currentSrc || raw, element, rule);
      case "href":
      case "xlink:href":
        // A link keeps the mere fact that it is one, for `:link` and `a[href]`.
        if (/^(?:a|area)$/.test(localName(element))) return "";
        if (raw.trim().startsWith("#")) return raw.trim();
        if (localName(element) === "use")
          return this.shape.sprites.reference(element, attribute(element, "href") ?? raw);
        return /^(?:image|feImage)$/.test(localName(element)) ? this.#pictureUrl(raw, element, rule) : null;
      case "id":
        return rule === "mask" || mayPrint() ? raw : null;
      case "min":
      case "max":
      case "step":
        return isGauge(element) || (kind === "range" && verdict === "show") ? raw : null;
    }
    if (/^(?:alt|placeholder$|data-|aria-|value$)/.test(name)) return mayPrint() ? raw : null;
    return raw.includes("url(") ? this.#css(raw, baseURI(element), rule !== "mask") : raw;
  }

  /** What is drawn into the page itself needs no other way than its address; of what is uploaded none travels. */
  #pictureUrl(raw: string, element: Element, rule: Verdict | null): string | null {
    const url = this.assetUrl(raw, element);
    if (rule === "show" && this.showsPixels(element)) {
      // Judged with the frame that follows an edit: whoever uploads may come later, and short values are forgotten by then.
      this.mayUpload(element, addressOf(element));
      if (!url.startsWith("data:")) return null;
    }
    return url || null;
  }

  #css(raw: string, base: string, paintsAssets = true): string {
    return judgeCss(raw, base, this.settings.queryHosts, paintsAssets);
  }

  /** What a box says of itself: what it stands for, and whose a frame is. */
  labelBox(kind: BoxEntry[1], element: Element, within: Within): string {
    const name = localName(element);
    if (kind === "frame") {
      const owner = ownerOfFrame(attribute(element, "src") ?? "", baseURI(element));
      return owner && ruleFor(element, within) !== "mask" && !this.echoes.repeats(owner) ? owner : "frame";
    }
    if (kind === "media") return /^(?:video|audio)$/.test(name) ? name : name === "img" ? "picture" : "plug-in";
    return kind === "canvas" ? kind : kind === "closed" ? "component" : "";
  }

  /**
   * May what is painted on a canvas, or a picture as the shopper sees it, leave? Only where the site says so of the very
   * element: what it says of a part of the page it says of text, and no rule here finds a signature or a card number among
   * pixels. The address of such a picture does not leave.
   */
  showsPixels(element: Element): boolean {
    return ruleOn(element) === "show" && matches(element, "canvas,img,image,input[type=image i]");
  }

  /**
   * May what a picture shows by this absolute address be read and leave now? Not where the address repeats a masked value,
   * whole or in the drawing that it is: so may what is painted. Nor while a masked field is edited.
   */
  mayUpload(picture: Element, address: string): boolean {
    if (this.echoes.isHolding || !this.showsPixels(picture) || this.echoes.isMarked(picture, address)) return false;
    // What was shown before it was typed is no echo.
    if (this.#judged.get(picture) !== address) {
      if (!this.#passes(picture, address)) return false;
      this.#judged.set(picture, address);
    }
    return true;
  }

  /** CSS as it may leave; null while a masked field is edited. */
  readCss(raw: string, base: string, previous: string | null | undefined, isServed = false): string | null {
    return this.#cssEchoes.read(this.#css(raw, base).toWellFormed(), previous, isServed);
  }

  /** A sheet's media query; `previous`, or none at all, where it is too long to be one or repeats a masked value. */
  readMedia({ media }: StyleSheet, previous = "not all"): string {
    const { mediaText } = media;
    return mediaText.length > 300
      ? previous
      : (this.#cssEchoes.readMedia(mediaText.toWellFormed(), previous) ?? previous);
  }

  /** The address of a sheet that cannot be read. */
  readSheetUrl(raw: string, owner: Node, previous: string | null | undefined): string | null {
    const url = this.assetUrl(raw, owner);
    if (url === previous) return url;
    return url && !this.echoes.isHolding && !this.echoes.repeats(url) ? url : null;
  }

  /** Takes note of the attributes that a style sheet needs, unless their names repeat a masked value; true if one was new. */
  learnStyled(css: string): boolean {
    return learnStyledNames(css, this.#styled, (name) => {
      if (this.echoes.isHolding || this.#refused.has(name)) return false;
      // Once and for all: what it repeats may be forgotten by the next time.
      const isEcho = this.echoes.repeats(name) || this.echoes.holdsBeginning(squash(name));
      if (isEcho) this.#refused.add(name);
      return !isEcho;
    });
  }

  assetUrl(raw: string, node: Node): string {
    return assetUrl(raw, baseURI(node), this.settings.queryHosts);
  }

  page(): Page {
    const { origin, pathname } = this.document.location;
    if (pathname !== this.#pathname) {
      // What the page shows while a field is edited is looked at again behind it.
      if (!this.echoes.isHolding) this.#pathname = pathname;
      this.#path = this.#readPath(reducePath(pathname));
    }
    return { origin, path: this.#path, quirks: this.document.compatMode === "BackCompat" };
  }

  /** A path whose new segments say nothing of a masked value; while one is edited, nothing new at all. */
  #readPath(path: string): string {
    const isKept = !this.echoes.isHolding && !this.echoes.repeats(path);
    const known = this.#path.split("/");
    return isKept
      ? path
      : path
          .split("/")
          .map((part) => (known.includes(part) ? part : ":id"))
          .join("/");
  }

  /**
   * An element's name. Pages make names up, and one that repeats a masked value is the name of nothing. Of an element that
   * was not sent before, also one that the page used already: which of its names it takes may be what was typed.
   */
  nameOf(element: Element, wasSent: boolean): string {
    const name = localName(element);
    const { echoes } = this;
    if (this.#names.has(name) && (wasSent || !(echoes.isHolding || echoes.repeatsCause(name)))) return name;
    const isMadeUp = name.includes("-") || /HTMLUnknown|\[object (?:SVG|MathML)Element/.test(toString.call(element));
    if (isMadeUp && (echoes.isHolding || echoes.repeats(name))) return "x-masked";
    this.#names.add(name);
    return name;
  }

  /**
   * Of texts in document order, those that together make a card number, an IBAN, a number of the site's own or a masked
   * value; marks them. Only what `isFresh` can be an echo: what was sent before stays as sent. `text` is what is to be sent; null where masked.
   */
  findAcross<T extends { node: Node; text: string | null }>(texts: readonly T[], isFresh: (text: T) => boolean): T[] {
    const pieces = texts.map(({ node, text }) => text ?? rawText(node));
    const { rules } = this.settings;
    const nodes = texts.map(({ node }) => node);
    const found = new Set([...tripped(pieces), ...(rules?.findNumbers(nodes, pieces) ?? [])]);
    for (const index of found) this.judge.trip((texts[index] as T).node);
    for (const index of this.echoes.repeatedAcross(pieces)) {
      const text = texts[index] as T;
      if (!isFresh(text)) continue;
      found.add(index);
      this.echoes.mark(text.node, pieces[index] as string);
    }
    return [...found].map((index) => texts[index] as T);
  }

  /** How far what `findAcross` finds may reach from a text that takes part in it. */
  reachAcross(): Reach {
    return new Reach(Math.max(this.echoes.longest, this.settings.rules?.longestNumber ?? 0));
  }

  /** A control without its status; null where the element is none. `previous` is what was told of it before. */
  readField(element: Element, within: Within, previous: Field | undefined, withinOf: WithinOf): Field | null {
    const look = this.judge.look(element, within);
    const { kind } = look;
    if (!kind) return null;
    const control = element as Control;
    const { verdict, reason } = this.#judgeField(control, kind, look, within, previous);
    return {
      kind,
      label: this.#labelOf(control, within, previous?.label, withinOf),
      purpose: controls.purposeOf(control),
      verdict,
      reason,
      required: controls.isRequired(control),
      disabled: controls.isDisabled(control),
      status: null,
      content: verdict === "show" ? this.#contentOf(control, kind) : null,
    };
  }

  /** A control's verdict; a shown one that holds a card number, an IBAN or an echo is masked after all. */
  #judgeField(
    control: Control,
    kind: FieldKind,
    judged: Judgement,
    within: Within,
    previous: Field | undefined,
  ): Judgement {
    if (judged.verdict !== "show") return judged;
    const painted = controls.paintedOf(control, kind).toWellFormed();
    if (tripped([painted]).size) return { verdict: "mask", reason: "tripwire" };
    if (this.settings.rules?.holdsNumber(painted)) return { verdict: "mask", reason: "site-pattern" };
    if (judged.reason === "page-text") {
      const text = this.judge.judgeText(painted, within);
      if (text.verdict !== "show") return text;
    }
    const isKnown = !painted || painted === previous?.content?.text;
    return isKnown || this.#passes(control, painted) ? judged : { verdict: "mask", reason: "looks-personal" };
  }

  /** Does a shown control hold what was told of it? What its label says is not looked at. */
  holdsAsTold(control: Control, { content, disabled, kind, required }: Field): boolean {
    if (controls.isDisabled(control) !== disabled || controls.isRequired(control) !== required) return false;
    const now = content && this.#contentOf(control, kind);
    return now?.text === content?.text && now?.checked === content?.checked;
  }

  #contentOf(control: Control, kind: FieldKind): FieldContent | null {
    if (kind === "rich-text" || localName(control) === "button") return null;
    const text = bounded(controls.paintedOf(control, kind));
    const isBox = kind === "checkbox" || kind === "radio";
    const isUndecided = kind === "checkbox" && control.indeterminate;
    return { text, checked: isBox && !isUndecided ? control.checked === true : null };
  }

  /** What a settled masked control tells. A masked box or radio tells nothing: its state is its value. */
  readStatus(control: Control): FieldStatus | null {
    const kind = controls.kindOf(control);
    if (!kind || kind === "checkbox" || kind === "radio" || kind === "button" || kind === "range") return null;
    return { filled: controls.valueOf(control, kind) !== "", validity: controls.validityOf(control, kind) };
  }

  /** Looks whether a masked control's value changed without an edit: its repetitions are echoes from then on. */
  watchValue(control: Control, look: Judgement & Pick<Look, "kind">): void {
    if (look.kind && this.judge.mayEcho(control, look)) this.echoes.watch(control, look.kind, isFloor(look));
  }

  /** Is the page to be held back while this control is edited? `within` null: it stands in a part that does not travel. */
  holdsBack(control: Control, within: Within | null): boolean {
    return !within || this.judge.mayEcho(control, this.judge.look(control, within));
  }

  /** The same of a control that was not read yet; `within` as for `settleEdit`. False: it holds nothing so far. */
  watchFound(control: Control, within: Within | null): boolean {
    const kind = controls.kindOf(control);
    if (!kind || !controls.valueOf(control, kind)) return false;
    const look = within && this.judge.look(control, within);
    if (!look || this.judge.mayEcho(control, look)) this.echoes.watch(control, kind, !look || isFloor(look));
    return true;
  }

  /** The edit of a masked control ended. `within` null: it stands in a part that does not travel; nothing of it is kept. */
  settleEdit(control: Control, within: Within | null): void {
    const kind = controls.kindOf(control) ?? "rich-text";
    this.echoes.settle(control, kind, !within || isFloor(this.judge.look(control, within)));
  }

  /** A label made of text that is shown anyway. */
  #labelOf(control: Control, within: Within, previous: string | undefined, withinOf: WithinOf): string {
    const parts: string[] = [];
    const collect = (node: Node): void => {
      for (let child = node.firstChild; child; child = child.nextSibling) {
        if (isElement(child)) {
          if (!controls.kindOf(child)) collect(child);
        } else if (isText(child)) {
          const around = withinOf(child);
          const text = rawText(child);
          if (
            around &&
            this.judge.judgeText(text, around, child).verdict === "show" &&
            !this.echoes.isMarked(child, text)
          )
            parts.push(text);
        }
      }
    };
    for (const label of controls.labelElements(control)) collect(label);
    const own = { ...within, rule: ruleFor(control, within) };
    const said = ["aria-label", "placeholder", "title"]
      .map((name) => attribute(control, name)?.toWellFormed() ?? "")
      .find((text) => text.trim() && this.judge.judgeText(text, own).verdict === "show");
    const label = (parts.join(" ").replace(/\s+/g, " ").trim() || (said ?? ""))
      .slice(0, MAX_LABEL_CHARS)
      .toWellFormed();
    return label === previous || this.#passes(control, label) ? label : "";
  }
}
