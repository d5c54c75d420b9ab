/**
 * Pictures that the site shows itself: painted small enough, offered to the relay by the hash of what was painted, and
 * sent where it has none of that hash. Their addresses never travel.
 */
import { localName } from "../mask/nodes.ts";
import { addressOf, copyPicture } from "../mask/pixels.ts";
import { type Change, isAssetAnswer } from "../wire/protocol.gen.ts";
import type { Extra, ExtraContext } from "./extras.ts";
import type { Known } from "./known.ts";

interface Seen {
  /** The address that it was read by. What changes under one address is not noticed. */
  readonly address: string;
  readonly hash: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Kept by the relay, not taken, or left alone because it may not leave any more: that is looked at again. */
type Fate = "kept" | "refused" | "left";

interface Offer extends Seen {
  mayLeave(): boolean;
  settle(fate: Fate): void;
}

export function followAssets({ line, mask, onPicture, pictures, request }: ExtraContext): Extra {
  /** What was read last of a picture. */
  const seen = new WeakMap<Node, Seen>();
  const told = new WeakMap<Known, string | null>();
  /** What was told last of a picture, by whatever keyframe. */
  const named = new WeakMap<Node, Seen>();
  /** Addresses of pictures that could not be read or were not taken. */
  let failed = new WeakMap<Node, string>();
  /** What the relay has. */
  let kept = new Set<string>();
  /** One picture at a time is on its way, so that frames find the line free. */
  let offered: Offer | null = null;
  let isBusy = false;
  /** Counts pauses: what was on its way then is nobody's any more. */
  let life = 0;

  function isDue(element: Element, address: string): boolean {
    const now = seen.get(element);
    if (!address || failed.get(element) === address || (now?.address === address && kept.has(now.hash))) return false;
    return !("complete" in element) || (element as HTMLImageElement).complete;
  }

  async function bring(known: Known): Promise<void> {
    isBusy = true;
    const now = life;
    const element = known.node as Element;
    const address = addressOf(element);
    // Asked anew after each wait: an edit may have begun, a rule or mark have changed, or the page shows another picture.
    const mayLeave = (): boolean =>
      now === life && !known.isForgotten && addressOf(element) === address && mask.mayUpload(element, address);
    let fate: Fate = "refused";
    try {
      const before = seen.get(element);
      const read = before?.address === address ? before : await readPicture(element, address);
      if (now !== life) return;
      if (!mayLeave()) fate = "left";
      else if (read) {
        fate = kept.has(read.hash) ? "kept" : await offer(read, mayLeave);
        if (now !== life) return;
        if (fate !== "left") seen.set(element, read);
        if (fate === "kept") kept.add(read.hash);
      }
    } catch {
      // Another origin's that not every page may read, or a file that is no picture.
      if (now !== life) return;
      if (!mayLeave()) fate = "left";
    }
    if (fate === "refused") failed.set(element, address);
    isBusy = false;
    request();
  }

  function offer(read: Seen, mayLeave: () => boolean): Promise<Fate> {
    return new Promise((settle) => {
      offered = { ...read, mayLeave, settle };
      const now = line?.();
      if (!now) return settle("refused");
      now.hear["asset"] = hear;
      now.emit("offer-asset", nameOf(read.hash));
    });
  }

  function hear(message: unknown): boolean {
    if (!isAssetAnswer(message)) return false;
    const { hash, state } = message;
    if (offered?.hash !== hash) return true;
    if (state === "wanted" && offered.mayLeave()) line?.().emitBinary("asset", nameOf(hash), offered.bytes);
    else {
      offered.settle(state === "wanted" ? "left" : state);
      offered = null;
    }
    return true;
  }

  return {
    describe(boxes: Iterable<Known>, changes: Change[]): void {
      for (const known of pictures) if (known.isForgotten) pictures.delete(known);
      // While a masked field is edited, what the page paints may repeat it: nothing is looked at, and nothing new is named.
      const { isHolding } = mask.echoes;
      let next: Known | null = null;
      for (const known of [...boxes, ...pictures]) {
        // A box that stands for anything else, or for what was withheld, is not filled.
        if (known.form.startsWith("bx,") && !known.form.startsWith("bx,media")) continue;
        const element = known.node as Element;
        // What is drawn into the page itself travels with it.
        const isShown = !isInline(known) && localName(element) !== "canvas" && mask.showsPixels(element);
        const address = isShown ? addressOf(element) : "";
        const mayUpload = !isHolding && mask.mayUpload(element, address);
        if (mayUpload && isDue(element, address)) next ??= known;
        const hasFailed = failed.get(element) === address || !(isHolding || mayUpload);
        const now = address && !hasFailed ? (isHolding ? named : seen).get(element) : undefined;
        const hash = now && kept.has(now.hash) ? now.hash : null;
        const before = told.get(known);
        // While one is on its way, what was told stands.
        if ((address && !hash && !hasFailed) || hash === (before ?? (address ? undefined : null))) continue;
        if (address) told.set(known, hash);
        else told.delete(known);
        if (now && hash) {
          named.set(element, now);
          onPicture(hash, now.bytes);
        }
        if (!isInline(known)) changes.push(["asset", known.id, hash]);
      }
      if (next && !isBusy) void bring(next);
    },
    /** What the relay had of them is gone, or will be. */
    pause(): void {
      life++;
      kept = new Set();
      failed = new WeakMap();
      offered = null;
      isBusy = false;
    },
  };
}

const isInline = ({ attributes }: Known): boolean => ["src", "href", "xlink:href"].some((name) => attributes?.[name]);

async function readPicture(element: Element, address: string): Promise<Seen | null> {
  const blob = await copyPicture(element, address);
  if (!blob) return null;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { address, hash, bytes };
}

/** Written by hand: what a page has made of `JSON` is not asked. */
const nameOf = (hash: string): string => `{"hash":"${hash}"}`;
