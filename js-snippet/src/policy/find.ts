/** All that a selector finds in a document or a shadow root, by the browser's own functions. Knows nothing of rules. */
import { isDocument, native } from "../mask/nodes.ts";

type FindAll = (root: Node, selector: string) => NodeListOf<Element>;
const inDocument: FindAll = native("Document", "querySelectorAll");
const inFragment: FindAll = native("DocumentFragment", "querySelectorAll");

export const findAll: FindAll = (root, selector) => (isDocument(root) ? inDocument : inFragment)(root, selector);
