/** When frames are made: with the next animation frame, yet never closer than 50 ms, and in hidden tabs too. */
import type { Natives } from "./natives.ts";

// A busy page changes in every animation frame; twenty pictures a second are enough to follow it.
const MIN_GAP_MS = 50;
// Hidden tabs get no animation frames.
const HIDDEN_MS = 250;

export class Pace {
  #isRequested = false;
  #frame = 0;
  #timer = 0;
  #last_ms = -Infinity;

  constructor(
    private readonly natives: () => Natives,
    private readonly run: () => void,
  ) {}

  /** Asks for a run, soon; asking again before it changes nothing. */
  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    const wait_ms = this.#last_ms + MIN_GAP_MS - performance.now();
    if (wait_ms > 0) this.#timer = this.natives().setTimer(() => this.#await(), wait_ms);
    else this.#await();
  }

  #await(): void {
    const { requestFrame, setTimer } = this.natives();
    this.#frame = requestFrame(() => this.#go());
    this.#timer = setTimer(() => this.#go(), HIDDEN_MS);
  }

  #go(): void {
    if (!this.#isRequested) return;
    this.cancel();
    this.#last_ms = performance.now();
    this.run();
  }

  cancel(): void {
    this.#isRequested = false;
    const { cancelFrame, clearTimer } = this.natives();
    cancelFrame(this.#frame);
    clearTimer(this.#timer);
  }
}
