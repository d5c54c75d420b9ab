// Bundles the snippet and the console into server/beside/static/. `--test` adds the bundles that browser tests load,
// into build/test/. Prints the sizes, and fails where a file of the snippet is larger than it may be; `--sizes FILE` writes
// them as JSON (what `make bench` publishes). `--only=snippet|console|audit|test`; `--out=FOLDER` instead of
// server/beside/static/.
import { build, transform } from "esbuild";
import { minify } from "terser";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { privateNames } from "./private_names.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const version = /__version__ = "([^"]+)"/.exec(readFileSync(join(root, "server/beside/__init__.py"), "utf8"))[1];
const option = (name) => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3);
const out = option("out") ?? join(root, "server/beside/static");
const testOut = option("out") ?? join(root, "build/test");
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

const sha384 = (bytes) => "sha384-" + createHash("sha384").update(bytes).digest("base64");
// A byte of a hash cannot be compressed. SHA-256 is as good against a file that is put in the place of another: only who
// makes both files at once could use that it is shorter, and we make ours alone. `chunks.ts` adds what all have in common.
const bareSha256 = (bytes) => createHash("sha256").update(bytes).digest("base64").replace(/=$/, "");

// What each file of the snippet may weigh at most, by brotli: a shop's every page pays for the first of them.
const BUDGETS_BYTES = {
  "beside.js": 2_000,
  "main.js": 10_500,
  "engine.js": 15_500,
  "en.js": 1_300,
  "ar.js": 1_600,
  "zh.js": 1_400,
  "animations.js": 900,
  "pixels.js": 2_600,
  "payment_frames.js": 1_200,
  "sprite_symbols.js": 900,
  "help.js": 2_000,
  "guidance.js": 2_050,
  "ending.js": 800,
  "preview.js": 1_600,
  "crossing.js": 1_000,
  "tab_choice.js": 2_000,
  // Those of a shop that has one pay for it, once a view.
  "policy.js": 4_900,
};
// Connection, engine, consent, bar and one language: what a session needs at least.
const SESSION = ["main.js", "engine.js", "en.js"];
const SESSION_BYTES = 25_000;
// The capture engine without the mask, which its peers do not have: by gzip, as they publish theirs.
const ENGINE_GZIP_BYTES = 10_000;
// What is over its budget may not grow further: docs/decisions/0009-what-a-session-downloads.md.
const CEILINGS_BYTES = {
  "main.js": 11_750,
  "engine.js": 35_950,
  [SESSION.join(" + ")]: 48_900,
  "engine without the mask": 21_450,
};
// The largest first: in this order files give their private names away, and the first get the shortest.
const CHUNKS = {
  engine: "capture/engine.ts",
  en: "locales/en.ts",
  ar: "locales/ar.ts",
  zh: "locales/zh.ts",
  help: "ui/help.ts",
  animations: "capture/animations.ts",
  pixels: "capture/pixels.ts",
  payment_frames: "capture/payment_frames.ts",
  sprite_symbols: "capture/sprite_symbols.ts",
  guidance: "ui/guidance.ts",
  ending: "ui/ending.ts",
  preview: "ui/preview.ts",
  crossing: "crossing.ts",
  tab_choice: "tab_choice.ts",
  policy: "policy/open.ts",
};
// Below the supported browsers the loader still says so: it must parse there (with import(): Chrome 63, Safari 11.1).
const LOADER_TARGET = ["es2018"];

async function buildSnippet() {
  // Each file is self-contained: what is verified by hash must not import further files unverified. The loader carries
  // the hash of main.js, and that the hashes of what it loads.
  const modules = { format: "esm", charset: "utf8", plugins: [styleText], ...shortNames() };
  const files = {};
  const hashes = [];
  for (const [name, entry] of Object.entries(CHUNKS)) {
    files[`${name}.js`] = await bundled({ ...modules, entryPoints: [`js-snippet/src/${entry}`] });
    hashes.push(bareSha256(files[`${name}.js`]));
  }
  files["main.js"] = await bundled({
    ...modules,
    entryPoints: ["js-snippet/src/main.ts"],
    define: chunkDefines(Object.keys(CHUNKS).join(" "), "besideHashes"),
    tail: `var besideHashes="${hashes.join("")}";`,
  });
  files["beside.js"] = await bundled({
    entryPoints: ["js-snippet/src/loader.ts"],
    format: "iife",
    charset: "utf8",
    target: LOADER_TARGET,
    supported: { "dynamic-import": true },
    define: { ...common.define, __BESIDE_MAIN__: JSON.stringify(`sha256-${bareSha256(files["main.js"])}=`) },
  });
  // All is built before anything is written: a relay that runs meanwhile never serves a loader without its chunks.
  mkdirSync(snippetOut, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) replaceFile(join(snippetOut, name), bytes);
  for (const name of readdirSync(snippetOut)) if (!files[name]) rmSync(join(snippetOut, name));
  for (const release of readdirSync(join(out, "v"))) {
    if (release !== version) rmSync(join(out, "v", release), { recursive: true });
  }
  const manifest = { version, integrity: sha384(files["beside.js"]) };
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

const chunkDefines = (names, hashes) => ({
  ...common.define,
  __BESIDE_CHUNKS__: JSON.stringify(names),
  __BESIDE_CHUNK_HASHES__: hashes,
});

// By rename, so that nobody reads half a file.
function replaceFile(path, bytes) {
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  writeFileSync(`${path}.${process.pid}`, bytes);
  renameSync(`${path}.${process.pid}`, path);
}

// `tail` stands behind the code: bytes that look like no code compress best where none follows.
async function bundled({ tail = "", ...options }) {
  const result = await build({ ...common, ...options, write: false });
  Object.assign(options.mangleCache ?? {}, result.mangleCache);
  const ecma = options.target === LOADER_TARGET ? 2018 : 2022;
  // A second pass takes 3 % more: it names variables by how often they occur, which is what brotli likes.
  const { code } = await minify(result.outputFiles[0].text, {
    ecma,
    module: options.format === "esm",
    compress: { ecma, passes: 2, keep_fargs: false },
    format: { ecma },
  });
  return Buffer.from(code + tail);
}

// Properties that only our own files know get short names, the same ones in every file of a release.
function shortNames() {
  const names = privateNames(root);
  return { mangleProps: new RegExp(`^(?:${names.join("|")})$`), mangleCache: {} };
}

// The custom properties of all the snippet's style sheets, in alphabetical order: each gets the letter of its place.
const CUSTOM_PROPERTY = /--[a-z][\w-]*/g;
const ui = join(root, "js-snippet/src/ui");
const sheets = readdirSync(ui).filter((name) => name.endsWith(".css"));
const properties = sheets.flatMap((name) => readFileSync(join(ui, name), "utf8").match(CUSTOM_PROPERTY) ?? []);
const customProperties = [...new Set(properties)].sort();
const shortProperty = (name) => "--" + String.fromCharCode(97 + customProperties.indexOf(name));

// A style sheet as minified text, for a constructable sheet.
const styleText = {
  name: "style-text",
  setup(bundler) {
    bundler.onLoad({ filter: /js-snippet[\\/].*\.css$/ }, async ({ path }) => {
      const css = readFileSync(path, "utf8").replaceAll(CUSTOM_PROPERTY, shortProperty);
      const { code } = await transform(css, { loader: "css", minify: true, target: common.target });
      return { contents: code.trim(), loader: "text", watchFiles: [path] };
    });
  },
};

// The console opens WebSockets only; engine.io's other transports would be 2.5 kB of its download.
const websocketOnly = {
  name: "websocket-only",
  setup(bundler) {
    bundler.onLoad({ filter: /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]index\.js$/ }, () => ({
      contents: 'import { WS } from "./websocket.js"; export const transports = { websocket: WS };',
      resolveDir: join(root, "node_modules/engine.io-client/build/esm/transports"),
    }));
  },
};

async function buildConsole(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: [
      "agent_console/src/console.tsx",
      "agent_console/src/launch.tsx",
      "agent_console/src/style.css",
      "agent_console/src/preview.ts",
      "agent_console/src/preview.css",
    ],
    outdir,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    alias: { "@beside/wire": join(root, "js-snippet/src/wire") },
    plugins: [websocketOnly],
  });
  for (const file of ["launch.html", "console.html", "icon.svg"]) {
    copyFileSync(join(root, "agent_console/src", file), join(outdir, file));
  }
}

