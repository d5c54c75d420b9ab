/** rrweb's Replayer in live mode, which is how it shows a page as it changes. */
import { Replayer } from "@rrweb/replay";
import { play } from "../player.ts";

let replayer;
const problems = [];

window.player = {
  async open() {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/replay.css";
    document.head.append(style);
    replayer = new Replayer([], {
      root: document.body,
      liveMode: true,
      mouseTail: false,
      showWarning: true,
      logger: { log: () => undefined, warn: (...words) => problems.push(words.join(" ")) },
    });
    replayer.startLive();
  },
  /** Dated now, so that its timer plays it with the next animation frame and no later. */
  apply(json) {
    const event = JSON.parse(json);
    event.timestamp = Date.now();
    replayer.addEvent(event);
  },
  lookOf: () => replayer.iframe.contentDocument,
  // It builds all at once.
  isWhole: () => true,
  problems: () => problems,
};
Object.assign(window, { play });
