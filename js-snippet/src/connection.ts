/**
 * The shopper's socket: connects and reconnects with the token of the moment, and sends frames in their order.
 *
 * Knows nothing of capture or of what is on the screen. What was not sent before a reconnect is never sent after it.
 */

import type { PictureLine } from "./capture/extras.ts";
import { deflate, isLongFrame, jsonPieces } from "./frame_bytes.ts";
import { openSocket } from "./socket.ts";
import type { Check } from "./wire/decode.ts";
import { stringify } from "./wire/json.ts";
import {
  type ActDelivery,
  type ActOutcome,
  type Admission,
  type ChunkHeader,
  type Drift,
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

/**
 * Frames above this are deflated. UTF-16 units. A stream costs 0.3 ms of CPU, be it of 300 characters or of 4,000, and a
 * chunk's header 100 bytes: of a dialog that opens (1,065 characters) 600 bytes are saved, of 600 characters 280, of 300
 * 50. The many small frames of a page that ticks or is typed into stay as they are.
 */
const LARGE_CHARS = 1_000;
/** A quarter of Socket.IO's 1 MB limit, whose breach closes the connection without a word. */
const CHUNK_BYTES = 256 * 1024;
/** The relay inflates no more than this (`ChunkHeader.rawBytes`), nor takes more chunks than its header can count. */
const MAX_RAW_BYTES = 64 * 1024 * 1024;
/**
 * More than this waiting in the browser and the picture is older than it is worth: what comes next is dropped, and a
 * keyframe asked for once the network has caught up. About two seconds of a slow phone's uplink. A large keyframe is more by
 * itself, and counts only where another would wait behind it: else it would make the next one be asked for, without end.
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
  drift: Drift;
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
  /** A frame is too large for the wire, or for the browser. */
  onTooLarge(): void;
}

/** Refusals after which no further attempt can do better. */
const FINAL = new Set(["opened-elsewhere", "wrong-protocol"]);
/** Refusals of a connect that pass: the relay's store is away, or it is about to restart. */
const LATER = new Set(["store-unavailable", "draining", "full", "conflict", "error"]);

export interface Connection extends PictureLine {
  isOpen(): boolean;
  send<Name extends keyof Messages>(name: Name, message?: Messages[Name]): void;
  /** False: the frame was dropped, and with it the texts of style sheets in it. */
  sendFrame(frame: Frame): boolean;
  /** Frames that wait to be sent are not: what was paused or stopped does not leave any more. */
  dropFrames(): void;
  /** The page goes away, perhaps to come back. */
  leave(): void;
  close(): void;
}

