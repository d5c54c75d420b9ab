/**
 * The mask: the one door through which anything of the page leaves. It alone reads text, attribute values and what
 * controls hold (with the modules in `mask/`, which nothing else imports but for the shape of nodes), and everything it
 * gives out has been judged. One policy, one serialiser, one value reader: snapshots, additions and changes alike.
 */
import { isLayout, learnStyledNames, mayTravel, withoutGrownSize } from "./mask/attributes.ts";
import * as controls from "./mask/controls.ts";
import type { Control } from "./mask/controls.ts";
import { Echoes } from "./mask/echo.ts";
import { Judge, type Judgement, ruleFor, type Within } from "./mask/judge.ts";
import { attribute, attributeNames, isElement, isText, localName, rawText } from "./mask/nodes.ts";
import { tripped } from "./mask/patterns.ts";
import { Shape } from "./mask/tree.ts";
import { assetUrl, judgeCss, reducePath } from "./mask/urls.ts";
import type { Field, FieldContent, FieldStatus, Page } from "./wire/protocol.gen.ts";

export interface MaskSettings {
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
}

export type Attributes = Record<string, string>;

// Field labels beyond this are paragraphs; the wire allows 300.
const MAX_LABEL_CHARS = 120;

export class Mask {
  readonly echoes = new Echoes();
  readonly judge: Judge;
  readonly shape: Shape;
  readonly #styled = new Set<string>();
  readonly #classes = new Set<string>();
  constructor(
    private readonly document: Document,
    private readonly settings: MaskSettings,
  ) {
    this.judge = new Judge(settings.privateMode);
    this.shape = new Shape(document, this.judge);
  }

  /** Text as it may leave; null where it is masked. `previous` is what was sent of this very node before. */
  readText(node: Text, within: Within, previous: string | null | undefined): string | null {
    const text = rawText(node).toWellFormed();
    if (this.judge.judge(node, within).verdict !== "show") return null;
    return text === previous || this.#passes(node, text) ? text : null;
  }

