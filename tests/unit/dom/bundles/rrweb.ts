/**
 * `@rrweb/record` at the strictest that its options allow, behind the words of `capture.ts`: what the leak suite runs beside
 * ours. A masking function of one's own could hide the length too; that is code, and no option.
 */
import { record as startRecording } from "@rrweb/record";

const STRICTEST = {
  // All types of its table, `maskInputOptions` at their fullest.
  maskAllInputs: true,
  maskTextSelector: "*",
  slimDOMOptions: "all",
  recordCanvas: false,
  collectFonts: false,
  inlineImages: false,
  recordCrossOriginIframes: false,
  recordAfter: "DOMContentLoaded",
} as const;

function record() {
  const frames: unknown[] = [];
  const bytes: string[] = [];
  const start = () =>
    startRecording({
      ...STRICTEST,
      emit(event) {
        frames.push(event);
        // Of no page's content, and other ones at every run.
        bytes.push(JSON.stringify(event, (key, value) => (/^time(?:stamp|Offset)$/.test(key) ? 0 : value)));
      },
    });
  let stop = start();
  const capture = {
    pause: () => stop?.(),
    resume: () => (stop = start()),
    keyframe: () => startRecording.takeFullSnapshot(),
  };
  return { capture, frames, bytes };
}

/** Resolves once eight animation frames in a row brought nothing new, as for ours. */
async function quiet(): Promise<void> {
  const { frames } = (window as unknown as { recording: ReturnType<typeof record> }).recording;
  for (let calm = 0, count = -1; calm < 8; calm = count === frames.length ? calm + 1 : 0) {
    count = frames.length;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

Object.assign(window, { beside: { record, quiet } });
