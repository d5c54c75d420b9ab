/** JSON as browsers write it, whatever a library of the page has made of it. */

let clean: Pick<JSON, "stringify"> = JSON;

const isNative = (work: unknown): boolean => /^[^{]*\{\s*\[native code\]\s*\}$/.test(String(work));

/** Where the page has put its own in the place of the browser's: that of an empty frame, for a moment in our root. */
export function takeJson(root: ShadowRoot): void {
  if (isNative(JSON.stringify)) return;
  const frame = document.createElement("iframe");
  root.appendChild(frame);
  clean = (frame.contentWindow as Window & typeof globalThis).JSON;
  root.removeChild(frame);
}

/** What Prototype.js and its like add to every array (`toJSON`) is passed over. */
export function stringify(value: unknown): string {
  return "toJSON" in [] ? clean.stringify(value, asItIs) : clean.stringify(value);
}

function asItIs(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}
