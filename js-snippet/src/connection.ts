/**
 * The shopper's socket: connects and reconnects with the token of the moment, and sends frames in their order.
 *
 * Knows nothing of capture or of what is on the screen. What was not sent before a reconnect is never sent after it.
 */

import { deflate, isLongFrame, jsonPieces } from "./frame_bytes.ts";
import { RelaySocket } from "./socket.ts";
import { type Check, decoderOf, Malformed } from "./wire/decode.ts";
import { stringify } from "./wire/json.ts";
import {
  type ActDelivery,
  type ActOutcome,
  type Admission,
  type ChunkHeader,
  type Frame,
  type Hello,
  isActDelivery,
  isKeyframeWanted,
  isRefusal,
  isSessionView,
  isShopperWelcome,
  isTripped,
  type Pause,
  PROTOCOL_VERSION,
  type Rating,
  type Refusal,
  type SessionView,
  type ShopperWelcome,
  type Visibility,
} from "./wire/protocol.gen.ts";

declare const __BESIDE_VERSION__: string;

/** Frames above this are deflated: below, a deflate stream's own cost outweighs what it saves. UTF-16 units. */
const LARGE_CHARS = 16_000;
/** A quarter of Socket.IO's 1 MB limit, whose breach closes the connection without a word. */
const CHUNK_BYTES = 256 * 1024;
/** The relay inflates no more than this (`ChunkHeader.rawBytes`), nor takes more chunks than its header can count. */
const MAX_RAW_BYTES = 64 * 1024 * 1024;
/**
 * More than this waiting in the browser and the picture is older than it is worth: what comes next is dropped, and a
 * keyframe asked for once the network has caught up. About two seconds of a slow phone's uplink.
 */
const MAX_WAITING_BYTES = 1_000_000;

/** What the shopper's page says besides frames (protocol/events.py, SHOPPER_EVENTS). */
interface Messages {
  pause: Pause;
  resume: undefined;
  stop: undefined;
  leaving: undefined;
  visibility: Visibility;
  admission: Admission;
  outcome: ActOutcome;
  rating: Rating;
}

export interface ConnectionEvents {
  onWelcome(welcome: ShopperWelcome): void;
  onView(view: SessionView): void;
  onAct(delivery: ActDelivery): void;
  /** `sheets`: the texts of style sheets that the relay holds; null: ours is to know. */
  onKeyframeWanted(sheets: readonly string[] | null): void;
  /** The relay withheld a frame for what this node shows. */
  onTripped(epoch: number, node: number): void;
  /** A message of ours was refused; the connection stays. */
  onRefusal(refusal: Refusal): void;
  /** The connection is gone and comes back by itself. */
  onLost(): void;
  /** The relay does not take us (again): `code` says why. Nothing is tried any more. */
  onRefused(code: string): void;
  /** A frame is too large for the wire. */
  onTooLarge(): void;
}

/** Refusals after which no further attempt can do better. */
const FINAL = new Set(["opened-elsewhere", "wrong-protocol"]);
/** Refusals of a connect that pass: the relay's store is away, or it is about to restart. */
const LATER = new Set(["store-unavailable", "draining", "full", "conflict", "error"]);

export class Connection {
  readonly #socket: RelaySocket;
  readonly #events: ConnectionEvents;
  readonly #hear: Record<string, (message: unknown) => void>;
  /** Counts welcomes and drops: a frame whose life is over is not sent. */
  #life = 0;
  #welcomed = false;
  #closed = false;
  /** Deflates and sends the large frames one after the other; null when none is waiting. */
  #queue: Promise<void> | null = null;
  /** Set while the network lags and frames are dropped. */
  #lagging = 0;

