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

export class RelaySocket {
  readonly #address: string;
  readonly #events: SocketEvents;
  #socket: WebSocket | null = null;
  #attempts = 0;
  #retry = 0;
  #watchdog = 0;

  /** @param relay its origin, `https://…`; `query` stands in the address, where load balancers see it. */
  constructor(relay: string, query: string, events: SocketEvents) {
    this.#address = `${relay.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket&${query}`;
    this.#events = events;
    addEventListener("online", this.#now);
    this.#open();
  }

  /** Bytes that the browser has not handed to the network yet. */
  get waitingBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** @param json the event's payload; absent where it has none. */
  emit(name: string, json?: string): void {
    this.#send(`42["${name}"${json === undefined ? "" : `,${json}`}]`);
  }

  emitBinary(name: string, json: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#send(`451-["${name}",${json},{"_placeholder":true,"num":0}]`);
    this.#send(bytes);
  }

  close(): void {
    removeEventListener("online", this.#now);
    this.#drop();
  }

  #send(packet: string | Uint8Array<ArrayBuffer>): void {
    // A socket that closes at this moment: its loss is reported by itself.
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(packet);
  }

  #open(): void {
    this.#drop();
    this.#alive(CONNECT_MS);
    try {
      const socket = new WebSocket(this.#address);
      this.#socket = socket;
      socket.onmessage = ({ data }) => {
        // What a closed socket still delivers belongs to a life that is over.
        if (socket === this.#socket) this.#receive(data);
      };
      socket.onclose = () => {
        if (socket === this.#socket) this.#lost();
      };
    } catch {
      this.#lost(); // some browsers throw where a policy forbids the address
    }
  }

  /** Everything of this attempt, without a word to anybody. */
  #drop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #lost = (): void => {
    this.#drop();
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempts++);
    this.#retry = window.setTimeout(this.#now, delay * (0.5 + Math.random()));
    this.#events.onLost();
  };

  #now = (): void => {
    if (!this.#socket) this.#open();
  };

  /** A relay that stays silent for longer is gone, whatever the network says. */
  #alive(ms: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = window.setTimeout(this.#lost, ms);
  }

  #patience = CONNECT_MS;

  #receive(packet: unknown): void {
    // Binary towards the page is not of the protocol: begin anew with this relay.
    if (typeof packet !== "string") return this.#lost();
    const [engine, socket] = packet;
    const type = engine === "4" ? `4${socket}` : engine;
    if (type === "2") {
      this.#alive(this.#patience);
      this.#send("3");
    } else if (type === "1" || type === "41") {
      this.#lost();
    } else if (type === "40") {
      this.#attempts = 0;
      this.#alive(this.#patience);
    } else if (type === "0" || type === "42" || type === "44") {
      let content: unknown;
      try {
        content = JSON.parse(packet.slice(type.length));
      } catch {
        return this.#lost();
      }
      if (type === "0") this.#greet(content as Record<string, unknown>);
      else if (type === "42" && Array.isArray(content)) this.#events.onEvent(String(content[0]), content[1]);
      else if (type === "42") this.#lost();
      else if (this.#events.onRefused(Object(content) as object)) this.#lost();
      else this.close();
    }
  }

  #greet({ pingInterval, pingTimeout }: Record<string, unknown>): void {
    this.#patience = (Number(pingInterval) || 25_000) + (Number(pingTimeout) || 20_000);
    this.#send("40" + stringify(this.#events.auth()));
  }
}
