/** What the capture tests use: the engine, and a recorder that checks each frame against the wire's schema. */
import { Budget } from "../../../../js-snippet/src/capture/budget.ts";
import { type Capture, type CaptureSettings, startCapture } from "../../../../js-snippet/src/capture/engine.ts";
import type { PictureLine } from "../../../../js-snippet/src/capture/extras.ts";
import { Pace } from "../../../../js-snippet/src/capture/pace.ts";
import { PageBox } from "../../../../js-snippet/src/capture/page_box.ts";
import { looksPersonal, Reach, tripped } from "../../../../js-snippet/src/mask/patterns.ts";
import { assetUrl, judgeCss, reducePath } from "../../../../js-snippet/src/mask/urls.ts";
import { saysSecret } from "../../../../js-snippet/src/mask/words.ts";
import { isSure } from "../../../../js-snippet/src/policy/drift.ts";
import { Forms, isForm, together } from "../../../../js-snippet/src/policy/forms.ts";
import { fitsPaths, plainPath } from "../../../../js-snippet/src/policy/paths.ts";
import { PolicyRules } from "../../../../js-snippet/src/policy/rules.ts";
import { holdsTogether } from "../../../../js-snippet/src/policy/selectors.ts";
import { decoderOf } from "../../../../js-snippet/src/wire/decode.ts";
import {
  type Drift,
  type Frame,
  isAssetName,
  isKeyframe,
  isMutation,
  type PolicyRule,
  type SitePolicy,
} from "../../../../js-snippet/src/wire/protocol.gen.ts";
import { sheetHash } from "../../../../js-snippet/src/wire/sheet_hash.ts";
import { Model } from "../capture_model.ts";

const decodeKeyframe = decoderOf(isKeyframe);
const decodeName = decoderOf(isAssetName);
const decodeMutation = decoderOf(isMutation);

/** Starts to capture the page; every frame is decoded, kept as the bytes that would travel, and applied to a model. */
function record(settings: Partial<CaptureSettings> = {}, echoes?: { key: string; kept: number[] }) {
  const host = document.createElement("beside-own");
  host.attachShadow({ mode: "closed" }).append("never captured");
  document.documentElement.append(host);
  const frames: Frame[] = [];
  const bytes: string[] = [];
  const paths: string[] = [];
  const pauses: number[] = [];
  const model = new Model();
  let prints: readonly number[] = [];
  // What left by way of pictures: offers, and bytes. The relay's part is played by its own rule: each hash once.
  const offers: string[] = [];
  const uploads = new Map<string, number[]>();
  const answer = (hash: string, state: string) => queueMicrotask(() => line.hear["asset"]?.({ hash, state }));
  const hashOf = (json: string): string => (decodeName(JSON.parse(json)) as { hash: string }).hash;
  const line: PictureLine = {
    emit(_, json) {
      offers.push(hashOf(json));
      answer(hashOf(json), uploads.has(hashOf(json)) ? "kept" : "wanted");
    },
    emitBinary(_, json, bytes) {
      uploads.set(hashOf(json), [...bytes]);
      answer(hashOf(json), window.recording?.refusing ? "refused" : "kept");
    },
    hear: {},
  };
  const capture: Capture = startCapture({
    document,
    ownHost: host,
    epoch: 7,
    publish(frame) {
      if (!window.recording?.taken && frames.length) return false;
      const text = JSON.stringify(frame);
      bytes.push(text);
      const copy = (frame[0] === "keyframe" ? decodeKeyframe : decodeMutation)(JSON.parse(text)) as Frame;
      frames.push(copy);
      model.apply(copy);
      return true;
    },
    onNavigatePath: (path) => void paths.push(path),
    onPaused: () => void pauses.push(frames.length),
    line: () => line,
    loadExtra: (name) => import(`../../../../js-snippet/src/capture/${name}.ts`) as never,
    ...(echoes && { echoes: { ...echoes, keep: (all: readonly number[]) => void (prints = all) } }),
    settings,
  });
  // `taken` false: frames are dropped, as by a network that lags.
  // `refusing`: uploads are refused.
  const made = { capture, frames, bytes, paths, pauses, model, host, rules: settings.rules, offers, uploads };
  return { ...made, taken: true, refusing: false, prints: () => prints };
}

type Stated = Partial<Omit<SitePolicy, "rules">> & { rules?: Partial<PolicyRule>[] };

/** Capture settings by a policy of which only this is said. */
function policed(stated: Stated): Partial<CaptureSettings> {
  const rule = { name: "a rule", pages: null, show: [], mask: [], block: [] };
  const policy = {
    site: "a",
    version: 1,
    private: false,
    pause: [],
    queryHosts: [],
    frames: [],
    exemptEchoes: [],
    patterns: [],
  };
  const rules = (stated.rules ?? []).map((part) => ({ ...rule, ...part }));
  return { rules: new PolicyRules(document, { ...policy, ...stated, rules }) };
}

/** Which texts take part in a number by some forms; null: a line ends. Line ends are not counted. */
function findForms(forms: string[], texts: (string | null)[]): number[] {
  const shown: string[] = [];
  const ends = new Set<number>();
  for (const text of texts)
    if (text === null) ends.add(shown.length);
    else shown.push(text);
  return new Forms(forms).across(shown, (at) => ends.has(at));
}

/** As `policed`, and what the policy tells of rules that find nothing goes into `drifts`. */
function drifting(stated: Stated): Partial<CaptureSettings> {
  const settings = policed(stated);
  window.drifts = [];
  settings.rules?.tellDrift((drift) => window.drifts.push(drift) > 0);
  return settings;
}

const fits = (pattern: string, path: string): boolean => fitsPaths([pattern])(plainPath(path));

declare global {
  interface Window {
    beside: typeof beside;
    drifts: Drift[];
    recording: ReturnType<typeof record>;
  }
}

/** Each slice of a frame begins with a look at where the focus is. */
let slices = 0;
const { get: focused } = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement") as {
  get(): Element | null;
};
Object.defineProperty(Document.prototype, "activeElement", {
  configurable: true,
  get(this: Document) {
    slices++;
    return focused.call(this);
  },
});

/** Resolves once some animation frames in a row brought nothing new, and nothing was read for one that comes. */
async function quiet(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const told = () => slices + window.recording.frames.length;
  // More than the engine's longest gap between frames of a changing page, in animation frames of at most 60 a second.
  for (let calm = 0, count = -1; calm < 9; calm = count === told() ? calm + 1 : 0) {
    count = told();
    await frame();
  }
}

/** Lets the engine's slices run for a number of animation frames. */
async function frames(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

const beside = {
  startCapture,
  record,
  policed,
  drifting,
  isSure,
  fits,
  holdsTogether,
  findForms,
  isForm,
  together,
  quiet,
  frames,
  Budget,
  Pace,
  PageBox,
  looksPersonal,
  Reach,
  tripped,
  assetUrl,
  judgeCss,
  reducePath,
  saysSecret,
  sheetHash,
};
window.beside = beside;
