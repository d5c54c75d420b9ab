/**
 * The capture engine: what changed is only marked; once an animation frame the end state of what is marked is read,
 * masked and published. Here is its life: it starts, pauses, goes on, and says when a frame is due. Knows nothing of
 * connections.
 */
import { withhold } from "../mask/judge.ts";
import { documentOf, isConnected, isElement, treeParent } from "../mask/nodes.ts";
import { Frames, type Life } from "./frames.ts";
import { type Capture, type CaptureOptions, type CaptureSettings, settingsOf } from "./options.ts";
import { CANNOT, TOO_LARGE } from "./page_box.ts";
import { Pace, SELDOM_MS } from "./pace.ts";
import { Watch } from "./watch.ts";

export type { Capture, CaptureOptions, CaptureSettings };

// Payment numbers that the mask did not find: a page that trips more often is not one to be shown.
const MAX_WITHHELD = 20;
// Until a document that a script empties is looked at again.
const ROOTLESS_MS = 50;
// A page may remove our frame as soon as it sees it, within the very task: so often in this time it is put back at once.
const MAX_RESTARTS = 5;
const RESTARTS_MS = 1000;

/** Starts to capture. Throws where a setting is unknown. */
export function startCapture(options: CaptureOptions): Capture {
  const engine = new Engine(options, settingsOf(options.settings));
  engine.resume(0, options.sheets);
  return engine;
}

class Engine implements Capture, Life {
  readonly watch: Watch;
  readonly pace: Pace;
  onPicture: Capture["onPicture"];
  readonly #frames: Frames;
  #isRunning = false;
  /** Sources of style sheets are on their way: the first frame waits for them, not long. */
  #isFetching = false;
  #isStopped = false;
  /** The timer that looks for the root of a document that a script has emptied, or starts again; 0: there is none. */
  #rootless = 0;
  #restarts = 0;
  #restarts_from_ms = -Infinity;
  /** How often the relay has withheld a frame of this page. */
  #withheld = 0;

