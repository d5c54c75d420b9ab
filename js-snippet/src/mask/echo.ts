/**
 * Echo masking, by cause: a string that appears or changes after a masked value existed and repeats it is masked as a
 * whole. While a masked field is edited nothing of the page's changes leaves; once it settles, they are judged once.
 *
 * What a floor field holds is read at the moment of a comparison; what it held before is known by keyed fingerprints. But for
 * what passes through one while it is edited, until that has been judged, it is never kept. Knows nothing of frames.
 */
import type { FieldKind } from "../wire/protocol.gen.ts";
import { type Control, isHiddenInput, isPicked, kindOf, stringsOf, valueOf } from "./controls.ts";
import { Fingerprints, randomKey } from "./fingerprints.ts";
import { Marks } from "./marks.ts";
import { attribute, isConnected, matches } from "./nodes.ts";
import {
  type Edges,
  edgesIn,
  isExpiryIn,
  isOfSigns,
  isSaid,
  isSpelt,
  isWord,
  knownBy,
  MIN_ANYWHERE_CHARS,
  PARTED,
  SIGNS,
  signsIn,
  squash,
  UNPARTED,
  wordsIn,
  wordsOf,
} from "./spelling.ts";
import { unescaped } from "./urls.ts";

// Of a short value that stands in several texts.
const MIN_ACROSS_CHARS = 3;
// Values remembered, oldest dropped first: a form of several pages in one document stays below this. Those of hidden inputs and
// of parts that do not travel are counted apart: a list of products brings hundreds.
const MAX_VALUES = 200;

// Of one edit, and of all between two frames: who types and takes back for ever fills no memory.
const MAX_PASSED = 50;
const MAX_CAUSES = 1000;

// A field that left the page still has what it held, and the page may print it on the next step of the same document.
const MAX_FLOOR_FIELDS = 50;

// Fewer stand in too many innocent places.
const BEGINNING_CHARS = 6;

// How far one looks for the rest of a value of which only fingerprints are known.
const USUAL_VALUE_CHARS = 60;

// Of the floor's fields the cardholder's name alone: whoever had storage and key could read the digits of others back, and
// a card number in the page's text is masked by what it looks like.
const MAY_KEEP = /(?:^|\s)cc-(?:\w+-)?name(?:\s|$)/i;

const isEntered = (control: Control): boolean => matches(control, ":focus-within");

/** Of a field that is edited: what it held meanwhile. */
interface Edit {
  readonly passed: string[];
  isEmpty: boolean;
}

export class Echoes {
  /**
   * @param prints knows what was typed on the pages before; null where nobody gave a key for it.
   * @param secrets the same of what floor fields of this page hold or held, by a key that is nowhere else; it is kept nowhere.
   */
  constructor(
    private readonly prints: Fingerprints | null = null,
    private readonly secrets = new Fingerprints(randomKey(), [], null),
  ) {}

  /** With what each held on the way, which the page may have printed: where it was typed further, the longest. */
  readonly #editing = new Map<Control, Edit>();
  readonly #settled = new Set<string>();
  readonly #apart = new Set<string>();
  readonly #hidden = new Set<string>();
  /** Did a floor field hold one that is known by its signs? */
  #hasSecretSigns = false;
  /** Floor fields whose value came to be on this page. */
  readonly #floor = new Map<Control, FieldKind>();
  /** Values of the fields whose edit just ended, squashed, until what changed meanwhile has been judged. */
  readonly #causes: string[] = [];
  /** How many there were before these. */
  #past = 0;
  /** The same of edits that ended while the shopper stayed in the field, until they leave it. */
  readonly #entered = new Map<Control, readonly string[]>();
  #all: readonly string[] | null = null;
  #now: readonly string[] | null = null;
  #signs: readonly string[] = [];
  /** Those that were written in several words. */
  #parted: ReadonlySet<string> = new Set();
  /** Another number, other values: what was judged before is to be judged again. */
  generation = 0;
  /** What each field that is no floor field held when it was last looked at. */
  readonly #seen = new WeakMap<Control, { raw: string; values: string[] }>();
  readonly marks = new Marks();

  /** Is a masked field being edited? */
  get isHolding(): boolean {
    return this.#editing.size > 0;
  }

  isEditing(control: Control): boolean {
    return this.#editing.has(control);
  }

  /** A masked field is edited, or once more. */
  begin(control: Control): void {
    this.generation++;
    const kind = kindOf(control) ?? "rich-text";
    const edit = this.#editing.get(control) ?? { passed: [], isEmpty: false };
    this.#editing.set(control, edit);
    if (!/^(?:text|number|date|rich-text)$/.test(kind)) return;
    const { passed } = edit;
    const value = valueOf(control, kind);
    edit.isEmpty = !value;
    const last = passed.at(-1) ?? "";
    if (last.startsWith(value)) return;
    if (value.startsWith(last)) passed.pop();
    passed.push(value);
    // What was there first, and printed then, is as good an echo as what came last.
    if (passed.length > MAX_PASSED) passed.splice(MAX_PASSED / 2, 1);
  }

