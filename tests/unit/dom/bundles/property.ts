// Capture and mirror of one page, frames handed over as JSON: what the property test drives and compares.
import { Mirror } from "../../../../agent_console/src/mirror/mirror.ts";
import { type CaptureSettings, startCapture } from "../../../../js-snippet/src/capture/engine.ts";
import { type Edit, makeEdit } from "../page_edits.ts";
import { type View, viewOfMirror, viewOfPage } from "../page_views.ts";

const gaps: string[] = [];
const ignore = (): void => undefined;
let frames = 0;

/** Shows the page in a mirror, whose frame stands inside what is never captured. */
async function start(root: Element, mirrorUrl: string, settings: Partial<CaptureSettings> = {}): Promise<void> {
  const host = document.createElement("beside-own");
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.src = mirrorUrl;
  host.attachShadow({ mode: "closed" }).append(frame);
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(host);
  await loaded;
  const mirror = new Mirror({
    frame,
    documentUrl: (quirks) => frame.src + (quirks ? "?quirks=1" : ""),
    assetOrigins: [location.origin],
    onGap: (reason) => void gaps.push(reason),
    onFields: ignore,
    onPage: ignore,
    onViewport: ignore,
    onPointer: ignore,
    onFocus: ignore,
  });
  const capture = startCapture({
    document,
    ownHost: host,
    epoch: 1,
    settings,
    publish(published) {
      frames++;
      mirror.apply(JSON.parse(JSON.stringify(published)));
      return true;
    },
    loadExtra: (name) => import(`../../../../js-snippet/src/capture/${name}.ts`) as never,
  });
  Object.assign(window, { capture, mirror, mirrorDocument: () => frame.contentDocument, stage: root });
}

function views(): { page: View; mirror: View | null; gaps: string[]; frames: number } {
  const { stage, mirrorDocument } = window as unknown as { stage: Element; mirrorDocument(): Document };
  // The stage may lose its id: it stays the first element of the body.
  const mirrored = mirrorDocument().querySelector("body")?.firstElementChild ?? null;
  return { page: viewOfPage(stage), mirror: mirrored && viewOfMirror(mirrored), gaps, frames };
}

/** Whether page and mirror show the same now, and the mirror has refused nothing. */
function agree(): boolean {
  const { page, mirror } = views();
  return gaps.length > 0 || JSON.stringify(page) === JSON.stringify(mirror);
}

// What a script takes out of the page, changes while nobody watches it, and puts back: each step in a turn of its own.
const ABSENCE = ["leave", "wear", "wear", "return"];

/** Makes all edits of a batch before the next frame; but for those of an absence in this one turn. */
async function edit(batch: Edit[]): Promise<void> {
  const { stage } = window as unknown as { stage: Element };
  for (const [name, ...numbers] of batch) {
    if (name !== "absence") makeEdit(stage, [name, ...numbers]);
    else
      for (const step of ABSENCE) {
        makeEdit(stage, [step, ...numbers]);
        await null;
      }
  }
}

/** Lets the page's own tasks, and so the engine's slices, run for a number of animation frames. */
async function pause(frames: number): Promise<void> {
  for (let passed = 0; passed < frames; passed++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

Object.assign(window, { property: { start, edit, views, agree, pause } });
