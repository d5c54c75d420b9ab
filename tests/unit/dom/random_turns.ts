/**
 * What a page's scripts do in one turn, by a seed: they put parts in and take them out, change rules, kinds and names,
 * fill controls and print what those hold. Knows nothing of what is captured.
 */

/** Numbers by a seed, the same at every run (mulberry32). */
export class Dice {
  constructor(private seed: number) {}

  /** From 0 to `count` - 1. */
  below(count: number): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** Once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }
}

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLElement;

/** The page as scripts have it: also what they took out, and mean to put back. */
export interface Stage {
  readonly dice: Dice;
  readonly document: Document;
  /** Fields may be of a kind whose values are read, and never kept. */
  readonly hasFloor: boolean;
  /** Of what a script may do, each as often as it stands here. */
  readonly edits: readonly Edit[];
  readonly aside: Element[];
  /** All values that were put into fields; never used twice. */
  readonly values: string[];
  /** Those of them that were put into something else than a field. */
  readonly printed: Set<string>;
  /** What was done, so that a failure can be told. */
  readonly done: string[];
}

// No vowels, and no x (`xx 4471` reads as a card's last digits): no word of a page, nothing that looks personal.
const LETTERS = "bdfghjklmnpqrstvwz";
const WORDS = ["socks", "two left", "sold out", "grey wool", "to the basket"];
const RULES = ["block", "mask", "show", "block", "mask", "nonsense", "block", "mask"];
const CLASSES = ["gone", "veiled", "open", "tall", "wide"];
const NAMES = ["a1", "a2", "a3"];
const MAX_ASIDE = 6;
const MAX_NODES = 250;

/** All that is painted below a node, open roots and frames that the site shows included. */
export function everything(from: Node): Node[] {
  const found = [from];
  for (const node of found) {
    if (isElement(node) && node.shadowRoot) found.push(node.shadowRoot);
    if (node.nodeName === "IFRAME") {
      const inner = (node as HTMLIFrameElement).contentDocument?.documentElement;
      if (inner) found.push(inner);
    }
    found.push(...node.childNodes);
  }
  return found;
}

// Nodes of frames are of another realm.
export const isElement = (node: Node): node is HTMLElement => node.nodeType === Node.ELEMENT_NODE;
const FIELDS = "input, textarea, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox]";
const HTML = "http://www.w3.org/1999/xhtml";
export const fieldsIn = (nodes: readonly Node[]): Field[] =>
  nodes.filter((node): node is Field => isElement(node) && node.namespaceURI === HTML && node.matches(FIELDS));
/** What a field holds; a box holds its state alone. */
export const held = (field: Field): string =>
  field.matches("[type=checkbox]") ? "" : "value" in field ? field.value : (field.textContent ?? "");

const isParent = (node: Node): boolean =>
  node.nodeName === "#document-fragment"
    ? "host" in node
    : isElement(node) &&
      !node.matches(`${FIELDS}, img, iframe, style, select, select *, svg, svg *, html, head, head *`);

const bodyOf = (stage: Stage): Node[] => everything(stage.document.body).slice(1);
export const insideField = (node: Node): boolean => !!(isElement(node) ? node : node.parentElement)?.closest(FIELDS);

function value({ dice, values }: Stage): string {
  let made = "";
  while (made.length < 9) made += LETTERS.charAt(dice.below(LETTERS.length));
  values.push(made);
  return made;
}

/** What a page says of a value, mostly of one that a field holds: the words around it are its own. */
function sentence(stage: Stage): string {
  const { dice, printed, values } = stage;
  const now = fieldsIn(bodyOf(stage)).map(held);
  const inFields = values.filter((value) => now.some((text) => text.includes(value)));
  const from = inFields.length && !dice.once(4) ? inFields : values.slice(-4);
  if (!from.length || dice.once(5)) return dice.pick(WORDS);
  const said = dice.pick(from);
  printed.add(said);
  stage.done.push(`  prints ${said}`);
  return dice.pick([said, `For ${said}`, said.toUpperCase(), `${said}, thank you`]);
}

/** What a node stands in: a shadow root in its host, a document in its frame. */
export const above = (node: Node): Node | null =>
  "host" in node ? (node.host as Node) : (node.parentNode ?? (node as Document).defaultView?.frameElement ?? null);

/** Where a node stands, outermost first, with what rules say of each element around it. */
export function placeOf(node: Node): string {
  const names: string[] = [];
  for (let at: Node | null = node; at; at = above(at))
    names.unshift(isElement(at) ? [at.localName, at.dataset["beside"], at.className].filter(Boolean).join(".") : "");
  return names.join("/");
}

