/**
 * The name of a style sheet's text: CRC-32 and Adler-32 of its UTF-8, in hex, as `hash_of` in the relay's `sheets.py`.
 * Page, relay and console each compute it from the text, so that none can be told a wrong one.
 */

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

export function sheetHash(text: string): string {
  let crc = -1;
  let low = 1;
  let high = 0;
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    // As far as the sums stay within 31 bits.
    const end = Math.min(at + 2048, bytes.length);
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      crc = (TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
      low += byte;
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return hex(~crc) + hex(high * 65536 + low);
}
