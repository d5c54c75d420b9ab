/**
 * What an agent should see of a page, and what the mirror shows, as two plain trees. Written against the two documents
 * alone: it uses nothing of what the capture and the mirror know.
 */

export type View = string | { [part: string]: unknown };

// What the test's edits set and the policy lets travel; `title` is set too and never travels.
const ATTRIBUTES = ["id", "class", "lang", "hidden", "data-mood", "aria-hidden", "type", "fill", "open"];
const MASK = /^(?:••••••|a@b\.cd|100000|http:a)$/;

/** The masked view of the shopper's page below an element. */
export function viewOfPage(element: Element): View {
  return view(element, {
    skips: (child) => child.nodeType === Node.COMMENT_NODE,
    field(control) {
      const shown = control.getAttribute("data-beside") === "show" && control.type !== "password";
      if (control.type === "checkbox" || control.type === "radio") return shown ? control.checked : "no state";
      if (control.type === "date" && !shown) return "no value";
      if (shown) return control.value;
      return control.value && control.type !== "submit" ? "masked" : "";
    },
  });
}

/** What the mirror shows below the element that stands for the same one. */
export function viewOfMirror(element: Element): View {
  return view(element, {
    skips: (child) => child.nodeName.startsWith("BESIDE-") && child.nodeName !== "BESIDE-STYLE",
    field(control) {
      if (control.type === "checkbox" || control.type === "radio")
        return control.hasAttribute("beside-mask") ? (control.checked ? "leaks" : "no state") : control.checked;
      if (control.type === "date" && control.hasAttribute("beside-mask")) return control.value || "no value";
      if (control.hasAttribute("beside-mask")) return MASK.test(control.value) ? "masked" : control.value;
      return control.value;
    },
  });
}

interface Side {
  skips(child: Node): boolean;
  field(control: HTMLInputElement): unknown;
}

function view(node: Node, side: Side): View {
  if (node.nodeType === Node.TEXT_NODE) return (node as Text).data;
  const element = node as Element;
  const name = element.localName.replace(/^beside-/, "");
  // Its rules show in what they paint.
  if (name === "style") return { name };
  const attributes: Record<string, string> = {};
  for (const attribute of ATTRIBUTES) {
    const value = element.getAttribute(attribute);
    if (value !== null) attributes[attribute] = value;
  }
  const computed = (element.ownerDocument.defaultView as Window).getComputedStyle(element);
  const shown: Record<string, unknown> = {
    name,
    attributes,
    style: (element as HTMLElement).style.cssText,
    paint: [computed.color, computed.backgroundColor, computed.textAlign, computed.display].join(" | "),
    modal: element.matches(":modal"),
  };
  if (/^(?:input|textarea)$/.test(name)) return { ...shown, field: side.field(element as HTMLInputElement) };
  const children = (parent: ParentNode & Node): View[] =>
    [...parent.childNodes].filter((child) => !side.skips(child)).map((child) => view(child, side));
  if (element.shadowRoot) shown["shadow"] = children(element.shadowRoot);
  shown["children"] = children(element);
  return shown;
}