function fill(stage: Stage, field: Field, text: string): void {
  stage.done.push(`  fills ${placeOf(field)} with ${text}`);
  if (!("value" in field)) field.textContent = text;
  else if (stage.dice.once(4)) {
    if (field.localName === "input") field.setAttribute("value", text);
    else field.textContent = text;
  } else field.value = text;
  // Where the focus is in it, an edit that is not over yet.
  const types = stage.dice.pick([[], [], [], ["input", "change"], ["input"]]);
  for (const type of types) field.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
}

function madeField(stage: Stage): Field {
  const { dice, document } = stage;
  const name = dice.pick(["input", "input", "input", "textarea", "editor", "textbox"]);
  const field = document.createElement(/^(?:input|textarea)$/.test(name) ? name : "div");
  if (name === "editor") field.contentEditable = "true";
  if (name === "textbox") field.setAttribute("role", "textbox");
  if (name === "input" && stage.hasFloor && dice.once(3))
    (field as HTMLInputElement).type = dice.pick(["password", "hidden"]);
  if (dice.once(3)) field.id = dice.pick(NAMES);
  if (dice.once(8)) field.setAttribute("aria-labelledby", dice.pick(NAMES));
  if (dice.once(3)) fill(stage, field, value(stage));
  return field;
}

function madePart(stage: Stage): HTMLElement {
  const { dice, document } = stage;
  const make = (name: string, ...children: (Node | string)[]): HTMLElement => {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  };
  switch (dice.below(9)) {
    case 0:
      return make("p", sentence(stage));
    case 1:
      return make("div", madeField(stage), make("b", sentence(stage)));
    case 2:
      return make("label", "Name ", madeField(stage));
    case 3: {
      const label = make("label", dice.pick(WORDS)) as HTMLLabelElement;
      label.htmlFor = dice.pick(NAMES);
      return label;
    }
    case 4: {
      const host = make("div", sentence(stage));
      host.attachShadow({ mode: "open" }).append(make("i", "inside"), madeField(stage), make("slot"));
      return host;
    }
    case 5: {
      const part = make("section", make("p", dice.pick(WORDS)), make("div", madeField(stage)));
      part.dataset["beside"] = dice.pick(RULES);
      return part;
    }
    case 6: {
      const frame = make("iframe");
      frame.dataset["beside"] = "show";
      return frame;
    }
    case 7: {
      const picture = make("img");
      picture.setAttribute("alt", sentence(stage));
      return picture;
    }
    default:
      return madeField(stage);
  }
}

function print(stage: Stage): void {
  const { dice, document } = stage;
  const elements = bodyOf(stage).filter((node) => isParent(node) && isElement(node) && !insideField(node));
  const place = elements.length ? (dice.pick(elements) as HTMLElement) : document.body;
  const said = sentence(stage);
  const texts = bodyOf(stage).filter((node) => node.nodeType === Node.TEXT_NODE && !insideField(node));
  const text = texts.length ? (dice.pick(texts) as Text) : null;
  switch (dice.below(9)) {
    case 0:
      return place.append(said);
    case 1:
    case 2:
      return void (text && text.parentNode?.nodeName !== "STYLE" && (text.data = said));
    case 3:
      return place.append(said.slice(0, 4), said.slice(4));
    case 4:
      return place.setAttribute(dice.pick(["aria-label", "data-copy", "title", "id"]), said);
    case 5: {
      const style = document.createElement("style");
      style.textContent = `#b::after { content: ${JSON.stringify(said)} }`;
      return place.append(style);
    }
    case 6: {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`#b::after { content: ${JSON.stringify(said)} }`);
      return void (document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet].slice(-3));
    }
    case 7:
      return place.style.setProperty("--said", JSON.stringify(said));
    default: {
      const fields = fieldsIn(bodyOf(stage));
      return void (fields.length && dice.pick(fields).setAttribute("placeholder", said));
    }
  }
}

/** What a script may do, each as often as it stands here. */
export const EDITS = [
  ...(["put", "put", "put", "move", "move", "take", "back", "back", "wear", "lift", "copy"] as const),
  ...(["rule", "rule", "class", "class", "kind", "name"] as const),
  ...(["fill", "fill", "fill", "clear", "print", "print", "print", "print", "shadow", "write", "stand"] as const),
] as const;
/** With what else scripts do. */
export const MORE_EDITS = [
  ...EDITS,
  ...([
    "again",
    "again",
    "empty",
    "swap",
    "words",
    "editable",
    "editable",
    "list",
    "choose",
    "layer",
    "disable",
  ] as const),
  ...(["rules", "rules", "sheet", "drawing", "key", "key", "cut"] as const),
] as const;
export type Edit = (typeof MORE_EDITS)[number];

/** Whether what is put stands in where it would be put, across shadow roots and frames. */
function holds(node: Node, parent: Node): boolean {
  for (let at: Node | null = parent; at; at = above(at)) if (at === node) return true;
  return false;
}

