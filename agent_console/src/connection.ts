/**
 * The agent's Socket.IO connection: opened with a fresh pass each time, checked on arrival, opened again when it is lost.
 * The only file that knows of Socket.IO. Knows nothing of what the messages mean.
 */
import { Malformed, decoderOf } from "@beside/wire/decode";
import {
  PROTOCOL_VERSION,
  type Act,
  type ActOutcome,
  type AgentWelcome,
  type Blank,
  type DriftAlarm,
  type Hello,
  type Refusal,
  type SessionView,
  type SheetText,
  type SocketPass,
  isActOutcome,
  isAgentWelcome,
  isBlank,
  isDriftAlarm,
  isRefusal,
  isSessionView,
  isSheetText,
} from "@beside/wire/protocol.gen";
import { io, type Socket } from "socket.io-client";

import { Trouble, post } from "./http.ts";

declare const __BESIDE_VERSION__: string;

/**
 * How the socket stands. `closed` does not come back by itself; `code` and `message` are the relay's or ours. In
 * `reconnecting`, `code` is what the relay refused the last connect with, null where it said nothing.
 */
export type Link =
  | { kind: "connecting" }
  | { kind: "connected" }
  | { kind: "reconnecting"; attempt: number; code: string | null }
  | { kind: "closed"; code: string; message: string };

/** What a connection tells its owner. `frame` and `chunk` are handed on as received: `FrameReader` checks them. */
export interface Listener {
  link(link: Link): void;
  welcome(welcome: AgentWelcome): void;
  view(view: SessionView): void;
  frame(frame: unknown): void;
  chunk(header: unknown, bytes: unknown): void;
  sheet(sheet: SheetText): void;
  blank(blank: Blank): void;
  outcome(outcome: ActOutcome): void;
  drift(alarm: DriftAlarm): void;
  refusal(refusal: Refusal): void;
}

const decodeWelcome = decoderOf(isAgentWelcome);
const decodeView = decoderOf(isSessionView);
const decodeSheet = decoderOf(isSheetText);
const decodeBlank = decoderOf(isBlank);
const decodeOutcome = decoderOf(isActOutcome);
const decodeDrift = decoderOf(isDriftAlarm);
const decodeRefusal = decoderOf(isRefusal);

// After these on an open socket, coming back would only take the session from the tab that took it, or fail again.
const FINAL_CODES = new Set(["opened-elsewhere", "wrong-protocol"]);
// A connect that the relay refuses in words is refused for good, unless it says "not now". An agent who was in and lost
// their socket may find the session full: of those who are in there, one may leave, or be gone already.
const PASSING_CODES = new Set(["store-unavailable", "conflict", "draining", "full", "session-full"]);
// First retry fast (a restarted relay is back within a second), then slower, so that a fleet of consoles does not
// come back all at once: each delay is drawn between half and all of it.
const RETRY_MS = [300, 1000, 2000, 4000, 8000];
// Socket.IO's own default (20 s) leaves an agent before a dead picture for too long.
const CONNECT_TIMEOUT_MS = 10_000;

export class Connection {
  #socket: Socket | null = null;
  #retry = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = true;
  #refused: Refusal | null = null;

  /** Connects at once. `session` is the session's id; `listener` is called from now on, until `close`. */
  constructor(
    private readonly session: string,
    private readonly listener: Listener,
  ) {
    listener.link({ kind: "connecting" });
    void this.#connect();
  }

  /** Drops silently while the socket is down: what an agent did before a picture they no longer see must not arrive late. */
  act(act: Act): boolean {
    if (!this.#socket?.connected) return false;
    // A pointer's place is worth nothing a moment later; it must not queue behind a slow uplink.
    (act[0] === "pointer" ? this.#socket.volatile : this.#socket).emit("act", act);
    return true;
  }

  /** Asks for the keyframe and what follows it. */
  resync(): void {
    if (this.#socket?.connected) this.#socket.emit("resync");
  }

  close(): void {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#drop();
  }

  async #connect(): Promise<void> {
    let pass: SocketPass;
    try {
      pass = await post<SocketPass>(`/s/${this.session}/pass`);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      // 4xx: the relay has said no to this very console; 429 and 408 say "not yet".
      const final = error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408;
      return final ? this.#end(error.code, error.message) : this.#again();
    }
    if (!this.#open) return;
    if (pass.protocol !== PROTOCOL_VERSION) return this.#end("wrong-protocol", WRONG_PROTOCOL);
    this.#refused = null;
    const hello: Hello = { protocol: PROTOCOL_VERSION, version: __BESIDE_VERSION__, token: pass.token };
    const socket = io(window.location.origin, {
      transports: ["websocket"],
      query: { session: this.session },
      auth: hello as unknown as Record<string, unknown>,
      reconnection: false,
      forceNew: true,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#socket = socket;
    this.#listen(socket);
  }

  #listen(socket: Socket): void {
    const { listener } = this;
    const on = (event: string, handle: (...values: unknown[]) => void) =>
      socket.on(event, (...values: unknown[]) => {
        if (socket !== this.#socket) return;
        try {
          handle(...values);
        } catch (error) {
          if (!(error instanceof Malformed)) throw error;
          this.#end("malformed", `The relay sent a ${event} message that this console cannot read. Reload the page.`);
        }
      });
    on("welcome", (value) => {
      const welcome = decodeWelcome(value);
      this.#retry = 0;
      listener.link({ kind: "connected" });
      listener.welcome(welcome);
    });
    on("view", (value) => listener.view(decodeView(value)));
    on("frame", (value) => listener.frame(value));
    on("chunk", (header, bytes) => listener.chunk(header, bytes));
    on("sheet", (value) => listener.sheet(decodeSheet(value)));
    on("blank", (value) => listener.blank(decodeBlank(value)));
    on("outcome", (value) => listener.outcome(decodeOutcome(value)));
    on("drift", (value) => listener.drift(decodeDrift(value)));
    on("refusal", (value) => {
      const refusal = decodeRefusal(value);
      if (FINAL_CODES.has(refusal.code)) this.#refused = refusal;
      listener.refusal(refusal);
    });
    on("disconnect", () => this.#lost());
    on("connect_error", (error) => {
      const refusal = refusalOf(error);
      const passes = !refusal || PASSING_CODES.has(refusal.code);
      this.#refused = passes ? null : refusal;
      this.#lost(refusal?.code);
    });
  }

  #lost(code: string | null = null): void {
    this.#drop();
    if (this.#refused) this.#end(this.#refused.code, this.#refused.message);
    else this.#again(code);
  }

  #again(code: string | null = null): void {
    if (!this.#open) return;
    const wait = RETRY_MS[Math.min(this.#retry, RETRY_MS.length - 1)] ?? 0;
    this.#retry++;
    this.listener.link({ kind: "reconnecting", attempt: this.#retry, code });
    this.#timer = setTimeout(() => void this.#connect(), wait * (0.5 + Math.random() / 2));
  }

  #end(code: string, message: string): void {
    this.close();
    this.listener.link({ kind: "closed", code, message });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.disconnect();
  }
}

const WRONG_PROTOCOL = "This console is older than the relay. Reload the page to get the current one.";

/** The relay's words in a refused connect: python-socketio sends them as `data`; a lost network has none. */
function refusalOf(error: unknown): Refusal | null {
  try {
    return decodeRefusal((error as { data?: unknown }).data);
  } catch {
    return null;
  }
}
