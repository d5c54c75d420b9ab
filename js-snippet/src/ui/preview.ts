/**
 * "What the agent sees": the shopper's page as the agent's mirror shows it, built by the mirror's own code from the very
 * frames. It stands in a frame of the relay's, which may send nothing; the frames reach it over a message port.
 */
import type { Capture, CaptureSettings, startCapture } from "../capture/engine.ts";
import type { LoadExtra, PictureLine } from "../capture/extras.ts";
import type { Words } from "../locales/en.ts";
import type { PageContext } from "../page_context.ts";
import type { Frame } from "../wire/protocol.gen.ts";
import { fillApart, make } from "./elements.ts";
import styles from "./preview.css";
import type { Stage } from "./stage.ts";

// A page of ours with a script of 20 kB; a phone on a slow line takes seconds.
const MAX_WAIT_MS = 10_000;

export interface Preview {
  show(frame: Frame): void;
  /** Shows the pictures of this capture too. */
  follow(capture: Capture): void;
  /** Nobody sees anything now. */
  blank(): void;
  close(): void;
}

export interface PreviewSettings {
  context: PageContext;
  stage: Stage;
  words: Words;
  /** Who sees it, by name. */
  agent: string;
  /** Before the consent: over its dialog, which waits behind. */
  isModal?: boolean;
  /** Whose pictures it shows; null: it is told later. */
  capture: Capture | null;
  /** The preview needs a keyframe. */
  onWanted(): void;
  onClosed?(): void;
}

export function openPreview({
  context,
  stage,
  words,
  agent,
  isModal,
  capture,
  onWanted,
  onClosed,
}: PreviewSettings): Preview {
  const { relay, site } = context;
  const life = new AbortController();
  let port: MessagePort | null = null;
  const status = make("p", { role: "status" }, words.preparing);
  const frame = make("iframe", { title: words.lookTitle.replace("{agent}", agent), referrerPolicy: "no-referrer" });
  const title = make("h2", { id: "look", tabIndex: -1 }, ...fillApart(words.lookTitle, { agent }));
  const dialog = make(
    "dialog",
    { className: "look", "aria-labelledby": "look" },
    make(
      "header",
      {},
      title,
      make("button", { type: "button", className: "close", "aria-label": words.close, onclick: close }, "×"),
    ),
    make("p", { className: "hint" }, words.lookHint),
    make("div", { className: "view" }, status, frame),
  );
  stage.adopt(styles);
  // Where our host moves into a dialog of the page's, the browser loads the frame anew.
  frame.onload = () => {
    const { port1, port2 } = new MessageChannel();
    port?.close();
    port = port1;
    port1.onmessage = () => {
      clearTimeout(late);
      status.hidden = true;
      onWanted();
    };
    frame.contentWindow?.postMessage("", relay, [port2]);
  };
  frame.src = `${relay}/preview/${encodeURIComponent(site)}`;
  const late = setTimeout(() => void (status.textContent = words.unreachable), MAX_WAIT_MS);
  document.addEventListener(
    "securitypolicyviolation",
    ({ blockedURI, effectiveDirective }) => {
      if (effectiveDirective !== "frame-src" || !blockedURI.startsWith(relay)) return;
      clearTimeout(late);
      status.textContent = words.blocked;
    },
    { signal: life.signal },
  );
  // A dialog that is not modal hears no Escape of its own; one that is hears the browser's, which else meets the next.
  dialog.onkeydown = (event) => {
    if (event.key === "Escape" && !isModal) close();
  };
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  stage.box.append(dialog);
  if (isModal) dialog.showModal();
  else dialog.show();
  title.focus();

  if (capture) follow(capture);

  function follow(capture: Capture): void {
    capture.onPicture = (hash, bytes) => port?.postMessage(["picture", hash, bytes]);
    life.signal.addEventListener("abort", () => (capture.onPicture = undefined));
  }

  function close(): void {
    if (life.signal.aborted) return;
    life.abort();
    clearTimeout(late);
    port?.close();
    dialog.close(); // gives focus back to where it was
    dialog.remove();
    onClosed?.();
  }

  return {
    show: (shown) => port?.postMessage(shown),
    follow,
    blank: () => port?.postMessage(null),
    close,
  };
}

/** Before the consent: captured for the shopper's own eyes, and for no longer than the preview is open. */
export function lookAhead(
  of: Pick<PreviewSettings, "context" | "stage" | "words" | "agent">,
  begin: typeof startCapture,
  settings: Partial<CaptureSettings>,
  loadExtra: LoadExtra,
): () => void {
  const { host } = of.context;
  const preview = openPreview({
    ...of,
    isModal: true,
    capture: null,
    onWanted: () => capture?.keyframe([]),
    onClosed: () => capture?.stop(),
  });
  let capture: Capture | null = null;
  // Nothing is uploaded: the preview takes every picture, and has it from this very page.
  const line: PictureLine = {
    emit: (_, offer) => line.hear["asset"]?.({ ...(JSON.parse(offer) as object), state: "kept" }),
    emitBinary() {},
    hear: {},
  };
  capture = begin({
    document,
    ownHost: host,
    epoch: 1,
    publish: (frame) => {
      preview.show(frame);
      return true;
    },
    loadExtra,
    line: () => line,
    onPaused: () => preview.blank(),
    settings,
  });
  preview.follow(capture);
  return preview.close;
}
