/**
 * What the shopper looks at as "What the agent sees": the mirror alone, built by the same code from the same frames, which
 * the shopper's page hands over. Sends nothing: the document's policy allows it no connection.
 */
import { Mirror } from "./mirror/mirror.ts";
import { onOwnDocument } from "./mirror/own_document.ts";
import type { Viewport } from "./mirror/picture.ts";

const { assetOrigins = "" } = document.body.dataset;
const documentUrl = (quirks: boolean): string => `${location.pathname}/mirror${quirks ? "?quirks=1" : ""}`;

/** @param port brings frames, and null where nothing is on view any more; "wanted" asks there for a keyframe. */
function show(port: MessagePort): void {
  let mirror: Mirror | null = null;
  let viewport: Viewport | null = null;
  /** Pictures that the page would upload: it hands them over, and nothing is asked of anybody. */
  const pictures = new Map<string, string>();
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.title = document.title;
  // Nothing in it is to be pressed.
  frame.inert = true;
  onOwnDocument(frame, true, () => {
    mirror?.dispose();
    mirror = new Mirror({
      frame,
      assetOrigins: assetOrigins.split(" "),
      documentUrl,
      assetUrl: (hash) => pictures.get(hash) ?? null,
      onGap: want,
      onQuirks(quirks) {
        // What comes meanwhile is for the next one, which asks for it.
        mirror = null;
        frame.src = documentUrl(quirks);
      },
      onViewport(now) {
        viewport = now;
        fit();
      },
      onFields() {},
      onPage() {},
      onPointer() {},
      onFocus() {},
    });
    want();
  });
  port.onmessage = ({ data }) => {
    if (data === null) blank();
    else if (data[0] === "picture") keep(data[1], data[2]);
    else mirror?.apply(data);
  };
  addEventListener("resize", fit);
  frame.src = documentUrl(false);
  document.body.append(frame);

  function keep(hash: string, bytes: Uint8Array<ArrayBuffer>): void {
    if (!pictures.has(hash)) pictures.set(hash, URL.createObjectURL(new Blob([bytes])));
  }

  /** The pictures go with the page that they were of. */
  function blank(): void {
    mirror?.blank();
    for (const address of pictures.values()) URL.revokeObjectURL(address);
    pictures.clear();
  }

  function want(): void {
    port.postMessage("wanted");
  }

  function fit(): void {
    if (!viewport) return;
    const scale = Math.min(1, innerWidth / viewport.width, innerHeight / viewport.height);
    frame.style.scale = `${scale}`;
    frame.style.left = `${Math.max(0, (innerWidth - viewport.width * scale) / 2)}px`;
  }
}

// The page that shows this document is one of the shop's: no other may (`frame-ancestors`).
addEventListener("message", ({ ports, source }) => {
  if (source === parent && ports[0]) show(ports[0]);
});
