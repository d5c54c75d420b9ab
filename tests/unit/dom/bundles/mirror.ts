// The mirror alone, as the console embeds it, with what it reported.
import { Mirror } from "../../../../agent_console/src/mirror/mirror.ts";

const reports: [string, unknown][] = [];
const note =
  (name: string) =>
  (...values: unknown[]): void =>
    void reports.push([name, values[0] instanceof Map ? [...(values[0] as Map<number, unknown>)] : values[0]]);

function mount(frame: HTMLIFrameElement, assetOrigins: string[]): Mirror {
  return new Mirror({
    frame,
    documentUrl: (quirks) => frame.src + (quirks ? "?quirks=1" : ""),
    assetOrigins,
    assetUrl: (hash) => `/uploaded/${hash}`,
    onGap: note("gap"),
    onFields: note("fields"),
    onPage: note("page"),
    onViewport: note("viewport"),
    onPointer: note("pointer"),
    onFocus: note("focus"),
    onStyleMissing: note("missing"),
    onQuirks: note("quirks"),
    onWhole: note("whole"),
  });
}

Object.assign(window, { besideMirror: { mount, reports } });
