/**
 * What a control may tell: what kind it is, its verdict with the reason, its label, and of a masked one that it is filled
 * and valid. The one reader of values.
 */
import type { Field, FieldContent, FieldKind, FieldStatus } from "../wire/protocol.gen.ts";
import { bounded } from "./attributes.ts";
import { isMaskedChoice, steadyName } from "./choices.ts";
import * as controls from "./controls.ts";
import type { Control } from "./controls.ts";
import type { Echoes } from "./echo.ts";
import {
  isFloor,
  type Judge,
  type Judgement,
  type Look,
  ruleFor,
  type SiteRules,
  type Within,
  type WithinOf,
} from "./judge.ts";
import { attribute, firstChild, isElement, localName, nextSibling } from "./nodes.ts";
import { tripped } from "./patterns.ts";

// Field labels beyond this are paragraphs; the wire allows 300.
export const MAX_LABEL_CHARS = 120;
const OWN_NAMES = ["aria-label", "placeholder", "title"];

export class FieldReader {
  /** What their own attributes first called masked boxes and radios. */
  readonly #names = new WeakMap<Control, readonly string[]>();

  constructor(
    private readonly judge: Judge,
    private readonly echoes: Echoes,
    private readonly rules: SiteRules | null,
  ) {}

  /**
   * A control without its status; null where the element is none. `previous` is what was told of it before; `said`: what
   * was sent of a text in its labels, null or undefined where that is masked or does not travel.
   */
  read(
    element: Element,
    within: Within,
    labels: readonly Element[],
    said: (text: Node) => string | null | undefined,
    previous: Field | undefined,
  ): Field | null {
    const look = this.judge.look(element, within);
    const { kind } = look;
    if (!kind) return null;
    const control = element as Control;
    const { verdict, reason } = this.#judge(control, kind, look, within, previous);
    const choice = isMaskedChoice({ kind, verdict }) ? kind : null;
    const called = textOf(labels, said) || this.#nameOf(control, within, choice);
    return {
      kind,
      label: this.#labelOf(control, called, previous?.label),
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
  #judge(control: Control, kind: FieldKind, judged: Judgement, within: Within, previous: Field | undefined): Judgement {
    if (judged.verdict !== "show") return judged;
    const painted = controls.paintedOf(control, kind).toWellFormed();
    if (tripped([painted]).size) return { verdict: "mask", reason: "tripwire" };
    if (this.rules?.holdsNumber(painted)) return { verdict: "mask", reason: "site-pattern" };
    if (judged.reason === "page-text") {
      const text = this.judge.judgeText(painted, within);
      if (text.verdict !== "show") return text;
    }
    const isKnown = !painted || painted === previous?.content?.text;
    return isKnown || this.echoes.passes(control, painted, true)
      ? judged
      : { verdict: "mask", reason: "looks-personal" };
  }

  /** Does a shown control hold what was told of it? What its label says is not looked at. */
  holdsAsTold(control: Control, { content, disabled, kind, required }: Field): boolean {
    if (controls.isDisabled(control) !== disabled || controls.isRequired(control) !== required) return false;
    const now = content && this.#contentOf(control, kind);
    return now?.text === content?.text && now?.checked === content?.checked;
  }

  #contentOf(control: Control, kind: FieldKind): FieldContent | null {
    if (kind === "rich-text" || (kind === "button" && localName(control) === "button")) return null;
    const text = bounded(controls.paintedOf(control, kind));
    const isBox = kind === "checkbox" || kind === "radio";
    return { text, checked: isBox ? controls.checkedOf(control, kind) : null };
  }

  /** What a settled masked control tells. A masked box or radio tells nothing: its state is its value. */
  readStatus(control: Control): FieldStatus | null {
    const kind = controls.kindOf(control);
    if (!kind || kind === "checkbox" || kind === "radio" || kind === "button" || kind === "range") return null;
    // A library that paints a form to be filled in says by a getter of its own that the field is empty.
    return {
      filled: controls.valueOf(control, kind) !== "" && (localName(control) === "button" || control.value !== ""),
      validity: controls.validityOf(control, kind),
    };
  }