  /** @param token the token for the next connect, asked for at each. */
  constructor(relay: string, session: string, token: () => string, events: ConnectionEvents) {
    this.#events = events;
    this.#hear = {
      welcome: hearing(isShopperWelcome, (welcome) => {
        this.#life++;
        this.#welcomed = true;
        events.onWelcome(welcome);
      }),
      view: hearing(isSessionView, events.onView),
      act: hearing(isActDelivery, events.onAct),
      "keyframe-wanted": hearing(isKeyframeWanted, ({ sheets }) => events.onKeyframeWanted(sheets)),
      tripped: hearing(isTripped, ({ epoch, node }) => events.onTripped(epoch, node)),
      refusal: hearing(isRefusal, (refusal) => {
        if (FINAL.has(refusal.code)) this.#giveUp(refusal.code);
        else events.onRefusal(refusal);
      }),
    };
    this.#socket = new RelaySocket(relay, `session=${encodeURIComponent(session)}`, {
      auth: (): Hello => ({ protocol: PROTOCOL_VERSION, version: __BESIDE_VERSION__, token: token() }),
      onEvent: (name, message) => this.#onEvent(name, message),
      onLost: () => {
        this.#forget();
        if (!this.#closed) events.onLost();
      },
      onRefused: (error) => {
        const code = refusalCode(error);
        if (LATER.has(code)) return true;
        this.#giveUp(code);
        return false;
      },
    });
  }

  get isOpen(): boolean {
    return this.#welcomed;
  }

  send<Name extends keyof Messages>(name: Name, message?: Messages[Name]): void {
    if (this.#welcomed) this.#socket.emit(name, message && stringify(message));
  }

  /** False: the frame was dropped, and with it the texts of style sheets in it. */
  sendFrame(frame: Frame): boolean {
    if (!this.#welcomed || this.#lagging) return false;
    if (this.#socket.waitingBytes > MAX_WAITING_BYTES) {
      this.#catchUp();
      return false;
    }
    const json = isLongFrame(frame) ? null : stringify(frame);
    if (json && json.length <= LARGE_CHARS && !this.#queue) {
      this.#socket.emit("frame", json);
      return true;
    }
    const life = this.#life;
    const isCurrent = (): boolean => this.#welcomed && life === this.#life;
    const sent: Promise<void> = (this.#queue ?? Promise.resolve())
      .then(() => this.#sendInTurn(frame, json, isCurrent))
      .finally(() => {
        if (this.#queue === sent) this.#queue = null;
      });
    this.#queue = sent;
    return true;
  }

  /** Frames that wait to be sent are not: what was paused or stopped does not leave any more. */
  dropFrames(): void {
    this.#life++;
  }

  /** The page goes away, perhaps to come back. */
  leave(): void {
    this.send("leaving");
    this.close();
  }

  close(): void {
    this.#closed = true;
    this.#forget();
    this.#socket.close();
  }

  /** @param json null where it is yet to be made. */
  async #sendInTurn(frame: Frame, json: string | null, isCurrent: () => boolean): Promise<void> {
    if (!isCurrent()) return;
    if (json && json.length <= LARGE_CHARS) return this.#socket.emit("frame", json);
    const { bytes, rawBytes } = await deflate(json ? [json] : jsonPieces(frame));
    if (!isCurrent()) return;
    if (rawBytes > MAX_RAW_BYTES) return this.#events.onTooLarge();
    const [, epoch, seq] = frame;
    const count = Math.ceil(bytes.length / CHUNK_BYTES);
    for (let index = 0; index < count; index++) {
      const header: ChunkHeader = { epoch, seq, index, count, rawBytes };
      const chunk = bytes.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      this.#socket.emitBinary("chunk", stringify(header), chunk);
    }
  }

  #onEvent(name: string, message: unknown): void {
    if (this.#closed || !Object.hasOwn(this.#hear, name)) return;
    try {
      this.#hear[name]?.(message);
    } catch (error) {
      // Malformed: the relay speaks another protocol than it says, and what it means is anybody's guess. All else is a
      // mistake of ours, which must neither reach the shop's own error handlers nor leave a view half open.
      if (!(error instanceof Malformed)) console.error("Beside stopped:", error);
      this.#giveUp(error instanceof Malformed ? "wrong-protocol" : "failed");
    }
  }

  /** Looks four times a second whether the network has taken most of it, and then begins anew with a keyframe. */
  #catchUp(): void {
    this.#lagging = window.setTimeout(() => {
      if (this.#socket.waitingBytes > MAX_WAITING_BYTES / 4) return this.#catchUp();
      this.#lagging = 0;
      this.#events.onKeyframeWanted(null);
    }, 250);
  }

  #forget(): void {
    this.#welcomed = false;
    this.#life++;
    clearTimeout(this.#lagging);
    this.#lagging = 0;
  }

  #giveUp(code: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onRefused(code);
  }
}

function hearing<T>(check: Check<T>, hear: (message: T) => void): (message: unknown) => void {
  const decode = decoderOf(check);
  return (message) => hear(decode(message));
}

/** The relay's code for refusing a connect, which travels as the error's data or as its message. */
function refusalCode({ message, data }: { message?: unknown; data?: unknown }): string {
  const code = typeof data === "object" && data ? (data as Partial<Refusal>).code : undefined;
  return typeof code === "string" ? code : String(message);
}
