/**
 * What kind of form control an element is, what it is called, and what it holds. The only reader of `.value`; what it
 * reads leaves the page only where `mask.ts` has judged the control. Knows nothing of verdicts.
 */
import type { FieldKind, Validity } from "../wire/protocol.gen.ts";
import {
  attribute,
  closest,
  documentOf,
  find,
  findAll,
  localName,
  matches,
  native,
  rawContent,
  rootOf,
  tagOf,
  treeParent,
  isElement,
} from "./nodes.ts";

export type Control = HTMLElement & Partial<HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement>;

const INPUT_KINDS: Record<string, FieldKind> = {
  number: "number",
  checkbox: "checkbox",
  radio: "radio",
  file: "file",
  button: "button",
  submit: "button",
  reset: "button",
  image: "button",
  date: "date",
  "datetime-local": "date",
  month: "date",
  time: "date",
  week: "date",
  range: "range",
};

// By the browser's own getters: libraries put theirs on a field, which say what they make of it and not what it shows.
const typeOf = native<string>("HTMLInputElement", "type");
const HELD: Record<string, (control: Node) => string> = {
  input: native("HTMLInputElement", "value"),
  textarea: native("HTMLTextAreaElement", "value"),
  select: native("HTMLSelectElement", "value"),
  button: native("HTMLButtonElement", "value"),
};
const heldBy = (control: Control): string => (HELD[localName(control)] as (typeof HELD)[string])(control);

// Without a prototype: `role=constructor` names no kind.
const ROLE_KINDS: Record<string, FieldKind> = {
  __proto__: null as never,
  textbox: "rich-text",
  searchbox: "rich-text",
  spinbutton: "rich-text",
  combobox: "rich-text",
  checkbox: "checkbox",
  switch: "checkbox",
  radio: "radio",
};

// Elements that the shopper typed into although nothing says that one can (`-webkit-user-modify`, EditContext).
const typedInto = new WeakSet<Element>();
export const markTypedInto = (element: Element) => typedInto.add(element);

/** The kind of control an element is; null where it is none. `hidden` inputs are no control: they never travel. */
export function kindOf(element: Element): FieldKind | null {
  if (tagOf(element) !== "el") return null;
  switch (localName(element)) {
    case "input":
      return INPUT_KINDS[typeOf(element)] ?? "text";
    case "select":
      return "select";
    case "textarea":
      return "text";
    case "button":
      // A library's (Radix, Headless UI) is what it calls itself, as anything else is.
      return kindByRole(element) ?? "button";
  }
  return isWritten(element) ? "rich-text" : kindByRole(element);
}

/** Can one type into it, though it is no field of the browser's? */
function isWritten(element: Element): boolean {
  const editable = attribute(element, "contenteditable")?.trim().toLowerCase();
  return (editable !== undefined && editable !== "false" && editable !== "inherit") || typedInto.has(element);
}

/** Is what it holds one of what the page offers, as a select's is? */
export const isPicked = (control: Control, kind: FieldKind): boolean =>
  kind === "select" ||
  (kind === "rich-text" && /^\s*combobox\b/i.test(attribute(control, "role") ?? "") && !isWritten(control));

function kindByRole(element: Element): FieldKind | null {
  const role = attribute(element, "role");
  const kind = role ? ROLE_KINDS[role.trim().toLowerCase().split(/\s+/)[0] ?? ""] : null;
  // ARIA 1.1 put role=combobox around the input: the input is the control then. A select or a hidden input in one is what a
  // library gives to the form, and what the shopper sees stands beside it.
  return kind && !(kind === "rich-text" && find(element, "input:not([type=hidden i]),textarea")) ? kind : null;
}

const isInput = (element: Element) => localName(element) === "input" && tagOf(element) === "el";
export const isHiddenInput = (element: Element) => isInput(element) && typeOf(element) === "hidden";
export const isPassword = (element: Element) => isInput(element) && typeOf(element) === "password";

