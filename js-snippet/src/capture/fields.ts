/**
 * The state of form controls: what each last told, and when it may tell again. While a masked field is edited nothing
 * about it leaves. Knows nothing of verdicts; what a field tells comes from the mask.
 */
import type { Mask } from "../mask.ts";
import { type Control, controlAround, kindOf, labelElements, markTypedInto, paintedOf } from "../mask/controls.ts";
import { MAX_LABEL_CHARS } from "../mask/field_reader.ts";
import type { Judgement, Look, WithinOf } from "../mask/judge.ts";
import { attribute, documentOf, isElement, localName, matches, shadowRootOf } from "../mask/nodes.ts";
import type { Change, Field, FieldStatus } from "../wire/protocol.gen.ts";
import { Alike } from "./alike.ts";
import { type Known, textIn } from "./known.ts";
import type { FieldEdit } from "./observe_fields.ts";
import type { Reading } from "./reading.ts";
import type { Steps } from "./slices.ts";
import { isEqual, isSameStatus } from "./told_fields.ts";

interface State {
  /** Has it rested since it was last edited? Entering it changes nothing: shops put the caret back into a failed field. */
  isSettled: boolean;
  status: FieldStatus | null;
  /** What it was last judged; where its value may come back as an echo, it is held until it is judged again. */
  isMasked: boolean;
  /** What was told last, in this epoch or an earlier one. */
  told: Field | undefined;
}

interface Sent {
  /** Null until it is told. */
  field: Field | null;
  look: Judgement & { readonly kind: Look["kind"] };
  isMarked: boolean;
}

const MASKED_BY_CONTENT = /^(?:looks-personal|tripwire|site-pattern)$/;
// A control costs as much to read as this many nodes.
const CONTROL_NODES = 8;

export class Fields {
  /** Something may have changed that no node shows: look at all of them in the next frame. */
  isDirty = false;
  /** As it, of those alone that the site shows. */
  #areShownDirty = false;
  /** What controls stand in may have switched them on or off. */
  isSwitched = false;
  /** Another element may label any of them: whom a label is for changed. */
  areRelabelled = false;
  /** Another element may be the one that an id names, theirs or of what labels them: it got that, or came, went or moved. */
  areRenamed = false;
  readonly #sent = new Map<Known, Sent>();
  /** Those of them whose values are watched: all that are not shown. */
  readonly #masked = new Map<Known, Sent["look"]>();
  /** Masked ones of the epoch before: while a keyframe is read in slices, those that it has not reached yet are watched too. */
  readonly #before = new Map<Node, Sent["look"]>();
  // Outlives epochs: what a field told stays told.
  readonly #states = new WeakMap<Element, State>();
  readonly #edited = new Set<Control>();
  /** What this frame tells of each by its id, the last word alone: the first may have been said by a rule that passed. */
  readonly #telling = new Map<number, Field | null>();
  /** The other controls that an element labels. */
  #labelled = new WeakMap<Node, Set<Known>>();
  /** The labels of all but buttons without one: an id that leads to them may lead to others later. */
  readonly #naming = new Map<Known, readonly (Known | Element)[]>();

  /** Since the last key that edits something was pressed that sends or ends it: Enter, or a pointer. */
  isPressed = false;
  /** In how many places a secret control had stood when all of them were judged. */
  #places = 0;
  /** Controls whose value was looked at. */
  #found = new WeakSet<Element>();

  constructor(private readonly mask: Mask) {}

  /** A control that is new to this epoch; what it holds from now on is no part of what stood there before. */
  add(known: Known, look: Look): void {
    const control = known.node as Control;
    // Most pages have more buttons than fields.
    if (isButton(look) && isPlain(control) && !isCalled(control)) return void this.#states.delete(control);
    this.#keep(known, { field: null, look, isMarked: true });
    this.mask.fields.watch(control, look);
  }

