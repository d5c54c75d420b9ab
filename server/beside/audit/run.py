"""One audit from beginning to end: browser, guard, walk, passes. Out of it come a report and pictures of its pages.

Prints nothing and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from beside import __version__
from beside.audit.audited import REPORT_FORMAT, Report
from beside.audit.browser import Browser, guarded_context, open_browser, tell_frames
from beside.audit.errors import CannotAudit
from beside.audit.guard import Guard
from beside.audit.passes import Passes, Seen
from beside.audit.pictures import mirror_picture
from beside.audit.script import Script
from beside.audit.walk import Walk
from beside.protocol import SitePolicy

BUILT = Path(__file__).parents[1] / "static" / "audit"


@dataclass(frozen=True)
class Order:
    """What is to be audited. `is_private` null: as the site's own tag says. `hosts`: besides the address's own."""

    url: str
    script: Script
    hosts: tuple[str, ...]
    browser: Path | None
    is_private: bool | None
    # The policy that is put into the pages; null: the site's own, where it has one.
    policy: SitePolicy | None
    wants_pictures: bool
    is_root: bool
    today: date


@dataclass(frozen=True)
class Pictures:
    """Two PNGs of one page: as the shopper has it, and as an agent sees it. Empty where one could not be made."""

    page: bytes
    mirror: bytes


def host_of(url: str) -> str:
    """The host of an address that can be audited. Raises `CannotAudit`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CannotAudit(f"'{url}' is not an address of a page; write one such as https://shop.example/checkout.")
    return parts.hostname


def run_audit(order: Order) -> tuple[Report, list[Pictures]]:
    """Audits; pictures are empty where they are not wanted. Raises `CannotAudit` where it cannot be done."""
    capture, mirror = _built("capture.js"), _built("mirror.js")
    guard = Guard(frozenset({host_of(order.url), *order.hosts, *order.script.hosts}))
    with open_browser(order.browser, is_root=order.is_root) as browser:
        seen = _walk(browser, order, guard, capture)
        pictures = [
            Pictures(one.picture, mirror_picture(browser, guard.hosts, mirror, one.frames, one.audited.tag))
            for one in seen
            if order.wants_pictures
        ]
    pages = tuple(one.audited for one in seen)
    return Report(format=REPORT_FORMAT, version=__version__, url=order.url, pages=pages), pictures


def _walk(browser: Browser, order: Order, guard: Guard, capture: str) -> list[Seen]:
    context = guarded_context(browser, guard)
    passes = Passes(guard, order.today, order.is_private, order.policy, order.wants_pictures)
    tell_frames(context, passes.take)
    context.add_init_script(capture)
    page = context.new_page()
    # What the page opens is not followed.
    context.on("page", lambda other: other.close())
    seen: list[Seen] = []
    Walk(page, order.url, order.script, guard, lambda page: seen.append(passes.audit(page))).run()
    context.close()
    return seen


def _built(name: str) -> str:
    try:
        return (BUILT / name).read_text("utf-8")
    except FileNotFoundError:
        raise CannotAudit("The audit's part for the browser is not built: run `make build`, then try again.") from None
