/**
 * Shows frames in the console's own mirror, for the audit's picture of what an agent sees. The page around it is the
 * command's; the frame's document comes with the header of the console's mirror.
 */
import { Mirror } from "../../agent_console/src/mirror/mirror.ts";

declare global {
  interface Window {
    besideAuditMirror(frames: unknown[], assetOrigins: string[], quirks: boolean): Promise<string[]>;
  }
}

// A large page's picture stands within two seconds on a slow machine; one that never does must not hold up a report.
const LONGEST_WAIT_MS = 20_000;

/** Resolves with why frames were refused, once the whole picture stands. */
window.besideAuditMirror = async (frames, assetOrigins, quirks) => {
  const documentUrl = (isQuirks: boolean): string => `/beside-audit/mirror${isQuirks ? "-quirks" : ""}`;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.src = documentUrl(quirks);
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  const gaps: string[] = [];
  const ignore = (): void => undefined;
  await new Promise<void>((resolve) => {
    setTimeout(() => {
      gaps.push("The picture was not whole in time.");
      resolve();
    }, LONGEST_WAIT_MS);
    const mirror = new Mirror({
      frame,
      documentUrl,
      assetOrigins,
      onGap: (reason) => {
        gaps.push(reason);
        resolve();
      },
      onFields: ignore,
      onPage: ignore,
      onViewport: ignore,
      onPointer: ignore,
      onFocus: ignore,
      onWhole: resolve,
    });
    for (const one of frames) mirror.apply(one);
  });
  return [...gaps];
};
