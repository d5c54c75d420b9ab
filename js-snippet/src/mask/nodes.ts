/**
 * Reading the page's nodes by the browser's own getters. Knows the shape of the tree, nothing of the policy.
 *
 * A form's controls shadow the form's properties (`<input name="childNodes">`, `name="attributes"`), so nothing here is
 * read as a plain property of a node that might be a form.
 */

const getter = <T>(owner: object, name: string): ((node: Node) => T) => {
  const get = Object.getOwnPropertyDescriptor(owner, name)?.get as (this: Node) => T;
  return (node) => get.call(node);
};
const method = (
  name: "getAttribute" | "hasAttribute" | "getAttributeNames" | "matches" | "querySelector" | "closest",
) => Element.prototype[name] as (this: Element, argument?: string) => unknown;

export const firstChild = getter<Node | null>(Node.prototype, "firstChild");
export const nextSibling = getter<Node | null>(Node.prototype, "nextSibling");
export const parentNode = getter<Node | null>(Node.prototype, "parentNode");
export const nodeType = getter<number>(Node.prototype, "nodeType");
export const isConnected = getter<boolean>(Node.prototype, "isConnected");
export const localName = getter<string>(Element.prototype, "localName");
export const shadowRootOf = getter<ShadowRoot | null>(Element.prototype, "shadowRoot");
export const scrollTopOf = getter<number>(Element.prototype, "scrollTop");
export const scrollLeftOf = getter<number>(Element.prototype, "scrollLeft");
const namespaceURI = getter<string | null>(Element.prototype, "namespaceURI");
const data = getter<string>(CharacterData.prototype, "data");
const textContent = getter<string | null>(Node.prototype, "textContent");

const getAttribute = method("getAttribute");
const hasAttribute = method("hasAttribute");
const getAttributeNames = method("getAttributeNames");
const matchesSelector = method("matches");
const query = method("querySelector");
const closestMatch = method("closest");

export const attribute = (element: Element, name: string) => getAttribute.call(element, name) as string | null;
export const carries = (element: Element, name: string) => hasAttribute.call(element, name) as boolean;
export const attributeNames = (element: Element) => getAttributeNames.call(element) as string[];
export const matches = (element: Element, selector: string) => matchesSelector.call(element, selector) as boolean;
export const find = (element: Element, selector: string) => query.call(element, selector) as Element | null;
export const closest = (element: Element, selector: string) => closestMatch.call(element, selector) as Element | null;
/** The characters of a text node, unjudged: what leaves the page goes through `Mask.readText`. */
export const rawText = (node: Node): string => data(node);
/** All text below a node, unjudged: for matching only. */
export const rawContent = (node: Node): string => textContent(node) ?? "";

export const ELEMENT = 1;
export const TEXT = 3;
export const isElement = (node: Node | null): node is Element => node !== null && nodeType(node) === ELEMENT;
export const isText = (node: Node): node is Text => nodeType(node) === TEXT;
export const isShadowRoot = (node: Node): node is ShadowRoot => nodeType(node) === 11 && "host" in node;

const standing = new WeakMap<Node, Node>();
/** A node that is in no document is captured as if it stood below this parent. */
export const stand = (node: Node, parent: Node) => void standing.set(node, parent);

/** Parent in the tree that is painted: a shadow root's is its host. */
export const treeParent = (node: Node): Node | null =>
  parentNode(node) ?? standing.get(node) ?? (isShadowRoot(node) ? (node as ShadowRoot).host : null);

const TAGS: Record<string, "el" | "svg" | "math"> = {
  "http://www.w3.org/1999/xhtml": "el",
  "http://www.w3.org/2000/svg": "svg",
  "http://www.w3.org/1998/Math/MathML": "math",
};
/** The wire's tag for an element's namespace; null for a foreign one, which no browser paints. */
export const tagOf = (element: Element): "el" | "svg" | "math" | null => TAGS[namespaceURI(element) ?? ""] ?? null;
