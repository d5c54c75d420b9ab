// A page of 10,000 nodes with 50 masked fields, and the engine over it; frames go nowhere.
import { startCapture } from "../../../../js-snippet/src/capture/engine.ts";

const FIELDS = 50;
const CARDS = 1_600;
const CHANGED = 1_000;
const KEY = "0123456789abcdef";
const words = "oak moss fern lime sage rose dune clay sand mist loam peat".split(" ");
const valueOf = (n: number): string => `${words[n % 12]} ${n}${words[(n * 5) % 12]} Larkspur Lane ${n * 7919}`;
const settled = (): Promise<void> =>
  new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve, 120)), 0));

/** Which values there are to look for: none, those of 50 fields, or as many that were typed on the page before. */
type Values = "none" | "fields" | "fingerprints";

async function begin(values: Values) {
  const form = document.createElement("form");
  for (let n = 0; n < FIELDS; n++) form.append(document.createElement("input"));
  const grid = document.createElement("main");
  for (let n = 0; n < CARDS; n++) {
    const card = document.createElement("article");
    card.innerHTML = `<h3>${words[n % 12]} ${words[(n * 7) % 12]} no. ${n}</h3><p>A ${words[(n * 5) % 12]} thing</p><b>${n}</b>`;
    grid.append(card);
  }
  document.body.append(form, grid);
  const host = document.body.appendChild(document.createElement("beside-help"));
  host.attachShadow({ mode: "closed" });
  let prints: readonly number[] = [];
  let frames = 0;
  const start = (kept: readonly number[]) =>
    startCapture({
      document,
      ownHost: host,
      epoch: 1,
      publish: () => ++frames > 0,
      echoes: { key: KEY, kept, keep: (all) => void (prints = all) },
    });
  let capture = start([]);
  await settled();
  if (values !== "none") {
    for (const [n, field] of [...form.querySelectorAll("input")].entries()) {
      field.focus();
      document.execCommand("insertText", false, valueOf(n));
      field.blur();
    }
    capture.keyframe();
    await settled();
    if (!prints.length) throw new Error("the fields were not taken for values");
  }
  if (values === "fingerprints") {
    capture.stop();
    for (const field of form.querySelectorAll("input")) field.value = "";
    capture = start(prints);
    await settled();
  }
  return {
    async keyframe(): Promise<void> {
      const before = frames;
      capture.keyframe();
      while (frames === before) await settled();
    },
    async change(turn: number): Promise<void> {
      const before = frames;
      for (const [n, title] of [...grid.querySelectorAll("h3")].slice(0, CHANGED).entries())
        (title.firstChild as Text).data = `${words[(n + turn) % 12]} ${words[(n * 3) % 12]} no. ${n + turn}`;
      while (frames === before) await settled();
    },
  };
}

Object.assign(window, { begin });
