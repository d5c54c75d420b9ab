/**
 * Socket.IO over one WebSocket, as far as a shopper's page needs it: events both ways, binary towards the relay only.
 *
 * Engine.IO protocol 4 and Socket.IO protocol 5 (https://socket.io/docs/v4/engine-io-protocol/ and
 * …/socket-io-protocol/): no polling, upgrades, namespaces or acknowledgements. Why not socket.io-client:
 * docs/decisions/0003-the-snippet-speaks-socket-io-itself.md. Reconnects by itself, until closed.
 */

import { stringify } from "./wire/json.ts";

/** Back-off between attempts: a relay that restarts is not to be met by everybody at once. */
const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 8_000;
/** From the attempt to the relay's answer; a captive portal may let a connect hang for ever. */
const CONNECT_MS = 15_000;

export interface SocketEvents {
  /** What to present to the relay; asked for at each connect. */
  auth(): object;
  onEvent(name: string, payload: unknown): void;
  /** The connection is gone; another attempt is on its way. */
  onLost(): void;
  /** The relay refuses the connect (Socket.IO's CONNECT_ERROR). True to try again all the same. */
  onRefused(error: { message?: unknown; data?: unknown }): boolean;
}

export interface RelaySocket {
  /** Bytes that the browser has not handed to the network yet. */
  waitingBytes(): number;
  /** @param json the event's payload; absent where it has none. */
  emit(name: string, json?: string): void;
  emitBinary(name: string, json: string, bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** @param relay its origin, `https://…`; `query` stands in the address, where load balancers see it. */
export function openSocket(relay: string, query: string, events: SocketEvents): RelaySocket {
  const address = `${relay.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket&${query}`;
  let socket: WebSocket | null = null;
  let attempts = 0;
  let retry = 0;
  let watchdog = 0;
  /** How long the relay may stay silent; it tells at the beginning. */
  let patienceMs = CONNECT_MS;
  addEventListener("online", openAnew);
  open();

  function send(packet: string | Uint8Array<ArrayBuffer>): void {
    // A socket that closes at this moment: its loss is reported by itself.
    if (socket?.readyState === WebSocket.OPEN) socket.send(packet);
  }

  function open(): void {
    drop();
    expectWithin(CONNECT_MS);
    try {
      const opened = (socket = new WebSocket(address));
      // What a closed socket still delivers belongs to a life that is over.
      opened.onmessage = ({ data }) => void (opened === socket && receive(data));
      opened.onclose = () => void (opened === socket && lose());
    } catch {
      lose(); // some browsers throw where a policy forbids the address
    }
  }

  /** Everything of this attempt, without a word to anybody. */
  function drop(): void {
    clearTimeout(retry);
    clearTimeout(watchdog);
    const dropped = socket;
    socket = null;
    dropped?.close();
  }

  function lose(): void {
    drop();
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempts++);
    retry = window.setTimeout(openAnew, delayMs * (0.5 + Math.random()));
    events.onLost();
  }

  function openAnew(): void {
    if (!socket) open();
  }

  /** A relay that stays silent for longer is gone, whatever the network says. */
  function expectWithin(ms: number): void {
    clearTimeout(watchdog);
    watchdog = window.setTimeout(lose, ms);
  }

  function receive(packet: unknown): void {
    // Binary towards the page is not of the protocol: begin anew with this relay.
    if (typeof packet !== "string") return lose();
    // Engine.IO's type, with Socket.IO's behind that of a message.
    const [type = ""] = /^(4.|[^4])/.exec(packet) ?? [];
    if (type === "1" || type === "41") return lose();
    if (type === "2" || type === "40") expectWithin(patienceMs);
    if (type === "2") send("3");
    if (type === "40") attempts = 0;
    if (type !== "0" && type !== "42" && type !== "44") return;
    let content: unknown;
    try {
      content = JSON.parse(packet.slice(type.length));
    } catch {
      return lose();
    }
    if (type === "0") greet(content as Record<string, unknown>);
    else if (type === "42" && Array.isArray(content)) events.onEvent(String(content[0]), content[1]);
    else if (type === "42" || events.onRefused(Object(content) as object)) lose();
    else close();
  }

  function greet({ pingInterval, pingTimeout }: Record<string, unknown>): void {
    patienceMs = (Number(pingInterval) || 25_000) + (Number(pingTimeout) || 20_000);
    send("40" + stringify(events.auth()));
  }

  function close(): void {
    removeEventListener("online", openAnew);
    drop();
  }

  return {
    waitingBytes: () => socket?.bufferedAmount ?? 0,
    emit: (name, json) => send(`42["${name}"${json === undefined ? "" : `,${json}`}]`),
    emitBinary(name, json, bytes) {
      send(`451-["${name}",${json},{"_placeholder":true,"num":0}]`);
      send(bytes);
    },
    close,
  };
}