/** Everything by which a page tells a shopper what a field wants; unjudged, to be looked through for secrets only. */
export function wordsOf(control: Control): string {
  const words = ["name", "id", "placeholder", "aria-label", "title"].map((name) => attribute(control, name) ?? "");
  for (const label of labelsOf(control)) words.push(rawContent(label).slice(0, 500));
  return words.join(" | ");
}

/** The elements whose text labels a control: what aria-labelledby names, else its `<label>`; a button's own too. */
export function labelElements(control: Control): Element[] {
  const labels = labelsOf(control);
  // What stands in a combobox is its value.
  return localName(control) === "button" && kindOf(control) !== "rich-text" ? [...labels, control] : labels;
}

function labelsOf(control: Control): Element[] {
  // Of one that was taken out of the page an element, which finds nothing by its id.
  const root = control.getRootNode() as ParentNode & Node & Partial<NonElementParentNode>;
  const named = attribute(control, "aria-labelledby");
  const byIds = named?.split(/\s+/).map((id) => (id && root.getElementById?.(id)) || null);
  const labels = byIds?.filter((label) => label !== null) ?? [];
  if (labels.length || !("labels" in control)) return labels;
  return found ? (labelledIn(root).get(control) ?? []) : [...(control.labels ?? [])];
}

let found: Map<Node, Record<string, unknown>> | null = null;
/**
 * While a frame is read, and the page stands still, it is gone through once a tree: `labels` does that for each control
 * (Chromium's LabelsNodeList), and so does its place.
 */
export const findEachOnce = (isStill: boolean): void => void (found = isStill ? new Map() : null);

/** What is found below a node, once while the page stands still. */
function findOnce<T>(around: Node, what: string, find: () => T): T {
  if (!found) return find();
  const known = found.get(around) ?? {};
  found.set(around, known);
  return (known[what] ??= find()) as T;
}

const labelledIn = (root: Node): Map<Element, Element[]> =>
  findOnce(root, "label", () => {
    const labelled = new Map<Element, Element[]>();
    for (const label of findAll(root, "label")) {
      const { control } = label as HTMLLabelElement;
      if (control) labelled.set(control, [...(labelled.get(control) ?? []), label]);
    }
    return labelled;
  });

// https://html.spec.whatwg.org/#autofill-field: what a field is for, in words that are the standard's and not the page's.
const PURPOSE =
  /(?:^|\s)((?:cc-)?(?:given-|additional-|family-)?name|nickname|username|honorific-(?:pre|suf)fix|(?:new|current)-password|one-time-code|organization(?:-title)?|street-address|address-(?:line[123]|level[1-4])|country(?:-name)?|postal-code|cc-(?:number|csc|type|exp(?:-month|-year)?)|transaction-(?:currency|amount)|language|bday(?:-day|-month|-year)?|sex|url|photo|email|impp|tel(?:-(?:country-code|national|area-code|extension|local(?:-prefix|-suffix)?))?)(?:\s+webauthn)?\s*$/i;
export const purposeOf = (control: Control): string | null =>
  PURPOSE.exec(attribute(control, "autocomplete") ?? "")?.[1]?.toLowerCase() ?? null;

/** What a control holds, as one string; empty where it holds nothing. */
export function valueOf(control: Control, kind: FieldKind): string {
  if (kind === "checkbox" || kind === "radio") return control.checked ? "on" : "";
  if (kind === "file") return control.files?.length ? "file" : "";
  if (isNative(control)) return heldBy(control);
  return rawContent(control).trim();
}

/** The strings by which a page could repeat what a control holds. A box or radio holds none; a file, its name. */
export function stringsOf(control: Control, kind: FieldKind): string[] {
  if (kind === "checkbox" || kind === "radio") return [];
  if (kind === "file") return [...(control.files ?? [])].map(({ name }) => name);
  return kind === "select" ? [valueOf(control, kind), paintedOf(control, kind)] : [valueOf(control, kind)];
}

/** Does the browser itself know what it holds? Of a button that is another control by its role it does not. */
export const isNative = (control: Element) =>
  (/^(?:input|select|textarea)$/.test(localName(control)) && tagOf(control) === "el") || kindOf(control) === "button";

