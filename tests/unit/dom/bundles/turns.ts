/**
 * A page that its scripts change at random, captured by the real engine, and what may be on the wire by the page's own
 * look: a value that a masked field was seen to hold is in no frame, and the mirror's model is what a keyframe tells.
 */
import "./capture.ts";
import {
  above,
  Dice,
  doOne,
  EDITS,
  everything,
  type Field,
  fieldsIn,
  held,
  insideField,
  isElement,
  MORE_EDITS,
  placeOf,
  type Stage,
} from "../random_turns.ts";

const TURNS = 16;
const MAX_EDITS = 8;
const SLICES_MS = [0, 0, 1, 20];
// Seeds below were looked at with fewer edits, and some of them found something.
const MORE_FROM = 100_000;

const below = (): Node[] => everything(document.body);

/** What a node stands in: across shadow roots, and frames. */
function* around(node: Node): Generator<Element> {
  for (let at: Node | null = node; at; at = above(at)) if (isElement(at)) yield at;
}

// What a signed policy blocked or masked once stays so.
const gone = new WeakSet<Element>();
const veiled = new WeakSet<Element>();
const isBlocked = (field: Field): boolean => {
  for (const element of around(field)) if (gone.has(element) || element.matches("[data-beside=block]")) return true;
  return false;
};
const FLOOR = "[type=password], [type=hidden], [autocomplete^=cc-]";
// What was a password once stays one.
const secret = new WeakSet<Element>();
/** May what it holds be told? The nearest rule says so; the mark on a frame says nothing of what is in it. */
function mayBeShown(field: Field): boolean {
  if (isBlocked(field) || secret.has(field) || field.matches(FLOOR)) return false;
  for (const element of around(field)) {
    if (element.localName === "iframe") continue;
    const own = element.getAttribute("data-beside");
    if (veiled.has(element) || (own !== null && own !== "show")) return false;
    if (own === "show" || element.matches(".open")) return true;
  }
  // What a button holds is its name.
  return field.matches("[type=submit]");
}
/** Nobody says that these are known: hidden inputs, and fields in frames that are not shown. */
const isOutOfSight = (field: Field): boolean =>
  field.matches("[type=hidden]") ||
  [...around(field)].some(
    (at) =>
      at.localName === "iframe" && (isBlocked(at as Field) || veiled.has(at) || !at.matches("[data-beside=show]")),
  );

// As it was before the engine came: who asks for the list may push to it, and it looks again.
const { get: adopted } = Object.getOwnPropertyDescriptor(Document.prototype, "adoptedStyleSheets") as {
  get(): readonly CSSStyleSheet[];
};

/** All that a page says outside of its fields. */
function printed(nodes: readonly Node[]): string {
  const said = nodes.flatMap((node) => {
    if (!isElement(node)) return insideField(node) || node.nodeType === Node.COMMENT_NODE ? [] : [node.nodeValue ?? ""];
    return [...node.attributes].map(({ name, value }) => (name === "value" ? "" : value));
  });
  for (const sheet of adopted.call(document)) for (const { cssText } of sheet.cssRules) said.push(cssText);
  // Adjacent texts say together what none of them says.
  return said.join("").toLowerCase();
}

/** Is it what a field holds? Of an editor all of it: a page may print words of it that it had before that was one. */
const holdsIt = (field: Field, value: string): boolean =>
  "value" in field ? held(field).includes(value) : held(field).trim() === value;

class Watched {
  /** Values that no frame may hold from here on, and those that a field held when it was last looked. */
  readonly #kept = new Set<string>();
  #now = new Set<string>();
  /** Held by a field that may be shown, since a frame left. */
  readonly #shown = new Set<string>();
  /** May stand in frames: told as shown, or printed before any field was seen to hold it. */
  readonly #free = new Set<string>();
  readonly leaks: string[] = [];
  readonly #places = new Map<string, string>();
  /** How often it looked. */
  looks = 0;

  constructor(private readonly stage: Pick<Stage, "done" | "hasFloor" | "printed" | "values">) {}