/** @param token the token for the next connect, asked for at each. */
export function openConnection(
  relay: string,
  session: string,
  token: () => string,
  events: ConnectionEvents,
): Connection {
  /** Counts welcomes and drops: a frame whose life is over is not sent. */
  let life = 0;
  let isWelcome = false;
  let isClosed = false;
  /** Deflates and sends the large frames one after the other; null when none is waiting. */
  let queue: Promise<void> | null = null;
  /** Set while the network lags and frames are dropped. */
  let lagging = 0;
  /** How much was sent behind the last keyframe. */
  let behindBytes = 0;
  const hear: Record<string, (message: unknown) => boolean> = {
    welcome: hearing(isShopperWelcome, (welcome) => {
      life++;
      isWelcome = true;
      events.onWelcome(welcome);
    }),
    view: hearing(isSessionView, events.onView),
    act: hearing(isActDelivery, events.onAct),
    "keyframe-wanted": hearing(isKeyframeWanted, ({ sheets }) => events.onKeyframeWanted(sheets)),
    tripped: hearing(isTripped, ({ epoch, node }) => events.onTripped(epoch, node)),
    refusal: hearing(isRefusal, (refusal) => {
      if (FINAL.has(refusal.code)) giveUp(refusal.code);
      else events.onRefusal(refusal);
    }),
  };
  const socket = openSocket(relay, `session=${encodeURIComponent(session)}`, {
    auth: (): Hello => ({ protocol: PROTOCOL_VERSION, version: __BESIDE_VERSION__, token: token() }),
    onEvent,
    onLost() {
      forget();
      if (!isClosed) events.onLost();
    },
    onRefused(error) {
      const code = refusalCode(error);
      const isLater = LATER.has(code);
      if (!isLater) giveUp(code);
      return isLater;
    },
  });

  function send<Name extends keyof Messages>(name: Name, message?: Messages[Name]): void {
    if (isWelcome) socket.emit(name, message && stringify(message));
  }

  function sendFrame(frame: Frame): boolean {
    if (!isWelcome || lagging) return false;
    const isKeyframe = frame[0] === "keyframe";
    if (socket.waitingBytes() > MAX_WAITING_BYTES && (isKeyframe || behindBytes > MAX_WAITING_BYTES)) {
      catchUp();
      return false;
    }
    if (isKeyframe) behindBytes = 0;
    const json = isLongFrame(frame) ? null : stringify(frame);
    if (json && json.length <= LARGE_CHARS && !queue) {
      sendSmall(json);
      return true;
    }
    const sent = life;
    const isCurrent = (): boolean => isWelcome && sent === life;
    const turn: Promise<void> = (queue ?? Promise.resolve())
      .then(() => sendInTurn(frame, json, isCurrent))
      .catch(() => {
        if (!isCurrent()) return;
        // What waits behind it builds upon it, and the texts of style sheets in it are sent again.
        life++;
        if (frame[0] === "keyframe") events.onTooLarge();
        else events.onKeyframeWanted([]);
      })
      .finally(() => {
        if (queue === turn) queue = null;
      });
    queue = turn;
    return true;
  }

  function sendSmall(json: string): void {
    behindBytes += json.length;
    socket.emit("frame", json);
  }

  /** @param json null where it is yet to be made. */
  async function sendInTurn(frame: Frame, json: string | null, isCurrent: () => boolean): Promise<void> {
    if (!isCurrent()) return;
    if (json && json.length <= LARGE_CHARS) return sendSmall(json);
    const { bytes, rawBytes } = await deflate(json ? [json] : jsonPieces(frame));
    if (!isCurrent()) return;
    if (rawBytes > MAX_RAW_BYTES) return events.onTooLarge();
    const [tag, epoch, seq] = frame;
    if (tag === "mutation") behindBytes += bytes.length;
    const count = Math.ceil(bytes.length / CHUNK_BYTES);
    for (let index = 0; index < count; index++) {
      const header: ChunkHeader = { epoch, seq, index, count, rawBytes };
      socket.emitBinary("chunk", stringify(header), bytes.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
    }
  }

  function onEvent(name: string, message: unknown): void {
    if (isClosed || !Object.hasOwn(hear, name)) return;
    try {
      // The relay speaks another protocol than it says, and what it means is anybody's guess.
      if (!hear[name]?.(message)) giveUp("wrong-protocol");
    } catch (error) {
      // A mistake of ours must neither reach the shop's own error handlers nor leave a view half open.
      console.error("Beside stopped:", error);
      giveUp("failed");
    }
  }

  /** Looks four times a second whether the network has taken most of it, and then begins anew with a keyframe. */
  function catchUp(): void {
    lagging = window.setTimeout(() => {
      if (socket.waitingBytes() > MAX_WAITING_BYTES / 4) return catchUp();
      lagging = 0;
      events.onKeyframeWanted(null);
    }, 250);
  }

  function forget(): void {
    isWelcome = false;
    life++;
    clearTimeout(lagging);
    lagging = 0;
  }

  function giveUp(code: string): void {
    if (isClosed) return;
    close();
    events.onRefused(code);
  }

  function close(): void {
    isClosed = true;
    forget();
    socket.close();
  }

  return {
    ...socket,
    hear,
    isOpen: () => isWelcome,
    send,
    sendFrame,
    dropFrames: () => void life++,
    leave() {
      send("leaving");
      close();
    },
    close,
  };
}

/** False: the message is not what the protocol allows. */
const hearing =
  <T>(check: Check<T>, hear: (message: T) => void) =>
  (message: unknown): boolean =>
    check(message) && (hear(message), true);

/** The relay's code for refusing a connect, which travels as the error's data or as its message. */
function refusalCode({ message, data }: { message?: unknown; data?: unknown }): string {
  const code = typeof data === "object" && data ? (data as Partial<Refusal>).code : undefined;
  return typeof code === "string" ? code : String(message);
}
