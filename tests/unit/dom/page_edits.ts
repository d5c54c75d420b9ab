/**
 * Edits of a page, each named and steered by three numbers, so that a failing run can be made smaller and told again.
 * Numbers choose modulo what there is: any numbers are an edit, if only one that does nothing.
 */

export type Edit = [name: string, a: number, b: number, c: number];

const TAGS = ["div", "p", "ul", "li", "span", "section", "x-card", "table", "tr", "b", "a", "button", "label", "form"];
const INPUTS = ["text", "email", "number", "tel", "password", "checkbox", "radio", "search", "date", "submit"];
const WORDS = ["socks", "shoes", "two left", "sold out", "grey wool", "to the basket", "free delivery", ""];
const CLASSES = ["red", "tall", "wide", "quiet", "is-new"];
const SVG = "http://www.w3.org/2000/svg";
const RULES = [
  ".red { color: rgb(200, 0, 0) }",
  "div > * { background-color: rgb(0, 90, 0) }",
  "[data-mood=calm] { color: rgb(0, 0, 120) }",
  "p:first-child, li:nth-child(2n) { text-align: right }",
  "@media screen { .tall { color: rgb(9, 9, 9) } }",
  ":host { color: rgb(70, 0, 70) } ::slotted(*) { text-align: center }",
];

/** What was taken out and is put back later, changed or not. */
const away: ChildNode[] = [];
const MAX_AWAY = 5;

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/** Everything under the root that an edit can choose, shadow trees included. */
function all(root: Element): Node[] {
  const found: Node[] = [root];
  for (const node of found) {
    if (node instanceof Element && node.shadowRoot) found.push(node.shadowRoot);
    found.push(...node.childNodes);
    if (found.length > 400) break;
  }
  return found;
}

const isParent = (node: Node): node is Element | ShadowRoot =>
  node instanceof ShadowRoot || (node instanceof Element && !node.matches("input, textarea, select, style"));

