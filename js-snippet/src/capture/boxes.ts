/**
 * Boxes: where the element that a box stands for takes its room, so that what surrounds it is laid out as on the page.
 * Reads layout and nothing that is written on the page.
 */
import type { Form } from "../mask/tree.ts";
import type { Known } from "./known.ts";

// Where the page's own text decides the size, it is rounded up, so that a box tells no text's length.
const QUANTUM_PX = 8;
const MAX_STYLE_CHARS = 600;
const bounded = (px: number): number => Math.min(px, 2 ** 20);
const quantised = (px: number): number => bounded(Math.ceil(px / QUANTUM_PX) * QUANTUM_PX);
const exact = (px: number): number => bounded(Math.round(px * 64) / 64);
const round = (px: string): string => `${Math.round(Number(px) / QUANTUM_PX) * QUANTUM_PX}`;
/** A computed value with its lengths rounded; of a matrix, how far it moves. */
export const rounded = (value: string): string =>
  value
    .replace(/-?[\d.]+(?=px)/g, round)
    .replace(/(matrix(3d)?\()([^)]*)/g, (_, opening: string, is3d: string | undefined, numbers: string) => {
      const moves = (at: number): boolean => (is3d ? at > 11 && at < 15 : at > 3);
      return (
        opening +
        numbers
          .split(", ")
          .map((number, at) => (moves(at) ? round(number) : number))
          .join(", ")
      );
    });

const MARGINS = ["margin-top", "margin-right", "margin-bottom", "margin-left"];
const PLACING = [
  ...MARGINS,
  ..."float clear vertical-align visibility opacity z-index transform pointer-events order align-self".split(" "),
  ..."justify-self grid-row-start grid-row-end grid-column-start grid-column-end".split(" "),
];
const INSETS: Record<string, string[]> = {
  absolute: ["left", "top"],
  fixed: ["left", "top"],
  relative: ["left", "top"],
  sticky: ["left", "top", "right", "bottom"],
};
const INITIAL = /^(?:auto|none|normal|baseline|visible|static|0|0px)?$/;
// Numbers, keywords, the names of grid areas; no address and no string.
const PLAIN = /^[\w\s.,%()-]{1,90}$/;

export interface Room {
  readonly width: number;
  readonly height: number;
  readonly style: string;
}

/** The room that an element takes. `form` tells whether its text decides it. */
export function measure(form: Form, element: Element): Room {
  const { width, height } = element.getBoundingClientRect();
  if (!element.getClientRects().length) return { width: 0, height: 0, style: "" };
  const isText = form === "blocked" || form === "closed";
  const style = getComputedStyle(element);
  const declared: string[] = [];
  const declare = (name: string, value: string): void => {
    if (PLAIN.test(value)) declared.push(`${name}:${isText ? rounded(value) : value}`);
  };
  const display = displayOf(style.display);
  if (display !== "inline-block") declare("display", display);
  const insets = INSETS[style.position];
  if (insets) declare("position", style.position);
  for (const name of [...(insets ?? []), ...PLACING]) {
    const value = style.getPropertyValue(name);
    if (!INITIAL.test(value) && !(name === "opacity" && value === "1")) declare(name, value);
  }
  const sized = isText ? quantised : exact;
  // A transform paints the element elsewhere; the room that it takes is the one without.
  const { offsetWidth = width, offsetHeight = height } = element as HTMLElement;
  const room = (px: number, offset: number): number => sized(Math.abs(px - offset) < 1 ? px : offset);
  const text = declared.join(";");
  return {
    width: room(width, offsetWidth),
    height: room(height, offsetHeight),
    style: text.length > MAX_STYLE_CHARS ? "" : text,
  };
}

/** How a replaced element of this display stands among others: what is inside it is no matter. */
function displayOf(display: string): string {
  if (/^table-/.test(display)) return display;
  return /^(?:inline|ruby)/.test(display) ? "inline-block" : "block";
}

/** The boxes that stand in the tree. */
export class Boxes {
  /** Some may have another size or place now. */
  isStale = false;
  readonly #all = new Map<Node, Known>();
  #observer: ResizeObserver | undefined;

  /** @param request asks for a frame. */
  constructor(private readonly request: () => void) {}

  add(known: Known): void {
    this.#all.set(known.node, known);
    this.#observer ??= new ResizeObserver(() => {
      this.isStale = true;
      this.request();
    });
    this.#observer.observe(known.node as Element);
  }

  forget({ node }: Known): void {
    if (this.#all.delete(node)) this.#observer?.unobserve(node as Element);
  }

  clear(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#all.clear();
    this.isStale = false;
  }

  [Symbol.iterator](): Iterator<Known> {
    return this.#all.values();
  }

  /** To be looked at again. */
  all(): Iterable<Known> {
    this.isStale = false;
    return [...this.#all.values()];
  }
}
