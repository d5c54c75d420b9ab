/** Gathers what changed alike, so that a class that a thousand elements got is told once. */
import type { AttributesChange, Change } from "../wire/protocol.gen.ts";

type Changed = AttributesChange[2];

export class Alike {
  readonly #groups = new Map<string, { ids: number[]; changed: Changed }>();

  add(id: number, changed: Changed): void {
    let key = "";
    // No name holds a blank, and an absent value is no string of any length.
    for (const name in changed) key += `${name} ${changed[name]?.length} ${changed[name]} `;
    const group = this.#groups.get(key);
    if (group) group.ids.push(id);
    else this.#groups.set(key, { ids: [id], changed });
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