/** Does one thing. */
export function doOne(stage: Stage): void {
  const { aside, dice, document, done } = stage;
  const nodes = bodyOf(stage);
  const parents = [document.body, ...nodes.filter((node) => isParent(node) && !insideField(node))];
  const elements = nodes.filter(
    (node): node is HTMLElement => isElement(node) && !node.matches("html, head, body, head *"),
  );
  const parent = dice.pick(parents);
  const element = elements.length ? dice.pick(elements) : null;
  const put = (node: Node): void => {
    const before = dice.once(2) ? null : (parent.childNodes[dice.below(parent.childNodes.length)] ?? null);
    if (nodes.length < MAX_NODES && before !== node && !holds(node, parent)) parent.insertBefore(node, before);
  };
  const edit = dice.pick(stage.edits);
  done.push(edit);
  switch (edit) {
    case "put":
      return put(madePart(stage));
    case "move":
      return void (element && put(element));
    case "take":
      if (!element || aside.length >= MAX_ASIDE) return;
      element.remove();
      return void aside.push(element);
    case "back": {
      const [one] = aside.splice(dice.below(aside.length), 1);
      if (!one) return;
      if (dice.once(2)) return put(one);
      const box = document.createElement("section");
      if (dice.once(2)) box.dataset["beside"] = dice.pick(RULES);
      box.append(one);
      return put(box);
    }
    case "wear": {
      if (!aside.length) return;
      const within = everything(dice.pick(aside));
      const fields = fieldsIn(within);
      if (fields.length && dice.once(2)) return fill(stage, dice.pick(fields), value(stage));
      const texts = within.filter((node) => node.nodeType === Node.TEXT_NODE && !insideField(node));
      return void (texts.length && ((dice.pick(texts) as Text).data = sentence(stage)));
    }
    case "lift": {
      // The child becomes its parent's parent.
      const above = element?.parentElement;
      if (!element || !above || !isParent(element) || insideField(element) || /^(?:BODY|HTML)$/.test(above.nodeName))
        return;
      above.replaceWith(element);
      return element.append(above);
    }
    case "copy":
      return void (element && nodes.length < MAX_NODES && element.replaceWith(element.cloneNode(true)));
    case "rule":
      if (!element || element.matches("iframe")) return;
      if (dice.once(3)) delete element.dataset["beside"];
      else element.dataset["beside"] = dice.pick(RULES);
      return;
    case "class":
      return void element?.classList.toggle(dice.pick(CLASSES));
    case "kind": {
      const inputs = elements.filter((one) => one.matches("input"));
      if (!inputs.length) return;
      const input = dice.pick(inputs) as HTMLInputElement;
      if (stage.hasFloor) input.type = dice.pick(["text", "password", "hidden", "search", "submit", "checkbox"]);
      if (stage.hasFloor && dice.once(4)) input.autocomplete = dice.pick(["cc-number", "name", "off"]) as AutoFill;
      return;
    }
    case "name":
      if (!element) return;
      if (dice.once(3)) return element.removeAttribute("id");
      return element.setAttribute(element.matches("label") ? "for" : "id", dice.pick(NAMES));
    case "fill": {
      const fields = fieldsIn(nodes);
      return void (fields.length && fill(stage, dice.pick(fields), value(stage)));
    }
    case "clear": {
      const fields = fieldsIn(nodes);
      return void (fields.length && fill(stage, dice.pick(fields), ""));
    }
    case "print":
      return print(stage);
    case "shadow":
      if (element?.matches("div, p, section") && !element.shadowRoot && !insideField(element))
        element.attachShadow({ mode: "open" }).append(madePart(stage));
      return;
    case "write": {
      // What a frame shows: a script fills it, or writes it anew.
      const frames = elements.filter((one) => one.matches("iframe")) as HTMLIFrameElement[];
      const inner = frames.length ? dice.pick(frames).contentDocument : null;
      if (!inner?.body) return;
      return inner.body.append(inner.adoptNode(madePart(stage)));
    }
    case "stand": {
      const fields = fieldsIn(nodes);
      if (fields.length) dice.pick(fields).focus();
      return;
    }
    default:
      return doMore(stage, edit, elements);
  }
}

const isHost = (element: HTMLElement): boolean => isParent(element) && !insideField(element);

