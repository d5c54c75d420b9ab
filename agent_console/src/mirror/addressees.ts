/**
 * Finds the node that each change of a frame names, and refuses a change that no such node can have. Nothing is painted
 * here. Knows nothing of documents.
 */
import type { AdoptedChange, Change, SheetChange } from "@beside/wire/protocol.gen.ts";
import { type OneChange, spreadAlike } from "./alike.ts";
import { canBePicture } from "./assets.ts";
import { ownsSheet } from "./elements.ts";
import type { Fields } from "./fields.ts";
import { canStandIn } from "./layers.ts";
import type { SheetTexts } from "./sheet_texts.ts";
import type { PlainSheet, Sheets } from "./sheets.ts";
import { canHaveState } from "./states.ts";
import { BadFrame, documentOf, isDocument, isElement, type Item, type Tree } from "./tree.ts";

/** A change whose style sheets are texts, not names. */
export type PlainChange = Exclude<OneChange, SheetChange | AdoptedChange> | PlainSheet | ["adopted", number, string[]];
/** A change with the node that it names; null where it names none, or one that this frame forgets. */
export type Resolved = readonly [PlainChange, Item | null];

// Of the sheets that one frame names for its elements: a name has thirty bytes, what it stands for may have six million
// characters, and is parsed once for each document, address and media that it is named with. A page links a few MB.
const MAX_NAMED_CHARS = 50_000_000;

export class Addressees {
  constructor(
    private readonly tree: Tree,
    private readonly fields: Fields,
    private readonly sheets: Sheets,
    private readonly texts: SheetTexts,
  ) {}

  /** The changes by themselves, each with its node. Throws `BadFrame`. */
  resolve(changes: readonly Change[]): Resolved[] {
    const resolved: Resolved[] = [];
    const named = new Named();
    for (const change of spreadAlike(changes)) {
      const [plain, item] = this.resolveOne(change);
      if (plain[0] === "sheet" && item && typeof change[2] !== "string") named.add(plain, item);
      resolved.push([plain, item]);
    }
    return resolved;
  }

  private resolveOne(change: OneChange): Resolved {
    const fits = (item: Item, right: boolean, plain = change as PlainChange): Resolved => {
      if (!right) throw new BadFrame(`names a node of the wrong kind in a change of ${change[0]}`);
      return [plain, item];
    };
    switch (change[0]) {
      case "attributes": {
        const item = this.tree.get(change[1]);
        return fits(item, isElement(item));
      }
      case "field": {
        const item = this.tree.get(change[1]);
        return fits(item, item.kind === "el" || item.kind === "bx");
      }
      case "layer": {
        const item = this.tree.get(change[1]);
        return fits(item, canStandIn(item, change[2]));
      }
      case "text": {
        const item = this.tree.get(change[1]);
        return fits(item, item.kind === "tx" || item.kind === "mt");
      }
      case "sheet": {
        const item = this.tree.get(change[1]);
        const [tag, owner, css, ...rest] = change;
        const text = css === null ? null : this.texts.read(css);
        return fits(item, isElement(item) && ownsSheet(item.name), [tag, owner, text, ...rest]);
      }
      case "label":
      case "status": {
        const item = this.tree.get(change[1]);
        return fits(item, this.fields.has(item));
      }
      case "rules": {
        const item = this.tree.get(change[1]);
        return fits(item, this.sheets.holdsText(item));
      }
      case "bitmap": {
        const item = this.tree.get(change[1]);
        return fits(item, item.kind === "bx");
      }
      case "asset": {
        const item = this.tree.get(change[1]);
        return fits(item, canBePicture(item));
      }
      case "adopted": {
        const item = this.tree.get(change[1]);
        const texts = change[2].map((css) => this.texts.read(css));
        return fits(item, isDocument(item) || item.kind === "sr", ["adopted", change[1], texts]);
      }
      case "scroll": {
        const item = this.tree.get(change[1]);
        return fits(item, isDocument(item) || isElement(item));
      }
      case "state": {
        if (change[2] === null) return [change, null];
        const item = this.tree.get(change[2]);
        return fits(item, canHaveState(item));
      }
      case "focus": {
        if (change[1] === null) return [change, null];
        const item = this.tree.get(change[1]);
        return fits(item, isElement(item) || item.kind === "bx");
      }
      default:
        return [change, null];
    }
  }
}

/** What a frame names of the style sheets that are kept, counted as often as the mirror has to parse it. */
class Named {
  private readonly places = new Map<string, Set<string>>();
  private chars = 0;

  /** Throws `BadFrame` where it is too much. */
  add([, , text, href, media]: PlainSheet, owner: Item): void {
    if (text === null) return;
    const places = this.places.get(text) ?? new Set<string>();
    this.places.set(text, places);
    const before = places.size;
    places.add(JSON.stringify([documentOf(owner)?.id, href, media]));
    if (places.size > before) this.chars += text.length;
    if (this.chars > MAX_NAMED_CHARS) throw new BadFrame("names more style than the mirror allows");
  }
}
