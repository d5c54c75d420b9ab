"""A captured page and its mirror, each in a tab of its own, and the frames between them handed over as JSON."""

from __future__ import annotations

import io
import time
from typing import Any

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import BrowserContext

from .conftest import Site
from .mirror_page import MirrorPage
from .recording import Recording

# Levels of 255 after a blur over 3 px, as tests/e2e/pixels.py measures: below them two rasters of one text are equal.
MAX_LEVELS = 24
LOAD_LIMIT_S = 30.0


class BothSides(Recording):
    """Opens a page, captures it, and shows it in a mirror behind the mirror's real sandbox and CSP header."""

    def __init__(
        self,
        context: BrowserContext,
        site: Site,
        body: str,
        head: str = "",
        *,
        settings: str = "{}",
        lang: str = "en",
        headers: dict[str, str] | None = None,
        html: str | None = None,
    ) -> None:
        shop = context.new_page()
        self.errors: list[str] = []
        shop.on("pageerror", lambda error: self.errors.append(str(error)))
        super().__init__(shop, site, body, head, settings=settings, lang=lang, headers=headers, html=html)
        shop.evaluate("recording.host.style.display = 'none'")
        self.mirror = MirrorPage(context.new_page(), site)
        self._shown = 0
        self.sync()

    def run(self, script: str) -> Any:
        """Runs a script in the page and waits until the mirror shows what came of it."""
        result = super().run(script)
        self.sync()
        return result

    def sync(self) -> None:
        """Shows the mirror all that was published."""
        self.quiet()
        sent = self.page.evaluate("from => recording.bytes.slice(from)", self._shown)
        self._shown += len(sent)
        for name, data in self.page.evaluate("[...recording.uploads]"):
            self.site.add(f"/uploaded/{name}", bytes(data), "image/webp")
        self.mirror.page.evaluate("texts => { for (const text of texts) mirror.apply(JSON.parse(text)) }", sent)
        assert self.mirror.reports("gap") == []

    def both(self, expression: str) -> tuple[Any, Any]:
        """What an expression over `doc` and `win` gives in the page, and what in the mirror."""
        return (
            self.page.evaluate(f"(() => {{ const doc = document, win = window; return ({expression}) }})()"),
            self.mirror.inside(expression),
        )

    def agree(self, expression: str) -> Any:
        """Asserts that an expression gives the same on both sides, and what it gives."""
        there, here = self.both(expression)
        assert here == there
        return here

    def pictures(self) -> tuple[Image.Image, Image.Image]:
        """The viewport of the page and that of the mirror, animations as they stand."""
        self.mirror.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        there = self.page.screenshot(animations="allow", caret="hide")
        size = self.page.viewport_size
        assert size
        self.mirror.page.set_viewport_size({"width": size["width"], "height": size["height"] + 100})
        box = self.mirror.page.locator("#mirror-frame").bounding_box()
        assert box
        here = self.mirror.page.screenshot(animations="allow", caret="hide", clip={**box, **size})
        return _open(there), _open(here)

    def differing(self) -> int:
        """How many pixels of the two pictures differ, once what either side still loads has had its time."""
        deadline = time.monotonic() + LOAD_LIMIT_S
        while (count := self._count_differing()) and time.monotonic() < deadline:
            self.sync()
        return count

    def _count_differing(self) -> int:
        return count_differing(*self.pictures())


def count_differing(one: Image.Image, other: Image.Image) -> int:
    """How many pixels differ by more than two rasters of one shape do."""
    blur = ImageFilter.BoxBlur(1)
    levels = ImageChops.difference(one.filter(blur), other.filter(blur)).convert("RGB")
    red, green, blue = (band.point(lambda level: 255 * (level > MAX_LEVELS)) for band in levels.split())
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return worst.histogram()[255]


def _open(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")
