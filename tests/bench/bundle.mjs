// Bundles what a benchmark's pages load into build/bench/pages/: `node bundle.mjs FOLDER` takes every file of FOLDER.
import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = join(root, process.argv[2]);
for (const file of readdirSync(folder)) {
  await build({
    bundle: true,
    minify: true,
    target: ["chrome111", "firefox119", "safari16.4"],
    legalComments: "none",
    logLevel: "warning",
    absWorkingDir: root,
    entryPoints: [join(folder, file)],
    outfile: join(root, "build/bench/pages", `${basename(file, extname(file))}.js`),
    format: "iife",
    define: { __BESIDE_VERSION__: '"bench"', __BESIDE_CHUNKS__: '""', __BESIDE_CHUNK_HASHES__: '""' },
    alias: { "@beside/wire": join(root, "js-snippet/src/wire") },
  });
}
