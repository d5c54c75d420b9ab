/** Beside as the shopper's page runs it: the engine, and the connection that encodes and sends what it publishes. */
import { startCapture } from "../../../../js-snippet/src/capture/engine.ts";
import { type Connection, openConnection } from "../../../../js-snippet/src/connection.ts";
import type { Recorder } from "./bench.ts";

const told = { count: 0, last: 0, snapshot: 0 };
const ignore = (): void => undefined;
let connection: Connection;
// As the loader mounts it where the page has loaded, long before a view begins.
const host = document.createElement("beside-help");
host.attachShadow({ mode: "closed" });
document.documentElement.append(host);
let keyframes = 0;

// The moment at which bytes are handed to the browser; the relay of the benchmark keeps the bytes themselves.
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  send.call(this, data);
  told.count++;
  told.last = performance.now();
  // The first message after the first keyframe was published is that keyframe, or a part of it.
  if (keyframes) told.snapshot ||= told.last;
};

window.recorder = {
  prepare: ({ relay }) =>
    new Promise((connected, reject) => {
      connection = openConnection(relay, "bench", () => "participant-token", {
        onWelcome: () => connected(),
        onView: ignore,
        onAct: ignore,
        onKeyframeWanted: ignore,
        onTripped: ignore,
        onRefusal: ignore,
        onLost: ignore,
        onRefused: (code) => reject(new Error(`not connected: ${code}`)),
        onTooLarge: ignore,
      });
    }),
  start() {
    startCapture({
      document,
      ownHost: host,
      epoch: 1,
      publish(frame) {
        if (frame[0] === "keyframe") keyframes++;
        return connection.sendFrame(frame);
      },
    });
  },
  told,
  take: () => [],
} satisfies Recorder;
