"""Audits one page in passes: a view that is open while canaries are typed, one that opens on the filled page, and one
in private mode for what a tighter policy would take away. Reaches the page through `audit_page/src/capture.ts` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import msgspec

from beside.audit.audited import (
    AuditedPage,
    Moment,
    PagePolicy,
    Shown,
    Sighting,
)
from beside.audit.browser import Error, Page, first_line
from beside.audit.canaries import Canary
from beside.audit.errors import CannotAudit
from beside.audit.filling import Filler
from beside.audit.finding import Found, is_by_chance, search, squash
from beside.audit.guard import Guard
from beside.audit.leaves import Leaf, leaves_of
from beside.audit.verdicts import audited_of, faults_of
from beside.protocol import SitePolicy

# How long a page may take to show what it makes of a value: debounced checks wait 300 to 500 ms as a rule.
REACT_MS = 1_500.0
# Of a picture; pages that go on without end are cut here.
MAX_HEIGHT_PX = 4_000


@dataclass(frozen=True)
class Seen:
    """An audited page, the frames of the view that opened on it filled, and its picture (PNG; empty if not wanted)."""

    audited: AuditedPage
    frames: list[Any]
    picture: bytes


@dataclass
class Passes:
    """Audits pages one after the other. `frames` is what the open pass has published so far."""

    guard: Guard
    today: date
    is_private: bool | None
    policy: SitePolicy | None = None
    wants_pictures: bool = False
    frames: list[Any] = field(default_factory=list)
    # On this page and on those before: a later page that prints what was typed is a leak too.
    typed: list[Canary] = field(default_factory=list)
    # Fields that the site shows, by page and key.
    shown: set[tuple[str, str]] = field(default_factory=set)

    def take(self, text: str) -> None:
        self.frames.append(json.loads(text))

    def audit(self, page: Page) -> Seen:
        """Audits a page as it stands. Raises `CannotAudit` where it does not stay."""
        path = urlsplit(page.url).path
        try:
            return self._audit(page)
        except Error as error:
            _stays(page, path)
            raise CannotAudit(f"The page {path} did not stay as it was: {first_line(error)}.") from None

    def _audit(self, page: Page) -> Seen:
        path = urlsplit(page.url).path
        # Before anything is typed, for the page may print that there.
        title, tag = page.title(), page.evaluate("besideAudit.tag()")
        self._open(page, self.is_private)
        before = _texts(self.frames)
        filler = Filler(
            page=page,
            typed_on=path,
            before="\n".join(squash(leaf.text) for leaf in before),
            today=self.today,
            begin=self.guard.canaries.append,
            begin_keys=self.guard.typing.append,
            settle=lambda: _quiet(page),
        )
        filled = filler.fill()
        page.wait_for_timeout(REACT_MS)
        self.guard.typing.clear()
        if not page.evaluate("besideAudit.isOpen()"):
            _stays(page, path)
            raise CannotAudit(f"The page {path} was loaded anew while it was audited, and what was typed is lost.")
        if self.wants_pictures:
            # All of the page, so that both pictures show the same.
            page.set_viewport_size({**page.viewport_size, "height": _height_px(page)})  # type: ignore[typeddict-item]
            _quiet(page)
        page.evaluate("besideAudit.keyframe()")
        fields = tuple(audited_of(one) for one in filled)
        self.shown |= {(path, one.key) for one in fields if one.verdict == "show"}
        self.typed += [one.canary for one in filled if one.canary and one.is_searched]
        box = _box(page, self.frames)
        picture = _picture(page) if self.wants_pictures else b""
        sightings = self._sightings(page, "typing", filler.before)
        rules = faults_of(page, list(zip(filled, fields, strict=True)))
        self._reopen(page, self.is_private)
        sightings += self._sightings(page, "later", filler.before)
        frames, shown = list(self.frames), _texts(self.frames)
        policy = msgspec.convert(page.evaluate("besideAudit.policy()"), PagePolicy)
        self._reopen(page, True)
        private = _texts(self.frames)
        page.evaluate("besideAudit.close()")
        audited = AuditedPage(
            path=path,
            title=title,
            tag=tag,
            fields=fields,
            sightings=tuple(_once(sightings)),
            rules=rules,
            shown=_shown(shown, private),
            box=box,
            refused=self.guard.take_refused(),
            policy=policy.says,
            idle=() if box else policy.idle,
        )
        return Seen(audited, frames, picture)

    def _open(self, page: Page, is_private: bool | None) -> None:
        self.frames.clear()
        policy = msgspec.to_builtins(self.policy)
        page.evaluate("([isPrivate, policy]) => besideAudit.open(isPrivate, policy)", [is_private, policy])
        _quiet(page)

    def _reopen(self, page: Page, is_private: bool | None) -> None:
        page.evaluate("besideAudit.close()")
        self._open(page, is_private)

    def _sightings(self, page: Page, moment: Moment, before: str) -> list[Sighting]:
        found = [one for frame in self.frames for one in search(list(leaves_of(frame)), self.typed)]
        return [
            _sighting(page, one, moment, (one.canary.typed_on, one.canary.field) in self.shown)
            for one in found
            if not is_by_chance(one, before)
        ]


def _height_px(page: Page) -> int:
    return min(max(int(page.evaluate("document.documentElement.scrollHeight")), 400), MAX_HEIGHT_PX)


def _picture(page: Page) -> bytes:
    try:
        return page.screenshot()
    except Error:
        # A font that never comes, for one: the findings are worth having without.
        return b""


def _stays(page: Page, path: str) -> None:
    """Raises `CannotAudit` where the page is another by now."""
    now = urlsplit(page.url).path
    if now != path:
        raise CannotAudit(f"The page {path} went to {now} while it was audited, and what was typed is lost.")


def _quiet(page: Page) -> None:
    page.evaluate("besideAudit.quiet()")


def _once(sightings: Sequence[Sighting]) -> Iterator[Sighting]:
    """Each place once; of nodes that are gone, only what was found nowhere else."""

    def kind(one: Sighting) -> tuple[str, ...]:
        return one.field, one.typed_on, one.carrier, one.moment

    standing = {kind(one) for one in sightings if one.place}
    seen: set[tuple[tuple[str, ...], str | None]] = set()
    for one in sightings:
        if (kind(one), one.place) not in seen and (one.place or kind(one) not in standing):
            seen.add((kind(one), one.place))
            yield one


def _texts(frames: Sequence[Any]) -> list[Leaf]:
    """What frames say in words."""
    return [leaf for frame in frames for leaf in leaves_of(frame) if leaf.is_prose]


def _shown(now: Sequence[Leaf], private: Sequence[Leaf]) -> Shown:
    def count(leaves: Sequence[Leaf]) -> tuple[int, int]:
        texts = [leaf.text.strip() for leaf in leaves if leaf.is_text and leaf.text.strip()]
        return len(texts), sum(map(len, texts))

    (texts, chars), (kept, kept_chars) = count(now), count(private)
    return Shown(texts=texts, chars=chars, lost_texts=max(texts - kept, 0), lost_chars=max(chars - kept_chars, 0))


def _sighting(page: Page, found: Found, moment: Moment, is_shown: bool) -> Sighting:
    place = None
    if found.leaf.node is not None:
        place = page.evaluate(
            "([epoch, node]) => besideAudit.placeOf(epoch, node)", [found.leaf.epoch, found.leaf.node]
        )
    return Sighting(
        field=found.canary.field,
        typed_on=found.canary.typed_on,
        canary=found.canary.value,
        form=found.form,
        carrier=found.leaf.carrier,
        place=place,
        moment=moment,
        is_shown=is_shown,
    )


def _box(page: Page, frames: Sequence[Any]) -> str | None:
    """What stands in place of the page: a pause, or what the last keyframe says (capture/frames.ts, `#emitBox`).

    That one has three entries, the last a box.
    """
    if page.evaluate("besideAudit.isPausing()"):
        return "paused by the policy"
    entries: list[Any] = next((frame[4] for frame in reversed(frames) if frame[0] == "keyframe"), [])
    return str(entries[2][2]) if len(entries) == 3 and entries[2][0] == "bx" else None
