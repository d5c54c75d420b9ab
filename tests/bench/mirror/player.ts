/** Hands a recording to a player, message by message, and stops the time from each message to the paint it leads to. */
export interface Player {
  open(): Promise<void>;
  /** Takes a message as it came off the wire. */
  apply(json: string): void;
  /** The document that shows the page. */
  lookOf(): Document;
  /** What was refused or could not be played. */
  problems(): string[];
}

declare global {
  interface Window {
    player: Player;
  }
}

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

/** Milliseconds from each group of messages until its change is painted; the first group is the whole page. */
export async function play(groups: string[][]): Promise<{ took_ms: number[]; nodes: number; problems: string[] }> {
  const { player } = window;
  const took_ms: number[] = [];
  await player.open();
  for (const group of groups) {
    // A message comes at any moment, not just after a paint.
    await frame();
    await new Promise((resolve) => setTimeout(resolve, 5));
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
  }
  return { took_ms, nodes: countNodes(player.lookOf()), problems: player.problems() };
}

function countNodes(document: Document): number {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walker.nextNode()) count++;
  return count;
}
