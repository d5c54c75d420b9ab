/**
 * The mask: the one door through which anything of the page leaves. It alone reads text, attribute values and what
 * controls hold (with the modules in `mask/`, which nothing else imports but for the shape of nodes), and everything it
 * gives out has been judged. One policy, one serialiser, one value reader: snapshots, additions and changes alike.
 */
import {
  bounded,
  isGauge,
  isLayout,
  isOfPage,
  learnStyledNames,
  MAX_ATTRIBUTES,
  MAX_VALUE_CHARS,
  mayTravel,
} from "./mask/attributes.ts";
import { Choices, isMaskedChoice, staysAsSent, withoutSigns } from "./mask/choices.ts";
import * as controls from "./mask/controls.ts";
import { CssEchoes } from "./mask/css_echo.ts";
import { Echoes } from "./mask/echo.ts";
import { FieldReader } from "./mask/field_reader.ts";
import type { Fingerprints } from "./mask/fingerprints.ts";
import { MAY_GROW, readGrown } from "./mask/grown.ts";
import { Judge, judgeBy, type Look, ruleFor, ruleOn, type SiteRules, type Within } from "./mask/judge.ts";
import { Names } from "./mask/names.ts";
import {
  approach,
  attribute,
  attributeNames,
  baseURI,
  localName,
  matches,
  rawText,
  tagOf,
  treeParent,
} from "./mask/nodes.ts";
import { PagePath } from "./mask/page_path.ts";
import { addressOf } from "./mask/pixels.ts";
import { Reach, tripped } from "./mask/patterns.ts";
import { squash } from "./mask/spelling.ts";
import { Shape } from "./mask/tree.ts";
import { assetUrl, judgeCss, ownerOfFrame } from "./mask/urls.ts";
import type { BoxEntry, Page, Verdict } from "./wire/protocol.gen.ts";

export type { Reach };

export interface MaskSettings {
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
  /** The site's policy, where it has one. */
  readonly rules: SiteRules | null;
}

/** What an attribute was judged by, besides what it says, that was let through as it was. */
interface Whole {
  readonly previous: string | undefined;
  readonly rule: Verdict | null;
  readonly personal: boolean;
}

export type Attributes = Record<string, string>;
// What a page may make up, of the attributes that drawings and formulas have without end.
const MADE_UP = /[A-Z]|^math./;
// A page that makes up names for ever fills no memory.
const MAX_NAMED = 1000;
const NO_ATTRIBUTES: Attributes = Object.freeze({}) as never;

// What HTML collapses, and so nothing that anybody typed.
const BLANK = /^[ \t\n\f\r]*$/;
// Judged by more than what they say: addresses by the element's own base, sizes by its kind. So is what is named as the page
// likes: on another element, where that name paints by itself, nobody looks at what it says.
const BY_ELEMENT = /^(?:style|src|(?:xlink:)?href|min|max|step)$/;

