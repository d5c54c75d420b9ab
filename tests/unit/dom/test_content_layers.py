"""The top layer, details and dialogs: who stands over whom in the page and in the mirror."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from .both_sides import BothSides
from .conftest import Site

STYLE = """<style>[popover] { margin: 0; inset: auto; position: fixed } dialog::backdrop { background: #0004 }
dialog:focus { outline: none }</style>"""
LAYERED = f"""{STYLE}
<div id=low popover=manual style="top: 50px; left: 100px; width: 300px; height: 200px; background: #ff8">low</div>
<div id=high popover=auto style="top: 80px; left: 350px; width: 200px; height: 300px; background: #8ff">high</div>
<dialog id=first style="width: 400px; height: 300px; background: #fdd">first
  <div id=inner popover=manual style="top: 20px; left: 250px; width: 200px; height: 150px; background: #ddf"></div>
</dialog>
<dialog id=second style="width: 300px; background: #dfd">second</dialog>"""


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(["first.showModal()", "second.showModal()"], id="modals in document order"),
        pytest.param(["second.showModal()", "first.showModal()"], id="modals against document order"),
        pytest.param(["second.showModal(); low.showPopover(); first.showModal()"], id="all in one task"),
        pytest.param(["low.showPopover()", "high.showPopover()", "low.hidePopover(); low.showPopover()"], id="raised"),
        pytest.param(["first.showModal()", "low.showPopover()", "inner.showPopover()", "low.hidePopover()"], id="in"),
        pytest.param(["first.showModal(); low.showPopover()", "first.close(); first.showModal()"], id="opened again"),
        pytest.param(
            ["first.showModal(); low.showPopover()", "document.body.append(first); first.close(); first.showModal()"],
            id="moved",
        ),
        pytest.param(["second.showModal()", "first.showModal(); second.remove()"], id="one removed"),
    ],
)
def test_the_order_of_the_top_layer_is_the_pages(context: BrowserContext, site: Site, steps: list[str]) -> None:
    both = BothSides(context, site, LAYERED)

    for step in steps:
        both.run(step)
    shown = both.differing()
    both.run("recording.capture.keyframe()")

    assert shown == 0
    # A keyframe finds what is open, and the order that was seen.
    assert both.differing() == 0


def test_moving_a_lower_layer_in_the_mirror_leaves_the_upper_above(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, f"{LAYERED}<section id=away></section>")
    both.run("low.showPopover(); high.showPopover()")

    # The move closes it in the page; opened again at once, it stands on top.
    both.run("away.append(low); low.showPopover()")

    assert both.differing() == 0


def test_a_drawing_fills_the_screen_on_both_sides(context: BrowserContext, site: Site) -> None:
    drawing = (
        "<svg id=s viewBox='0 0 40 20' width=80 style='background: #ffd'><rect width=30 height=20 fill=teal /></svg>"
    )
    both = BothSides(context, site, f"<p>Above</p>{drawing}<p>Below</p>")
    both.run("s.onclick = () => void s.requestFullscreen()")

    both.page.click("#s")
    both.page.wait_for_function("document.fullscreenElement === s")
    both.sync()

    assert both.differing() == 0
    both.run("document.exitFullscreen()")
    assert both.differing() == 0


def test_details_of_one_name_close_each_other_on_both_sides(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        "<details name=g open><summary>One</summary>a</details>"
        "<details name=g id=two><summary>Two</summary>b</details>",
    )

    both.run("two.open = true")

    assert both.agree("[...doc.querySelectorAll('details')].map(({ open }) => open)") == [False, True]
    assert both.differing() == 0
