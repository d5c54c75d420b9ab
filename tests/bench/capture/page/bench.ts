/** What the benchmark calls in a page: sets a workload up, runs it, and waits until the recorder has told all of it. */
import { type Workload, WORKLOADS } from "../workloads.ts";

export interface Recorder {
  /** Connects and loads what must be there before the measurement. */
  prepare(places: { relay: string; ingest: string }): Promise<void>;
  start(): unknown;
  /** Sends what is kept back. */
  flush?(): void;
  /** How many messages so far, when the last was handed over, and when the first snapshot was. */
  told: { count: number; last: number; snapshot: number };
  /** The messages that the page keeps since they were last taken, as JSON. */
  take(): string[];
}

declare global {
  interface Window {
    recorder: Recorder;
    bench: typeof bench;
  }
}

// A recorder that has told nothing for so many animation frames has told all: the slowest of those measured batches for
// 50 ms. Frames and not milliseconds: on a busy machine much time passes in which nothing runs.
const QUIET_FRAMES = 36;
// On a throttled processor a large frame is read in four times as many slices, and one animation frame comes between two.
const THROTTLED_QUIET_FRAMES = 4 * QUIET_FRAMES;
let quietFrames = QUIET_FRAMES;

const painted = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
const of = (name: string): Workload => WORKLOADS[name] as Workload;

async function settle(): Promise<void> {
  const { told } = window.recorder;
  for (let calm = 0, count = told.count; calm < quietFrames; calm++) {
    await painted();
    if (count !== told.count) calm = -1;
    count = told.count;
  }
}

/** All text and CSS of the page: what any recorder must send once. */
function ownText(): string {
  const texts: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.parentElement?.localName !== "script") texts.push((node as Text).data);
  for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) texts.push(rule.cssText);
  return texts.join("\n");
}

const bench = {
  async setUp(name: string): Promise<void> {
    if (name === "throttled") quietFrames = THROTTLED_QUIET_FRAMES;
    of(name).setUp();
    await painted();
    await painted();
  },
  /** How long the page stood still for the start, and how long it took until the snapshot was handed over, in ms. */
  async start(): Promise<{ startup_ms: number; snapshot_ms: number }> {
    performance.mark("bench-start");
    const from = performance.now();
    const started = window.recorder.start();
    const startup_ms = performance.now() - from;
    await started;
    // A snapshot that is read in slices tells nothing for a while.
    while (!window.recorder.told.snapshot) await painted();
    await settle();
    return { startup_ms, snapshot_ms: window.recorder.told.snapshot - from };
  },
  async run(name: string): Promise<void> {
    performance.mark("bench-start");
    await of(name).run?.();
    await settle();
  },
  mark: (): unknown => performance.mark("bench-start"),
  settle,
  ownText,
};
window.bench = bench;