  /** How many values were printed, and nowhere to be told. */
  get asked(): number {
    return this.stage.values.filter((value) => this.stage.printed.has(value) && !this.#free.has(value)).length;
  }

  /** A frame, or its next slice, is about to be read. */
  look(): void {
    this.looks++;
    this.#now = new Set();
    const nodes = below();
    for (const node of nodes) {
      if (!isElement(node)) continue;
      if (node.matches(".gone")) gone.add(node);
      if (node.matches(".veiled")) veiled.add(node);
      if (node.matches("[type=password]")) secret.add(node);
    }
    const fields = fieldsIn(nodes);
    const said = printed(nodes);
    for (const value of this.stage.values) {
      const holders = fields.filter((field) => holdsIt(field, value));
      const isShown = holders.some(mayBeShown);
      if (isShown) this.#shown.add(value);
      const seen = isShown ? [] : holders.filter((field) => !isOutOfSight(field));
      if (seen.length) this.#now.add(value);
      const places = seen.map(placeOf).join(" ");
      if (seen.length && this.#places.get(value) !== places) this.stage.done.push(`  reads ${value} at ${places}`);
      this.#places.set(value, places);
      // What a floor field holds, or one of which nothing travels, is read and never kept.
      const mayKeep = (field: Field): boolean => !isBlocked(field) && fieldsIn([...around(field)]).length === 1;
      if (!this.stage.hasFloor && seen.some(mayKeep)) this.#kept.add(value);
      if (!this.#now.has(value) && !this.#kept.has(value) && said.includes(value)) this.#free.add(value);
    }
  }

  /** A frame leaves. */
  hear(frame: string): void {
    const said = frame.toLowerCase().replaceAll('"],["tx","', "");
    this.stage.done.push(`  tells ${said.length} characters`);
    for (const value of this.stage.values) {
      if (this.#free.has(value) || !said.includes(value)) continue;
      if (!this.#shown.has(value) && (this.#now.has(value) || this.#kept.has(value)))
        this.leaks.push(`${value} in ${around100(said, value)}`);
      this.#free.add(value);
    }
    this.#shown.clear();
  }
}

const around100 = (said: string, value: string): string => {
  const at = said.indexOf(value);
  return said.slice(Math.max(0, at - 100), at + 100);
};

interface Outcome {
  leaks: string[];
  /** What the model refused, and what the engine reported. */
  errors: string[];
  /** Where a new keyframe tells otherwise. */
  differs: string[];
  asked: number;
  looks: number;
  done: string[];
}

/** @param areRulesEdited scripts edit single rules, too. */
function told(areRulesEdited: boolean): string[] {
  const { model } = window.recording;
  const fields = [...model.nodes.values()].flatMap((node) => {
    const field = model.fields.get(node.id);
    // A field without a name comes to stand where a secret one stood as others leave: a keyframe alone says so.
    const reason = field?.verdict === "mask" ? "" : field?.reason;
    return field ? [`field ${[...path(node)].join("/")} ${JSON.stringify({ ...field, reason })}`] : [];
  });
  // A rule that repeats a value is told as what its selector said last: by a keyframe that may be another one's words.
  const sheets = [...model.sheets.values()].map(([, , css, ...rest]) => {
    const rules =
      typeof css !== "string" || !areRulesEdited ? css : css.split("\n").filter((rule) => !/^$|^#b::after/.test(rule));
    return `sheet ${JSON.stringify([rules, ...rest])}`;
  });
  return [...model.outline(), ...fields.sort(), ...sheets.sort()];
}

type Placed = { parent: Placed | null; children: unknown[] };
function* path(node: Placed): Generator<number> {
  for (let at = node; at.parent; at = at.parent) yield at.parent.children.indexOf(at);
}

/** Runs a page by a seed. */
async function run(seed: number, turns = TURNS): Promise<Outcome> {
  const dice = new Dice(seed);
  const hasFloor = seed % 2 === 0;
  const edits = seed < MORE_FROM ? EDITS : MORE_EDITS;
  const stage: Stage = { dice, document, hasFloor, edits, aside: [], values: [], printed: new Set(), done: [] };
  const errors: string[] = [];
  console.error = (...args: unknown[]) => void errors.push(args.map(String).join(" "));
  for (let n = dice.below(25); n >= 0; n--) doOne(stage);
  const watched = new Watched(stage);
  // Each slice begins with a look at where the focus is.
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement") as { get(): Element | null };
  Object.defineProperty(Document.prototype, "activeElement", {
    configurable: true,
    get(this: Document) {
      if (this === document) watched.look();
      return get.call(this);
    },
  });
  const blur = (): void => {
    let active = get.call(document);
    while (active?.localName === "iframe") {
      const inner = (active as HTMLIFrameElement).contentDocument;
      active = inner && get.call(inner);
    }
    (active as HTMLElement | null)?.blur();
  };
  const rules = [{ block: [".gone"], mask: [".veiled"], show: [".open"] }];
  const settings = { ...window.beside.policed({ rules }), slice_ms: dice.pick(SLICES_MS) };
  window.recording = window.beside.record(settings);
  const { bytes, capture, model } = window.recording;
  bytes.forEach((frame) => watched.hear(frame));
  bytes.push = (...more) => {
    more.forEach((frame) => watched.hear(frame));
    return Array.prototype.push.apply(bytes, more);
  };
  const apply = model.apply.bind(model);
  model.apply = (frame) => {
    try {
      apply(frame);
    } catch (error) {
      errors.push(`the model refused a frame: ${String(error)}`);
      throw error;
    }
  };
  const task = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));
  for (let turn = 0; turn < turns; turn++) {
    stage.done.push(`-- turn ${turn}`);
    if (dice.once(9)) capture.keyframe();
    const isPaused = dice.once(14);
    if (isPaused) capture.pause();
    for (let n = dice.below(MAX_EDITS); n >= 0; n--) doOne(stage);
    if (isPaused) {
      // Frames load meanwhile. What a script put into a field, and took away, before the view goes on nobody knows.
      if (seed >= MORE_FROM) await task();
      for (let n = dice.below(MAX_EDITS); seed >= MORE_FROM && n >= 0; n--) doOne(stage);
      capture.resume();
    }
    const wait = dice.below(6);
    stage.done.push(["task", "task", "tasks", "frame", "frames", "quiet"][wait] as string);
    if (wait < 2) await task();
    else if (wait === 2) for (let n = dice.below(8); n >= 0; n--) await task();
    else if (wait === 3) await window.beside.frames(1);
    else if (wait === 4) await window.beside.frames(4);
    else {
      blur();
      await window.beside.quiet();
    }
  }
  blur();
  document.body.append("the end");
  await window.beside.quiet();
  const before = told(seed >= MORE_FROM);
  const { epoch } = model;
  capture.keyframe();
  while (model.epoch === epoch && !errors.length) await task();
  await window.beside.quiet();
  const after = told(seed >= MORE_FROM);
  const differs = [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
  if (!differs.length && before.join() !== after.join()) differs.push(`${before.join()} is now ${after.join()}`);
  const { asked, leaks, looks } = watched;
  return { leaks, errors, differs, asked, looks, done: stage.done };
}

declare global {
  interface Window {
    turns: typeof turns;
  }
}
const turns = { run, Watched };
window.turns = turns;
