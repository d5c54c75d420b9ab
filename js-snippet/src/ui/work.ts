/** The work that a relay asks for with a code while many wrong ones are typed at the shop (`work.py`). */

import type { Work, WorkWanted } from "../wire/protocol.gen.ts";

/**
 * A proof, by some 256 tries: of the code, salted with the challenge and the number of the try, PBKDF2 begins with a zero
 * byte. It runs beside the page, which goes on meanwhile. Throws once the code `isStale`.
 */
export async function prove({ challenge, rounds }: WorkWanted, code: string, isStale: () => boolean): Promise<Work> {
  const { subtle } = crypto;
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const key = await subtle.importKey("raw", bytes(code), "PBKDF2", false, ["deriveBits"]);
  for (let nonce = 0; !isStale(); nonce++) {
    const salted = { name: "PBKDF2", hash: "SHA-256", salt: bytes(`${challenge}.${nonce}`), iterations: rounds };
    const [first] = new Uint8Array(await subtle.deriveBits(salted, key, 8));
    if (first === 0) return { challenge, nonce };
  }
  throw new Error("stale");
}
