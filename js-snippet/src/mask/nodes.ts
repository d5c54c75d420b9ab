/**
 * Reading the page's nodes by the browser's own getters. Knows the shape of the tree, nothing of the policy.
 *
 * A form's controls shadow the form's properties (`<input name="childNodes">`, `name="attributes"`), so nothing here is
 * read as a plain property of a node that might be a form.
 */

type Realm = Window & typeof globalThis;
type Control = `HTML${"Input" | "TextArea" | "Select" | "Button"}Element`;
type Owner =
  "Node" | "Element" | "CharacterData" | "Document" | "DocumentFragment" | "HTMLIFrameElement" | "Event" | Control;
type Work<Subject> = (this: Subject, argument?: string | Node) => unknown;
export const replacing: ((clean: Realm) => void)[] = [];

/**
 * The browser's own work behind a property or a method, as the page has it until `readBy` has looked. What a file takes and
 * does not use is left out of it.
 */
/* @__NO_SIDE_EFFECTS__ */
export function native<T, Subject extends Event | Node = Node>(
  owner: Owner,
  name: string,
): (subject: Subject, argument?: string | Node) => T {
  const of = (realm: Realm): Work<Subject> => {
    const { get, value } = Object.getOwnPropertyDescriptor(realm[owner].prototype, name) ?? {};
    return (get ?? value) as Work<Subject>;
  };
  let work = of(window as Realm);
  replacing.push((clean) => {
    const source = clean.Function.prototype.toString;
    if (source.call(work) !== source.call(of(clean))) work = of(clean);
  });
  return (subject, argument) => work.call(subject, argument) as T;
}

/** Reads from now on by the functions of a clean realm where the page has put others over the browser's. */
export function readBy(clean: Realm): void {
  for (const replace of replacing) replace(clean);
}

export const firstChild = native<Node | null>("Node", "firstChild");
export const nextSibling = native<Node | null>("Node", "nextSibling");
export const parentNode = native<Node | null>("Node", "parentNode");
const typeOf = native<number>("Node", "nodeType");
const isEqual = native<boolean>("Node", "isEqualNode");
/** Are two lists of nodes alike, with all below them? */
export const areAlike = (nodes: readonly Node[], others: readonly Node[]): boolean =>
  nodes.length === others.length && nodes.every((node, at) => isEqual(node, others[at]));
export const baseURI = native<string>("Node", "baseURI");
const ownerDocument = native<Document | null>("Node", "ownerDocument");
/** Does a node stand in a document, be it shown or not? */
export const connected = native<boolean>("Node", "isConnected");
/** The document, shadow root or topmost node that a node stands in. */
export const rootOf = native<Node>("Node", "getRootNode");
export const viewOf = native<Window | null>("Document", "defaultView");
/** The document of a node; a document's is itself. */
export const documentOf = (node: Node): Document => ownerDocument(node) ?? (node as Document);
/** Does a node stand in a document that is shown? One that its frame has left, or that went with its frame, is not. */
export const isConnected = (node: Node): boolean => connected(node) && viewOf(documentOf(node)) !== null;
export const contentDocument = native<Document | null>("HTMLIFrameElement", "contentDocument");
const nameOf = native<string>("Element", "localName");
export const shadowRootOf = native<ShadowRoot | null>("Element", "shadowRoot");
export const scrollTopOf = native<number>("Element", "scrollTop");
export const scrollLeftOf = native<number>("Element", "scrollLeft");
const namespaceURI = native<string | null>("Element", "namespaceURI");
const data = native<string>("CharacterData", "data");
const textContent = native<string | null>("Node", "textContent");

/** The wire's tag for an element's namespace. */
export type Tag = "el" | "svg" | "math";
// Without a prototype: a script may make elements in a namespace called "constructor".
const TAGS: Record<string, Tag> = {
  __proto__: null as never,
  "http://www.w3.org/1999/xhtml": "el",
  "http://www.w3.org/2000/svg": "svg",
  "http://www.w3.org/1998/Math/MathML": "math",
};

type Read<T> = (element: Element, name: string) => T;
const valueOf: Read<string | null> = native("Element", "getAttribute");
const namesOf: (element: Element) => string[] = native("Element", "getAttributeNames");
export const matches: Read<boolean> = native("Element", "matches");
export const find: Read<Element | null> = native("Element", "querySelector");
export const closest: Read<Element | null> = native("Element", "closest");
export const allInDocument: (node: Node, selector: string) => NodeListOf<Element> = native(
  "Document",
  "querySelectorAll",
);
const allInElement: (node: Node, selector: string) => NodeListOf<Element> = native("Element", "querySelectorAll");
const allInRoot: (node: Node, selector: string) => NodeListOf<Element> = native("DocumentFragment", "querySelectorAll");
// What is sent is cut at less (mask.ts): a number that begins before that cut is judged whole.
const MAX_TEXT_CHARS = 1_000_100;
const textOf = (node: Node): string => data(node).slice(0, MAX_TEXT_CHARS).toWellFormed();
/** All text below a node, unjudged: for matching only. */
export const rawContent = (node: Node): string => textContent(node) ?? "";

export const ELEMENT = 1;
export const TEXT = 3;

