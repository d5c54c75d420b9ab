"""Uploaded pictures in the mirror: their addresses are made of a hash, and what is not there says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import ROOT, Site, serving
from .console_edge import wait_until
from .mirror_page import MirrorPage, document, el, keyframe
from .test_content_assets import png

HASH = "0123456789abcdef" * 4
BOX = ["bx", "media", "picture", 60, 60, ""]

BODY = document(
    el("img"),
    el("input", {"type": "image"}),
    [BOX],
    el("svg", {}, el("image", {"width": "60", "height": "60"}, kind="svg"), kind="svg"),
    el("p"),
)


def opened(page: Page, site: Site, *changes: list[Any]) -> MirrorPage:
    """Nodes 6 to 10: a picture, an input, a box, an svg and its image; 11: a paragraph."""
    site.add(f"/uploaded/{HASH}", png("red"), "image/png")
    mirror = MirrorPage(page, site)
    mirror.apply(keyframe(BODY, *changes))
    return mirror


def test_each_kind_of_picture_shows_what_its_hash_names(page: Page, site: Site) -> None:
    mirror = opened(page, site, *(["asset", node, HASH] for node in (6, 7, 8, 10)))

    mirror.wait_for("doc.images.length === 2 && [...doc.images].every(({ naturalWidth }) => naturalWidth === 60)")

    shown = "[...doc.querySelectorAll('img, input, image')].map((e) => e.getAttribute('src') ?? e.getAttribute('href'))"
    assert mirror.inside(shown) == [f"/uploaded/{HASH}"] * 4
    assert {path for path in site.requests if path.startswith("/uploaded/")} == {f"/uploaded/{HASH}"}


@pytest.mark.parametrize("gone", ["f" * 64, None], ids=["gone by the time it is asked for", "not here"])
def test_a_picture_that_is_missing_says_so_in_its_place(page: Page, site: Site, gone: str | None) -> None:
    mirror = opened(page, site, *(["asset", node, gone] for node in (6, 7, 8, 10)))

    shown = "[...doc.querySelectorAll('img, input, image')].map((e) => e.getAttribute('src') ?? e.getAttribute('href'))"
    # The box is its own label, and holds no picture.
    mirror.wait_for(f"((all) => all.length === 3 && all.every((a) => a?.includes('not%20available')))({shown})")

    assert mirror.inside("doc.images[0].width") == 160
    assert mirror.inside("getComputedStyle(doc.querySelector('beside-box'), '::before').content") == '"picture"'


def test_a_picture_that_comes_later_takes_the_place_of_the_note(page: Page, site: Site) -> None:
    mirror = opened(page, site, ["asset", 6, None], ["asset", 8, HASH])

    mirror.apply(["mutation", 1, 1, 12, [["asset", 6, HASH], ["asset", 8, None]]])

    mirror.wait_for("doc.images.length === 1 && doc.images[0].naturalWidth === 60")
    assert mirror.inside("doc.querySelector('beside-box').childNodes.length") == 0


REFUSED = {
    "a paragraph": ["asset", 11, HASH],
    "a drawing": ["asset", 9, HASH],
    "no node": ["asset", 99, HASH],
    "no hash": ["asset", 6, "../state"],
    "an address": ["asset", 6, "https://elsewhere.example/a.png"],
    "another form": ["asset", 6, HASH.upper()],
}


def test_what_is_no_picture_or_no_hash_is_refused_whole(page: Page, site: Site) -> None:
    mirror = opened(page, site)
    taken = []

    for name, change in REFUSED.items():
        mirror.fresh()
        mirror.apply(keyframe(BODY), ["mutation", 1, 1, 12, [["asset", 8, HASH], change]])
        if len(mirror.reports("gap")) != 1 or mirror.inside("doc.querySelectorAll('[src], [href]').length"):
            taken.append(name)

    assert taken == []


def test_a_blocked_box_takes_no_picture(page: Page, site: Site) -> None:
    site.add(f"/uploaded/{HASH}", png("red"), "image/png")
    mirror = MirrorPage(page, site)

    mirror.apply(keyframe(document([["bx", "blocked", "", 60, 60, ""]]), ["asset", 6, HASH]))

    assert f"/uploaded/{HASH}" not in site.requests


@pytest.fixture
def shop() -> Iterator[Site]:
    """Another origin, of the same site: a cookie's host has no port."""
    with serving() as sites:
        yield sites[-1]


def test_what_a_page_names_is_asked_for_without_the_agents_cookies(page: Page, site: Site, shop: Site) -> None:
    allowed = {"Access-Control-Allow-Origin": "*"}
    font = (ROOT / "server/beside/demo/static").rglob("*.woff2")
    red = [shop.add(f"/red/{n}", png("red"), "image/png") for n in range(5)]
    letters = shop.add("/letters", next(font).read_bytes(), "font/woff2", allowed)
    imported = shop.add("/imported.css", f"p {{ background: url({red[3]}) }}", "text/css")
    linked = shop.add("/linked.css", "p { height: 33px }", "text/css")
    css = f"@import url({imported}); @font-face {{ font-family: f; src: url({letters}) }} p {{ font-family: f }}"
    inner = el("html", {}, el("body", {}, el("img", {"src": red[4]})))
    body = document(
        el("img", {"src": red[0]}),
        el("input", {"type": "image", "src": red[1]}),
        el("svg", {}, el("image", {"href": red[2]}, kind="svg"), kind="svg"),
        el("style"),
        el("link"),
        el("p", {}, [["tx", "Letters"]]),
        el("img"),
        [["fr", {}, 1], ["doc", False, 1], *inner],
    )
    site.add(f"/uploaded/{HASH}", png("red"), "image/png")
    site.add("/login", "<script>document.cookie = 'agent=1; SameSite=Strict; path=/'</script>")
    page.goto(f"{site.origin}/login")
    mirror = MirrorPage(page, site, origins=[shop.origin, site.origin])
    mirror.apply(
        keyframe(
            body,
            ["sheet", 10, css, None, "", False],
            ["sheet", 11, None, linked, "", False],
            ["asset", 14, HASH],
        )
    )

    mirror.wait_for("doc.images.length === 2 && [...doc.images].every(({ naturalWidth }) => naturalWidth === 60)")
    mirror.wait_for("doc.querySelector('iframe').contentDocument?.images[0]?.naturalWidth === 60")
    mirror.wait_for("doc.querySelector('p').offsetHeight === 33 && doc.fonts.check('16px f')")
    everything = {*red, letters, imported, linked}
    wait_until(page, lambda: everything == {f"{shop.origin}{path}" for path in shop.requests}, "all to be asked for")
    assert shop.with_cookies == []
    # The agent's place in the session is a cookie, and pictures that were uploaded are asked for by it.
    assert f"/uploaded/{HASH}" in site.with_cookies
