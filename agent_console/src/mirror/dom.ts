/**
 * Calls on nodes of the shopper's page, taken from our own realm's prototypes. Documents and forms look a name up among
 * their children first (`form.insertBefore` may be an `<input name="insertBefore">`), so a hostile page could hand us its
 * own nodes in place of methods: nothing of the mirror reads a member of those nodes directly.
 */

function method<T, A extends unknown[], R>(native: (this: T, ...args: A) => R): (self: T, ...args: A) => R {
  return Function.prototype.call.bind(native) as (self: T, ...args: A) => R;
}

function accessor<T, V>(prototype: object, name: string): { get(self: T): V; set(self: T, value: V): void } {
  const found = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  const get = found.get as (this: T) => V;
  const set = found.set as ((this: T, value: V) => void) | undefined;
  return { get: (self) => get.call(self), set: (self, value) => set?.call(self, value) };
}

type Root = Document | ShadowRoot;

export const insertBefore = method<Node, [Node, Node | null], Node>(Node.prototype.insertBefore);
export const appendChild = method<Node, [Node], Node>(Node.prototype.appendChild);
export const removeChild = method<Node, [Node], Node>(Node.prototype.removeChild);
export const comparePosition = method<Node, [Node], number>(Node.prototype.compareDocumentPosition);
export const parentNode = accessor<Node, Node | null>(Node.prototype, "parentNode").get;
export const ownerDocument = accessor<Node, Document | null>(Node.prototype, "ownerDocument").get;
export const isConnected = accessor<Node, boolean>(Node.prototype, "isConnected").get;
export const firstChild = accessor<Node, Node | null>(Node.prototype, "firstChild").get;
export const assignedSlot = accessor<Element, Element | null>(Element.prototype, "assignedSlot").get;
const shadowHost = accessor<ShadowRoot, Element>(ShadowRoot.prototype, "host").get;
export const isElementNode = (node: Node): node is Element => nodeType(node) === ELEMENT_NODE;
/** The host of a shadow root; null for any other node. */
export const hostOf = (node: Node): Element | null =>
  nodeType(node) === FRAGMENT_NODE ? shadowHost(node as ShadowRoot) : null;
export const nextSibling = accessor<Node, Node | null>(Node.prototype, "nextSibling").get;
export const nodeValue = accessor<Node, string | null>(Node.prototype, "nodeValue");

export const setAttribute = method<Element, [string, string], unknown>(Element.prototype.setAttribute);
export const removeAttribute = method<Element, [string], unknown>(Element.prototype.removeAttribute);
export const hasAttribute = method<Element, [string], boolean>(Element.prototype.hasAttribute);
export const getAttribute = method<Element, [string], string | null>(Element.prototype.getAttribute);
export const attachShadow = method<Element, [ShadowRootInit], ShadowRoot>(Element.prototype.attachShadow);
export const rectOf = method<Element, [], DOMRect>(Element.prototype.getBoundingClientRect);
export const matches = method<Element, [string], boolean>(Element.prototype.matches);
export const scrollElement = method<Element, [ScrollToOptions], unknown>(
  Element.prototype.scrollTo as (options: ScrollToOptions) => void,
);
export const scrollLeft = accessor<Element, number>(Element.prototype, "scrollLeft").get;
export const scrollTop = accessor<Element, number>(Element.prototype, "scrollTop").get;

const showPopoverNative = method<HTMLElement, [], unknown>(HTMLElement.prototype.showPopover ?? (() => undefined));
const hidePopoverNative = method<HTMLElement, [], unknown>(HTMLElement.prototype.hidePopover ?? (() => undefined));
/** Popovers reached Firefox with 125 and Safari with 17; older agents' browsers leave the element where it is. */
export const showPopover = (element: Element): unknown => showPopoverNative(element as HTMLElement);
export const hidePopover = (element: Element): unknown => hidePopoverNative(element as HTMLElement);

const htmlStyle = accessor<Element, CSSStyleDeclaration>(HTMLElement.prototype, "style").get;
const svgStyle = accessor<Element, CSSStyleDeclaration>(SVGElement.prototype, "style").get;
const mathStyle = accessor<Element, CSSStyleDeclaration>(MathMLElement.prototype, "style").get;
export const styleOf = { el: htmlStyle, svg: svgStyle, math: mathStyle };

const createElementNS = method<Document, [string, string], Element>(
  Document.prototype.createElementNS as (space: string, name: string) => Element,
);
const SPACES = {
  el: "http://www.w3.org/1999/xhtml",
  svg: "http://www.w3.org/2000/svg",
  math: "http://www.w3.org/1998/Math/MathML",
};
export type Space = keyof typeof SPACES;
const createHtml = method<Document, [string], Element>(Document.prototype.createElement);
/**
 * The shorter call is the quicker one, and puts names into lower case. With a namespace the part before a colon would be
 * a prefix, and `x:script` a script.
 */
export const createElement = (document: Document, space: Space, name: string): Element =>
  (space === "el" && name === name.toLowerCase()) || name.includes(":")
    ? createHtml(document, name)
    : createElementNS(document, SPACES[space], name);
export const createFragment = method<Document, [], DocumentFragment>(Document.prototype.createDocumentFragment);
export const createText = method<Document, [string], Text>(Document.prototype.createTextNode);
const implementation = accessor<Document, DOMImplementation>(Document.prototype, "implementation").get;
/** A document that is shown nowhere. */
export function createDocument(document: Document): Document {
  const made = implementation(document).createHTMLDocument("");
  removeChild(made, firstChild(made) as Node);
  removeChild(made, firstChild(made) as Node);
  return made;
}
/** The window that shows a document; null where none does. */
export const viewOf = accessor<Document, (Window & typeof globalThis) | null>(Document.prototype, "defaultView").get;
export const contentDocument = accessor<HTMLIFrameElement, Document | null>(
  HTMLIFrameElement.prototype,
  "contentDocument",
).get;
export const createDoctype = (document: Document, name: string): DocumentType =>
  implementation(document).createDocumentType(name, "", "");
export const find = method<Document, [string], Element | null>(Document.prototype.querySelector);
export const documentElement = accessor<Document, Element | null>(Document.prototype, "documentElement").get;
export const readyState = accessor<Document, string>(Document.prototype, "readyState").get;
export const documentUrl = accessor<Document, string>(Document.prototype, "URL").get;
export const compatMode = accessor<Document, string>(Document.prototype, "compatMode").get;

const documentSheets = accessor<Document, CSSStyleSheet[]>(Document.prototype, "adoptedStyleSheets").set;
const rootSheets = accessor<ShadowRoot, CSSStyleSheet[]>(ShadowRoot.prototype, "adoptedStyleSheets").set;
const ELEMENT_NODE = 1;
const DOCUMENT_NODE = 9;
const FRAGMENT_NODE = 11;
const isDocument = (root: Root): root is Document => nodeType(root) === DOCUMENT_NODE;
const nodeType = accessor<Node, number>(Node.prototype, "nodeType").get;
export function adoptSheets(root: Root, sheets: CSSStyleSheet[]): void {
  if (isDocument(root)) documentSheets(root, sheets);
  else rootSheets(root, sheets);
}

const documentElementAt = method<Document, [number, number], Element | null>(Document.prototype.elementFromPoint);
const rootElementAt = method<ShadowRoot, [number, number], Element | null>(ShadowRoot.prototype.elementFromPoint);
export const elementAt = (root: Root, x: number, y: number): Element | null =>
  isDocument(root) ? documentElementAt(root, x, y) : rootElementAt(root, x, y);
