"""Compares pictures of a shop's page and of its mirror, tile by tile: the measure of what the agent sees.

Both are taken at the same size, with animations ended and carets hidden. Masks, and Beside's own bar and frame, are
painted over on both. A tile of 32 px with content on either side is good where next to none of its pixels differ.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from playwright.sync_api import Page, ViewportSize

from tests.closed_root import ClosedRoot
from tests.e2e.trees import Box, Trees, compare_trees

# The shopper's screen, and one with room for the mirror at that size beside the console's panels.
SHOPPER: ViewportSize = {"width": 1280, "height": 900}
CONSOLE: ViewportSize = {"width": 1800, "height": 1150}
TILE_PX = 32
BAR_PERCENT = 99.5
# Levels of 255, after a blur over 3 px: Chromium rasters text that has a layer of its own up to a quarter of a pixel
# beside where it would be without, from run to run. Letters a quarter off stay below this; letters a whole pixel off
# are found in every tile that holds a line of them.
MAX_LEVELS = 24
BLUR = ImageFilter.BoxBlur(1)
# Of a tile's pixels: an edge that was rounded to the other side is 32 of 1024 and counts, a few specks do not.
MAX_DIFFERING = 0.02
SETTLE_LIMIT_S = 30.0
# Pictures that differ and have stood still for so long will not come together any more.
STILL_S = 6.0
COVER = (255, 0, 255)
# Where Beside's own controls are on a page whose picture is of this size.
OwnUi = Callable[[Page, tuple[int, int]], list[Box]]
REPORTS = Path(__file__).resolve().parents[2] / "build" / "pixels"

# The bar floats over the page with a shadow around it; the frame lines the viewport's edge.
_OWN_UI = """function () {
  const boxes = [...this.querySelectorAll('.bar, .bubble, .ring, dialog, button')]
    .filter((element) => element.checkVisibility() && element.getClientRects().length)
    .map((element) => element.getBoundingClientRect());
  return boxes.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
}"""
OWN_SHADOW_PX = 40
OWN_FRAME_PX = 8

_MIRROR_IS_SETTLED = """() => {
  const mirrored = document.querySelector('iframe.mirror')?.contentDocument;
  if (!mirrored?.documentElement) return null;
  const loading = [...mirrored.images].filter((image) => !image.complete).length;
  const { scrollX, scrollY } = mirrored.defaultView;
  return { loading, fonts: mirrored.fonts.status, x: scrollX, y: scrollY };
}"""
_PAGE_IS_AT = """async () => {
  await document.fonts.ready;
  return { loading: [...document.images].filter((image) => !image.complete).length, x: scrollX, y: scrollY };
}"""


@dataclass
class Comparison:
    """One page's result. `percent` is of tiles with content; `notes` say what else differed."""

    name: str
    tiles: int = 0
    good: int = 0
    notes: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)

    @property
    def percent(self) -> float:
        return 100.0 * self.good / self.tiles if self.tiles else 0.0

    @property
    def is_good(self) -> bool:
        return self.percent >= BAR_PERCENT and not self.notes

    def save(self, shop: str) -> None:
        """Writes the screenfuls below each other: page, mirror, and what differs."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        width = max(picture.width for picture in self.pictures)
        whole = Image.new("RGB", (width, sum(picture.height for picture in self.pictures)))
        top = 0
        for picture in self.pictures:
            whole.paste(picture, (0, top))
            top += picture.height
        whole.save(REPORTS / f"{shop}-{self.name.replace(' ', '-')}.png")


def compare(page: Page, console: Page, name: str) -> Comparison:
    """Compares the shopper's whole page with the agent's mirror of it, a screenful at a time.

    The console must be large enough to show the mirror at the page's own size.
    """
    result = Comparison(name)
    height, viewport = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    top = 0
    while True:
        page.evaluate("top => scrollTo({ top, behavior: 'instant' })", top)
        compare_screenful(page, console, result)
        # What Beside's bar covered at the lower edge is compared with the next screenful.
        if top + viewport >= height:
            return result
        top = min(top + viewport - 150, height - viewport)


def compare_screenful(page: Page, console: Page, result: Comparison, own_ui: OwnUi | None = None) -> None:
    """Compares until the pictures are equal or the time is up: what is late in one of them is no difference yet."""
    trees = _settle(page, console, result)
    deadline = time.monotonic() + SETTLE_LIMIT_S
    last: tuple[Image.Image, Image.Image] | None = None
    still_until = deadline
    while True:
        there = _picture_of_page(page)
        here = _picture_of_mirror(console)
        if there.size != here.size:
            result.notes.append(f"the page measures {there.size}, the mirror {here.size}")
            return
        # A box or field that grew or moved behind its mask shows on one side only: each side's masks cover both.
        covers = [*trees.masks_on_page, *trees.masks_in_mirror, *(own_ui or _own_ui)(page, there.size)]
        for picture in (there, here):
            _cover(picture, covers)
        tiles, bad = compare_pictures(there, here)
        now = time.monotonic()
        if (there, here) != last:
            last, still_until = (there, here), min(deadline, now + STILL_S)
        if len(bad) <= tiles * (1 - BAR_PERCENT / 100) or now > still_until:
            break
        console.wait_for_timeout(200)
        trees = compare_trees(page, console)
    result.tiles += tiles
    result.good += tiles - len(bad)
    result.pictures.append(_side_by_side(there, here, bad))


def _settle(page: Page, console: Page, result: Comparison) -> Trees:
    """Waits until the mirror has caught up: equal trees, the same offset, images and fonts loaded."""
    deadline = time.monotonic() + SETTLE_LIMIT_S
    while True:
        trees = compare_trees(page, console)
        ours, theirs = page.evaluate(_PAGE_IS_AT), console.evaluate(_MIRROR_IS_SETTLED)
        late = trees.difference or _lateness(ours, theirs)
        if not late:
            return trees
        if time.monotonic() > deadline:
            result.notes.append(late)
            return trees
        console.wait_for_timeout(100)


def _lateness(page: dict[str, Any], mirror: dict[str, Any] | None) -> str:
    if mirror is None:
        return "there is no mirror"
    if abs(page["x"] - mirror["x"]) >= 1 or abs(page["y"] - mirror["y"]) >= 1:
        return f"the page is scrolled to {page['x']}, {page['y']}, the mirror to {mirror['x']}, {mirror['y']}"
    if page["loading"] or mirror["loading"] or mirror["fonts"] != "loaded":
        return f"{mirror['loading']} images of the mirror are loading, its fonts are {mirror['fonts']}"
    return ""


def _picture_of_page(page: Page) -> Image.Image:
    return _opened(page.screenshot(animations="disabled"))


def _picture_of_mirror(console: Page) -> Image.Image:
    """The mirror as the console paints it, without the outlines and pointers that the console draws over it."""
    hide = "on => { for (const layer of document.querySelectorAll('.overlay')) layer.style.opacity = on ? '' : '0' }"
    console.evaluate(hide, False)
    clip = console.evaluate(
        "(({ x, y, width, height }) => ({ x, y, width, height }))"
        "(document.querySelector('iframe.mirror').getBoundingClientRect())"
    )
    picture = _opened(console.screenshot(animations="disabled", clip=clip))
    console.evaluate(hide, True)
    return picture


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def own_frame(size: tuple[int, int]) -> list[Box]:
    """The line around the viewport that says that the page is shared."""
    width, height = size
    edge = OWN_FRAME_PX
    return [
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ]


def _own_ui(page: Page, size: tuple[int, int]) -> list[Box]:
    found: Iterable[list[float]] = ClosedRoot(page).evaluate(_OWN_UI) or []
    grown = OWN_SHADOW_PX
    return own_frame(size) + [
        (left - grown, top - grown, right + grown, low + grown) for left, top, right, low in found
    ]


def _cover(picture: Image.Image, boxes: Iterable[Box]) -> None:
    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        if right > left and bottom > top:
            draw.rectangle((int(left) - 1, int(top) - 1, int(right + 1), int(bottom + 1)), fill=COVER)


def compare_pictures(there: Image.Image, here: Image.Image) -> tuple[int, list[Box]]:
    """Counts the tiles with content on either side, and gives those that differ."""
    red, green, blue = ImageChops.difference(there.filter(BLUR), here.filter(BLUR)).split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    differs = worst.point([255 if level > MAX_LEVELS else 0 for level in range(256)])
    tiles = 0
    bad: list[Box] = []
    for top in range(0, there.height, TILE_PX):
        for left in range(0, there.width, TILE_PX):
            tile = (left, top, min(left + TILE_PX, there.width), min(top + TILE_PX, there.height))
            if not (_has_content(there.crop(tile)) or _has_content(here.crop(tile))):
                continue
            tiles += 1
            cut = differs.crop(tile)
            if cut.histogram()[255] > MAX_DIFFERING * cut.width * cut.height:
                bad.append(tile)
    return tiles, bad


def _has_content(tile: Image.Image) -> bool:
    extrema: tuple[tuple[int, int], ...] = tile.getextrema()  # type: ignore[assignment]
    return any(low != high for low, high in extrema)


def _side_by_side(there: Image.Image, here: Image.Image, bad: Iterable[Box]) -> Image.Image:
    whole = Image.new("RGB", (there.width * 2 + 8, there.height + 8), (40, 40, 40))
    for at, picture in enumerate((there, here)):
        marked = picture.copy()
        draw = ImageDraw.Draw(marked)
        for left, top, right, bottom in bad:
            draw.rectangle((left, top, right - 1, bottom - 1), outline=(255, 0, 0))
        whole.paste(marked, (at * (there.width + 8), 0))
    return whole


def table(results: Iterable[Comparison]) -> str:
    """One line a page, for people and for a failing test."""
    lines = [f"{'page':24} {'tiles':>6} {'good':>8}"]
    for result in results:
        verdict = "" if result.is_good else "  below the bar"
        notes = "".join(f"\n    {note}" for note in dict.fromkeys(result.notes))
        lines.append(f"{result.name:24} {result.tiles:6} {result.percent:7.2f}%{verdict}{notes}")
    return "\n".join(lines)
