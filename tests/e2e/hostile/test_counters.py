"""The control: every hostile carrier does what it says where nothing keeps it from it, and the counters see it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page

from tests.closed_root import WAIT_LIMIT_S as LIMIT_S
from tests.e2e.hostile.carriers import (
    ASKS,
    CLICK,
    CLOBBERS,
    DIALOG,
    DOWNLOAD,
    ENTER,
    FOCUS,
    HOVER,
    LEAVES,
    POPUP,
    REPARSE,
    RUNS,
    Carrier,
)
from tests.e2e.hostile.stranger import Stranger
from tests.e2e.hostile.tables import CARRIERS
from tests.e2e.hostile.watched import MARKS, Watched

# Where a person would press or point in a carrier's frame, in CSS px of the tab; and the focus for its keys.
PLACE = """([key, focus]) => {
  const frame = document.querySelector(`iframe[name=${key}]`) ?? document.documentElement;
  const inner = frame.contentDocument ?? document;
  const target = inner.querySelector("a, button, input, img[usemap], rect, mi, maction, [tabindex], p, x-shop, div");
  if (focus) { frame.focus(); target.focus(); }
  const inside = target.firstElementChild ?? target;
  const { x, y, width, height } = (inside.getBoundingClientRect().width ? inside : target).getBoundingClientRect();
  const { x: left, y: top } = frame === document.documentElement ? { x: 0, y: 0 } : frame.getBoundingClientRect();
  return [left + x + Math.min(width / 2, 9), top + y + height / 2];
}"""
REPARSED = """<!doctype html><body><script>
  document.body.innerHTML = new DOMParser().parseFromString(%s, 'text/html').body.innerHTML;
</script>"""
# The body that a document has is a node as well.
IS_NODE = """(path) => {
  const found = path.split(".").reduce((object, name) => object[name], document);
  return (found instanceof Node || found instanceof RadioNodeList) && found !== document.querySelector("body");
}"""
FRAME = '<iframe name={key} src="/control/{key}" width=78 height=58 style="border: 0"></iframe>'


def page_of(carrier: Carrier, key: str, stranger: Stranger) -> str:
    """The carrier's page as the control serves it."""
    markup = carrier.write(key, stranger.origin)
    if carrier.by == REPARSE:
        return REPARSED % json.dumps(markup).replace("</", "<\\/")
    return f"<!doctype html>{markup}"


def bring_about(page: Page, carrier: Carrier, key: str) -> None:
    """What a person does with the first thing there that takes it."""
    if carrier.by not in (CLICK, HOVER, FOCUS, ENTER):
        return
    x, y = page.evaluate(PLACE, [key, carrier.by in (FOCUS, ENTER)])
    if carrier.by == CLICK:
        page.mouse.click(x, y)
    elif carrier.by == HOVER:
        page.mouse.move(x, y)
    elif carrier.by == ENTER:
        page.keyboard.press("Enter")


class Seen:
    """What the counters saw of each carrier."""

    def __init__(self, page: Page, watched: Watched, stranger: Stranger) -> None:
        self.page = page
        self.watched = watched
        self.stranger = stranger

    def does(self, carrier: Carrier, key: str, frame: Frame, marks: list[str]) -> bool:
        watched, asked = self.watched, [path for _, path in self.stranger.asked]
        if carrier.does == RUNS:
            return key in marks or f"/{key}" in asked
        if carrier.does == ASKS:
            paths = [urlsplit(url).path for url in watched.requests if url.startswith(self.stranger.origin)]
            return all(any(path.startswith(f"/{key}") for path in seen) for seen in (asked, paths))
        if carrier.does == LEAVES:
            address = f"{self.stranger.origin}/{key}"
            return f"/{key}" in asked and any(url.startswith(address) for url in watched.navigations)
        if carrier.does == DIALOG:
            return key in watched.dialogs
        if carrier.does == POPUP:
            return f"/{key}" in asked and bool(watched.popups)
        if carrier.does == DOWNLOAD:
            return f"{key}.txt" in watched.downloads
        return carrier.does == CLOBBERS and bool(frame.evaluate(IS_NODE, carrier.by))


def idle(seen: Seen, carriers: Mapping[str, Carrier], frames: Mapping[str, Frame]) -> list[str]:
    """Names of the carriers that do nothing, after time for it."""
    deadline = time.monotonic() + LIMIT_S
    again = deadline - LIMIT_S / 2
    while True:
        # A tab that is on its way elsewhere cannot be asked.
        marks = seen.page.evaluate(MARKS) if any(one.does == RUNS for one in carriers.values()) else []
        left = {key: one for key, one in carriers.items() if not seen.does(one, key, frames[key], marks)}
        if all(one.outlived for one in left.values()) or time.monotonic() > deadline:
            return [one.name for one in left.values()]
        # On a busy machine a press is lost where a dialog opens, or the page is laid out anew.
        if time.monotonic() > again:
            again = deadline
            for key, one in left.items():
                bring_about(seen.page, one, key)
        seen.page.wait_for_timeout(50)


def test_every_carrier_that_browsers_still_have_is_seen_to_do_what_it_says(
    new_context: Callable[..., BrowserContext], stranger: Stranger
) -> None:
    for key, carrier in CARRIERS.items():
        stranger.pages[f"/control/{key}"] = page_of(carrier, key, stranger)
    together = {key: carrier for key, carrier in CARRIERS.items() if not carrier.alone}
    stranger.pages["/control"] = "<!doctype html>" + "".join(FRAME.format(key=key) for key in together)
    context = new_context(viewport={"width": 1400, "height": 1200})
    watched = Watched()
    watched.listen(context)
    page = context.new_page()
    page.goto(f"{stranger.origin}/control")
    seen = Seen(page, watched, stranger)
    frames = {frame.name: frame for frame in page.frames}
    for key, carrier in together.items():
        bring_about(page, carrier, key)
    left = idle(seen, together, frames)
    for key, carrier in CARRIERS.items():
        if carrier.alone:
            page.goto(f"{stranger.origin}/control/{key}")
            bring_about(page, carrier, key)
            left += idle(seen, {key: carrier}, {key: page.main_frame})

    assert [one.name for one in CARRIERS.values() if one.name in left and not one.outlived] == []
