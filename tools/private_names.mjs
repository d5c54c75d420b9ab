// The property names of the snippet that nobody outside of it knows: the build shortens them.
//
// A name is private if one of these places declares it (in an interface or a class) and it is nowhere else: not in the
// browser's own interfaces, not on the wire, not in what the loader hands over or a release may leave for the next one to
// read (storage, messages between tabs: all other files of the snippet), in no string and in no table. The names of the
// sentences are private too: whichever language is loaded is of the same release.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const PRIVATE_PLACES = [
  ...["capture/", "mask/", "mask.ts", "policy/", "ui/"],
  ...["connection.ts", "crossing.ts", "entrance.ts", "frame_bytes.ts", "frame_place.ts", "join.ts"],
  ...["shared_view.ts", "socket.ts", "view_status.ts"],
];

const WORD = /[\w$]+/g;
const COMMENT = /\/\*.*?\*\//gs;

/** @param root of the repository. */
export function privateNames(root) {
  const own = new Set();
  const taken = new Set();
  const sources = join(root, "js-snippet/src");
  for (const path of readdirSync(sources, { recursive: true }).filter((name) => name.endsWith(".ts"))) {
    const isPrivate = PRIVATE_PLACES.some((place) => path.replaceAll("\\", "/").startsWith(place));
    const declared = isPrivate ? own : taken;
    read(join(sources, path), declared, path.startsWith("locales") ? own : taken, taken);
  }
  // Every word of the browser's and the language's own interfaces: reading is cheaper than parsing.
  const library = join(root, "node_modules/typescript/lib");
  for (const name of readdirSync(library).filter((name) => /^lib\.(dom|es).*\.d\.ts$/.test(name)))
    for (const word of readFileSync(join(library, name), "utf8").replace(COMMENT, "").match(WORD)) taken.add(word);
  return [...own].filter((name) => !taken.has(name)).sort();
}

// `keys`: what the names in its tables are.
function read(path, declared, keys, taken) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const visit = (node, isTable) => {
    const name = node.name && ts.isIdentifier(node.name) ? node.name.text : undefined;
    if (isDeclared(node) && name) (isOfEvent(node) ? taken : declared).add(name);
    // The keys of a table are looked up by what a page or the relay says; exports are the names of other files.
    if (isTable && ts.isPropertyAssignment(node) && name) keys.add(name);
    if (isExported(node)) taken.add(name);
    if (ts.isStringLiteralLike(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node))
      for (const word of node.text.match(WORD) ?? []) taken.add(word);
    ts.forEachChild(node, (child) => visit(child, isTable));
  };
  for (const statement of source.statements)
    if (!ts.isImportDeclaration(statement)) visit(statement, ts.isVariableStatement(statement));
}

const isDeclared = (node) =>
  ts.isPropertySignature(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isAccessor(node) ||
  ts.isParameterPropertyDeclaration(node, node.parent);

// What an event of the browser's carries that TypeScript does not know yet.
const isOfEvent = ({ parent }) =>
  ts.isInterfaceDeclaration(parent) &&
  parent.heritageClauses?.some(({ types }) => types.some(({ expression }) => /Event$/.test(expression.getText())));

const isExported = (node) =>
  ts.canHaveModifiers(node) &&
  ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) &&
  node.name;
