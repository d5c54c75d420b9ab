/** The shopper's page: address line, badges, and the mirror scaled into the room there is. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { onOwnDocument } from "../mirror/own_document.ts";
import type { ConsoleSession } from "../session.ts";
import { type Notice, noticeOf } from "../stage.ts";
import { clockOf } from "../words.ts";
import { ClockIcon, EyeIcon, PauseIcon, RefreshIcon, WarnIcon } from "./icons.tsx";
import { useNow } from "./now.ts";
import { Overlay } from "./overlay.tsx";
import type { Selection } from "./selection.ts";

type Zoom = "fit" | "full";

export function Stage(props: { session: ConsoleSession; selection: Selection; hidden: boolean }) {
  const { session, selection, hidden } = props;
  const [zoom, setZoom] = useState<Zoom>("fit");
  const room = useRef<HTMLDivElement>(null);
  const size = useSize(room);
  const viewport = session.picture.viewport.value;
  const fit = viewport && size ? Math.min(1, size.width / viewport.width, size.height / viewport.height) : 1;
  const scale = zoom === "fit" ? fit : 1;
  const notice = useNotice(session);
  return (
    <section class="stage" data-hidden={hidden} inert={hidden} aria-label="The shopper's page">
      <div class="address">
        <Address session={session} />
        {notice && !hidden ? <Badge notice={notice} /> : null}
        <MissingStyles count={session.picture.missingStyles.value} />
        <ZoomSwitch zoom={zoom} fit={fit} onChange={setZoom} />
      </div>
      <div class="room" ref={room} data-zoom={zoom}>
        <div
          class="sheet"
          data-veiled={notice?.veil ?? false}
          data-empty={viewport === null}
          style={viewport ? { width: `${viewport.width * scale}px`, height: `${viewport.height * scale}px` } : {}}
        >
          <MirrorFrame session={session} scale={scale} />
          <Overlay session={session} selection={selection} scale={scale} active={!hidden && notice?.veil !== true} />
        </div>
      </div>
      {notice && (notice.veil || notice.kind === "offline") ? <NoticeCard notice={notice} /> : null}
    </section>
  );
}

/** The mirror's own document: it runs no script (sandbox), and has its own Content-Security-Policy. */
function MirrorFrame({ session, scale }: { session: ConsoleSession; scale: number }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const viewport = session.picture.viewport.value;
  useLayoutEffect(() => {
    const shown = frame.current;
    if (!shown) return undefined;
    return onOwnDocument(shown, true, () => session.picture.attach(shown, session.facts.assetOrigins));
  }, []);
  // Whatever it has loaded: what the relay says of the session is said without a picture too.
  const loaded = () => {
    if (session.link.peek().kind === "connecting") session.connect();
  };
  return (
    <iframe
      ref={frame}
      class="mirror"
      data-near-size={scale >= 0.5}
      title="Mirror of the shopper's page"
      // Nothing in it takes focus or input: the overlay does.
      tabIndex={-1}
      sandbox="allow-same-origin"
      src={`/s/${session.facts.session}/mirror${session.picture.quirks.value ? "?quirks=1" : ""}`}
      style={
        viewport ? { width: `${viewport.width}px`, height: `${viewport.height}px`, transform: `scale(${scale})` } : {}
      }
      onLoad={loaded}
    />
  );
}

function Address({ session }: { session: ConsoleSession }) {
  const page = session.picture.page.value;
  return (
    <p class="address-line">
      <EyeIcon />
      <span class="visually-hidden">The shopper is at </span>
      {page ? (
        <span class="address-text" title={`${page.origin}${page.path}`}>
          <span class="address-origin">{page.origin.replace(/^https?:\/\//, "")}</span>
          <bdi>{page.path}</bdi>
        </span>
      ) : (
        <span class="address-text hint">No page on view</span>
      )}
    </p>
  );
}

function MissingStyles({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <p class="badge" title={`${count} style sheet${count === 1 ? "" : "s"} of the shop could not be loaded here`}>
      <WarnIcon />
      Look differs
    </p>
  );
}

function ZoomSwitch(props: { zoom: Zoom; fit: number; onChange: (zoom: Zoom) => void }) {
  const button = (zoom: Zoom, words: string, title: string) => (
    <button type="button" aria-pressed={props.zoom === zoom} title={title} onClick={() => props.onChange(zoom)}>
      {words}
    </button>
  );
  return (
    <div class="segments" role="group" aria-label="Zoom">
      {button("fit", "Fit", `Fit to the window (${Math.round(props.fit * 100)} %)`)}
      {button("full", "100 %", "The shopper's own size")}
    </div>
  );
}

const BADGE_WORDS: Record<Notice["kind"], string> = {
  navigating: "Navigating",
  paused: "Paused",
  away: "Away",
  lost: "Connection lost",
  offline: "Reconnecting",
  resync: "Resyncing",
  first: "Waiting",
  hidden: "In another tab or app",
  moved: "Went on in another tab",
};

function Badge({ notice }: { notice: Notice }) {
  return (
    <p class="badge" data-kind={notice.kind}>
      {notice.kind === "navigating" || notice.kind === "resync" ? <span class="spinner" aria-hidden="true" /> : null}
      {BADGE_WORDS[notice.kind]}
    </p>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  const now = useNow(notice.endsAt !== null);
  const Icon = { paused: PauseIcon, away: ClockIcon, lost: WarnIcon, offline: RefreshIcon, first: EyeIcon }[
    notice.kind as "paused"
  ];
  return (
    <div class="notice" role="status">
      <Icon />
      <h2>{notice.title}</h2>
      {notice.detail ? <p>{notice.detail}</p> : null}
      {notice.endsAt === null ? null : (
        <p class="notice-clock" role="timer">
          The session ends in <strong>{clockOf(notice.endsAt - now)}</strong>
        </p>
      )}
    </div>
  );
}

function useNotice(session: ConsoleSession): Notice | null {
  const { picture } = session;
  const goneSince = session.goneSince.value;
  const movedAt = session.movedAt.value;
  const now = useNow(goneSince !== null || movedAt !== null);
  return noticeOf({
    view: session.view.value,
    link: session.link.value,
    endsAt: session.windowEndsAt.value,
    goneSince,
    movedAt,
    now,
    painted: picture.painted.value,
    stale: picture.stale.value,
    expecting: session.expecting.value,
  });
}

function useSize(element: { current: HTMLElement | null }): { width: number; height: number } | null {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return size;
}