  #keep(known: Known, sent: Sent): void {
    this.#sent.set(known, sent);
    if (sent.look.verdict !== "show") return void this.#masked.set(known, sent.look);
    this.#masked.delete(known);
    this.#found.delete(known.node as Element);
  }

  /** One whose node is sent again as it was: it tells what it told. */
  again(known: Known): void {
    const field = this.#states.get(known.node as Element)?.told;
    if (!field) return;
    this.#keep(known, { field, look: field, isMarked: false });
    this.#telling.set(known.id, field);
  }

  /** Masked ones that may hold more than text, of which nothing travels. */
  editors(): Known[] {
    return [...this.#masked.keys()].filter((known) => this.#masked.get(known)?.kind === "rich-text");
  }

  /** Was a control told as one that the site shows? */
  isShown(control: Element): boolean {
    return this.#states.get(control)?.told?.verdict === "show";
  }

  /** A node came or went: a control, a label, one that has an id, or a box around such may make a label another's. */
  noticeName({ form, isControl, node }: Known): void {
    if (this.areRenamed || !this.#naming.size) return;
    this.areRenamed =
      isControl ||
      form.startsWith("bx,") ||
      (isElement(node) && (localName(node) === "label" || attribute(node, "id") !== null));
  }

  forget(known: Known): void {
    this.noticeName(known);
    // Where it goes nobody may be told of it, and what it holds then is to be found again.
    if (known.isControl) this.#found.delete(known.node as Element);
    this.#sent.delete(known);
    this.#masked.delete(known);
    this.#naming.delete(known);
  }

  reset(): void {
    for (const [{ node }, look] of this.#masked) this.#before.set(node, look);
    this.#sent.clear();
    this.#masked.clear();
    this.#naming.clear();
    this.#found = new WeakSet();
    this.#labelled = new WeakMap();
    this.#telling.clear();
  }

  /** A control's own attributes, or its label, changed. */
  mark(known: Known | undefined): void {
    const sent = known && this.#sent.get(known);
    if (sent) sent.isMarked = true;
    // A button that has another name now than what stands in it, or is another control by now.
    else if (known?.isControl && !known.isForgotten && localName(known.node) === "button")
      if (!isPlain(known.node) || isCalled(known.node as Element)) this.add(known, UNTOLD);
  }

  /** What an element was told to be called, or what was sent of what stands in it: nothing that the page has now is read. */
  labelOf(known: Known): string {
    // What is typed into a field that the site shows is on the agent's screen, and nowhere else.
    for (let at: Known | null = known; at; at = at.parent)
      if (isField(at)) return this.#sent.get(known)?.field?.label ?? "";
    return textIn(known, isField).slice(0, MAX_LABEL_CHARS).toWellFormed();
  }

  /** What stands in this node changed: if it is a part of labels, so did they. */
  markLabelled(changed: Known): void {
    for (let at: Known | null = changed; at; at = at.parent) {
      // A button labels itself.
      if (at.isControl) this.mark(at);
      for (const control of this.#labelled.get(at.node) ?? []) this.mark(control);
    }
  }

  /**
   * Follows what the shopper does to a control. Returns the element, where it has only now been found to be a control.
   */
  follow(kind: FieldEdit, target: Element, isTrusted: boolean, withinOf: WithinOf): Element | null {
    // Only where the focus is has changed.
    if (kind === "enter") return null;
    if (kind === "input") this.isPressed = false;
    let control = controlAround(target);
    let found: Element | null = null;
    if (!control) {
      // A form was sent, or set back.
      if (kind === "check") {
        if (this.isPressed) this.settleIn(target, withinOf);
        this.isDirty = true;
      }
      // A script announces input where it likes: on a form that is filtered, an entry that was chosen, its own component.
      const isTyped = isTrusted || (matches(target, ":focus") && !shadowRootOf(target));
      if (kind !== "input" || !isTyped) return null;
      // Typed into, and nothing said that one can: from here on it is a masked field.
      markTypedInto(target);
      found = target;
      control = target as Control;
    }
    if (kind === "input" && this.#isMasked(control, withinOf)) {
      this.#edited.add(control);
      this.mask.echoes.begin(control);
      this.#stateOf(control).isSettled = false;
      // A script's event, or a password manager's: nobody is editing.
      if (!control.matches(":focus-within")) {
        this.settle(control, withinOf);
        this.isDirty = true;
      }
    } else {
      // A script's, which fills a field and says so by this alone: whatever the page makes of it comes behind.
      if (kind === "change" && !this.#edited.has(control) && this.#isMasked(control, withinOf))
        this.mask.fields.noticeChange(control);
      if (kind !== "input") this.settle(control, withinOf);
      this.isDirty = true;
    }
    return found;
  }

  /**
   * The shopper pressed something: a script may set what the site shows, and nothing would say so. False: there is no such
   * field. What is masked is not looked at, so that its status does not tell the rhythm of presses.
   */
  noticePress(): boolean {
    for (const { look } of this.#sent.values())
      if (look.verdict === "show" && !isButton(look)) return (this.#areShownDirty = true);
    return false;
  }

  /** May the page be held back by a key that comes here? Behind one in no control a script may bring the focus into one. */
  mayHold(target: Element, withinOf: WithinOf): boolean {
    const control = controlAround(target);
    return !control || this.#isMasked(control, withinOf);
  }

  #isMasked(control: Control, withinOf: WithinOf): boolean {
    return this.#states.get(control)?.isMasked || this.mask.fields.holdsBack(control, withinOf(control));
  }

  settle(control: Control, withinOf: WithinOf): void {
    this.#stateOf(control).isSettled = true;
    if (!this.#edited.delete(control)) return;
    this.isDirty = true;
    this.mask.fields.settle(control, withinOf(control));
  }

  /** The edits of what stands in a node are over. */
  settleIn(around: Node, withinOf: WithinOf): void {
    for (const control of this.#edited)
      if (around === documentOf(control) || around.contains(control)) this.settle(control, withinOf);
  }

  /** The page changed, and may have printed what is in those that are edited, or done with it. */
  pass(withinOf: WithinOf): void {
    // A page that takes each character away at once would tell by frames how many there are.
    for (const control of this.mask.echoes.pass()) if (this.isPressed) this.settle(control, withinOf);
  }

  #stateOf(control: Element): State {
    let state = this.#states.get(control);
    if (!state) {
      const isEntered = control.matches(":focus");
      this.#states.set(control, (state = { isSettled: !isEntered, status: null, isMasked: false, told: undefined }));
    }
    return state;
  }

  /**
   * Before any text is judged: values that came without an edit exist from now on, and what is no longer entered has
   * settled, although no event said so. `all`: the page's controls, where there may be new ones; `isAgain`:
   * in a frame that was cut, in a keyframe and while one is owed, where they may be and hold something else than was seen.
   */
  watchValues(
    { dirty, tree, withinOf }: Pick<Reading, "dirty" | "tree" | "withinOf">,
    active: Element | null,
    all: Iterable<Element>,
    isAgain: boolean,
  ): void {
    for (const control of this.#edited) if (!active || !control.contains(active)) this.settle(control, withinOf);
    this.pass(withinOf);
    for (const control of this.mask.echoes.prune()) this.#found.delete(control);
    const watch = (node: Node, look: Sent["look"]): void => {
      if (!this.#edited.has(node as Control)) this.mask.fields.watch(node as Control, look);
    };
    for (const [node, look] of this.#before) watch(node, look);
    for (const [{ node }, look] of this.#masked) watch(node, look);
    // What it was found to be, a button or a box, it may be no longer.
    for (const element of dirty.shapes) this.#found.delete(element);
    for (const control of all) {
      if ((this.#found.has(control) && !isAgain) || this.#edited.has(control as Control)) continue;
      const known = tree.of(control);
      if (this.mask.fields.watchFound(control as Control, withinOf, !!known && this.#masked.has(known)))
        this.#found.add(control);
    }
  }

  /** The new fields, and those that tell something else than before. `isFull`: any of them may have changed. */
  *describe(isFull: boolean, reading: Reading, changes: Change[]): Steps {
    const isAny = isFull || this.isDirty;
    const isAnyShown = isAny || this.#areShownDirty;
    const areButtons = this.isSwitched;
    const { judge } = this.mask;
    let areAll = this.areRelabelled;
    if (this.areRenamed)
      for (const [known, labels] of this.#naming) {
        const now = labelElements(known.node as Control);
        if (now.length !== labels.length || now.some((label, at) => (reading.tree.of(label) ?? label) !== labels[at]))
          this.mark(known);
      }
    this.isDirty = this.#areShownDirty = this.isSwitched = this.areRelabelled = this.areRenamed = false;
    do {
      areAll ||= this.#places !== judge.places;
      this.#places = judge.places;
      for (const [known, sent] of this.#sent) {
        if (areAll) sent.isMarked = true;
        const { look } = sent;
        if (!sent.isMarked && !(isButton(look) ? areButtons : look.verdict === "show" ? isAnyShown : isAny)) continue;
        if (reading.isOver(CONTROL_NODES)) yield;
        if (!reading.isAsSent(known)) sent.isMarked = true;
        else if (sent.isMarked || !sent.field) this.#describe(known, reading, changes);
        else this.#update(known, sent.field, reading, changes);
      }
    } while (this.#places !== judge.places);
    this.tell(changes);
  }

  /** Ends what a frame tells of them: once of many alike, since a shop's page has a thousand buttons of one name. */
  tell(changes: Change[]): void {
    const alike = new Alike<Field>();
    for (const [id, field] of this.#telling)
      if (field && !field.content && !field.status) alike.add(id, field);
      else changes.push(["field", id, field]);
    for (const [ids, field] of alike) changes.push(ids.length > 1 ? ["fields", ids, field] : ["field", ids[0], field]);
    this.#telling.clear();
    this.#before.clear();
  }

  #describe(known: Known, reading: Reading, changes: Change[]): void {
    const { tree } = reading;
    const control = known.node as Control;
    const labels = labelElements(control);
    // A button labels itself.
    if (labels[0] === control && !attribute(control, "aria-labelledby")) this.#naming.delete(known);
    else
      this.#naming.set(
        known,
        labels.map((label) => tree.of(label) ?? label),
      );
    for (const label of labels) {
      if (label === control) continue;
      const controls = this.#labelled.get(label);
      if (controls) controls.add(known);
      else this.#labelled.set(label, new Set([known]));
    }
    const state = this.#stateOf(control);
    const field = this.mask.fields.read(control, known.within, labels, (text) => tree.of(text)?.text, state.told);
    if (!field) {
      if (this.#sent.get(known)?.field) this.#telling.set(known.id, null);
      this.forget(known);
      // Where it is one again by the next frame, it is sent anew.
      known.isControl = false;
      state.told = undefined;
      return;
    }
    this.#publish(known, { ...field, status: this.#statusOf(control, field) }, reading, changes);
  }

  /** The cheap look: state and content, not the label. */
  #update(known: Known, field: Field, reading: Reading, changes: Change[]): void {
    const control = known.node as Control;
    // The site shows it, but for what it held. Not where it holds something else: a short value is known for one frame.
    if (MASKED_BY_CONTENT.test(field.reason) && !paintedOf(control, field.kind))
      this.#describe(known, reading, changes);
    else if (field.verdict === "show") {
      if (!this.mask.fields.holdsAsTold(control, field)) this.#describe(known, reading, changes);
    } else this.#publish(known, { ...field, status: this.#statusOf(control, field) }, reading, changes);
  }

  #statusOf(control: Control, field: Field): FieldStatus | null {
    if (field.verdict !== "mask") return null;
    const state = this.#stateOf(control);
    if (state.isSettled && !this.mask.echoes.isEditing(control)) state.status = this.mask.fields.readStatus(control);
    return state.status;
  }

  #publish(known: Known, field: Field, { dirty }: Reading, changes: Change[]): void {
    const before = this.#sent.get(known)?.field;
    // What stands in it may travel no longer: since it was told, or written in an earlier slice.
    const isAnother = before ? before.verdict !== field.verdict : !isWrittenAs(known, field);
    if (isAnother) dirty.shapes.add(known.node as Element);
    const { content, label, status } = field;
    this.#keep(known, { field, look: field, isMarked: false });
    const state = this.#stateOf(known.node as Element);
    state.told = field;
    state.isMasked = this.mask.judge.mayEcho(known.node as Element, field);
    const isLabelled = before?.label !== label;
    // What is shown is told with its label: the relay's tripwire reads the two together.
    if (!before || !isEqual(before, field) || (isLabelled && content) || this.#telling.has(known.id))
      this.#telling.set(known.id, field);
    else {
      if (isLabelled) changes.push(["label", known.id, label]);
      if (status && !isSameStatus(before.status, status)) changes.push(["status", known.id, status]);
    }
  }
}

/** Was what stands in it written by this verdict? */
const isWrittenAs = ({ form, inner, node }: Known, { kind, verdict }: Field): boolean =>
  form !== "el" || (kind !== "rich-text" && localName(node) !== "select") || (verdict === "mask") === !inner;

/** One that was not told: what it is judged is read where it is. */
const UNTOLD = { kind: "button", rule: null, verdict: "show", reason: "page-text" } as const;

const isField = ({ isControl, node }: Known): boolean => isControl && !isPlain(node);

/** A button that is called what stands in it, unless it is called by an attribute: nothing more is to be told of it then. */
const isPlain = (control: Node): boolean => localName(control) === "button" && kindOf(control as Element) === "button";
const isCalled = (control: Element): boolean =>
  ["aria-label", "aria-labelledby", "title"].some((name) => attribute(control, name) !== null);

/** What it shows stands in the tree: but for what it stands in, its own marks tell of every change. */
const isButton = ({ kind, verdict }: Sent["look"]): boolean => kind === "button" && verdict === "show";
