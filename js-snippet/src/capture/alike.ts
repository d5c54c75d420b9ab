/** Gathers what changed alike, so that a class that a thousand elements got is told once. */
import type { AttributesChange, Change } from "../wire/protocol.gen.ts";

type Changed = AttributesChange[2];

interface Group {
  readonly ids: number[];
  readonly changed: Changed;
}

export class Alike {
  readonly #groups = new Map<string, Group>();
  #last: Group | null = null;

  add(id: number, changed: Changed): void {
    // What changes alike mostly does so one after the other.
    if (this.#last && isSame(this.#last.changed, changed)) return void this.#last.ids.push(id);
    let key = "";
    // No name holds a blank, and an absent value is no string of any length.
    for (const name in changed) key += `${name} ${changed[name]?.length} ${changed[name]} `;
    this.#last = this.#groups.get(key) ?? null;
    if (this.#last) this.#last.ids.push(id);
    else this.#groups.set(key, (this.#last = { ids: [id], changed }));
  }

  *changes(): Iterable<Change> {
    for (const { changed, ids } of this.#groups.values())
      if (ids.length < 2) yield ["attributes", ids[0] as number, changed];
      else {
        ids.sort((one, other) => one - other);
        yield ["alike", ids.map((id, at) => id - (ids[at - 1] ?? 0)), changed];
      }
  }
}

function isSame(one: Changed, other: Changed): boolean {
  for (const name in one) if (one[name] !== other[name]) return false;
  for (const name in other) if (!(name in one)) return false;
  return true;
}
