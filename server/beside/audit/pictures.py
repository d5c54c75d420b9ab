"""The picture of what an agent sees: the frames of a view, in the console's own mirror, in the same browser."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from beside.audit.browser import Browser, Error, guarded_context, serve_pages
from beside.audit.guard import Guard
from beside.routes.mirror_document import mirror_document
from beside.routes.policies import mirror_headers
from beside.sites import Site

# Where a console might stand, for a page without a tag that names its own. Browsers trust the name as they do https.
_NOWHERE = "http://beside-audit.localhost"
_AT = "/beside-audit"
_PAGE = """<!doctype html><meta charset="utf-8"><title>Mirror</title>
<style>body { margin: 0 } iframe { border: 0; display: block }</style><body></body><script>%s</script>"""
# Images and fonts of the shop that have not come by then are missing in the picture, as they would be on a slow line.
_ASSETS_MS = 5_000.0


def mirror_picture(
    browser: Browser, hosts: frozenset[str], script: str, frames: Sequence[Any], tag: str | None
) -> bytes:
    """A PNG of the mirror after these frames; empty where a frame was refused, or there is none.

    `script`: the built `mirror.js`.
    `tag`: the address of the page's own tag. Its origin is the console's, and what the shop lets that origin load the
    picture has too. Nobody there is asked for anything: the mirror's documents come from this process.
    """
    keyframes = [frame for frame in frames if frame[0] == "keyframe"]
    if not keyframes:
        return b""
    page_of = keyframes[-1][3]
    origin = page_of["origin"]
    site = Site(key="audit", name="", origins=(origin,), shop_url=f"{origin}/", asset_origins=(origin,))
    headers = mirror_headers(site, "blob:")
    console = "{0.scheme}://{0.netloc}".format(urlsplit(tag)) if tag else _NOWHERE
    context = guarded_context(browser, Guard(hosts | {urlsplit(console).hostname or ""}))
    pages = {
        f"{console}{_AT}": (_PAGE % script, {}),
        f"{console}{_AT}/mirror": (mirror_document(is_quirks=False), headers),
        f"{console}{_AT}/mirror-quirks": (mirror_document(is_quirks=True), headers),
    }
    serve_pages(context, pages)
    try:
        page = context.new_page()
        page.set_viewport_size(_size_px(frames))
        page.goto(f"{console}{_AT}")
        arguments = [list(frames), [origin], page_of["quirks"]]
        gaps = page.evaluate("([frames, origins, quirks]) => besideAuditMirror(frames, origins, quirks)", arguments)
        if gaps:
            return b""
        with suppress(Error):
            page.wait_for_load_state("networkidle", timeout=_ASSETS_MS)
        return page.screenshot()
    except Error:
        return b""
    finally:
        context.close()


def _size_px(frames: Sequence[Any]) -> Any:
    viewports = [change for frame in frames for change in frame[-1] if change[0] == "viewport"]
    _, width, height = viewports[-1][:3] if viewports else ("", 1280, 900)
    return {"width": round(width), "height": round(height)}