// What `beside audit` puts into the pages that it opens: no shop loads it, no address serves it.
async function buildAudit(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  const sources = join(root, "audit_page/src");
  await build({
    ...common,
    entryPoints: ["capture.ts", "mirror.ts"].map((name) => join(sources, name)).filter(existsSync),
    outdir,
    format: "iife",
    alias: { "@beside/wire": join(root, "js-snippet/src/wire") },
  });
  for (const name of readdirSync(outdir))
    console.log(`audit/${name}: ${statSync(join(outdir, name)).size} bytes, for no shop`);
}

async function buildTests() {
  const folder = join(root, "tests/unit/dom/bundles");
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    await build({
      ...common,
      minify: false,
      entryPoints: [join(folder, file)],
      outfile: join(testOut, basename(file, ".ts") + ".js"),
      format: "iife",
      define: { ...chunkDefines("", '""'), __BESIDE_MAIN__: '""' },
      alias: { "@beside/wire": join(root, "js-snippet/src/wire") },
      plugins: [websocketOnly, styleText],
    });
  }
}

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

// A row a file, and one for each sum that has a budget of its own.
async function sizes() {
  const row = (bytes, budget_bytes, by = "brotli") => ({
    raw_bytes: bytes.length,
    gzip_bytes: gzipSync(bytes, { level: 9 }).length,
    brotli_bytes: brotli(bytes),
    budget_bytes,
    by,
  });
  const rows = {};
  for (const name of readdirSync(snippetOut))
    rows[name] = row(readFileSync(join(snippetOut, name)), BUDGETS_BYTES[name]);
  const session = SESSION.map((name) => rows[name]);
  const sum = (key) => session.reduce((total, file) => total + file[key], 0);
  rows[SESSION.join(" + ")] = {
    raw_bytes: sum("raw_bytes"),
    gzip_bytes: sum("gzip_bytes"),
    brotli_bytes: sum("brotli_bytes"),
    budget_bytes: SESSION_BYTES,
    by: "brotli",
  };
  rows["engine without the mask"] = row(await engineAlone(), ENGINE_GZIP_BYTES, "gzip");
  return rows;
}

