/**
 * A mirror without a DOM: applies frames to a plain tree as protocol.py says, and throws on any that breaks its rules.
 * It is written from the protocol alone, so that it agrees with the engine only where the engine keeps to it.
 */
import type { Change, Css, Entry, Field, Frame } from "../../../js-snippet/src/wire/protocol.gen.ts";
import { sheetHash } from "../../../js-snippet/src/wire/sheet_hash.ts";

export interface ModelNode {
  id: number;
  entry: Entry;
  attributes: Record<string, string>;
  text: string | null;
  parent: ModelNode | null;
  children: ModelNode[];
}

const COUNT_AT: Record<string, number> = { el: 3, svg: 3, math: 3, sr: 1, fr: 2, doc: 2 };

/** Changes that name no node. */
const AROUND = new Set(["viewport", "pointer", "page", "media"]);

export class Model {
  nodes = new Map<number, ModelNode>();
  epoch = 0;
  seq = -1;
  next = 2;
  readonly fields = new Map<number, Field>();
  readonly sheets = new Map<number, Change>();
  readonly last = new Map<string, Change>();
  /** Texts of style sheets that were sent to be kept. They outlive a keyframe. */
  readonly texts = new Map<string, string>();

  apply(frame: Frame): void {
    if (frame[0] === "keyframe") {
      const [, epoch, seq, , entries, changes] = frame;
      if (epoch <= this.epoch || seq !== 0) throw new Error("a keyframe opens a later epoch at seq 0");
      this.epoch = epoch;
      this.seq = 0;
      this.next = 2;
      this.nodes = new Map([[1, make(1, ["dt", "document"])]]);
      this.fields.clear();
      this.sheets.clear();
      this.last.clear();
      this.#place(this.#get(1), 0, entries);
      for (const change of changes) this.#take(change);
      return;
    }
    const [, epoch, seq, first, changes] = frame;
    if (epoch !== this.epoch || seq !== this.seq + 1) throw new Error("a gap in the frames");
    if (first !== this.next) throw new Error(`first is ${first}, expected ${this.next}`);
    this.seq = seq;
    const detached: ModelNode[] = [];
    const parents = new Set<number>();
    for (const change of changes) {
      if (change[0] !== "children") continue;
      const [, id, index, removed] = change;
      if (parents.has(id)) throw new Error("two splices of one parent");
      parents.add(id);
      if (index + removed > this.#get(id).children.length) throw new Error("removes more than there is");
      for (const node of this.#get(id).children.splice(index, removed)) {
        node.parent = null;
        detached.push(node);
      }
    }
    for (const change of changes) {
      if (change[0] === "children") this.#place(this.#get(change[1]), change[2], change[4]);
      else this.#take(change);
    }
    const forget = (node: ModelNode): void => {
      this.nodes.delete(node.id);
      this.fields.delete(node.id);
      this.sheets.delete(node.id);
      node.children.forEach(forget);
    };
    for (const node of detached) if (!node.parent) forget(node);
  }

  #get(id: number): ModelNode {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`unknown node ${id}`);
    return node;
  }

