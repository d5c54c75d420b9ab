/** Whether a page asks the browser to paint it dark by its `<meta>`, where its style sheets may say nothing of that. */
import { allInDocument, attribute } from "./nodes.ts";

// https://html.spec.whatwg.org/multipage/semantics.html#meta-color-scheme
export function asksForDark(document: Document, prefersDark: boolean): boolean {
  const [meta] = allInDocument(document, "meta[name=color-scheme i]");
  const schemes = (meta && attribute(meta, "content")) ?? "";
  return /\bdark\b/i.test(schemes) && (prefersDark || !/\blight\b/i.test(schemes));
}
