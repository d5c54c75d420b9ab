/** What the agent has singled out, shared by the mirror's overlay and the field list. */
import { signal } from "@preact/signals";

export class Selection {
  /** The node under the agent's pointer, or whose row has the focus. */
  readonly outlined = signal<number | null>(null);
  /** The node that the agent is about to highlight, and where its form is shown. */
  readonly chosen = signal<{ node: number; place: "mirror" | "list" } | null>(null);

  clear(): void {
    this.outlined.value = null;
    this.chosen.value = null;
  }
}
