// The browser's decoder as a process: reads `{name, text}` a line, and answers each with `{accepted, value}`. Started by wire_decoder.py. Bundled here, because Node does not read TypeScript.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const bundle = await build({
  entryPoints: [join(root, "js-snippet/src/wire/protocol.gen.ts")],
  bundle: true,
  format: "esm",
  write: false,
  target: "es2022",
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const checks = await import(`data:text/javascript;base64,${source}`);

for await (const line of createInterface({ input: process.stdin })) {
  const { name, text } = JSON.parse(line);
  let answer = { accepted: false };
  try {
    const value = JSON.parse(text);
    if (checks[`is${name}`](value)) answer = { accepted: true, value };
  } catch (error) {
    // Anything else is a fault of the decoder, and ends the process.
    if (!(error instanceof SyntaxError)) throw error;
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
