// Bundles one page of the fidelity suite: `node bundle.mjs NAME FOLDER` writes FOLDER/NAME.js and FOLDER/NAME.css.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [name, folder] = process.argv.slice(2);
const sources = join(dirname(fileURLToPath(import.meta.url)), "libraries");
const entry = [".tsx", ".ts", ".js"].map((end) => join(sources, name + end)).find(existsSync);
const require = createRequire(import.meta.url);

// `import "tailwind:NAME"`: the sheet that Tailwind makes of the classes which stand in the page's source.
const tailwind = {
  name: "tailwind",
  setup(bundler) {
    bundler.onResolve({ filter: /^tailwind:/ }, ({ path }) => ({ path, namespace: "tailwind" }));
    bundler.onLoad({ filter: /./, namespace: "tailwind" }, async () => {
      const { compile } = await import("tailwindcss");
      const loadStylesheet = async (id, base) => {
        const path = require.resolve(id === "tailwindcss" ? "tailwindcss/index.css" : id);
        return { path, base, content: readFileSync(path, "utf8") };
      };
      const compiler = await compile('@import "tailwindcss";', { base: sources, loadStylesheet });
      const words = new Set(readFileSync(entry, "utf8").match(/[^\s"'`<>=;]+/g));
      return { contents: compiler.build([...words]), loader: "css" };
    });
  },
};

mkdirSync(folder, { recursive: true });
// There for every page: most have no sheet of their own beside what their library writes at run time.
writeFileSync(join(folder, `${name}.css`), "");
await build({
  entryPoints: [entry],
  outfile: join(folder, `${name}.js`),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox119", "safari16.4"],
  jsx: "automatic",
  legalComments: "none",
  logLevel: "warning",
  loader: { ".woff2": "dataurl", ".woff": "dataurl", ".svg": "dataurl", ".png": "dataurl", ".gif": "dataurl" },
  define: {
    global: "globalThis",
    "process.env.NODE_ENV": '"production"',
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  plugins: [tailwind],
});
