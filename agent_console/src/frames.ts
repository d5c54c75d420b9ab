/**
 * Frames off the socket, in order: plain ones as they come, large ones put together from their chunks and inflated.
 * What a frame holds the mirror checks. Knows nothing of sockets or of what a frame does.
 */
import { decoderOf } from "@beside/wire/decode";
import { type ChunkHeader, isChunkHeader } from "@beside/wire/protocol.gen";

// Chunks are at most 256 kB on the wire (DESIGN section 3). What is larger did not come through our relay.
export const MAX_CHUNK_BYTES = 256 * 1024;
const decodeHeader = decoderOf(isChunkHeader);
interface Assembly {
  header: ChunkHeader;
  parts: Uint8Array[];
}

export class FrameReader {
  #assembly: Assembly | null = null;
  // Frames that still inflate, and those that wait behind them. Null: nothing waits, a plain frame goes straight on.
  #tail: Promise<void> | null = null;
  // Raised by `reset`: what was on its way before belongs to a picture that must not come back.
  #life = 0;

  /** `deliver` gets each frame in the order it was sent; `fail` a reason (never content) when one cannot be read. */
  constructor(
    private readonly deliver: (frame: unknown) => void,
    private readonly fail: (reason: string) => void,
  ) {}

  /** A frame that travelled as text. */
  plain(value: unknown): void {
    if (this.#assembly) return this.#refuse("a frame in the middle of another one's chunks");
    this.#enqueue(() => value);
  }

  /** One chunk: `header` as received, `bytes` its binary attachment. */
  chunk(header: unknown, bytes: unknown): void {
    try {
      this.#collect(decodeHeader(header), bytesOf(bytes));
    } catch {
      this.#refuse("a chunk that does not fit its frame");
    }
  }

  /** Forgets all that has not been delivered. */
  reset(): void {
    this.#life++;
    this.#assembly = null;
    this.#tail = null;
  }

  #collect(header: ChunkHeader, bytes: Uint8Array): void {
    const assembly = (this.#assembly ??= { header, parts: [] });
    const first = assembly.header;
    const fits =
      header.index === assembly.parts.length &&
      header.index < header.count &&
      (["epoch", "seq", "count", "rawBytes"] as const).every((key) => header[key] === first[key]);
    if (!fits) throw new RangeError("chunk");
    assembly.parts.push(bytes);
    if (assembly.parts.length < header.count) return;
    this.#assembly = null;
    this.#enqueue(() => inflateFrame(assembly));
  }

  #enqueue(read: () => unknown): void {
    const life = this.#life;
    const pass = (frame: unknown) => {
      if (life === this.#life) this.deliver(frame);
    };
    const drop = () => {
      if (life === this.#life) this.#refuse("a frame that does not inflate as announced");
    };
    if (!this.#tail) {
      const frame = read();
      if (frame instanceof Promise) this.#waitFor(frame.then(pass, drop));
      else pass(frame);
      return;
    }
    this.#waitFor(this.#tail.then(read).then(pass, drop));
  }

  #waitFor(step: Promise<void>): void {
    this.#tail = step.then(() => {
      if (this.#tail === mine) this.#tail = null;
    });
    const mine = this.#tail;
  }

  #refuse(reason: string): void {
    this.reset();
    this.fail(reason);
  }
}

function bytesOf(value: unknown): Uint8Array {
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > MAX_CHUNK_BYTES) {
    throw new RangeError("chunk bytes");
  }
  return bytes;
}

/** Inflates within the announced size: a bomb is cut off at the first byte too many. */
async function inflateFrame({ header, parts }: Assembly): Promise<unknown> {
  const packed = new Blob(parts as BlobPart[]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  // A reader and not `for await`: Safari 16 to 18 cannot iterate a stream.
  const reader = packed.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const whole = new Uint8Array(header.rawBytes);
  let length = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    if (length + step.value.length > header.rawBytes) {
      void reader.cancel();
      throw new RangeError("larger than announced");
    }
    whole.set(step.value, length);
    length += step.value.length;
  }
  if (length !== header.rawBytes) throw new RangeError("smaller than announced");
  const frame: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(whole));
  if (!Array.isArray(frame) || frame[1] !== header.epoch || frame[2] !== header.seq)
    throw new RangeError("not the announced frame");
  return frame;
}