/** Is a box or radio ticked, by the browser or by its role? Null: neither ticked nor not. */
export function checkedOf(control: Control, kind: FieldKind): boolean | null {
  const said = isNative(control) ? null : attribute(control, "aria-checked");
  if (kind === "checkbox" && (said === null ? control.indeterminate === true : said === "mixed")) return null;
  return said === null ? control.checked === true : said === "true";
}

/** What a shown control paints: its value, or the label of what is chosen. */
export function paintedOf(control: Control, kind: FieldKind): string {
  if (kind === "select")
    return [...(control.selectedOptions ?? [])].map(({ label }) => label.replace(/\s+/g, " ")).join("\n");
  const paintsNone =
    kind === "checkbox" || kind === "radio" || kind === "file" || (control as HTMLInputElement).type === "image";
  return paintsNone || !isNative(control) ? "" : heldBy(control);
}

const ERROR_CLASS = /(?:^|[\s_-])(?:is-)?(?:invalid|error|has-error|danger)(?:$|[\s_-])/i;

/** The class of a control's failure, by the browser's rules or by how the page marks it. */
export function validityOf(control: Control, kind: FieldKind): Validity {
  const validity = control.validity as ValidityState | undefined;
  const empty = !valueOf(control, kind);
  if (validity && !validity.valid) {
    if (validity.valueMissing) return "missing";
    if (validity.badInput) return "type";
    if (validity.rangeOverflow || validity.rangeUnderflow || validity.stepMismatch) return "range";
    return "malformed";
  }
  return isMarkedWrong(control) ? (empty ? "missing" : "malformed") : "valid";
}

/** Does the page itself mark the field as wrong: on the control, or on a wrapper that holds no other? */
function isMarkedWrong(control: Control): boolean {
  if (attribute(control, "aria-invalid") === "true") return true;
  let node: Node | null = control;
  for (let up = 0; up < 3 && isElement(node); up++) {
    if (up > 0 && (localName(node) === "form" || node.querySelectorAll("input,select,textarea").length > 1)) break;
    if (ERROR_CLASS.test(attribute(node, "class") ?? "")) return true;
    node = treeParent(node);
  }
  return false;
}

export const isRequired = (control: Control) =>
  control.required === true || attribute(control, "aria-required") === "true";
export const isDisabled = (control: Control) =>
  matches(control, ":disabled") || attribute(control, "aria-disabled") === "true";

/** The control that an event happened in: the target, or the editing host around it. */
export function controlAround(target: Element): Control | null {
  for (let node: Node | null = target; node; node = treeParent(node))
    if (isElement(node) && kindOf(node)) return node as Control;
  return null;
}

/** Where a control stands in its form, in words, by name and by id: what stays when a framework swaps one node for another. */
export function namesOf(control: Control): string[] {
  return ["name", "id"].flatMap((name) => {
    const value = attribute(control, name);
    return value ? [`${formOf(closest(control, "form"))} ${name} ${value}`] : [];
  });
}

/** The same by its position there: what has neither is known by nothing else. */
export function positionOf(control: Control): string {
  const form = closest(control, "form");
  const around = form ?? rootOf(control);
  const at = placeIn(around, "input,select,textarea", control);
  // What is none of these is known by its place among its like.
  const like = () => placeIn(around, "[contenteditable],[role]", control, kindOf(control));
  return `${formOf(form)} ${at < 0 ? `of ${like()}` : `at ${at}`}`;
}

const formOf = (form: Element | null): string | number =>
  form ? attribute(form, "id") || attribute(form, "name") || placeIn(documentOf(form), "form", form) : "";

/** The place of an element among those below a node that a selector finds, of one kind where that is said; -1: it is none. */
function placeIn(around: Node, selector: string, element: Element, kind?: FieldKind | null): number {
  const places = findOnce(around, `${selector} ${kind}`, () => {
    const all = [...findAll(around, selector)].filter((one) => kind === undefined || kindOf(one) === kind);
    return new Map(all.map((one, at) => [one, at]));
  });
  return places.get(element) ?? -1;
}
