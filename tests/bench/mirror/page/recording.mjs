/** One page, recorded by both at once: what each would send of the same snapshot and the same changes. */
import { record } from "@rrweb/record";
import { startCapture } from "../../../../js-snippet/src/capture/engine.ts";
import { WORKLOADS } from "../../capture/workloads.ts";

const ours = [];
const theirs = [];
const STEPS = 40;
const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Ten texts, ten classes, a card in front, one to the end and one gone: what a busy shop page changes at once. */
function change(step) {
  const box = document.querySelector(".grid");
  const cards = [...box.children];
  for (let n = 0; n < 10; n++) {
    cards[(step * 37 + n * 91) % cards.length].querySelector(".price").textContent = `${step}.${n}0`;
    cards[(step * 53 + n * 17) % cards.length].classList.toggle("sold-out");
  }
  const fresh = cards[step].cloneNode(true);
  fresh.id = `fresh-${step}`;
  box.prepend(fresh);
  box.append(cards[step + 5]);
  cards.at(-1 - step).remove();
}

/** A frame or event a step, as JSON: [keyframe or snapshot, then one mutation each]. */
async function recordBoth() {
  WORKLOADS["grid-snapshot"].setUp();
  await painted();
  const host = document.createElement("beside-help");
  host.attachShadow({ mode: "closed" });
  document.documentElement.append(host);
  startCapture({ document, ownHost: host, epoch: 1, publish: (frame) => ours.push(JSON.stringify(frame)) > 0 });
  record({ maskAllInputs: true, emit: (event) => theirs.push(JSON.stringify(event)) });
  for (let calm = 0, count = 0; calm < 12 || !ours.length; calm = count === ours.length ? calm + 1 : 0) {
    count = ours.length;
    await painted();
  }
  for (let step = 0; step < STEPS; step++) {
    const before = ours.length;
    change(step);
    while (ours.length === before) await painted();
    await painted();
  }
  return { ours, theirs };
}

Object.assign(window, { recordBoth });
