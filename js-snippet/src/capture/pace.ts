/**
 * When frames are made: right behind the next animation frame, yet never closer than 50 ms, or 100 where the page goes on
 * changing by itself; and in hidden tabs too.
 */
import { Budget } from "./budget.ts";
import type { Natives } from "./natives.ts";

// A busy page changes in every animation frame; twenty pictures a second are enough to follow it.
const MIN_GAP_MS = 50;
// Ten, once it does so for longer than what follows a click: what ticks by itself is not what an agent looks at.
const STEADY_GAP_MS = 100;
const STEADY_MS = 500;
// Frames this far apart are none of one run.
const REST_MS = 200;
/** Where nothing but the end of something is waited for. */
export const SELDOM_MS = 400;
// Hidden tabs get no animation frames.
const HIDDEN_MS = 250;

export class Pace {
  readonly budget = new Budget();
  #frame = 0;
  #timer = 0;
  #last_ms = -Infinity;
  /** When the first of the frames was made that followed one upon another up to the last. */
  #since_ms = -Infinity;
  #due_ms = Infinity;

  constructor(
    private readonly natives: () => Natives,
    private readonly run: () => void,
  ) {}

  /** Asks for a run, `gap_ms` after the last at the earliest; asking again changes nothing, but where it is to be sooner. */
  request(gap_ms = MIN_GAP_MS): void {
    const due_ms = Math.max(this.#last_ms + gap_ms, this.budget.due_ms);
    if (due_ms >= this.#due_ms) return;
    this.cancel();
    this.#due_ms = due_ms;
    const wait_ms = due_ms - performance.now();
    if (wait_ms > 0) this.#timer = this.natives().setTimer(() => this.#await(), wait_ms);
    else this.#await();
  }

  /** The same for what the page changed. What the shopper does, where they scroll and point, is followed closely. */
  requestSteady(): void {
    this.request(this.#last_ms - this.#since_ms < STEADY_MS ? MIN_GAP_MS : STEADY_GAP_MS);
  }

  #await(): void {
    const { clearTimer, requestFrame, setTimer } = this.natives();
    const wait = (wait_ms: number): void => void (this.#timer = setTimer(() => this.#go(), wait_ms));
    this.#frame = requestFrame(() => {
      clearTimer(this.#timer);
      // In a task of its own, behind the page's: its frame is painted first, and has laid out what is read here.
      wait(0);
    });
    wait(HIDDEN_MS);
  }

  #go(): void {
    this.cancel();
    const now_ms = performance.now();
    // What was asked for while a large frame was read.
    if (now_ms < this.budget.due_ms) return this.request();
    if (now_ms - this.#last_ms > REST_MS) this.#since_ms = now_ms;
    this.#last_ms = now_ms;
    this.run();
  }

  cancel(): void {
    this.#due_ms = Infinity;
    const { cancelFrame, clearTimer } = this.natives();
    cancelFrame(this.#frame);
    clearTimer(this.#timer);
  }
}
