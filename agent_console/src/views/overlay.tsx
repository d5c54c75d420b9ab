/**
 * The transparent layer over the mirror. It takes all input (a script-less frame gives none), asks the mirror what is
 * under the pointer, and draws outlines, rings and pointers. Nothing of the agent's input reaches the mirrored page.
 */
import { useEffect, useRef, useState } from "preact/hooks";

import { isOpen } from "../acts.ts";
import type { Viewport } from "../mirror/picture.ts";
import type { Point } from "../picture.ts";
import type { ConsoleSession } from "../session.ts";
import { Composer } from "./composer.tsx";
import { type Box, useBoxes } from "./rects.ts";
import type { Selection } from "./selection.ts";

// Arrow keys move the crosshair by a small control's height; with Shift by a line of them.
const STEP_PX = 12;
const LEAP_PX = 60;

interface Props {
  session: ConsoleSession;
  selection: Selection;
  /** Console pixels a pixel of the shopper's page. */
  scale: number;
  active: boolean;
}

export function Overlay({ session, selection, scale, active }: Props) {
  const { picture, acts } = session;
  const layer = useRef<HTMLDivElement>(null);
  const [crosshair, setCrosshair] = useState<Point | null>(null);
  const mayPoint = session.mayPoint.value;
  const look = (at: Point | null) => {
    selection.outlined.value = at && picture.nodeAt(at.x, at.y);
    if (mayPoint) acts.point(at);
  };
  const choose = (at: Point) => {
    const node = picture.nodeAt(at.x, at.y);
    const epoch = picture.epoch.peek();
    if (node === null || epoch === null || !mayPoint) selection.close();
    else selection.chosen.value = { epoch, node, place: "mirror" };
  };
  const pointOf = (event: MouseEvent): Point => {
    const box = (layer.current as HTMLElement).getBoundingClientRect();
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const viewport = picture.viewport.peek();
    if (!viewport) return;
    const at = crosshair ?? { x: viewport.width / 2, y: viewport.height / 2 };
    const direction = DIRECTIONS[event.key];
    if (direction) {
      const step = event.shiftKey ? LEAP_PX : STEP_PX;
      const to = {
        x: clamp(at.x + direction.x * step, viewport.width),
        y: clamp(at.y + direction.y * step, viewport.height),
      };
      setCrosshair(to);
      look(to);
    } else if (event.key === "Enter" || event.key === " ") choose(at);
    else if (event.key === "Escape") selection.clear();
    else return;
    event.preventDefault();
  };
  const leave = () => {
    setCrosshair(null);
    look(null);
  };
  useEffect(() => {
    if (!active) leave();
  }, [active]);
  return (
    <>
      <div
        ref={layer}
        class="overlay"
        role="application"
        tabIndex={active ? 0 : -1}
        aria-label="Mirror of the shopper's page. Arrow keys move a crosshair, Enter highlights what is under it. The list of fields does the same by name."
        data-may-point={mayPoint}
        onPointerMove={(event) => active && look(pointOf(event))}
        onPointerLeave={leave}
        onBlur={leave}
        onClick={(event) => active && choose(pointOf(event))}
        onKeyDown={active ? onKeyDown : undefined}
      >
        {active ? <Drawings session={session} selection={selection} scale={scale} /> : null}
        {active && crosshair ? <div class="crosshair" style={place(crosshair, scale)} /> : null}
      </div>
      <ChosenInMirror session={session} selection={selection} scale={scale} />
    </>
  );
}

const DIRECTIONS: Record<string, Point | undefined> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Outline of what is pointed at, rings of what is highlighted, the shopper's focus and pointer. */
function Drawings({ session, selection, scale }: Omit<Props, "active">) {
  const { picture, acts } = session;
  const focused = picture.focused.value;
  const outlined = selection.chosen.value?.node ?? selection.outlined.value;
  const rings = acts.highlights.value.filter((h) => isOpen(h) && h.epoch === picture.epoch.value).map((h) => h.node);
  const marks = [
    ...(focused === null ? [] : [{ node: focused, kind: "focus" }]),
    ...rings.map((node) => ({ node, kind: "ring" })),
    ...(outlined === null ? [] : [{ node: outlined, kind: "outline" }]),
  ];
  const boxes = useBoxes(
    picture,
    marks.map((mark) => mark.node),
  );
  const pointer = picture.shopperPointer.value;
  const seen = seenPart(picture.viewport.value);
  return (
    <>
      {seen ? (
        <div class="seen" style={frameOf(seen, scale)}>
          <span class="seen-name">The shopper has zoomed in here</span>
        </div>
      ) : null}
      {marks.map(({ node, kind }, at) => {
        const box = boxes[at];
        return box ? (
          <div key={`${kind}-${node}`} class="mark" data-kind={kind} style={frameOf(box, scale)}>
            {kind === "outline" && picture.isNamed(node) ? <span class="mark-name">{picture.nameOf(node)}</span> : null}
          </div>
        ) : null;
      })}
      {pointer ? (
        <svg
          class="shopper-pointer"
          style={place(pointer, scale)}
          viewBox="0 0 20 24"
          width="20"
          height="24"
          aria-hidden="true"
        >
          <path d="M2 2v17l4.5-4.300L9.3 21l3-1.3-2.7-6.200H16Z" />
        </svg>
      ) : null}
    </>
  );
}

// Some browsers come back from a pinch with a scale that is not quite 1.
const MIN_PINCH = 1.02;

/** The part of the page that the shopper sees, who has zoomed in with two fingers; null where that is all of it. */
function seenPart(viewport: Viewport | null): Box | null {
  if (!viewport || viewport.scale < MIN_PINCH) return null;
  const { x, y, width, height, scale } = viewport;
  return { x, y, width: width / scale, height: height / scale };
}

/** The composer beside the element that was clicked. */
function ChosenInMirror({ session, selection, scale }: Omit<Props, "active">) {
  const chosen = selection.chosen.value;
  const target = chosen?.place === "mirror" ? chosen : null;
  const [box] = useBoxes(session.picture, target ? [target.node] : []);
  if (!target || !box) return null;
  const viewport = session.picture.viewport.value;
  const below = !viewport || (box.y + box.height) * scale < viewport.height * scale - ROOM_BELOW_PX;
  const at = {
    x: clamp(box.x * scale, Math.max(0, (viewport?.width ?? 0) * scale - COMPOSER_PX)),
    y: below ? (box.y + box.height) * scale + 10 : Math.max(0, box.y * scale - ROOM_BELOW_PX),
  };
  return (
    <div class="popover" style={{ transform: `translate(${at.x}px, ${at.y}px)` }}>
      <Composer session={session} selection={selection} target={target} />
    </div>
  );
}

// The composer's own size, as the style sheet gives it: it opens where it fits.
const COMPOSER_PX = 320;
const ROOM_BELOW_PX = 190;

function place(at: Point, scale: number) {
  return { transform: `translate(${at.x * scale}px, ${at.y * scale}px)` };
}

function frameOf(box: Box, scale: number) {
  return {
    transform: `translate(${box.x * scale}px, ${box.y * scale}px)`,
    width: `${box.width * scale}px`,
    height: `${box.height * scale}px`,
  };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(0, value), most);
}
