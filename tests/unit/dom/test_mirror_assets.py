"""Uploaded pictures in the mirror: their addresses are made of a hash, and what is not there says so."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Site
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
