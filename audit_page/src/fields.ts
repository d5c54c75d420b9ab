/**
 * Which elements of a page can be typed into, found without the engine: a field that the mask does not know is what an
 * audit is for. Knows nothing of verdicts.
 */

export interface FoundField {
  /** Names this very element in all documents of the page, for as long as it lives. */
  readonly element: string;
  /** What stays the same from run to run: frames and shadow hosts around it, then name, id or label. Several may share it. */
  readonly key: string;
  readonly tag: string;
  /** `type` of an input, "rich-text" of what is edited in place. */
  readonly type: string;
  /** All words by which the page says what the field is for. */
  readonly words: string;
  readonly label: string;
  readonly autocomplete: string;
  readonly inputMode: string;
  readonly min: string;
  readonly max: string;
  readonly step: string;
  readonly maxLength: number;
  readonly pattern: string;
  /** The choices of a select that are not its first, by value. */
  readonly choices: string[];
  readonly isVisible: boolean;
  readonly isFixed: boolean;
  /** The site's own mark on the very element; empty where there is none. */
  readonly rule: string;
  /** What it holds now. */
  readonly held: string;
}

// Types that hold nothing a person types.
const NOT_TYPED = /^(?:hidden|submit|reset|button|image)$/;
const EDITED_ROLES = /^\s*(?:textbox|searchbox|spinbutton|combobox)(?!\S)/i;
// The control then is what stands in it.
const EDITED_WITHIN = "input:not([type=hidden i]),textarea";

/** Every field below a node, in document order, through open shadow roots. */
export function fieldsBelow(root: ParentNode): Element[] {
  const found: Element[] = [];
  for (const element of root.querySelectorAll("*")) {
    if (isField(element)) found.push(element);
    if (element.shadowRoot) found.push(...fieldsBelow(element.shadowRoot));
  }
  return found;
}

function isField(element: Element): boolean {
  if (element.localName === "input") return !NOT_TYPED.test((element as HTMLInputElement).type);
  if (element.localName === "select" || element.localName === "textarea") return true;
  // The host of an editor; what stands in one is edited with it.
  const isHost = (element as HTMLElement).isContentEditable && !isEdited(element.parentElement);
  return isHost || (EDITED_ROLES.test(element.getAttribute("role") ?? "") && !element.querySelector(EDITED_WITHIN));
}

const isEdited = (element: HTMLElement | null): boolean => element?.isContentEditable ?? false;

export function describeField(element: Element): FoundField {
  const field = element as HTMLInputElement;
  const isRich = !/^(?:input|select|textarea)$/.test(element.localName);
  const said = (name: string): string => element.getAttribute(name) ?? "";
  const label = labelOf(element);
  return {
    element: identityOf(element),
    key: `${aroundOf(element)}${nameOf(element, label)}`,
    tag: element.localName,
    type: isRich ? "rich-text" : (field.type ?? ""),
    words: [label, ...["name", "id", "placeholder", "aria-label", "title"].map(said)].join(" | "),
    label: label || said("aria-label") || said("placeholder") || said("name") || said("id"),
    autocomplete: said("autocomplete"),
    inputMode: said("inputmode"),
    min: said("min"),
    max: said("max"),
    step: said("step"),
    maxLength: isRich ? -1 : (field.maxLength ?? -1),
    pattern: said("pattern"),
    choices: element.localName === "select" ? choicesOf(element as HTMLSelectElement) : [],
    isVisible: element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0,
    isFixed: field.disabled || field.readOnly || element.matches(":disabled"),
    rule: said("data-beside").trim().toLowerCase(),
    held: heldBy(element),
  };
}

function labelOf(element: Element): string {
  const labels = [...((element as HTMLInputElement).labels ?? [])].map(wordsIn);
  const root = element.getRootNode() as Document | ShadowRoot;
  for (const id of (element.getAttribute("aria-labelledby") ?? "").split(/\s+/))
    if (id) labels.push(root.getElementById(id)?.textContent ?? "");
  return labels.join(" ").replace(/\s+/g, " ").trim().slice(0, 120);
}