  #place(parent: ModelNode, index: number, entries: readonly Entry[]): void {
    if (index > parent.children.length) throw new Error("places beyond the end");
    let at = 0;
    const read = (above: ModelNode): ModelNode => {
      const entry = entries[at++];
      if (!entry) throw new Error("announces more children than it brings");
      if (entry[0] === "at") {
        const moved = this.#get(entry[1]);
        if (moved.parent) throw new Error(`moves node ${moved.id}, which was not taken from its place`);
        moved.parent = above;
        return moved;
      }
      const node = make(this.next++, entry);
      node.parent = above;
      this.nodes.set(node.id, node);
      const count = (entry as unknown[])[COUNT_AT[entry[0]] ?? -1] ?? 0;
      for (let i = 0; i < Number(count); i++) node.children.push(read(node));
      return node;
    };
    const placed: ModelNode[] = [];
    while (at < entries.length) placed.push(read(parent));
    parent.children.splice(index, 0, ...placed);
  }

  /** The same change with texts in place of names. */
  #plain(change: Change): Change {
    const plain = (css: Css): string => {
      if (typeof css === "string") return css;
      if (css[0] === "keep") this.texts.set(sheetHash(css[1]), css[1]);
      const text = css[0] === "keep" ? css[1] : this.texts.get(css[1]);
      if (text === undefined) throw new Error("names a style sheet that was never sent");
      return text;
    };
    if (change[0] === "adopted") return ["adopted", change[1], change[2].map(plain)];
    if (change[0] !== "sheet" || change[2] === null) return change;
    const [tag, owner, css, ...rest] = change;
    return [tag, owner, plain(css), ...rest];
  }

  #take(sent: Change): void {
    const change = this.#plain(sent);
    const about = change[0] === "state" ? change[2] : change[1];
    const node = typeof about === "number" && !AROUND.has(change[0]) ? this.#get(about) : null;
    this.last.set(change[0], change);
    if (change[0] === "alike" || change[0] === "fields") {
      let id = 0;
      for (const gap of change[1]) {
        id += gap;
        this.#take(change[0] === "alike" ? ["attributes", id, change[2]] : ["field", id, change[2]]);
      }
    } else if (change[0] === "texts") for (const [id, text] of change[1]) this.#take(["text", id, text]);
    else if (change[0] === "rules") {
      const [, owner, css] = change;
      const sheet = this.sheets.get(owner);
      if (typeof sheet?.[2] !== "string") throw new Error("adds rules to a sheet that was never sent");
      const [tag, , text, ...rest] = sheet;
      this.sheets.set(owner, [tag, owner, `${text}\n${css}`, ...rest]);
    } else if (change[0] === "attributes" && node) {
      for (const [name, value] of Object.entries(change[2])) {
        if (value === null) Reflect.deleteProperty(node.attributes, name);
        else node.attributes[name] = value;
      }
    } else if (change[0] === "text" && node) node.text = change[2];
    else if (change[0] === "field") {
      if (change[2]) this.fields.set(change[1], change[2]);
      else this.fields.delete(change[1]);
    } else if (change[0] === "status" || change[0] === "label") {
      const field = this.fields.get(change[1]);
      if (!field) throw new Error("tells the status or the label of what is no field");
      this.fields.set(change[1], {
        ...field,
        ...(change[0] === "label" ? { label: change[2] } : { status: change[2] }),
      });
    } else if (change[0] === "sheet") this.sheets.set(change[1], change);
  }

  /** The tree as text: `<p class="a">`, `"text"`, `***` for what is masked, `[kind WxH]` for a box. */
  outline(from = this.#get(1), depth = 0): string[] {
    const lines: string[] = [];
    for (const node of from.children) {
      lines.push("  ".repeat(depth) + describe(node));
      lines.push(...this.outline(node, depth + 1));
    }
    return lines;
  }

  /** The field of the element with this id attribute. */
  fieldOf(id: string): Field | undefined {
    for (const node of this.nodes.values()) if (node.attributes["id"] === id) return this.fields.get(node.id);
    return undefined;
  }

  idOf(id: string): number | undefined {
    for (const node of this.nodes.values()) if (node.attributes["id"] === id) return node.id;
    return undefined;
  }
}

function make(id: number, entry: Entry): ModelNode {
  const isElement = entry[0] === "el" || entry[0] === "svg" || entry[0] === "math";
  return {
    id,
    entry,
    attributes: isElement ? { ...entry[2] } : entry[0] === "fr" ? { ...entry[1] } : {},
    text: entry[0] === "tx" ? entry[1] : null,
    parent: null,
    children: [],
  };
}

function describe(node: ModelNode): string {
  const { entry, attributes, text } = node;
  switch (entry[0]) {
    case "el":
    case "svg":
    case "math":
    case "fr": {
      const names = Object.keys(attributes).sort();
      return `<${entry[0] === "fr" ? "iframe" : entry[1]}${names.map((name) => ` ${name}=${JSON.stringify(attributes[name])}`).join("")}>`;
    }
    case "tx":
    case "mt":
      return text === null ? "***" : JSON.stringify(text);
    case "bx":
      return `[${entry[1]} ${entry[3]}x${entry[4]}${entry[2] ? ` ${entry[2]}` : ""}]`;
    case "sr":
      return "#shadow";
    case "doc":
      return entry[1] ? "#document quirks" : "#document";
    default:
      return entry[0];
  }
}