  constructor(
    private readonly options: CaptureOptions,
    settings: CaptureSettings,
  ) {
    this.pace = new Pace(
      () => this.watch.natives,
      () => this.#emit(),
    );
    const frames = (this.#frames = new Frames(options, settings, this));
    this.watch = new Watch(
      options.document,
      {
        frames,
        request: () => this.pace.request(),
        requestSteady: () => this.pace.requestSteady(),
        requestSeldom: () => this.pace.request(SELDOM_MS),
        beforeEdit: (isFirst) => this.#beforeEdit(isFirst),
        restart: () => this.#restart(),
      },
      this.#own,
    );
  }

  readonly #own = (host: Element): void => this.#frames.mask.shape.own(host);

  get isHolding(): boolean {
    return this.#frames.mask.echoes.isHolding;
  }

  #restart(): void {
    if (this.#isStopped || isConnected(this.watch.natives.host) || this.#awaitsRoot(() => this.#restart())) return;
    if (this.#isTugOfWar()) {
      this.pause();
      this.options.onPaused?.();
      this.#rootless = setTimeout(() => this.#restart(), RESTARTS_MS);
      return;
    }
    if (!this.#isRunning) {
      this.watch.renew(this.#own, []);
      return this.watch.rest();
    }
    if (!this.isHolding) {
      this.#halt();
      this.watch.renew(this.#own, []);
      this.resume();
      return;
    }
    // What was seen and not told yet is for the keyframe behind the edit: a page that removes our frame at each key would
    // else make one at each key.
    this.#frames.isHeldBack = true;
    this.pace.cancel();
    this.#frames.extras.pause();
    this.watch.renew(this.#own, [...this.watch.roots.keys()]);
    this.pace.request();
  }

  #isTugOfWar(): boolean {
    const now_ms = performance.now();
    if (now_ms - this.#restarts_from_ms >= RESTARTS_MS) {
      this.#restarts_from_ms = now_ms;
      this.#restarts = 0;
    }
    return ++this.#restarts > MAX_RESTARTS;
  }

  keyframe(sheets: readonly string[] | null = null): void {
    if (sheets) this.#frames.sheets.texts.hold(sheets);
    this.#frames.needsKeyframe = true;
    this.pace.request();
  }

  /** `document.open()` has taken all away: our frame hangs on what is written next. The page's timer: ours went with it. */
  #awaitsRoot(run: () => void): boolean {
    clearTimeout(this.#rootless);
    this.#rootless = 0;
    if (this.options.document.documentElement) return false;
    this.#rootless = setTimeout(run, ROOTLESS_MS);
    return true;
  }

  pause(): void {
    this.#halt();
    // What waits to go on does so no more; who types is heard all the same.
    if (this.#rootless) this.#restart();
  }

  #halt(): void {
    this.#isRunning = this.#isFetching = false;
    this.pace.cancel();
    this.#frames.slices.cancel();
    this.#frames.extras.pause();
    this.watch.rest();
    this.#frames.dirty.clear();
  }

  resume(epoch = 0, sheets: readonly string[] = []): void {
    if (this.#isRunning || this.#awaitsRoot(() => this.resume(epoch, sheets))) return;
    // The page may have removed the frame that our natives came from while nobody watched.
    if (!isConnected(this.watch.natives.host)) this.watch.renew(this.#own, []);
    this.#frames.sheets.texts.hold(sheets);
    this.#isRunning = this.#frames.needsKeyframe = true;
    if (this.#frames.label === TOO_LARGE) this.#frames.label = null;
    this.#frames.epoch = Math.max(this.#frames.epoch, epoch - 1);
    this.watch.start();
    const fetched = this.#frames.sheets.prepare(this.options.document.querySelectorAll("link"));
    this.#isFetching = !!fetched;
    void fetched?.then(() => this.#endFetching());
    this.#emit();
  }

  #endFetching(): void {
    if (!this.#isFetching) return;
    this.#isFetching = false;
    this.#emit();
  }

  /** What is read after a value came to be may repeat it, and is masked: so what stands on the page is read now. */
  #beforeEdit(isFirst: boolean): void {
    this.#endFetching();
    const { needsKeyframe, slices } = this.#frames;
    // Once the page may know of the edit, a keyframe that is owed says what was sent before.
    if (this.isHolding || !(slices.isBusy || (needsKeyframe && isFirst))) return;
    slices.finish();
    this.#emit();
    slices.finish();
  }

  stop(): void {
    this.#isStopped = true;
    this.#halt();
    clearTimeout(this.#rootless);
    this.watch.stop();
    this.#frames.clear();
    this.watch.natives.release();
  }

  block(epoch: number, node: number): void {
    const found = this.find(epoch, node);
    const isRoot = found && documentOf(found) !== this.options.document && found === documentOf(found).documentElement;
    // A frame's document is blocked as a whole, by its frame.
    const element = isRoot ? (documentOf(found).defaultView?.frameElement ?? null) : found;
    // The whole page cannot be boxed by itself, and what trips without end not at all. What has gone by now is in no keyframe.
    const isPage = element === this.options.document.documentElement;
    if (++this.#withheld > MAX_WITHHELD || isPage) this.#frames.label = CANNOT;
    else if (element) withhold(element);
    this.#beginAnew();
  }

  tooLarge(): void {
    this.#frames.label ??= TOO_LARGE;
    this.#beginAnew();
  }

  #beginAnew(): void {
    // What is being read may hold the very element.
    this.#frames.slices.cancel();
    // The relay dropped all that it held.
    this.#frames.extras.pause();
    this.keyframe([]);
  }

  find(epoch: number, node: number): Element | null {
    const found = this.#frames.nodeOf(epoch, node);
    // While a masked field is edited, what the page took away meanwhile is not told by this either.
    if (!found || !(isConnected(found) || this.isHolding)) return null;
    let at: Node | null = found;
    // What stands right in a shadow root is the host's.
    while (at && !isElement(at)) at = treeParent(at);
    return at;
  }

  labelOf(element: Element): string {
    return this.#frames.labelOf(element);
  }

  /** One frame, if there is anything to tell; while one is made, it follows. */
  #emit(): void {
    if (this.#isRunning && !this.#isFetching && !this.#frames.slices.isBusy) this.#frames.start();
  }
}
