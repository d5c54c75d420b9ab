/**
 * Form controls: what a field's verdict and state look like in the mirror. Controls are the browser's own, and inert. A
 * masked one shows one constant, whatever it holds; nothing here could show more, since no value travels.
 */
import type { Field } from "@beside/wire/protocol.gen.ts";
import * as dom from "./dom.ts";
import { inDocumentOrder, type Item } from "./tree.ts";

const BULLETS = "••••••";
// A value that the type accepts, so that `:invalid` rules see what the field's status says, painted as discs by
// own_sheet.ts. Where no constant would do (dates, colours, files), the control stays as if empty.
const MASKS = new Map([
  ["text", BULLETS],
  ["search", BULLETS],
  ["tel", BULLETS],
  ["password", BULLETS],
  ["email", "a@b.cd"],
  ["url", "http:a"],
  ["number", "100000"],
  ["button", BULLETS],
  ["submit", BULLETS],
  ["reset", BULLETS],
]);

export class Fields {
  private readonly fields = new Map<Item, Field>();
  private order: readonly Item[] = [];
  /** From the start: a page without fields says so too, or those of the last one would stay listed. */
  private isChanged = true;
  private isRearranged = false;
  /** Once a frame, which may tell of one field as often as it has changes: a select is looked through each time. */
  private readonly unpainted = new Set<Item>();
  /** Filled in since the page was opened, as far as the mirror saw: what `:user-invalid` asks. */
  private readonly touched = new WeakSet<Item>();

  set(item: Item, field: Field | null): void {
    const before = this.fields.get(item)?.status;
    const status = field?.status;
    if (!status) this.touched.delete(item);
    // What a field says of itself changes where somebody filled it in.
    else if (before && (before.filled !== status.filled || before.validity !== status.validity)) this.touched.add(item);
    const isFailed = status && status.validity !== "valid" && (status.filled || this.touched.has(item));
    if (isFailed) dom.setAttribute(item.node as Element, "beside-invalid", "");
    else dom.removeAttribute(item.node as Element, "beside-invalid");
    if (field) this.fields.set(item, field);
    else this.fields.delete(item);
    this.isChanged = true;
    this.unpainted.add(item);
  }

  /** Is this a control of which a field was sent, so that a label or a status can follow it? */
  has(item: Item): boolean {
    return this.fields.has(item);
  }

  update(item: Item, told: Pick<Field, "label"> | Pick<Field, "status">): void {
    const field = this.fields.get(item);
    if (field) this.set(item, { ...field, ...told });
  }

  forget(item: Item): void {
    if (this.fields.delete(item)) this.isChanged = true;
    this.unpainted.delete(item);
  }

  /** Nodes came, went or moved: the order may be another, and a select may have other options. */
  rearrange(): void {
    if (!this.fields.size) return;
    this.isRearranged = true;
    for (const item of this.fields.keys()) if (item.name === "select") this.unpainted.add(item);
  }

  /** Makes the controls look as they were last told. */
  paint(): void {
    for (const item of this.unpainted) paint(item, this.fields.get(item) ?? null);
    this.unpainted.clear();
  }

  /** The fields in document order if anything about them changed since the last call, else null. */
  takeChanged(): ReadonlyMap<number, Field> | null {
    if (!this.isChanged && !this.isRearranged) return null;
    const order = inDocumentOrder(this.fields.keys());
    const isSame = !this.isChanged && order.every((item, at) => item === this.order[at]);
    this.isChanged = this.isRearranged = false;
    this.order = order;
    return isSame ? null : new Map(order.map((item) => [item.id, this.fields.get(item) as Field]));
  }
}

function paint(item: Item, field: Field | null): void {
  const element = item.node as HTMLElement;
  const masked = field !== null && field.verdict !== "show";
  const filled = masked && (field.status?.filled ?? false);
  if (item.name === "input") paintInput(element as HTMLInputElement, field, filled);
  else if (item.name === "textarea") {
    (element as HTMLTextAreaElement).value = field?.content?.text ?? (filled ? BULLETS : "");
    judge(element as HTMLTextAreaElement, field);
  } else if (item.name === "select") paintSelect(element as HTMLSelectElement, field);
  // own_sheet.ts paints the masks that are no value.
  if (!masked) dom.removeAttribute(element, "beside-mask");
  else dom.setAttribute(element, "beside-mask", filled ? (field.kind === "rich-text" ? "rich" : "text") : "");
}

function paintInput(input: HTMLInputElement, field: Field | null, filled: boolean): void {
  const { type } = input;
  if (type === "checkbox" || type === "radio") {
    input.checked = field?.content?.checked ?? false;
    // Neither checked nor not: the look that browsers have for "unknown".
    input.indeterminate = type === "checkbox" && field !== null && (field.content?.checked ?? null) === null;
    return;
  }
  if (type === "file" || type === "hidden" || type === "image") return;
  const value = field?.content?.text ?? (filled ? MASKS.get(type) : undefined);
  if (value) input.value = value;
  // A button without a value is labelled by the browser ("Submit"), as on the page.
  else if (type === "submit" || type === "reset") dom.removeAttribute(input, "value");
  else if (type !== "range") input.value = "";
  judge(input, field);
}

function paintSelect(select: HTMLSelectElement, field: Field | null): void {
  const wanted = field?.content ? field.content.text : BULLETS;
  let own: HTMLOptionElement | null = null;
  const options: HTMLOptionElement[] = [];
  for (const option of select.options) {
    if (dom.hasAttribute(option, "beside-option")) own = option;
    else options.push(option);
  }
  const fitting = field?.content && (select.multiple ? fittingAll(options, wanted) : fittingOne(options, wanted));
  if (fitting) {
    own?.remove();
    for (const option of options) option.selected = fitting.has(option);
    return;
  }
  own ??= dom.createElement(dom.ownerDocument(select) as Document, "el", "option") as HTMLOptionElement;
  dom.setAttribute(own, "beside-option", "");
  own.textContent = wanted;
  if (!own.parentNode) select.append(own);
  own.selected = true;
}

function fittingOne(options: readonly HTMLOptionElement[], wanted: string): Set<HTMLOptionElement> | null {
  const fitting = options.find((option) => fits(option, wanted));
  return fitting ? new Set([fitting]) : null;
}

/** The options whose labels, in their order, are the lines of the text; null where some line is no option's. */
function fittingAll(options: readonly HTMLOptionElement[], wanted: string): Set<HTMLOptionElement> | null {
  const lines = wanted ? wanted.split("\n") : [];
  const fitting = new Set<HTMLOptionElement>();
  for (const option of options) {
    const line = lines[fitting.size];
    if (line === undefined) break;
    if (fits(option, line)) fitting.add(option);
  }
  return fitting.size < lines.length ? null : fitting;
}

const fits = ({ label, text }: HTMLOptionElement, wanted: string): boolean =>
  label.replace(/\s+/g, " ") === wanted || text.trim() === wanted.trim();

/** Lets `:valid` and `:invalid` rules paint what the page's own field is. */
function judge(control: HTMLInputElement | HTMLTextAreaElement, field: Field | null): void {
  control.setCustomValidity(field?.status && field.status.validity !== "valid" ? "-" : "");
}
