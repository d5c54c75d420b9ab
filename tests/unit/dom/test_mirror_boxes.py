"""Boxes take the room of what they stand for, so that the page around them is laid out as the shopper has it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from .conftest import Site
from .mirrored import Mirrored

# Each stands in `around`, with something after it whose place tells.
BOXED = {
    "an inline frame": "text <iframe style='width:100px;height:50px'></iframe> <b id=after>after</b>",
    "a frame as a block": "<iframe style='display:block;width:100px;height:50px;margin:7px auto 13px'></iframe>"
    "<b id=after>after</b>",
    "a floating frame": "<iframe style='float:right;margin:3px 9px;width:101.5px;height:51px'></iframe>"
    "<b id=after style='float:right'>after</b>",
    "a frame in a flex row": "<div style='display:flex;gap:4px'>"
    "<iframe style='flex:1;margin-left:5px;order:2'></iframe><b id=after style='order:3'>after</b></div>",
    "a frame in a grid": "<div style='display:grid;grid-template-columns:1fr 100px 1fr'>"
    "<iframe style='grid-column:2;width:100%'></iframe><b id=after style='grid-row:1'>after</b></div>",
    "a frame out of the flow": "<iframe style='position:absolute;right:30px;top:40px'></iframe><b id=after>after</b>",
    "a frame that takes room unseen": "<iframe style='visibility:hidden;height:40px'></iframe><b id=after>after</b>",
    "a frame that is not displayed": "<iframe style='display:none'></iframe><b id=after>after</b>",
    "a pixel": "<iframe width=1 height=1 frameborder=0></iframe><b id=after>after</b>",
    "a frame in the middle of a line": "<iframe style='vertical-align:middle;height:70px'></iframe>"
    "<b id=after>after</b>",
    "a video": "<video style='width:160px;margin-bottom:11px'></video><b id=after>after</b>",
    "a canvas": "<canvas width=90 height=30 style='margin:0 6px'></canvas><b id=after>after</b>",
    "an object": "<object style='width:90px;height:30px'></object><b id=after>after</b>",
    "a scaled part": "<div style='transform:scale(.5)'><iframe></iframe><b id=after>after</b></div>",
    "a blocked part": "<div data-beside=block style='height:80px;margin:16px 8px'>x</div><b id=after>after</b>",
    "a blocked cell": "<table><tr><td>a<td data-beside=block style='width:80px;height:24px;padding:0'>x"
    "<td><b id=after>after</b></table>",
}


@pytest.mark.parametrize("body", BOXED.values(), ids=BOXED)
def test_what_stands_after_a_box_stands_where_it_does_on_the_page(body: str, page: Page, site: Site) -> None:
    mirrored = Mirrored(page, site, f"<div id=around>{body}</div><p id=below>below</p>")

    mirrored.stand_alike("after", "below", "around")


def test_boxes_follow_the_size_of_what_they_stand_for(page: Page, site: Site) -> None:
    head = "<style>iframe { width: 50%; border: 0; display: block } @media (width < 700px) { iframe { height: 90px } }"
    mirrored = Mirrored(page, site, "<main id=main><iframe></iframe><b id=after>after</b></main>", f"{head}</style>")
    mirrored.stand_alike("after", "main")

    page.set_viewport_size({"width": 600, "height": 700})

    mirrored.stand_alike("after", "main")
    assert mirrored.inside("doc.querySelector('beside-box').getBoundingClientRect().height") == 90


def test_a_picture_that_gets_its_size_late_is_measured_again(page: Page, site: Site) -> None:
    mirrored = Mirrored(page, site, "<main id=main><canvas id=c></canvas><b id=after>after</b></main>")
    mirrored.stand_alike("after")

    # A canvas takes another size by property alone, which is an attribute; by CSS from a hooked rule it is none.
    mirrored.run("document.styleSheets[0].insertRule('canvas { width: 37px; height: 211px }')")

    mirrored.stand_alike("after", "main")


@pytest.mark.parametrize(
    ("element", "label"),
    [
        ("<iframe src='https://js.stripe.com/v3/elements?key=1'>", "payment: js.stripe.com"),
        ("<iframe src='https://pay.google.com:8443/pay'>", "payment: pay.google.com:8443"),
        ("<iframe src='https://notstripe.com/'>", "notstripe.com"),
        ("<iframe src='https://widgets.example/rate/4711?name=Ada'>", "widgets.example"),
        ("<iframe src='/mine'>", "frame"),
        ("<div data-beside=mask><iframe src='https://widgets.example/'></iframe></div>", "frame"),
        ("<video>", "video"),
        ("<audio controls>", "audio"),
        ("<object width=50 height=50>", "plug-in"),
        ("<canvas>", "canvas"),
    ],
)
def test_a_box_says_what_it_stands_for(element: str, label: str, page: Page, site: Site) -> None:
    page.route("https://**", lambda route: route.fulfill(body="<p>theirs"))
    mirrored = Mirrored(page, site, f"<main>{element}</main>")

    assert mirrored.inside("doc.querySelector('beside-box').getAttribute('beside-label')") == label
