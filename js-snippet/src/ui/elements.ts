/** Builds elements one by one: no markup is ever parsed. Knows nothing of what they are for. */

type Child = Node | string;
type Properties = Record<string, unknown>;

/**
 * An element with its children. A name in `properties` that the element has is set as a property; any other is set as
 * an attribute.
 */
export function make<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) (element as unknown as Properties)[name] = value;
    else element.setAttribute(name, String(value));
  }
  return put(element, ...children);
}

/** Appends one at a time: libraries of pages have put an append() of one node over the browser's. */
export function put<T extends Element>(element: T, ...children: Child[]): T {
  for (const child of children) element.append(child);
  return element;
}

/** `text` with each `{name}` replaced. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/**
 * `text` with each `{name}` replaced by a value in a direction of its own: a Latin name must not turn an Arabic
 * sentence around.
 */
export function fillApart(text: string, values: Record<string, string | number>): Node[] {
  return text.split(/(\{\w+\})/).map((part) => {
    const value = values[part.slice(1, -1)];
    return part.startsWith("{") && value !== undefined ? make("bdi", {}, String(value)) : document.createTextNode(part);
  });
}
