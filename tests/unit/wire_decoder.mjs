// The browser's decoder as a process: reads `{definitions}` once, then `{name, text}` a line, and answers each with
// `{accepted, value}`. Started by wire_decoder.py. Bundled here, because Node does not read TypeScript.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const bundle = await build({
  entryPoints: [join(root, "js-snippet/src/wire/decode.ts")],
  bundle: true,
  format: "esm",
  write: false,
  target: "es2022",
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const { decoderOf, Malformed } = await import(`data:text/javascript;base64,${source}`);

let definitions;
const decoders = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.definitions) {
    definitions = request.definitions;
    continue;
  }
  let answer = { accepted: false };
  try {
    const value = JSON.parse(request.text);
    if (!decoders.has(request.name)) decoders.set(request.name, decoderOf(definitions, request.name));
    answer = { accepted: true, value: decoders.get(request.name)(value) };
  } catch (error) {
    // Anything else is a fault of the decoder, and ends the process.
    if (!(error instanceof Malformed || error instanceof SyntaxError)) throw error;
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
