/** Gathers what is to be told alike of several nodes, so that a class that a thousand elements got is told once. */

interface Group<T> {
  readonly ids: number[];
  readonly told: T;
}

export class Alike<T extends object> {
  readonly #groups = new Map<string, Group<T>>();
  #last: Group<T> | null = null;

  add(id: number, told: T): void {
    // What changes alike mostly does so one after the other.
    if (this.#last && isSame(this.#last.told, told)) return void this.#last.ids.push(id);
    let key = "";
    for (const name in told) {
      const value = told[name] as string | null;
      // No name holds a blank, and what is no string has no length.
      key += `${name} ${value?.length} ${value} `;
    }
    this.#last = this.#groups.get(key) ?? null;
    if (this.#last) this.#last.ids.push(id);
    else this.#groups.set(key, (this.#last = { ids: [id], told }));
  }

  /** Each group: its first id, and behind it how far each of the others is from the one before. */
  *[Symbol.iterator](): Iterator<[ids: [number, ...number[]], told: T]> {
    for (const { ids, told } of this.#groups.values()) {
      ids.sort((one, other) => one - other);
      yield [ids.map((id, at) => (at ? id - (ids[at - 1] as number) : id)) as [number, ...number[]], told];
    }
  }
}

function isSame<T extends object>(one: T, other: T): boolean {
  for (const name in one) if (one[name] !== other[name]) return false;
  for (const name in other) if (!(name in one)) return false;
  return true;
}
