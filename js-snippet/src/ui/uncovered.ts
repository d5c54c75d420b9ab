/**
 * Tells whether an element of our root is really there for a person: rendered, on the screen, and not covered.
 *
 * Two witnesses. Intersection Observer v2 sees what lies over the element, also what lets clicks through, and what
 * makes it transparent (https://w3c.github.io/IntersectionObserver/v2/, Chromium only). `elementFromPoint` sees what
 * would take a click instead, and inertness, in every browser. Either can say no.
 */

interface VisibilityEntry extends IntersectionObserverEntry {
  /** Conservative: never true of an element that is covered or has an effect on it. */
  readonly isVisible?: boolean;
}

export interface Uncovered {
  /** Looks now: false as soon as either witness says no; null while the first one has not spoken. */
  look(): boolean | null;
  stop(): void;
}

/** True where the browser itself tells of covering; where not, the caller looks at intervals. */
export const tellsCovering = (): boolean => "isVisible" in IntersectionObserverEntry.prototype;

// The points of a pill or a rounded button that are inside of it: the middle, and near the middle of each edge.
const POINTS = [
  [0.5, 0.5],
  [0.08, 0.5],
  [0.92, 0.5],
  [0.5, 0.1],
  [0.5, 0.9],
] as const;

function takesClicks(element: Element, root: ShadowRoot): boolean {
  const outer = root.host.getRootNode() as Document | ShadowRoot;
  const { left, top, width, height } = element.getBoundingClientRect();
  return POINTS.every(([across, down]) => {
    const x = left + width * across;
    const y = top + height * down;
    return outer.elementFromPoint?.(x, y) === root.host && element.contains(root.elementFromPoint(x, y));
  });
}

/** @param onChange called with what `look()` would say, whenever the browser reports a change. */
export function watchUncovered(
  element: Element,
  root: ShadowRoot,
  onChange: (uncovered: boolean | null) => void,
): Uncovered {
  let reported: boolean | null = null;
  const look = (): boolean | null => (reported === true ? takesClicks(element, root) : reported);
  const observer = new IntersectionObserver(
    (entries) => {
      const last = entries.at(-1) as VisibilityEntry;
      // Fully on the screen, but for what rounding or a page zoom of 90 % takes off.
      reported = last.intersectionRatio > 0.9 && (!tellsCovering() || last.isVisible === true);
      onChange(look());
    },
    // 100 ms is the shortest that the specification allows together with trackVisibility.
    { threshold: [0, 0.5, 0.9, 0.95, 1], trackVisibility: true, delay: 100 } as IntersectionObserverInit,
  );
  observer.observe(element);
  return { look, stop: () => observer.disconnect() };
}