/** The text of a label, without what stands in the controls that it holds. */
const wordsIn = (node: Node): string =>
  [...node.childNodes]
    .map((child) =>
      child instanceof Element ? (isField(child) ? "" : wordsIn(child)) : child instanceof Text ? child.data : "",
    )
    .join(" ");

const choicesOf = (select: HTMLSelectElement): string[] =>
  [...select.options].filter(({ index, disabled, value }) => index > 0 && !disabled && value).map(({ value }) => value);

/** What stands in a field: what was typed, or the labels of what was chosen. */
function heldBy(element: Element): string {
  if (element.localName === "select")
    return [...(element as HTMLSelectElement).selectedOptions].map(({ label }) => label.trim()).join(", ");
  const { files, value } = element as HTMLInputElement;
  if (files) return [...files].map(({ name }) => name).join(", ");
  return (element.localName === "button" ? null : value) ?? (element.textContent ?? "").trim();
}

/** By name, else by id, else by label; an option by its value besides. */
function nameOf(element: Element, label: string): string {
  const said = (name: string): string | null => element.getAttribute(name);
  const name = said("name") || element.id || label || said("aria-label") || element.localName;
  const value = /^(?:radio|checkbox)$/.test((element as HTMLInputElement).type) ? said("value") : null;
  return value ? `${name}=${value}` : name;
}

// All documents of a page count from one; by this theirs are told apart.
const DOCUMENT = crypto.getRandomValues(new Uint32Array(2)).join("-");
const identities = new WeakMap<Element, string>();
let known = 0;

function identityOf(element: Element): string {
  const identity = identities.get(element) ?? `${DOCUMENT}-${++known}`;
  identities.set(element, identity);
  return identity;
}

/** Frames and shadow hosts around a node, the outermost first. */
function aroundOf(element: Element): string {
  const root = element.getRootNode();
  if (root instanceof ShadowRoot) return `${aroundOf(root.host)}${stepOf(root.host)} >>> `;
  if (window === window.top) return "";
  let frame: Element | null = null;
  try {
    frame = window.frameElement;
  } catch {
    // Another origin's.
  }
  return `${frame ? stepOf(frame) : `frame ${location.host}`} >> `;
}

function stepOf(element: Element): string {
  const { id, localName } = element;
  if (id) return `${localName}#${id}`;
  const name = element.getAttribute("name");
  return name ? `${localName}[name=${name}]` : localName;
}

/** Where an element stands, in words that a developer finds it by. */
export function pathOf(element: Element): string {
  const steps: string[] = [];
  for (let at: Element | null = element; at && steps.length < 4; at = at.parentElement) {
    const name = at.classList.item(0);
    steps.unshift(at.id || !name ? stepOf(at) : `${at.localName}.${name}`);
    if (at.id) break;
  }
  return `${aroundOf(element)}${steps.join(" > ")}`;
}

export type Around = "paused" | "site-block" | "inside-a-frame" | "inside-a-closed-root" | "field";

/** What the policy says that a page is audited under: `PagePolicy`, where there is one. */
export interface Policing {
  isPausing(): boolean;
  blocks(element: Element): boolean;
}

/**
 * What stands around a field of which nothing was told: a page that the policy pauses, a part that the site blocks, a frame, a
 * closed root, a field that holds it as a part of its own text; null: nothing of these, and so the mask should have known it.
 */
export function around(element: Element, policy: Policing | null): Around | null {
  if (policy?.isPausing()) return "paused";
  for (let at: Node | null = element; at; at = at.parentNode ?? (at instanceof ShadowRoot ? at.host : null)) {
    if (at instanceof ShadowRoot && at.mode === "closed") return "inside-a-closed-root";
    if (!(at instanceof Element)) continue;
    if (at.getAttribute("data-beside")?.trim().toLowerCase() === "block" || policy?.blocks(at)) return "site-block";
    if (at !== element && isField(at)) return "field";
  }
  return window === window.top ? null : "inside-a-frame";
}