type More = Exclude<Edit, (typeof EDITS)[number]>;
function doMore(stage: Stage, edit: More, elements: readonly HTMLElement[]): void {
  const { dice, document } = stage;
  const hosts = elements.filter(isHost);
  const host = hosts.length ? dice.pick(hosts) : document.body;
  const any = elements.length ? dice.pick(elements) : host;
  const sheets = everything(document.body).filter((node): node is HTMLStyleElement => node.nodeName === "STYLE");
  const sheet = sheets.length ? (dice.pick(sheets).sheet as CSSStyleSheet | null) : null;
  switch (edit) {
    case "again": {
      // As templates do it: all of it anew, just as it was, but for what fields hold that no attribute says.
      const { innerHTML } = host;
      return void (host.innerHTML = innerHTML);
    }
    case "empty":
      return host.replaceChildren(...(dice.once(2) ? [madePart(stage)] : []));
    case "swap": {
      const other = hosts.length ? dice.pick(hosts) : host;
      if (!holds(host, other) && !holds(other, host)) host.replaceChildren(...other.childNodes);
      return;
    }
    case "words":
      return host.append(document.createTextNode(sentence(stage)), document.createComment(sentence(stage)));
    case "editable":
      if (any.hasAttribute("contenteditable")) return any.removeAttribute("contenteditable");
      if (!any.matches("div, p, section, i, b") || insideField(any) || any.querySelector(`${FIELDS}, select`)) return;
      if (dice.once(2)) return any.setAttribute("role", dice.pick(["textbox", "combobox", "group"]));
      return any.setAttribute("contenteditable", dice.pick(["", "true", "plaintext-only", "false"]));
    case "list": {
      const select = document.createElement("select");
      for (let n = 0; n < 3; n++) select.append(new Option(dice.pick(WORDS), `${n}`));
      if (dice.once(2)) select.dataset["beside"] = dice.pick(RULES);
      return host.append(select);
    }
    case "choose": {
      const selects = elements.filter((one): one is HTMLSelectElement => "selectedIndex" in one);
      if (!selects.length) return;
      const select = dice.pick(selects);
      if (dice.once(3)) select.append(new Option(dice.pick(WORDS)));
      select.selectedIndex = dice.below(select.options.length);
      return void (dice.once(2) && select.dispatchEvent(new Event("change", { bubbles: true })));
    }
    case "layer": {
      const dialogs = elements.filter((one): one is HTMLDialogElement => "showModal" in one);
      if (!dialogs.length) {
        const dialog = document.createElement("dialog");
        dialog.append(madePart(stage), madeField(stage));
        return host.append(dialog);
      }
      const dialog = dice.pick(dialogs);
      if (dialog.open) return dialog.close();
      return dialog.isConnected && dice.once(2) ? dialog.showModal() : dialog.show();
    }
    case "disable": {
      const fields = fieldsIn(elements);
      return void (fields.length && dice.pick(fields).toggleAttribute(dice.pick(["disabled", "required", "readonly"])));
    }
    case "rules": {
      if (!sheet) return;
      const rule = `#b::after { content: ${JSON.stringify(sentence(stage))} }`;
      if (dice.once(4) && sheet.cssRules.length) return sheet.deleteRule(0);
      return void sheet.insertRule(rule, dice.below(sheet.cssRules.length + 1));
    }
    case "sheet": {
      const rule = sheet?.cssRules[0];
      if (!sheet || dice.once(3)) return void host.append(document.createElement("style"));
      if (rule && dice.once(2))
        return (rule as CSSStyleRule).style.setProperty("--said", JSON.stringify(sentence(stage)));
      return void (sheet.disabled = !sheet.disabled);
    }
    case "drawing": {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.textContent = sentence(stage);
      svg.append(text);
      return host.append(svg);
    }
    case "key": {
      // As a keyboard does it, where the focus is: a key at a time. What is whole the page may print.
      const fields = fieldsIn(elements);
      if (!fields.length) return;
      const field = dice.pick(fields);
      field.focus();
      const text = value(stage);
      const typed = text.slice(0, dice.pick([6, 8, 9]));
      stage.done.push(`  types ${typed} into ${placeOf(field)}`);
      for (let at = 1; at <= typed.length; at++) {
        for (const type of ["keydown", "beforeinput"]) field.dispatchEvent(eventOf(type));
        if ("value" in field) field.value = text.slice(0, at);
        else field.textContent = text.slice(0, at);
        field.dispatchEvent(eventOf("input"));
      }
      if (typed === text && dice.once(2)) {
        stage.printed.add(text);
        host.append(`For ${text}`);
      }
      if (dice.once(3)) field.dispatchEvent(eventOf("change"));
      return dice.once(2) ? field.blur() : undefined;
    }
    case "cut": {
      const texts = everything(host).filter((node): node is Text => node.nodeType === Node.TEXT_NODE);
      const text = texts.length ? dice.pick(texts) : null;
      if (!text || insideField(text)) return;
      return dice.once(2) ? host.normalize() : void text.splitText(dice.below(text.data.length + 1));
    }
  }
}

const eventOf = (type: string): Event => new Event(type, { bubbles: true, composed: type !== "change" });