export class Mask {
  readonly echoes: Echoes;
  readonly #cssEchoes: CssEchoes;
  readonly judge: Judge;
  readonly shape: Shape;
  readonly fields: FieldReader;
  readonly names: Names;
  readonly #choices = new Choices();
  readonly #styled = new Set<string>();
  /** May attributes of these names be told of, or do they repeat a masked value? */
  readonly #named = new Map<string, boolean>();
  /** By name and what was written, what left whole: a page mostly gives many elements the same. */
  readonly #read = new Map<string, Map<string, Whole>>();
  #generation = 0;
  /** The frame that is a box and has the focus; undefined: nobody has looked. */
  #entered: Element | null | undefined;
  /** What nodes are within, while the page stands still. */
  #within: Map<Node, Within | null> | null = null;
  /** By which address a picture may be uploaded. */
  readonly #judged = new WeakMap<Element, string>();
  readonly path: PagePath;

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
    this.fields = new FieldReader(this.judge, this.echoes, settings.rules);
    this.names = new Names(this.echoes);
    this.path = new PagePath(document, this.echoes);
  }

  /** The page stands still from now on, until it is said that it goes on. */
  hold(isStill: boolean): void {
    controls.findEachOnce(isStill);
    this.#choices.forget();
    this.#read.clear();
    this.#entered = undefined;
    this.#within = isStill ? new Map() : null;
    approach(null);
  }

  /** Text as it may leave; null where it is masked. `previous` is what was sent of this very node before. */
  readText(node: Text, within: Within, previous: string | null | undefined): string | null {
    const text = within.choice ? withoutSigns(rawText(node)) : rawText(node);
    // Blanks between elements are layout, also in what is masked: bullets would make lines where the page has none.
    if (this.judge.judgeText(text, within, node).verdict !== "show") return BLANK.test(text) ? text && " " : null;
    return text === previous || this.echoes.passes(node, text, true) ? bounded(text) : null;
  }

  /** An element's attributes as they may leave. `previous` is what was sent of this very element before. */
  readAttributes(element: Element, within: Within, look: Look, previous: Attributes | undefined): Attributes {
    let read = NO_ATTRIBUTES;
    const isChoice = within.choice || isMaskedChoice(look);
    let names = attributeNames(element);
    // What stays as it was, it may have no more; nor does the order tell what came and went.
    if (isChoice || (previous && look.kind && look.verdict === "mask"))
      names = [...new Set([...Object.keys(previous ?? {}), ...[...names].sort()])];
    for (let at = 0; at < names.length && at < MAX_ATTRIBUTES; at++) {
      const own = names[at] as string;
      // Which of the sources was taken is told as the one.
      const name = own === "srcset" && attribute(element, "src") === null ? "src" : own;
      const value =
        isChoice && previous && staysAsSent(element, name)
          ? (previous[name] ?? null)
          : this.readAttribute(
              element,
              name,
              within,
              look,
              previous && (previous[name] ?? ""),
              name === own ? undefined : "",
            );
      if (value === null) continue;
      if (read === NO_ATTRIBUTES) read = {};
      read[name] = value;
    }
    // One of several sources counts as so many px wide, whatever its file: the mirror has the file alone.
    // What is uploaded may be smaller than it is here.
    const width_px =
      (read["src"] ? matches(element, "[srcset],picture>img") : look.rule === "show" && this.showsPixels(element)) &&
      (element as HTMLImageElement).naturalWidth;
    if (width_px) read = { ...read, sizes: `${width_px}px` };
    const animated = look.verdict === "show" && look.rule !== "mask" && this.shape.animated.get(element);
    if (animated) {
      const style =
        `${read["style"] ? `${read["style"]};` : ""}${this.#css(animated, baseURI(element))}`.toWellFormed();
      if (style === previous?.["style"] || this.echoes.passes(element, style)) read = { ...read, style };
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
    const tag = tagOf(element);
    const ofPage = name !== "class" && isOfPage(element, tag, name);
    if (!mayTravel(name, ofPage, this.#styled) || (tag !== "el" && MADE_UP.test(name) && !this.#mayName(name)))
      return null;
    const isMasked = look.kind !== null && look.verdict === "mask";
    const isChoice = within.choice || isMaskedChoice(look);
    if ((look.rule === "mask" || isChoice || (isMasked && look.kind === "range")) && !isLayout(element, name))
      return null;
    const mayGrow = isMasked && !isChoice && MAY_GROW.includes(name);
    const written = raw ?? attribute(element, name) ?? (mayGrow ? "" : null);
    if (written === null) return null;
    if (isChoice || mayGrow) return this.#readWritten(element, name, written, within, look, previous);
    const { generation } = this.echoes;
    if (generation !== this.#generation) this.#read.clear();
    this.#generation = generation;
    const { personal } = within;
    const { rule } = look;
    const last = ofPage ? null : this.#read.get(name)?.get(written);
    const isRead = last && last.previous === previous && last.rule === rule && last.personal === personal;
    if (isRead && !this.echoes.marks.areOn(element) && !this.#isEntered(element)) return written;
    const read = this.#readWritten(element, name, written, within, look, previous);
    if (read === written && !ofPage && !BY_ELEMENT.test(name) && !written.includes("url(")) {
      const all = this.#read.get(name) ?? new Map<string, Whole>();
      this.#read.set(name, all.set(written, { previous, rule, personal }));
    }
    return read;
  }

  #readWritten(
    element: Element,
    name: string,
    written: string,
    within: Within,
    look: Look,
    previous: string | undefined,
  ): string | null {
    const value = this.#readOwn(element, name, written, within, look, previous);
    if (value === null || value.length > MAX_VALUE_CHARS) return null;
    const formed = value.toWellFormed();
    if (formed === previous) return formed;
    if (name === "class") {
      if (previous !== undefined && this.#isEntered(element)) return previous;
      return this.names.readClasses(element, formed, previous);
    }
    return this.echoes.passes(element, formed, this.#isText(element, name)) ? formed : null;
  }

  /** Does an attribute hold what people may read? */
  #isText(element: Element, name: string): boolean {
    return /^(?:alt|placeholder$|data-|aria-|value$)/.test(name) || isOfPage(element, tagOf(element), name);
  }

  /** One attribute's value, but for what of it may follow from what the element itself holds as a control. */
  #readOwn(
    element: Element,
    name: string,
    written: string,
    within: Within,
    look: Look,
    previous: string | undefined,
  ): string | null {
    const value = this.#judgeAttribute(element, name, written, within, look);
    const { kind, verdict } = look;
    if (value !== null && (within.choice || isMaskedChoice(look))) return this.#choices.read(element, name, value);
    if (!kind || verdict !== "mask" || !MAY_GROW.includes(name)) return value;
    const holds = (): boolean => controls.valueOf(element as controls.Control, kind) !== "";
    return readGrown(name, value ?? "", previous, kind, holds) || null;
  }

  /**
   * Is the shopper in a frame that stands in this element and is a box? What the provider of a payment frame says by class is then told
   * as a masked field's state is, once they have left it (capture/payment_frames.ts): it changes at their keys.
   */
  #isEntered(element: Element): boolean {
    if (this.#entered === undefined) {
      const { activeElement: frame } = this.document;
      this.#entered = frame?.localName === "iframe" && !this.shape.documentIn(frame) ? frame : null;
    }
    return !!this.#entered && element.contains(this.#entered);
  }

  /** One attribute's value as it may leave, or null. */
  #judgeAttribute(element: Element, name: string, raw: string, within: Within, look: Look): string | null {
    const { kind, rule, verdict } = look;
    const mayPrint = () => this.judge.judgeText(raw, { ...within, rule }).verdict === "show";
    switch (name) {
      case "class":
        return raw;
      case "style":
        return this.#css(raw, baseURI(element), rule !== "mask") || null;
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
    if (this.#isText(element, name) && !mayPrint()) return null;
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

  /** What a box says of itself: what it stands for, and whose a frame is. `previous`: what it said before. */
  labelBox(kind: BoxEntry[1], element: Element, within: Within, previous?: string): string {
    const name = localName(element);
    if (kind === "frame") {
      const owner = ownerOfFrame(attribute(element, "src") ?? "", baseURI(element));
      return owner && ruleFor(element, within) !== "mask" && this.mayBoxSay(element, owner, previous) ? owner : "frame";
    }
    if (kind === "media") return /^(?:video|audio)$/.test(name) ? name : name === "img" ? "picture" : "plug-in";
    return kind === "canvas" ? kind : kind === "closed" ? "component" : "";
  }

  /** May a box say this, a style or a name? It said so before, or it repeats nothing. */
  mayBoxSay(element: Element, text: string, previous: string | undefined): boolean {
    return text === previous || this.echoes.passes(element, text);
  }

  /**
   * May what is painted on a canvas, or a picture as the shopper sees it, leave? Only where the site says so of the very
   * element: what it says of a part of the page it says of text, and no rule here finds a signature or a card number among
   * pixels. The address of such a picture does not leave.
   */
  showsPixels(element: Element): boolean {
    return (
      ruleOn(element) === "show" &&
      matches(element, "canvas,img,image,input[type=image i]") &&
      this.shape.withinOf(element, this.#within ?? new Map()) !== null
    );
  }

  /**
   * May what a picture shows by this absolute address be read and leave now? Not where the address repeats a masked value,
   * whole or in the drawing that it is: so may what is painted. Nor while a masked field is edited.
   */
  mayUpload(picture: Element, address: string): boolean {
    if (this.echoes.isHolding || !this.showsPixels(picture) || this.echoes.marks.has(picture, address)) return false;
    // What was shown before it was typed is no echo.
    if (this.#judged.get(picture) !== address) {
      if (!this.echoes.passes(picture, address)) return false;
      this.#judged.set(picture, address);
    }
    return true;
  }

  /** CSS as it may leave; while a masked field is edited, no more than was sent. */
  readCss(raw: string, base: string, previous: string | null | undefined, isServed = false): string {
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
    return learnStyledNames(css, this.#styled, (name) => this.#mayName(name));
  }

  /** May an attribute of this name be told of, which drawings have without end? */
  #mayName(name: string): boolean {
    let may = this.#named.get(name);
    if (may === undefined && !this.echoes.isHolding) {
      // Once and for all: what it repeats may be forgotten by the next time.
      may = !(this.echoes.repeats(name) || this.echoes.holdsBeginning(squash(name)));
      if (this.#named.size < MAX_NAMED) this.#named.set(name, may);
    }
    return !!may;
  }

  assetUrl(raw: string, node: Node): string {
    return assetUrl(raw, baseURI(node), this.settings.queryHosts);
  }

  page(): Page {
    const { compatMode, location } = this.document;
    return { origin: location.origin, path: this.path.read(), quirks: compatMode === "BackCompat" };
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
    for (const index of this.echoes.repeatedAcross(pieces, nodes.map(treeParent))) {
      const text = texts[index] as T;
      if (!isFresh(text)) continue;
      found.add(index);
      this.echoes.marks.add(text.node, pieces[index] as string);
    }
    return [...found].map((index) => texts[index] as T);
  }

  /** How far what `findAcross` finds may reach from a text that takes part in it. */
  reachAcross(): Reach {
    return new Reach(Math.max(this.echoes.longest, this.settings.rules?.longestNumber ?? 0));
  }
}
