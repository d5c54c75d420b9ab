/** What the agent has singled out, shared by the mirror's overlay and the field list. */
import { signal } from "@preact/signals";

import type { Target } from "../acts.ts";

export class Selection {
  /** The node under the agent's pointer, or whose row has the focus. */
  readonly outlined = signal<number | null>(null);
  /** What the agent is about to highlight, and where its form is shown. */
  readonly chosen = signal<(Target & { place: "mirror" | "list" }) | null>(null);
  /** What they write beside it. */
  readonly message = signal("");

  clear(): void {
    this.outlined.value = null;
    this.close();
  }

  /** The agent has sent it, or thinks better of it. */
  close(): void {
    this.chosen.value = null;
    this.message.value = "";
  }

  /** The picture is gone in which it was singled out. What was written is the agent's own, and stays for the next choice. */
  lose(): void {
    this.outlined.value = null;
    this.chosen.value = null;
  }
}
