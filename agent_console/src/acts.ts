/** What the agent puts on the shopper's page, and what became of it. Knows nothing of where it is shown. */
import { signal } from "@preact/signals";
import type { Act, ActOutcome } from "@beside/wire/protocol.gen";

import type { Point } from "./picture.ts";

/** A node of the shopper's page: its id names another one, or none, in every other epoch. */
export interface Target {
  epoch: number;
  node: number;
}

export interface HighlightRecord extends Target {
  act: string;
  /** What was highlighted, as the agent saw it then. */
  label: string;
  message: string | null;
  at: Date;
  outcome: ActOutcome["outcome"] | "sent";
}

// The protocol's hints fit one line on a phone; a session with more highlights than that has lost its thread.
const MAX_RECORDS = 100;
// An animation frame (16 ms) is more than a pointer's trail needs; the relay's budget for acts is 30 a second.
const POINTER_INTERVAL_MS = 1000 / 30;

export class Acts {
  /** The newest first. */
  readonly highlights = signal<readonly HighlightRecord[]>([]);
  #pointer: Point | null = null;
  #pointerSentAt = -Infinity;
  #pointerWaits = false;

  /** `send` gives false where the act could not leave. */
  constructor(private readonly send: (act: Act) => boolean) {}

  /** Highlights a node of `epoch`; `message` is shown beside it, at most `MAX_HINT_CHARS` long. */
  highlight(target: Target & { label: string }, message: string): boolean {
    const act = newActName();
    const hint = message.trim() || null;
    if (!this.send(["highlight", act, target.epoch, target.node, hint])) return false;
    const record: HighlightRecord = { act, ...target, message: hint, at: new Date(), outcome: "sent" };
    this.highlights.value = [record, ...this.highlights.peek()].slice(0, MAX_RECORDS);
    return true;
  }

  /** Takes a highlight off the shopper's page. */
  dismiss(act: string): void {
    this.send(["dismiss", act]);
  }

  settle({ act, outcome }: ActOutcome): HighlightRecord | undefined {
    this.highlights.value = this.highlights.peek().map((h) => (h.act === act ? { ...h, outcome } : h));
    return this.highlights.peek().find((h) => h.act === act);
  }

  /** The picture is gone, and with it every ring on the page. */
  clear(): void {
    this.highlights.value = this.highlights.peek().map((h) => (isOpen(h) ? { ...h, outcome: "gone" } : h));
    this.#pointer = null;
  }

  /** The agent's pointer in the shopper's layout viewport; null where it left. Sent at most 30 times a second. */
  point(to: Point | null): void {
    if (to === null && this.#pointer === null) return;
    this.#pointer = to;
    if (this.#pointerWaits) return;
    this.#pointerWaits = true;
    requestAnimationFrame(() => this.#sendPointer());
  }

  #sendPointer(): void {
    const now = performance.now();
    if (now - this.#pointerSentAt < POINTER_INTERVAL_MS - 1) {
      requestAnimationFrame(() => this.#sendPointer());
      return;
    }
    this.#pointerWaits = false;
    this.#pointerSentAt = now;
    this.send(["pointer", this.#pointer?.x ?? null, this.#pointer?.y ?? null]);
  }
}

/** Whether a highlight is, as far as we know, on the shopper's page now. */
export function isOpen(highlight: HighlightRecord): boolean {
  return highlight.outcome === "sent" || highlight.outcome === "shown";
}

/** 96 random bits, url-safe. Not `crypto.randomUUID`: a console served over plain http in a company's own net has none. */
function newActName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
