/** OpenReplay's tracker against an ingest of ours, which says yes to everything and counts what it is sent. */
import Tracker from "@openreplay/tracker";

const told = { count: 0, last: 0, snapshot: 0 };
let tracker;
let isStarted = false;

const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
  post.call(this, message, ...rest);
  if (!Array.isArray(message)) return;
  told.count++;
  told.last = performance.now();
  if (isStarted) told.snapshot ||= told.last;
};

window.recorder = {
  async prepare({ ingest }) {
    tracker = new Tracker({
      projectKey: "bench",
      ingestPoint: ingest,
      __DISABLE_SECURE_MODE: true,
      obscureInputNumbers: true,
      defaultInputMode: 1,
      network: { disabled: true },
    });
  },
  start() {
    isStarted = true;
    return tracker.start();
  },
  /** Its worker keeps a batch back for seconds. */
  flush() {
    tracker.app.worker?.postMessage("forceFlushBatch");
  },
  told,
  take: () => [],
};