  /** Looks whether a masked control's value changed without an edit: its repetitions are echoes from then on. */
  watch(control: Control, look: Judgement & Pick<Look, "kind">): void {
    if (look.kind && this.judge.mayEcho(control, look)) this.echoes.watch(control, look.kind, isFloor(look));
  }

  /** Is the page to be held back while this control is edited? `within` null: it stands in a part that does not travel. */
  holdsBack(control: Control, within: Within | null): boolean {
    return !within || this.judge.mayEcho(control, this.judge.look(control, within));
  }

  /**
   * The same of a control that was found on the page. True: it need not be found again, since it is watched where it is
   * told (`isTold`), or will be.
   */
  watchFound(control: Control, withinOf: WithinOf, isTold: boolean): boolean {
    const kind = controls.kindOf(control);
    if (!kind) return false;
    if (!controls.valueOf(control, kind)) {
      // Told so: where the same comes back, it is new.
      this.echoes.watch(control, kind, false);
      return false;
    }
    // Where nothing travels it may hold what the page prints elsewhere.
    const within = withinOf(control);
    const look = within && this.judge.look(control, within);
    // A shown one may be filled in the turn in which a rule comes to hide it, also where nothing told what it holds.
    if (look && !this.judge.mayEcho(control, look)) return kind === "button";
    // Hidden inputs hold the page's own data.
    const isHidden = controls.isHiddenInput(control);
    const isApart = isHidden || look?.verdict !== "mask";
    if (isApart && this.echoes.isKnown(control, kind)) return isTold || isHidden;
    // What a rule blocks was judged by that alone.
    const isLive = look && look.verdict !== "block" ? isFloor(look) : this.judge.isSecret(control, kind);
    this.echoes.watch(control, kind, isLive, isApart);
    return isTold || isHidden || (isLive && !isApart);
  }

  /** The edit of a masked control ended. `within` null: it stands in a part that does not travel; no later page knows of it. */
  settle(control: Control, within: Within | null): void {
    const kind = controls.kindOf(control) ?? "rich-text";
    this.echoes.settle(control, kind, this.judge.isSecret(control, kind), !!within);
  }

  /** A script says that it changed a masked control: a value that passes by this alone, as an edit does that nobody typed. */
  noticeChange(control: Control): void {
    const kind = controls.kindOf(control);
    if (!kind || !/^(?:text|number|date|rich-text|select|file)$/.test(kind) || !this.echoes.isNew(control, kind))
      return;
    if (kind === "select") return this.echoes.choose(control);
    this.echoes.settle(control, kind, this.judge.isSecret(control, kind), false);
  }

  /** What its own attributes call a control, where that may be shown. `choice`: of a masked box or radio, which it is. */
  #nameOf(control: Control, within: Within, choice: FieldKind | null): string {
    const own = { ...within, rule: ruleFor(control, within) };
    let names = choice && this.#names.get(control);
    if (!names) {
      names = OWN_NAMES.map((name) => attribute(control, name)?.toWellFormed() ?? "");
      // Another name, by which a page calls it later, may say its state.
      if (choice) this.#names.set(control, (names = names.map((name) => steadyName(name, choice))));
    }
    return names.find((text) => text.trim() && this.judge.judgeText(text, own).verdict === "show") ?? "";
  }

  /** Judged as a whole: of a value that goes on behind the end its beginning would be sent. */
  #labelOf(control: Control, whole: string, previous: string | undefined): string {
    const label = whole.slice(0, MAX_LABEL_CHARS).toWellFormed();
    return label === previous || this.echoes.passes(control, whole, true) ? label : "";
  }
}

/** What labels say, of text that is shown anyway: as it was sent. */
function textOf(labels: readonly Element[], said: (text: Node) => string | null | undefined): string {
  const parts: string[] = [];
  const collect = (node: Node): void => {
    for (let child = firstChild(node); child; child = nextSibling(child))
      if (!isElement(child)) parts.push(said(child) ?? "");
      else if (!controls.kindOf(child)) collect(child);
  };
  for (const label of labels) collect(label);
  return parts.join(" ").replace(/\s+/g, " ").trim();
}