/** Makes one edit below `root`. */
export function makeEdit(root: Element, [name, a, b, c]: Edit): void {
  const nodes = all(root);
  const parent = pick(nodes.filter(isParent), a);
  const node = nodes.length > 1 ? pick(nodes.slice(1), b) : null;
  const element = node instanceof Element ? node : parent instanceof Element ? parent : root;
  const before = parent.childNodes[c % (parent.childNodes.length + 1)] ?? null;
  const put = (child: Node): void => {
    if (nodes.length < 300) parent.insertBefore(child, before);
  };
  switch (name) {
    case "element":
      return put(document.createElement(pick(TAGS, b)));
    case "svg": {
      const svg = document.createElementNS(SVG, "svg");
      const rect = svg.appendChild(document.createElementNS(SVG, pick(["rect", "circle", "linearGradient"], b)));
      rect.setAttribute("fill", "rgb(1, 2, 3)");
      return put(svg);
    }
    case "text":
      return put(document.createTextNode(pick(WORDS, b)));
    case "comment":
      return put(document.createComment("never captured"));
    case "input": {
      const input = document.createElement("input");
      input.type = pick(INPUTS, b);
      if (b % 3 === 0) input.setAttribute("data-beside", "show");
      return put(input);
    }
    case "textarea":
      return put(document.createElement("textarea"));
    case "move":
      if (node && !(node instanceof ShadowRoot) && !node.contains(parent) && !isAcross(node, parent) && before !== node)
        parent.insertBefore(node, before);
      return;
    case "lift": {
      // The child becomes its parent's parent.
      const above = element.parentNode;
      if (element === root || !(above instanceof Element) || above === root || !above.parentNode) return;
      if (!isParent(element)) return;
      above.parentNode.replaceChild(element, above);
      return void element.appendChild(above);
    }
    case "remove":
      return node && !(node instanceof ShadowRoot) ? node.parentNode?.removeChild(node) && undefined : undefined;
    case "leave":
      if (!node || node instanceof ShadowRoot || away.length >= MAX_AWAY) return;
      (node as ChildNode).remove();
      return void away.push(node as ChildNode);
    case "wear": {
      const [one] = away.slice(b % Math.max(away.length, 1));
      const inner = one && pick([one, ...one.childNodes], c);
      if (inner instanceof Text) inner.data = pick(WORDS, a);
      else if (inner instanceof Element && isParent(inner)) {
        inner.classList.toggle(pick(CLASSES, c));
        if (a % 3 === 0) inner.append(pick(WORDS, b));
        if (a % 3 === 1) inner.firstChild?.remove();
      }
      return;
    }
    case "return": {
      const [one] = away.splice(b % Math.max(away.length, 1), 1);
      if (!one) return;
      // By itself, or within what is new.
      const box = document.createElement("section");
      if (c % 3 === 0) box.append(one);
      return put(c % 3 === 0 ? box : one);
    }
    case "data":
      return void (node instanceof Text && (node.data = pick(WORDS, c)));
    case "split":
      return void (node instanceof Text && node.length > 3 && node.splitText(2));
    case "normalize":
      return element.normalize();
    case "class":
      return void element.classList.toggle(pick(CLASSES, c));
    case "attribute":
      // `hidden` does nothing on SVG, and does not travel from there.
      if (element instanceof SVGElement && a % 6 === 2) return;
      return element.setAttribute(
        pick(["id", "lang", "hidden", "data-mood", "title", "aria-hidden"], a),
        pick(["calm", "x1", ""], c),
      );
    case "unset":
      return element.removeAttribute(pick(["id", "lang", "hidden", "data-mood", "class", "style"], c));
    case "style":
      return (element as HTMLElement).style.setProperty(
        pick(["--gap", "opacity", "margin-left"], a),
        pick(["0.5", "3px"], c),
      );
    case "shadow":
      if (element !== root && !element.shadowRoot && element.matches("div, p, span, section, x-card"))
        element.attachShadow({ mode: "open" }).append(document.createElement("slot"), pick(WORDS, c));
      return;
    case "adopt": {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(pick(RULES, c));
      const shadow = nodes.find((one) => one instanceof ShadowRoot) as ShadowRoot | undefined;
      const owner = b % 2 && shadow ? shadow : document;
      return void (owner.adoptedStyleSheets = [...owner.adoptedStyleSheets, sheet].slice(-3));
    }
    case "sheet": {
      const style = document.createElement("style");
      style.textContent = pick(RULES, b);
      return put(style);
    }
    case "rule": {
      const styles = [...root.querySelectorAll("style")];
      const sheet = styles.length ? pick(styles, a).sheet : null;
      if (!sheet) return;
      if (c % 3 === 0 && sheet.cssRules.length) return sheet.deleteRule(0);
      if (c % 3 === 1) return void (sheet.disabled = !sheet.disabled);
      return void sheet.insertRule(pick(RULES.slice(0, 4), b));
    }
    case "fill":
      return fill(element, c);
    case "replace":
      if (parent !== root && parent.childNodes.length < 9) parent.replaceChildren(document.createElement("i"), "again");
      return;
    case "dialog": {
      const dialog = document.createElement("dialog");
      dialog.append("the same here and there");
      put(dialog);
      if (dialog.isConnected && b % 2) dialog.showModal();
      return;
    }
    case "close":
      return root.querySelector<HTMLDialogElement>("dialog[open]")?.close();
    case "churn":
      // Many nodes that come and go within one task: none of them may be heard of.
      for (let n = 0; n < 50; n++) parent.append(document.createElement("em"));
      for (const em of parent.querySelectorAll("em")) em.remove();
      return;
    case "reverse":
      return parent.append(...[...parent.childNodes].reverse());
    default:
      throw new Error(`there is no edit called ${name}`);
  }
}

/** Whether the new parent stands in a shadow tree of the node: `contains` does not look into those. */
function isAcross(node: Node, parent: Node): boolean {
  for (let at: Node | null = parent; at; at = at instanceof ShadowRoot ? at.host : at.parentNode)
    if (at === node) return true;
  return false;
}

function fill(element: Element, c: number): void {
  const control = element.closest("input, textarea") as HTMLInputElement | null;
  if (!control || control.type === "submit") return;
  if (control.type === "checkbox" || control.type === "radio") control.checked = c % 2 === 0;
  else if (c % 4 === 0) control.value = "";
  // What a shown field holds must be no repetition of what a masked one holds, or it is masked as well.
  else if (control.hasAttribute("data-beside"))
    control.value = { number: "12", date: "2031-11-05" }[control.type] ?? "visible";
  else control.value = { number: "4711", date: "2031-11-05", email: "q@z.example" }[control.type] ?? "qjxzvk";
  control.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  control.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
}
