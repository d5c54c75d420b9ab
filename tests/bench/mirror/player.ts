/** Hands a recording to a player, message by message, and stops the time from each message to the paint it leads to. */
export interface Player {
  open(): Promise<void>;
  /** Takes a message as it came off the wire. */
  apply(json: string): void;
  /** The document that shows the page. */
  lookOf(): Document;
  /** All of the page is built: a player may paint what is on screen before the rest. */
  isWhole(): boolean;
  /** What was refused or could not be played. */
  problems(): string[];
}

declare global {
  interface Window {
    player: Player;
  }
}

const FRAME_MS = 1000 / 60;
// Of a frame: so many of these spread evenly over it, wherever one begins and ends.
const GOLDEN = (Math.sqrt(5) - 1) / 2;
// A player that has changed nothing for so many frames shows all of it.
const MAX_FRAMES = 120;

const channel = new MessageChannel();
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
/** The task after the next paint. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    requestAnimationFrame(() => channel.port2.postMessage(null));
  });
}

export interface Played {
  /** Milliseconds from each group of messages until its change is painted; the first group is the page. */
  took_ms: number[];
  /** The same, until there is nothing left to build and lay out. */
  whole_ms: number[];
  nodes: number;
  problems: string[];
}

/** Plays groups of messages, each after the last one's paint. A screen that its first paint did not show is a problem. */
export async function play(groups: string[][]): Promise<Played> {
  const { player } = window;
  const took_ms: number[] = [];
  const whole_ms: number[] = [];
  const problems: string[] = [];
  await player.open();
  for (const [n, group] of groups.entries()) {
    // A message comes at any moment between two paints.
    await frame();
    await new Promise((resolve) => setTimeout(resolve, ((n * GOLDEN) % 1) * FRAME_MS));
    const sink = player.lookOf();
    let isChanged = false;
    const watch = new MutationObserver(() => (isChanged = true));
    watch.observe(sink, { subtree: true, childList: true, attributes: true, characterData: true });
    const from = performance.now();
    for (const json of group) player.apply(json);
    for (let n = 0; !isChanged && player.lookOf() === sink && n < MAX_FRAMES; n++) {
      await Promise.resolve();
      if (!isChanged) await frame();
    }
    await painted();
    took_ms.push(performance.now() - from);
    watch.disconnect();
    const isFirst = !player.isWhole();
    const screen = isFirst ? screenOf(player.lookOf()) : "";
    while (!player.isWhole()) await frame();
    if (isFirst) await painted();
    whole_ms.push(performance.now() - from);
    if (isFirst && screenOf(player.lookOf()) !== screen) problems.push("the first paint showed another screen");
  }
  return { took_ms, whole_ms, nodes: countNodes(player.lookOf()), problems: [...problems, ...player.problems()] };
}

const POINTS = 20;
/** What stands where on screen, at so many points a side. */
function screenOf(document: Document): string {
  const { innerWidth, innerHeight } = document.defaultView as Window;
  const found = new Set<string>();
  for (let n = 0; n < POINTS ** 2; n++) {
    const x = ((n % POINTS) + 0.5) * (innerWidth / POINTS);
    const y = (Math.floor(n / POINTS) + 0.5) * (innerHeight / POINTS);
    const hit = document.elementFromPoint(x, y);
    if (!hit) continue;
    const { left, top, width, height } = hit.getBoundingClientRect();
    // What reaches below the screen may grow there.
    found.add([hit.nodeName, hit.id, left, top, width, Math.min(top + height, innerHeight)].join(" "));
  }
  return [...found].join("\n");
}

function countNodes(document: Document): number {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walker.nextNode()) count++;
  return count;
}
