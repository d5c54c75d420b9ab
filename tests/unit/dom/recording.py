"""One captured page: what the engine published, as bytes, as frames, and as the tree that a mirror would hold."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page
from tests.unit.dom.conftest import Site

# Stands in what is searched for the test server's own origin, whose port is another one each run: a canary of a few
# digits is in some of them.
ORIGIN = "http://the-test-site"
# What a browser changes by itself: on a busy machine it may give a page its window's size after the first frame.
BY_ITSELF = frozenset({"media", "viewport"})


class Recording:
    """Opens a page made of `body` (and `head`) and captures it."""

    def __init__(
        self,
        page: Page,
        site: Site,
        body: str,
        head: str = "",
        *,
        settings: str = "{}",
        echoes: str = "undefined",
        lang: str = "en",
        headers: dict[str, str] | None = None,
        html: str | None = None,
        bundle: str = "capture",
    ) -> None:
        """`echoes`: the key and the fingerprints of the pages before.

        `html` takes the place of the whole document that is made otherwise; `bundle` has the recorder.
        """
        self.page = page
        self.site = site
        html = html or f"<!doctype html><html lang={lang}><head>{head}</head><body>{body}</body></html>"
        page.goto(site.page(html, headers))
        page.add_script_tag(url=f"{site.origin}/build/{bundle}.js")
        page.evaluate(f"() => {{ window.recording = beside.record({settings}, {echoes}); }}")
        page.wait_for_function("recording.frames.length > 0")

    def run(self, script: str) -> Any:
        """Runs a script in the page and waits until the engine has told all that came of it."""
        result = self.page.evaluate(f"async () => {{ {script} }}")
        self.quiet()
        return result

    def quiet(self) -> None:
        self.page.evaluate("beside.quiet()")

    @property
    def frames(self) -> list[Any]:
        frames: list[Any] = self.page.evaluate("recording.frames")
        return frames

    @property
    def told(self) -> list[Any]:
        """The frames as they would be had the browser changed nothing by itself since a keyframe.

        For tests that count or compare them.
        """
        told: list[Any] = []
        for frame in map(json.loads, self.bytes):
            kind, epoch, _, *rest, changes = frame
            if kind == "keyframe":
                told.append(frame)
                continue
            of_the_page = [change for change in changes if change[0] not in BY_ITSELF]
            if of_the_page or not changes:
                told.append([kind, epoch, told[-1][2] + 1, *rest, of_the_page])
        return told

    @property
    def bytes(self) -> list[str]:
        """Each frame as it left; the site's own origin, whole and nothing else, by the name `ORIGIN`."""
        sent: list[str] = self.page.evaluate("recording.bytes")
        return [text.replace(self.site.origin, ORIGIN) for text in sent]

    @property
    def text(self) -> str:
        """Every byte that left, as one string; the site's own origin by the name `ORIGIN`."""
        return "\n".join(self.bytes)

    @property
    def outline(self) -> str:
        """The tree as a mirror holds it now."""
        lines: list[str] = self.page.evaluate("recording.model.outline()")
        return "\n".join(lines)

    def field(self, element_id: str) -> Any:
        """The field of the element with this id, as last told."""
        return self.page.evaluate("id => recording.model.fieldOf(id) ?? null", element_id)

    def last(self, tag: str) -> Any:
        """The last change of this kind in the epoch."""
        return self.page.evaluate("tag => recording.model.last.get(tag) ?? null", tag)

    def node(self, element_id: str) -> int:
        found: int = self.page.evaluate("id => recording.model.idOf(id)", element_id)
        return found
