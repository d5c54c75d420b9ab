/**
 * Whether what Beside sent is the page: the frames as the relay got them, read as the console reads them and applied to
 * the model of the tests, against the page's own DOM. A benchmark of an engine that leaves things out would prove nothing.
 */
import { FrameReader } from "../../../../agent_console/src/frames.ts";
import { decoderOf } from "../../../../js-snippet/src/wire/decode.ts";
import { type Frame, isKeyframe, isMutation } from "../../../../js-snippet/src/wire/protocol.gen.ts";
import { Model, type ModelNode } from "../../../unit/dom/capture_model.ts";

const decode = {
  keyframe: decoderOf(isKeyframe),
  mutation: decoderOf(isMutation),
};
// What never travels, and what Beside itself put there.
const ABSENT = new Set(["SCRIPT", "NOSCRIPT", "TEMPLATE", "BESIDE-HELP"]);

const END = "end";

/** Messages as sent: a frame's JSON, or a chunk's header and its bytes in base64. */
type Sent = [json: string] | [header: string, bytes: string];

/** The first difference between page and frames, in words; empty where there is none. */
async function difference(messages: Sent[]): Promise<string> {
  const model = new Model();
  let failure = "";
  await new Promise<void>((resolve) => {
    const fail = (reason: string): void => {
      failure ||= reason;
      resolve();
    };
    const reader = new FrameReader((frame) => {
      if (frame === END) return resolve();
      try {
        model.apply(decode[(frame as Frame)[0]](frame));
      } catch (error) {
        fail(String(error));
      }
    }, fail);
    for (const [json, bytes] of messages) {
      if (bytes === undefined) reader.plain(JSON.parse(json));
      else
        reader.chunk(
          JSON.parse(json),
          Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0)),
        );
    }
    // Frames that inflate come later; this one waits behind them.
    reader.plain(END);
  });
  if (failure) return failure;
  const root = [...(model.nodes.get(1)?.children ?? [])].at(-1);
  const body = root?.children.find(({ entry }) => entry[1] === "body");
  return body ? below(document.body, body, "body") || styles(model) : "the frames hold no body";
}

function below(page: Node, mirrored: ModelNode, path: string): string {
  const children = [...page.childNodes].filter((child) => child.nodeType !== 8 && !ABSENT.has(child.nodeName));
  if (children.length !== mirrored.children.length)
    return `${path} has ${children.length} children and ${mirrored.children.length} were told`;
  for (const [at, child] of children.entries()) {
    const other = mirrored.children[at] as ModelNode;
    const found = child instanceof Text ? text(child, other, path) : element(child as Element, other, path);
    if (found) return found;
  }
  return "";
}

function text({ data }: Text, { text: told }: ModelNode, path: string): string {
  return data === told ? "" : `text of ${path} is ${data} and told as ${told}`;
}

function element(page: Element, mirrored: ModelNode, path: string): string {
  const { entry, attributes } = mirrored;
  const here = `${path} ${page.localName}#${page.id}`;
  if (entry[1] !== page.localName) return `${here} was told as ${String(entry[1])}`;
  for (const name of ["id", "class", "hidden", "aria-expanded", "aria-invalid", "open", "type"]) {
    const value = page.getAttribute(name);
    if (value !== (attributes[name] ?? null)) return `${name} of ${here} is ${value} and told as ${attributes[name]}`;
  }
  return below(page, mirrored, here);
}

/** Every rule of the page is in a sheet that was told. Their texts may differ in blanks and quotes: both are parsed. */
function styles(model: Model): string {
  const told = new Set<string>();
  for (const sheet of model.sheets.values()) {
    const parsed = new CSSStyleSheet();
    parsed.replaceSync(String(sheet[2]));
    for (const rule of parsed.cssRules) told.add(rule.cssText);
  }
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules) if (!told.has(rule.cssText)) return `the rule ${rule.cssText} was not told`;
  return "";
}

Object.assign(window, { check: { difference } });