  /** The page changed, and may have printed what is in those that are edited. Gives those that it emptied itself. */
  pass(): Control[] {
    return [...this.#editing].flatMap(([control, edit]) => {
      const { isEmpty } = edit;
      this.begin(control);
      return edit.isEmpty && !isEmpty ? [control] : [];
    });
  }

  /** The edit of a masked field ended: its value exists from now on. `mayKeep`: also on the next page. */
  settle(control: Control, kind: FieldKind, isFloor: boolean, mayKeep: boolean): void {
    const { isEmpty, passed } = this.#editing.get(control) ?? { isEmpty: false, passed: [] };
    this.#editing.delete(control);
    for (const value of passed.flatMap(knownBy)) this.#remember(value, isFloor);
    this.exist(control, kind, isFloor, mayKeep);
    const values = [...passed, ...stringsOf(control, kind)];
    this.#cause(values);
    // What the page took away for itself, as a chat does, it may print whenever it likes, and the shopper goes on there.
    if (!isEmpty || !isEntered(control)) return;
    const short = values.flatMap(knownBy).filter(({ length }) => length <= MIN_ANYWHERE_CHARS);
    this.#entered.set(control, [...(this.#entered.get(control) ?? []), ...short].slice(-MAX_PASSED));
    this.#change();
  }

  /** Files came to be known without a field that holds them. */
  learnFiles(files: FileList): void {
    const names = [...files].map(({ name }) => name);
    for (const value of names.flatMap(knownBy)) this.#remember(value, true);
    this.#cause(names);
  }

  /**
   * A script made a choice. What is shorter stands in too many innocent places: sizes, numbers of pieces. Two letters of Chinese
   * are a word.
   */
  choose(control: Control): void {
    this.watch(control, "select", false);
    this.#cause(stringsOf(control, "select").filter((value) => value.length > 2 || UNPARTED.test(value)));
  }

  #cause(values: readonly string[]): void {
    for (const value of values.flatMap(knownBy)) {
      // Once: a page may say over and over that it changed a field. Of those that are judged just now it is one less.
      const at = this.#causes.indexOf(value);
      if (at >= 0) this.#past += this.#causes.splice(at, 1).length;
      this.#causes.push(value);
    }
    // While the view pauses no frame judges by them.
    this.#forget(this.#causes.length - MAX_CAUSES);
  }

  /** A value came to be without an edit (a script set it). Choices are from closed sets: they are no secret strings. */
  exist(control: Control, kind: FieldKind, isFloor: boolean, mayKeep: boolean): void {
    this.#change();
    if (isFloor) this.#floor.set(control, kind);
    if (isPicked(control, kind)) return;
    for (const value of stringsOf(control, kind).flatMap(knownBy)) {
      this.#remember(value, isFloor);
      // What nobody typed is the page's own on the next one too.
      if (mayKeep && isSpelt(value) && (!isFloor || MAY_KEEP.test(attribute(control, "autocomplete") ?? "")))
        this.prints?.remember(value);
    }
  }

  #change(): void {
    this.#all = this.#now = null;
    this.generation++;
  }

  #remember(value: string, isFloor: boolean, values = this.#settled): void {
    if (value.replace(PARTED, "").length < MIN_ANYWHERE_CHARS) return;
    this.#change();
    if (isFloor) {
      // What these hold now is read itself.
      if (value.startsWith(PARTED)) return;
      this.#hasSecretSigns ||= isOfSigns(value);
      return this.secrets.remember(value.replace(SIGNS, ""));
    }
    values.delete(value);
    values.add(value);
    if (values.size > MAX_VALUES) values.delete(values.values().next().value as string);
  }

  /** Fields that were edited and left the page without an event end their edit here. Gives those that are let go of. */
  prune(): Control[] {
    this.#change();
    for (const control of this.#editing.keys()) if (!isConnected(control)) this.#editing.delete(control);
    for (const control of this.#entered.keys()) if (!isEntered(control)) this.#entered.delete(control);
    const over = Math.max(this.#floor.size - MAX_FLOOR_FIELDS, 0);
    const gone = [...this.#floor.keys()].filter((control) => !isConnected(control)).slice(0, over);
    for (const control of gone) this.#floor.delete(control);
    return gone;
  }

  /**
   * Looks at a masked field that nobody edits. Its value exists, whoever put it there: the server, a script, a password
   * manager, or the shopper before the view began, when nothing of the page had been sent that could stay as sent.
   */
  watch(control: Control, kind: FieldKind, isFloor: boolean, isApart = false): void {
    // They always hold something, and nobody's own: a colour is black, a slider at its middle.
    if (kind === "range" || (control as HTMLInputElement).type === "color") return;
    const raw = valueOf(control, kind);
    if (!raw) this.#seen.delete(control);
    if (!raw) return;
    if (isPicked(control, kind) && !isFloor) {
      // A select says itself that another was chosen.
      if (kind !== "select" && this.#seen.has(control) && this.isNew(control, kind)) this.#cause([raw]);
      return void this.#seen.set(control, { raw, values: [] });
    }
    if (isFloor) return this.exist(control, kind, true, false);
    const values = isHiddenInput(control) ? this.#hidden : isApart ? this.#apart : this.#settled;
    for (const value of this.#knownBy(control, raw)) this.#remember(value, false, values);
  }

  /** Does a control hold something else than when it was last looked at, or than the page had it hold? */
  isNew(control: Control, kind: FieldKind): boolean {
    const seen = this.#seen.get(control);
    if (!seen && kind === "select")
      return [...(control.options ?? [])].some(({ defaultSelected, selected }) => selected && !defaultSelected);
    return valueOf(control, kind) !== (seen?.raw ?? "");
  }

  /** Is one that is counted apart known by what it holds? */
  isKnown(control: Control, kind: FieldKind): boolean {
    const values = this.#seen.get(control)?.values;
    return (
      !!values &&
      !this.isNew(control, kind) &&
      values.every(
        (value) =>
          !isSpelt(value) || value.length < MIN_ANYWHERE_CHARS || this.#apart.has(value) || this.#hidden.has(value),
      )
    );
  }

  /** Every frame looks at every field, and most hold what they held. */
  #knownBy(control: Control, raw: string): string[] {
    let seen = this.#seen.get(control);
    if (seen?.raw !== raw) this.#seen.set(control, (seen = { raw, values: knownBy(raw) }));
    return seen.values;
  }

  get #recent(): readonly string[] {
    return (this.#all ??= [...this.#causes, ...[...this.#entered.values()].flat()]);
  }

  /** How many values there have been by which a frame judged, or the one that begins now does, besides those that count anywhere. */
  get causes(): number {
    return this.#past + this.#causes.length;
  }

  /** What changed during the last edits has been judged, by as many causes as there had been: what came since is for the next frame. */
  forgetCauses(judged: number): void {
    this.#forget(judged - this.#past);
  }

  #forget(count: number): void {
    if (count > 0) this.#past += this.#causes.splice(0, count).length;
    this.#change();
  }

  get hasValues(): boolean {
    const { size } = this.#settled;
    return size + this.#apart.size + this.#hidden.size + this.#floor.size + this.#recent.length > 0 || this.#hasPrints;
  }

  get #hasPrints(): boolean {
    return this.secrets.hasAny || !!this.prints?.hasAny;
  }

  /**
   * Does the text repeat a masked value? Short ones count only right after the edit that made them. `isText`: people read it,
   * numbers beside letters count and names of few letters as words; false: of names and drawings each number is its own.
   * Addresses and styles are neither.
   */
  repeats(text: string, isText?: boolean): boolean {
    if (!text || !this.hasValues) return false;
    const isKnown = !this.#placesIn([text], isText).next().done;
    return isKnown || this.repeatsCause(text, isText) || this.holdsSigns(text);
  }

  /** Does a text hold a value that is known by its signs? */
  holdsSigns(text: string): boolean {
    this.#values();
    if (!this.#signs.length && !this.#hasSecretSigns) return false;
    const signs = signsIn(text);
    return this.#signs.some((value) => signs.includes(value)) || !this.secrets.findIn(signs).next().done;
  }

  /** Does a value whose edit has just ended, whatever its length, stand in a text, both squashed? */
  hasCauseIn(squashed: string): boolean {
    return this.#recent.some((value) => squashed.includes(value.slice(0, BEGINNING_CHARS) || "\n"));
  }

  /**
   * Does it repeat a value whose edit has just ended, whatever its length: as a word or a number of it, or as several words in
   * a row where they stood apart in the value too ("12/27")? `isText`: see `repeats`.
   */
  repeatsCause(text: string, isText?: boolean): boolean {
    const areApart = isText === false;
    // What is said in a chat stands in texts; numbers of classes and drawings are the page's own by then.
    const causes = areApart ? this.#causes : this.#recent;
    if (!causes.length) return false;
    const [words, wholes] = wordsIn(text, !isText);
    const squashed = words.join("");
    const stands = (cause: string): boolean => {
      const value = cause.replace(PARTED, "");
      if (cause === value)
        return wholes.some((word) => isWord(word, value)) || (UNPARTED.test(value) && squashed.includes(value));
      return !(areApart && /\d/.test(value)) && words.some((_, at) => wordsOf(value, words, at) > 0);
    };
    return causes.some((cause) => cause !== "" && (squashed === cause || stands(cause) || isExpiryIn(text, cause)));
  }

  /**
   * Does a text, squashed, hold how a value begins whose edit has just ended? What a page wrote at each key, and left
   * there, has all of the value but its last characters.
   */
  holdsBeginning(squashed: string): boolean {
    return this.#recent.some(
      (value) => value.length > BEGINNING_CHARS && squashed.includes(value.slice(0, BEGINNING_CHARS)),
    );
  }

  /** Is it such a beginning, of whatever length, or does it hold one? */
  isBeginning(squashed: string): boolean {
    if (!squashed) return false;
    return this.holdsBeginning(squashed) || this.#recent.some((value) => value.startsWith(squashed));
  }

  /** The values that count anywhere and stand in a text, both squashed; also those that were typed on a page before. */
  valuesIn(squashed: string): string[] {
    if (!this.hasValues) return [];
    const found = new Set(this.#values().filter((value) => squashed.includes(value)));
    for (const prints of [this.secrets, this.prints])
      for (const place of prints?.findIn(squashed) ?? []) found.add(squashed.slice(...place));
    return [...found];
  }

  /** Where values that count anywhere stand in texts, squashed and joined. */
  *#placesIn(texts: readonly string[], areWords?: boolean): Generator<[start: number, end: number]> {
    const joined = texts.map(squash).join("");
    let edges: Edges | undefined;
    for (const value of this.valuesIn(joined))
      for (let at = joined.indexOf(value); at >= 0; at = joined.indexOf(value, at + 1))
        if (!areWords || isSaid(value, at, (edges ??= edgesIn(texts)), this.#parted.has(value)))
          yield [at, at + value.length];
  }

  /** How many characters the longest value has. */
  get longest(): number {
    const least = this.#hasPrints ? USUAL_VALUE_CHARS : this.#recent.length && MIN_ANYWHERE_CHARS;
    return this.hasValues ? Math.max(...this.#values().map(({ length }) => length), least) : 0;
  }

  /** Values that count anywhere; a floor field's is read anew in each slice of a frame, in which no script runs. */
  #values(): readonly string[] {
    if (this.#now) return this.#now;
    const now = [...this.#floor].flatMap(([control, kind]) =>
      (kind === "file" ? stringsOf(control, kind) : [valueOf(control, kind)]).flatMap(knownBy),
    );
    const known = [...this.#settled, ...this.#apart, ...this.#hidden, ...now, ...this.#recent];
    this.#signs = known.filter(isOfSigns).map((value) => value.slice(1));
    this.#parted = new Set(known.filter((value) => value.startsWith(PARTED)).map((value) => value.slice(1)));
    return (this.#now = known.filter((value) => value.length >= MIN_ANYWHERE_CHARS && isSpelt(value)));
  }

  /** Which pieces, joined in document order, take part in a repeated value. `parents`: of their nodes. */
  repeatedAcross(pieces: readonly string[], parents: readonly (Node | null)[]): Set<number> {
    const found = new Set<number>();
    if (!this.hasValues) return found;
    const squashed = pieces.map(squash);
    const take = (from: number, to: number): void => {
      let start = 0;
      squashed.forEach((piece, index) => {
        if (piece && start < to && start + piece.length > from) found.add(index);
        start += piece.length;
      });
    };
    for (const [from, to] of this.#placesIn(pieces, true)) take(from, to);
    // Short ones in whole pieces alone: a character each (the boxes of a code), or in one element ("{month}/{year}").
    for (const cause of this.#recent) {
      const value = cause.replace(PARTED, "");
      if (value.length < MIN_ACROSS_CHARS || value.length >= MIN_ANYWHERE_CHARS) continue;
      for (let at = 0; at < squashed.length; at++) {
        const end = squashed[at] ? at + wordsOf(value, squashed, at) : at;
        const run = squashed.slice(at, end);
        const isInOne = cause !== value && parents.slice(at, end).every((parent) => parent === parents[at]);
        if (isInOne || run.every(({ length }) => length < 2))
          run.forEach((piece, on) => void (piece && found.add(at + on)));
      }
    }
    return found;
  }

  /**
   * Is a string that is new on this node no echo? While a masked field is edited, anything new may be one. `isText`: see
   * `repeats`.
   */
  passes(node: Node, text: string, isText?: boolean): boolean {
    if (this.isHolding || this.marks.has(node, text)) return false;
    if (!this.repeats(text, isText) && !(text.includes("\\") && this.repeats(unescaped(text), isText))) return true;
    this.marks.add(node, text);
    return false;
  }
}
