/**
 * rrweb as its guide says, inputs masked as ours are. Each event becomes JSON, as it must before it can be sent; what
 * sending costs is not charged to it.
 */
import { record } from "@rrweb/record";

const FULL_SNAPSHOT = 2;
const told = { count: 0, last: 0, snapshot: 0 };
let events = [];

window.recorder = {
  prepare: () => Promise.resolve(),
  start() {
    record({
      maskAllInputs: true,
      emit(event) {
        events.push(JSON.stringify(event));
        told.count++;
        told.last = performance.now();
        if (event.type === FULL_SNAPSHOT) told.snapshot ||= told.last;
      },
    });
  },
  told,
  take() {
    const taken = events;
    events = [];
    return taken;
  },
};
