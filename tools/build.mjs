// Bundles the snippet and the console into server/beside/static/. `--test` adds the bundles that browser tests load,
// into build/test/. Prints the sizes; `--sizes FILE` writes them as JSON (what `make bench` publishes).
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const version = /__version__ = "([^"]+)"/.exec(readFileSync(join(root, "server/beside/__init__.py"), "utf8"))[1];
const out = join(root, "server/beside/static");
const snippetOut = join(out, "v", version);
const common = {
  bundle: true,
  minify: true,
  target: ["chrome111", "firefox119", "safari16.4"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  write: true,
  absWorkingDir: root,
  define: { __BESIDE_VERSION__: JSON.stringify(version) },
};

const sha384 = (file) => "sha384-" + createHash("sha384").update(readFileSync(file)).digest("base64");

async function buildSnippet() {
  rmSync(join(out, "v"), { recursive: true, force: true });
  mkdirSync(snippetOut, { recursive: true });
  // Each chunk is one self-contained file: what the loader verifies by hash must not import further files unverified.
  const chunks = {
    main: "js-snippet/src/main.ts",
    ar: "js-snippet/src/locales/ar.ts",
    zh: "js-snippet/src/locales/zh.ts",
  };
  const hashes = {};
  for (const [name, entry] of Object.entries(chunks)) {
    const outfile = join(snippetOut, `${name}.js`);
    await build({ ...common, entryPoints: [entry], outfile, format: "esm", plugins: [websocketOnly] });
    hashes[name] = sha384(outfile);
  }
  const loader = join(snippetOut, "beside.js");
  await build({
    ...common,
    entryPoints: ["js-snippet/src/loader.ts"],
    outfile: loader,
    format: "iife",
    define: { ...common.define, __BESIDE_CHUNKS__: JSON.stringify(hashes) },
  });
  writeFileSync(join(out, "manifest.json"), JSON.stringify({ version, integrity: sha384(loader) }, null, 2) + "\n");
}

// The snippet opens WebSockets only; engine.io's other transports would be 2.5 kB of every shopper's download.
const websocketOnly = {
  name: "websocket-only",
  setup(bundler) {
    bundler.onLoad({ filter: /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]index\.js$/ }, () => ({
      contents: 'import { WS } from "./websocket.js"; export const transports = { websocket: WS };',
      resolveDir: join(root, "node_modules/engine.io-client/build/esm/transports"),
    }));
  },
};

async function buildConsole() {
  const outdir = join(out, "console");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ["agent_console/src/console.tsx", "agent_console/src/launch.tsx", "agent_console/src/style.css"],
    outdir,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    alias: { "@beside/wire": join(root, "js-snippet/src/wire") },
  });
}

async function buildTests() {
  const folder = join(root, "tests/unit/dom/bundles");
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    await build({
      ...common,
      minify: false,
      entryPoints: [join(folder, file)],
      outfile: join(root, "build/test", basename(file, ".ts") + ".js"),
      format: "iife",
      define: { ...common.define, __BESIDE_CHUNKS__: "{}" },
      alias: { "@beside/wire": join(root, "js-snippet/src/wire") },
      plugins: [websocketOnly],
    });
  }
}

function sizes() {
  const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return Object.fromEntries(
    readdirSync(snippetOut).map((name) => {
      const bytes = readFileSync(join(snippetOut, name));
      return [
        name,
        { raw_bytes: bytes.length, gzip_bytes: gzipSync(bytes, { level: 9 }).length, brotli_bytes: brotli(bytes) },
      ];
    }),
  );
}

const only = process.argv.find((a) => a.startsWith("--only="))?.slice(7);
if (!only || only === "snippet") await buildSnippet();
if (!only || only === "console") await buildConsole();
if (process.argv.includes("--test") || only === "test") await buildTests();
if (!only || only === "snippet") {
  console.table(sizes());
  const at = process.argv.indexOf("--sizes");
  if (at > 0) writeFileSync(process.argv[at + 1], JSON.stringify(sizes(), null, 2) + "\n");
}
