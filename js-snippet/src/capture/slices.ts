/**
 * Makes frames in slices, so that the page's own scripts and paints come in between: a keyframe of a large page takes
 * longer than a task may. Knows nothing of what a frame is made of.
 */
import type { Natives } from "./natives.ts";

/** Work that yields where it may be interrupted; between two steps the page may have changed anywhere. */
export type Steps<T = void> = Generator<void, T, void>;

// Reading the clock costs as much as reading a node.
const NODES_A_LOOK = 32;

export class Slices {
  /** The work in progress was interrupted at least once. */
  wasCut = false;
  #steps: Steps | null = null;
  #timer = 0;
  #until_ms = 0;
  #spent = 0;

  /**
   * @param refresh called at the start of each slice but the first: takes notice of what the page did meanwhile.
   * @param rest called at the end of each: the page goes on.
   */
  constructor(
    private readonly natives: () => Natives,
    private readonly document: Document,
    private readonly slice_ms: number,
    private readonly refresh: () => void,
    private readonly rest: () => void,
  ) {}

  get isBusy(): boolean {
    return this.#steps !== null;
  }

  /** Is the slice used up? `nodes`: how much was done since it was last asked. */
  isOver(nodes = 1): boolean {
    this.#spent += nodes;
    if (this.slice_ms > 0 && this.#spent < NODES_A_LOOK) return false;
    this.#spent = 0;
    return performance.now() >= this.#until_ms;
  }

  /** Begins work, of which the first slice is done at once. */
  start(steps: Steps): void {
    this.#steps = steps;
    this.wasCut = false;
    this.#run(this.slice_ms);
  }

  /** Ends the work in progress, if there is any, before anything else happens. */
  finish(): void {
    this.natives().clearTimer(this.#timer);
    this.#run(Infinity);
  }

  cancel(): void {
    this.natives().clearTimer(this.#timer);
    this.#steps = null;
  }

  #run(slice_ms: number): void {
    const steps = this.#steps;
    if (!steps) return;
    let done: boolean | undefined = true;
    try {
      ({ done } = this.#step(steps, slice_ms));
    } finally {
      this.rest();
    }
    // It may have been cancelled by what it published.
    if (this.#steps !== steps) return;
    if (done) this.#steps = null;
    else {
      this.wasCut = true;
      this.#timer = this.natives().setTimer(() => this.#run(this.slice_ms), 0);
    }
  }

  #step(steps: Steps, slice_ms: number): IteratorResult<void, void> {
    try {
      if (this.wasCut) this.refresh();
    } catch (error) {
      return steps.throw(error);
    }
    // Behind the refresh, however long that took: each slice gets on. Nobody looks at a hidden page, and its timers come
    // once a second.
    this.#until_ms = this.document.hidden ? Infinity : performance.now() + slice_ms;
    return steps.next();
  }
}
