"""A page that is captured and mirrored in one browser: its mirror stands in the page itself, uncaptured."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TimedOut

from beside.routes.mirror_document import mirror_document

from .conftest import Site
from .mirror_page import csp

# The mirror lies over the page and takes no room of it.
APART = "<style>beside-own { position: fixed; left: 0; top: 0; z-index: 9 }</style>"

RECTS = """([root, names]) => names.map((name) => {
  const found = root.querySelector(`[id="${name}"]`);
  if (!found) return [name];
  const { x, y, width, height } = found.getBoundingClientRect();
  return [name, ...[x, y, width, height].map((px) => Math.round(px * 10) / 10)];
})"""


class Mirrored:
    """Drives the page with `run`, and looks into its mirror with `inside`."""

    def __init__(self, page: Page, site: Site, body: str, head: str = "", *, doctype: str = "<!doctype html>"):
        self.page = page
        headers = {"Content-Security-Policy": csp([site.origin])}
        site.add("/mirror", mirror_document(is_quirks=False), headers=headers)
        page.goto(site.page(f'{doctype}<html lang="en"><head>{APART}{head}</head><body>{body}</body></html>'))
        page.add_script_tag(url=f"{site.origin}/build/property.js")
        page.evaluate("property.start(document.body.firstElementChild, '/mirror')")

    def run(self, script: str) -> Any:
        return self.page.evaluate(f"async () => {{ {script} }}")

    def inside(self, expression: str) -> Any:
        """Evaluates an expression over `doc`, the mirror's document."""
        return self.page.evaluate(f"(() => {{ const doc = mirrorDocument(); return {expression} }})()")

    def wait_for(self, expression: str) -> None:
        """Waits until such an expression is true."""
        self.page.wait_for_function(f"(() => {{ const doc = mirrorDocument(); return {expression} }})()")

    @property
    def gaps(self) -> list[str]:
        """Why the mirror refused frames."""
        found: list[str] = self.page.evaluate("property.views().gaps")
        return found

    def places(self, *ids: str) -> tuple[Any, Any]:
        """Where the elements with these ids stand on the page, and in the mirror."""
        look = (
            f"names => {{ const rects = {RECTS}; return [document, mirrorDocument()].map((d) => rects([d, names])) }}"
        )
        page, mirror = self.page.evaluate(look, list(ids))
        return page, mirror

    def stand_alike(self, *ids: str) -> None:
        """Waits until these elements stand in the mirror where they stand on the page."""
        look = f"names => {{ const rects = {RECTS};\
 return JSON.stringify(rects([document, names])) === JSON.stringify(rects([mirrorDocument(), names])) }}"
        try:
            self.page.wait_for_function(look, arg=list(ids))
        except TimedOut:
            page, mirror = self.places(*ids)
            assert mirror == page, self.inside("doc.querySelector('beside-box')?.outerHTML")
            raise
