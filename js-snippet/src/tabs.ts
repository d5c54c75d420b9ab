/**
 * The page that has the view answers other tabs of the shop: that it is here, and, when the shopper continues in one of
 * them, with a secret to take the view over by. What is said crosses every tab of the origin; the token never does.
 */

/** What tabs say to each other: who is there? I am. Let me continue. Take it. */
export type TabWord =
  | { say: "who" | "here"; session: string }
  | { say: "continue"; session: string; ask: string }
  | { say: "taken"; session: string; ask: string; secret: string; paused: boolean };

export const tabChannel = (site: string): BroadcastChannel => new BroadcastChannel("beside:" + site);

/** @param handOver gives the view up; null where it cannot. */
export function answerTabs(
  site: string,
  session: string,
  handOver: () => Promise<{ secret: string; paused: boolean } | null>,
): () => void {
  const channel = tabChannel(site);
  let isGiving = false;
  let isOver = false;
  const tell = (word: TabWord): void => channel.postMessage(word);
  channel.onmessage = async ({ data }: MessageEvent<TabWord>) => {
    if (data?.session !== session || isGiving) return;
    if (data.say === "who") tell({ say: "here", session });
    if (data.say !== "continue") return;
    isGiving = true;
    const given = await handOver();
    isGiving = false;
    if (given) tell({ say: "taken", session, ask: data.ask, ...given });
    if (given || isOver) channel.close();
  };
  return () => {
    // While it gives, somebody waits for the answer: then it closes by itself.
    isOver = true;
    if (!isGiving) channel.close();
  };
}
