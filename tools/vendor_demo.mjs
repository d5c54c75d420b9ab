// Copies what the demo serves from other people's packages (Bootstrap's style sheet, the Inter font) out of node_modules,
// so that the demo needs no network. Run by `make`; the copies are git-ignored and shipped in the wheel with their licences.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const vendor = join(root, "server/beside/demo/static/vendor");

const COPIES = [
  ["bootstrap/LICENSE", "bootstrap/LICENSE"],
  ["@fontsource/inter/LICENSE", "inter/LICENSE"],
  ...[400, 500, 600, 700].map((weight) => [
    `@fontsource/inter/files/inter-latin-${weight}-normal.woff2`,
    `inter/inter-latin-${weight}-normal.woff2`,
  ]),
];
const STYLE_SHEETS = ["bootstrap.min.css", "bootstrap.rtl.min.css"];

await rm(vendor, { recursive: true, force: true });
for (const [from, to] of COPIES) {
  await mkdir(dirname(join(vendor, to)), { recursive: true });
  await cp(join(modules, from), join(vendor, to));
}
for (const name of STYLE_SHEETS) {
  const css = await readFile(join(modules, "bootstrap/dist/css", name), "utf8");
  // The maps are not shipped, and a page whose developer tools are open would ask for them in vain.
  await writeFile(join(vendor, "bootstrap", name), css.replace(/\/\*# sourceMappingURL=.*?\*\//, ""));
}
console.log(`vendor_demo: copied ${COPIES.length + STYLE_SHEETS.length} files to server/beside/demo/static/vendor`);