  /** Is a string that is new on this node no echo? While a masked field is edited, anything new may be one. */
  #passes(node: Node, text: string): boolean {
    if (this.echoes.isHolding || this.echoes.isMarked(node, text)) return false;
    if (!this.echoes.repeats(text)) return true;
    this.echoes.mark(node, text);
    return false;
  }

  /** An element's attributes as they may leave. `previous` is what was sent of this very element before. */
  readAttributes(element: Element, within: Within, previous: Attributes | undefined): Attributes {
    const read: Attributes = {};
    const names = attributeNames(element);
    if (!names.length) return read;
    const { verdict } = this.judge.judge(element, within);
    const kind = controls.kindOf(element);
    const isMasked =
      verdict !== "show" && (ruleFor(element, within) === "mask" || ruleFor(element, within) === "block");
    for (const name of names) {
      if (!mayTravel(element, name, this.#styled) || (isMasked && !isLayout(name))) continue;
      const raw = attribute(element, name) ?? "";
      const value = this.#judgeAttribute(element, name, raw, within, isMasked)?.toWellFormed();
      if (value === undefined) continue;
      const kept = kind && verdict !== "show" && name === "style" ? withoutGrownSize(value) : value;
      const before = previous?.[name];
      if (name === "style" && !kept) continue;
      if (kept === before) read[name] = kept;
      else if (name === "class") read[name] = this.#readClass(element, kept);
      else if (this.#passes(element, kept)) read[name] = kept;
    }
    return read;
  }

  /** Class names that the page used before a masked value existed say nothing of it; others are judged one by one. */
  #readClass(element: Element, value: string): string {
    const names = value.split(/\s+/).filter((name) => {
      if (!name || this.#classes.has(name)) return true;
      if (!this.#passes(element, name)) return false;
      this.#classes.add(name);
      return true;
    });
    return names.join(" ");
  }

  /** One attribute's value as it may leave, or null. */
  #judgeAttribute(element: Element, name: string, raw: string, within: Within, isMasked: boolean): string | null {
    const own = { ...within, rule: ruleFor(element, within) };
    const asset = (url: string) => assetUrl(url, this.document.baseURI, this.settings.queryHosts) || null;
    switch (name) {
      case "style":
        return judgeCss(raw, this.document.baseURI, this.settings.queryHosts, !isMasked);
      case "src":
        return localName(element) === "img" || localName(element) === "input"
          ? asset((element as HTMLImageElement).currentSrc || raw)
          : null;
      case "href":
      case "xlink:href":
        // A link keeps the mere fact that it is one, for `:link` and `a[href]`.
        if (/^(?:a|area)$/.test(localName(element))) return "";
        if (raw.trim().startsWith("#")) return raw.trim();
        return localName(element) === "image" || localName(element) === "feImage" ? asset(raw) : null;
      case "class":
        return raw;
      case "id":
      case "alt":
      case "placeholder":
        return this.judge.judgeText(raw, own).verdict === "show" || (name === "id" && own.rule === "mask") ? raw : null;
      case "min":
      case "max":
      case "step":
        return controls.kindOf(element) === "range" && this.judge.judge(element, within).verdict === "show"
          ? raw
          : null;
    }
    if (/^(?:data|aria)-/.test(name)) return this.judge.judgeText(raw, own).verdict === "show" ? raw : null;
    return raw.includes("url(") ? judgeCss(raw, this.document.baseURI, this.settings.queryHosts, !isMasked) : raw;
  }

  /** CSS as it may leave; null where it prints a masked value, or might. */
  readCss(raw: string, base: string, previous: string | null | undefined): string | null {
    const css = judgeCss(raw, base, this.settings.queryHosts).toWellFormed();
    if (css === previous) return css;
    if (this.echoes.isHolding) return null;
    if (!this.echoes.hasValues) return css;
    // Selectors and keywords are the page's own words; a value can only be printed by a string, an address or a variable.
    const printed = css.match(/"[^"]*"|'[^']*'|url\([^)]*\)|--[\w-]+\s*:[^;}]*/g) ?? [];
    return printed.some((part) => this.echoes.repeats(part)) ? null : css;
  }

  /** A sheet's media query; "not all" where it is too long to be one. */
  readMedia(sheet: CSSStyleSheet): string {
    const { mediaText } = sheet.media;
    return mediaText.length > 300 ? "not all" : mediaText.toWellFormed();
  }

  /** Takes note of the attributes that a style sheet needs; true if one was new. */
  learnStyled(css: string): boolean {
    return learnStyledNames(css, this.#styled);
  }

  assetUrl(raw: string): string {
    return assetUrl(raw, this.document.baseURI, this.settings.queryHosts);
  }

  page(): Page {
    const { origin, pathname } = this.document.location;
    return { origin, path: reducePath(pathname), quirks: this.document.compatMode === "BackCompat" };
  }

  /**
   * Of texts in document order, those that together make a card number, an IBAN or a masked value; marks them. Only what
   * `isFresh` can be an echo: what was sent before stays as sent.
   */
  findAcross(texts: readonly Text[], isFresh: (text: Text) => boolean): Text[] {
    const pieces = texts.map((text) => rawText(text));
    const found = tripped(pieces);
    for (const index of found) this.judge.trip(texts[index] as Text);
    for (const index of this.echoes.repeatedAcross(pieces)) {
      const text = texts[index] as Text;
      if (!isFresh(text)) continue;
      found.add(index);
      this.echoes.mark(text, (pieces[index] as string).toWellFormed());
    }
    return [...found].map((index) => texts[index] as Text);
  }

  /** A control without its status; null where the element is none. `previous` is what was told of it before. */
  readField(element: Element, within: Within, previous: Field | undefined): Field | null {
    const kind = controls.kindOf(element);
    if (!kind) return null;
    const control = element as Control;
    const { verdict, reason } = this.#judgeField(control, within, previous);
    return {
      kind,
      label: this.#labelOf(control, within, previous?.label),
      purpose: controls.purposeOf(control),
      verdict,
      reason,
      required: controls.isRequired(control),
      disabled: controls.isDisabled(control),
      status: null,
      content: verdict === "show" ? this.#contentOf(control) : null,
    };
  }

  /** A control's verdict; a shown one that holds a card number, an IBAN or an echo is masked after all. */
  #judgeField(control: Control, within: Within, previous: Field | undefined): Judgement {
    const judged = this.judge.judge(control, within);
    const kind = controls.kindOf(control);
    if (judged.verdict !== "show" || !kind) return judged;
    const painted = controls.paintedOf(control, kind).toWellFormed();
    if (tripped([painted]).size) return { verdict: "mask", reason: "tripwire" };
    if (judged.reason === "page-text") {
      const text = this.judge.judgeText(painted, within);
      if (text.verdict !== "show") return text;
    }
    return painted && painted !== previous?.content?.text && !this.#passes(control, painted)
      ? { verdict: "mask", reason: "looks-personal" }
      : judged;
  }

  #contentOf(control: Control): FieldContent | null {
    const kind = controls.kindOf(control);
    if (!kind || kind === "rich-text" || (kind === "button" && localName(control) === "button")) return null;
    const text = controls.paintedOf(control, kind).toWellFormed();
    return { text, checked: kind === "checkbox" || kind === "radio" ? control.checked === true : null };
  }

  /** What a settled masked control tells. A masked box or radio tells nothing: its state is its value. */
  readStatus(control: Control): FieldStatus | null {
    const kind = controls.kindOf(control);
    if (!kind || kind === "checkbox" || kind === "radio" || kind === "button" || kind === "range") return null;
    return { filled: controls.valueOf(control, kind) !== "", validity: controls.validityOf(control, kind) };
  }

  /** Looks whether a masked control's value changed without an edit: its repetitions are echoes from then on. */
  watchValue(control: Control, within: Within): void {
    const kind = controls.kindOf(control);
    if (!kind || kind === "button") return;
    const { verdict, reason } = this.judge.judge(control, within);
    if (verdict !== "show") this.echoes.watch(control, kind, this.judge.isFloor(reason));
  }

  /** The edit of a masked control ended. `within` null: it stands in a part that does not travel; nothing of it is kept. */
  settleEdit(control: Control, within: Within | null): void {
    const kind = controls.kindOf(control);
    const isFloor = !within || this.judge.isFloor(this.judge.judge(control, within).reason);
    this.echoes.settle(control, kind ?? "rich-text", isFloor);
  }

  /** A label made of text that is shown anyway. */
  #labelOf(control: Control, within: Within, previous: string | undefined): string {
    const known = new Map<Node, Within | null>();
    const parts: string[] = [];
    const collect = (node: Node): void => {
      for (let child = node.firstChild; child; child = child.nextSibling) {
        if (isElement(child)) {
          if (!controls.kindOf(child)) collect(child);
        } else if (isText(child)) {
          const around = this.shape.withinOf(child, known);
          const text = rawText(child).toWellFormed();
          if (around && this.judge.judge(child, around).verdict === "show" && !this.echoes.isMarked(child, text))
            parts.push(text);
        }
      }
    };
    for (const label of controls.labelElements(control)) collect(label);
    if (localName(control) === "button") collect(control);
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
