/** Our mirror in its sandboxed frame, as the console embeds it. */
import { Mirror } from "../../../../agent_console/src/mirror/mirror.ts";
import { hour } from "../hour.ts";
import type { Player } from "../player.ts";
import { play } from "../player.ts";

const ignore = (): void => undefined;
const gaps: string[] = [];
let mirror: Mirror;
let isWhole = false;

window.player = {
  async open() {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.src = "/mirror";
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    document.body.append(frame);
    await loaded;
    mirror = new Mirror({
      frame,
      assetOrigins: [],
      documentUrl: () => frame.src,
      onGap: (reason) => void gaps.push(reason),
      onFields: ignore,
      onPage: ignore,
      onViewport: ignore,
      onPointer: ignore,
      onFocus: ignore,
      onWhole: () => (isWhole = true),
    });
  },
  apply: (json) => mirror.apply(JSON.parse(json)),
  lookOf: () => (document.querySelector("iframe") as HTMLIFrameElement).contentDocument as Document,
  isWhole: () => isWhole,
  problems: () => gaps,
} satisfies Player;
Object.assign(window, { play, hour });