// The node that is being read, and what the browser said of it: to judge and write one asks for the same many times.
let near: Node | null = null;
let type = 0;
let name = "";
let tag: Tag | null = null;
let names: readonly string[] = [];
let text = "";

/** From now on until the next, this one node is read; null: none. Nothing of the page may run meanwhile. */
export function approach(node: Node | null): void {
  near = null;
  name = text = "";
  names = [];
  type = node ? typeOf(node) : 0;
  if (type === ELEMENT) {
    name = nameOf(node as Node);
    tag = TAGS[namespaceURI(node as Node) ?? ""] ?? null;
    names = namesOf(node as Element);
  } else if (type === TEXT) text = textOf(node as Node);
  near = node;
}

export const nodeType = (node: Node): number => (node === near ? type : typeOf(node));
export const localName = (node: Node): string => (node === near ? name : nameOf(node));
/** Null for a foreign namespace, which no browser paints. */
export const tagOf = (node: Node): Tag | null => (node === near ? tag : (TAGS[namespaceURI(node) ?? ""] ?? null));
export const attributeNames = (element: Element): readonly string[] => (element === near ? names : namesOf(element));
export const attribute: Read<string | null> = (element, of) =>
  element === near && !names.includes(of) ? null : valueOf(element, of);
/** The characters of a text node, unjudged: what leaves the page goes through `Mask.readText`. */
export const rawText = (node: Node): string => (node === near ? text : textOf(node));

export const isElement = (node: Node | null): node is Element => node !== null && nodeType(node) === ELEMENT;
/** Other realms have elements of their own: `instanceof` knows none of a frame's. */
export function isElementTarget(target: EventTarget | null | undefined): target is Element {
  return isNodeTarget(target) && isElement(target);
}
export function isNodeTarget(target: EventTarget | null | undefined): target is Node {
  try {
    return !!target && nodeType(target as Node) > 0;
  } catch {
    // A window, or a visual viewport.
    return false;
  }
}
/** Where an event happened, as its root has it. Libraries of synthetic shadow roots say otherwise to listeners outside. */
export const targetOf = native<EventTarget | null, Event>("Event", "target");
const wayOf = native<EventTarget[], Event>("Event", "composedPath");
/** Where an event happened, also within an open shadow root; null where that is no element. */
export function originOf(event: Event): Element | null {
  const target = targetOf(event);
  // The whole way of each event costs more than what is done with it, and few come out of a shadow root.
  const origin = isElementTarget(target) && shadowRootOf(target) ? wayOf(event)[0] : target;
  return isElementTarget(origin) ? origin : null;
}
export const isDocument = (node: Node | null): node is Document => node !== null && nodeType(node) === 9;
export const isText = (node: Node): node is Text => nodeType(node) === TEXT;
export const isShadowRoot = (node: Node): node is ShadowRoot => nodeType(node) === 11 && "host" in node;

const standing = new WeakMap<Node, Node>();
/** A node that is in no document is captured as if it stood below this parent. */
export const stand = (node: Node, parent: Node) => void standing.set(node, parent);

/** Parent in the tree that is painted: a shadow root's is its host. */
export const treeParent = (node: Node): Node | null =>
  parentNode(node) ?? standing.get(node) ?? (isShadowRoot(node) ? (node as ShadowRoot).host : null);

const CONTROLS = "input,textarea,[contenteditable],[role*=box i],[role*=spinb i]";

type DocumentIn = (frame: Element) => Document | null;

const allBelow = (root: Node): typeof allInDocument =>
  isDocument(root) ? allInDocument : isElement(root) ? allInElement : allInRoot;

/** All elements below a node that a selector matches. */
export const findAll = (root: Node, selector: string): NodeListOf<Element> => allBelow(root)(root, selector);

/** The open shadow roots below a node, and the documents of shown frames. `each`: takes every element gone through. */
export function rootsBelow(root: Node, documentIn: DocumentIn, each?: Set<Node>): Node[] {
  const all = allBelow(root);
  const roots: Node[] = [...all(root, "iframe")].flatMap((frame) => documentIn(frame) ?? []);
  // One call into the browser an element: this goes through all that a page adds.
  for (const element of all(root, "*")) {
    each?.add(element);
    const inner = shadowRootOf(element);
    if (inner) roots.push(inner);
  }
  return roots;
}

/**
 * What may hold a value in a document, a shadow root or below an element. `documentIn`: of a frame that is shown; what is
 * in these, and in open shadow roots, counts too then, but for the roots in `done`, to which they are added; `each`: takes
 * every element that is gone through.
 */
export function controlsWithin(root: Node, documentIn?: DocumentIn, done?: Set<Node>, each?: Set<Node>): Element[] {
  const all = allBelow(root);
  // Chromium goes through 2,700 elements by each of these apart in 63 µs, and by a list of them in 109. To go through what a
  // page adds is mostly less work than a call is.
  if (!documentIn) return CONTROLS.split(",").flatMap((selector) => [...all(root, selector)]);
  const found = [...all(root, CONTROLS)];
  for (const inner of rootsBelow(root, documentIn, each)) {
    if (done?.has(inner)) continue;
    done?.add(inner);
    found.push(...controlsWithin(inner, documentIn, done, each));
  }
  return found;
}
