/** What frames told of each field, by node id, as a console keeps it. Knows nothing of elements. */
import type { Change, Field, Frame } from "../../js-snippet/src/wire/protocol.gen.ts";

export class Verdicts {
  readonly #told = new Map<number, Field>();

  apply(frame: Frame): void {
    if (frame[0] === "keyframe") this.#told.clear();
    for (const change of frame[0] === "keyframe" ? frame[5] : frame[4]) this.#take(change);
  }

  #take(change: Change): void {
    if (change[0] === "field") {
      if (change[2]) this.#told.set(change[1], change[2]);
      else this.#told.delete(change[1]);
    } else if (change[0] === "fields") {
      let node = 0;
      for (const gap of change[1]) this.#told.set((node += gap), change[2]);
    } else if (change[0] === "status" || change[0] === "label") {
      const field = this.#told.get(change[1]);
      const said = change[0] === "status" ? { status: change[2] } : { label: change[2] };
      if (field) this.#told.set(change[1], { ...field, ...said });
    }
  }

  /** `find` gives the element of a node id. */
  of(element: Element, find: (node: number) => Element | null): Field | null {
    for (const [node, field] of this.#told) if (find(node) === element) return field;
    return null;
  }
}