async function engineAlone() {
  const withoutMask = {
    name: "without-mask",
    setup(bundler) {
      bundler.onResolve({ filter: /\/mask(\.ts|\/)/ }, ({ path }) => ({ path, external: true }));
    },
  };
  const entryPoints = ["js-snippet/src/capture/engine.ts"];
  return bundled({ format: "esm", entryPoints, plugins: [withoutMask], ...shortNames() });
}

function assertSizes(rows) {
  for (const [name, size] of Object.entries(rows)) {
    const bytes = size[`${size.by}_bytes`];
    const most = CEILINGS_BYTES[name] ?? size.budget_bytes;
    if (bytes <= most) continue;
    console.error(`${name}: ${bytes} bytes (${size.by}), and may be ${most}.`);
    process.exitCode = 1;
  }
}

const only = option("only");
if (!only || only === "snippet") await buildSnippet();
if (!only || only === "console") await buildConsole(join(out, "console"));
if (!only || only === "audit") await buildAudit(join(out, "audit"));
// Browser tests of the console read their own copy: a build in between must not take the files away from under them.
if (only === "test-console") await buildConsole(join(testOut, "console"));
if (process.argv.includes("--test") || only === "test") await buildTests();
if (!only || only === "snippet") {
  const rows = await sizes();
  console.table(rows);
  const at = process.argv.indexOf("--sizes");
  if (at > 0) writeFileSync(process.argv[at + 1], JSON.stringify(rows, null, 2) + "\n");
  assertSizes(rows);
}
