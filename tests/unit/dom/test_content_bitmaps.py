"""Canvases: shown where the site says so of the very element, and nowhere else."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext

from .both_sides import LOAD_LIMIT_S, BothSides
from .conftest import Site

PAINT = """canvas => { const context = canvas.getContext("2d"); context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height) }"""
CANVAS = f"<canvas id=c width=200 height=100 @></canvas><script>var colour = 'red'; ({PAINT})(c)</script>"
IMAGES = (
    "() => [...document.getElementById('mirror-frame').contentDocument.querySelectorAll('beside-box > img')].length"
)


def bitmaps(both: BothSides) -> list[Any]:
    """What travelled of pixels, in order."""
    return [change for frame in both.frames for change in frame[-1] if change[0] == "bitmap"]


def wait_for_bitmaps(both: BothSides, count: int) -> None:
    """Waits until so many have been published, and the mirror shows them."""
    both.page.wait_for_function(
        "count => recording.frames.flatMap((f) => f.at(-1)).filter(([tag]) => tag === 'bitmap').length >= count",
        arg=count,
    )
    both.sync()
    both.mirror.wait_for("[...doc.images].every(({ complete }) => complete)")


def colour_at(both: BothSides, x: int, y: int) -> tuple[int, ...]:
    pixel = both.pictures()[1].getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(round(level / 16) for level in pixel)


def assert_colour(both: BothSides, x: int, y: int, colour: tuple[int, ...]) -> None:
    """A browser paints the old picture until it has decoded the new one: that may be a moment after it is complete."""
    deadline = time.monotonic() + LOAD_LIMIT_S
    while (seen := colour_at(both, x, y)) != colour and time.monotonic() < deadline:
        both.sync()
    assert seen == colour


# A second canvas, by whose changes a test knows that the engine has looked once more.
CHANGING = "<canvas id=changing width=9 height=9 data-beside=show></canvas>"


def look_again(both: BothSides, times: int) -> None:
    for turn in range(times):
        seen = len(bitmaps(both))
        both.run(f"changing.getContext('2d').fillRect({turn}, 0, 1, 9)")
        wait_for_bitmaps(both, seen + 1)


RED, BLUE = (16, 0, 0), (0, 0, 16)


def test_a_shown_canvas_is_a_still_picture_that_follows(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, CANVAS.replace("@", "data-beside=show"))

    wait_for_bitmaps(both, 1)
    assert_colour(both, 100, 50, RED)
    both.run(f"colour = 'blue'; ({PAINT})(c)")
    wait_for_bitmaps(both, 2)

    assert_colour(both, 100, 50, BLUE)
    assert both.differing() == 0


def test_what_does_not_change_is_sent_once_an_epoch(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, CANVAS.replace("@", "data-beside=show") + CHANGING)
    wait_for_bitmaps(both, 2)

    look_again(both, 3)
    assert len(bitmaps(both)) == 2 + 3
    both.run("recording.capture.keyframe()")

    assert both.told[-1][0] == "keyframe"
    assert len(bitmaps(both)) == 2 + 3 + 2
    both.mirror.wait_for("[...doc.images].every(({ complete }) => complete)")
    assert_colour(both, 100, 50, RED)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(CANVAS.replace("@", ""), id="default"),
        pytest.param(f"<div data-beside=show>{CANVAS.replace('@', '')}</div>", id="shown ancestor"),
        pytest.param(CANVAS.replace("@", "data-beside=mask"), id="masked"),
        pytest.param(f"<div data-beside=block>{CANVAS.replace('@', 'data-beside=show')}</div>", id="blocked ancestor"),
    ],
)
def test_what_the_site_does_not_show_itself_stays_a_box(context: BrowserContext, site: Site, body: str) -> None:
    both = BothSides(context, site, body + "<canvas id=shown width=9 height=9 data-beside=show></canvas>")
    # The one that is shown proves that there was time for the others.
    wait_for_bitmaps(both, 1)

    assert {change[1] for change in bitmaps(both)} == {
        both.page.evaluate("[...recording.model.nodes.values()].find(({ entry }) => entry[3] === 9).id")
    }


def test_a_canvas_that_is_shown_no_longer_is_a_bare_box_again(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, CANVAS.replace("@", "data-beside=show"))
    wait_for_bitmaps(both, 1)

    both.run("c.removeAttribute('data-beside')")

    assert bitmaps(both)[-1][2] is None
    assert both.mirror.page.evaluate(IMAGES) == 0


def test_a_tainted_canvas_stays_a_box_without_a_word(context: BrowserContext, site: Site) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "PNG")
    other = site.add("/other.png", picture.getvalue(), "image/png").replace("127.0.0.1", "localhost")
    both = BothSides(context, site, f"<img id=i src={other}>" + CANVAS.replace("@", "data-beside=show") + CHANGING)
    said: list[str] = []
    both.page.on("console", lambda message: said.append(message.text))

    both.run("await i.decode(); c.getContext('2d').drawImage(i, 0, 0)")
    look_again(both, 3)

    assert said == []
    assert both.errors == []
    tainted = both.page.evaluate("[...recording.model.nodes.values()].find(({ entry }) => entry[3] === 200).id")
    assert len([change for change in bitmaps(both) if change[1] == tainted]) <= 1  # what it showed before


def test_nothing_is_looked_at_while_a_masked_field_is_edited(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, "<input id=f>" + CANVAS.replace("@", "data-beside=show"))
    wait_for_bitmaps(both, 1)
    both.page.evaluate(
        "() => { f.oninput = () => { const context = c.getContext('2d'); context.font = '30px serif';"
        " context.fillStyle = 'white'; context.fillText(f.value, 5, 50) } }"
    )

    both.page.focus("#f")
    both.page.keyboard.type("secret")
    both.page.evaluate("new Promise((seen) => setTimeout(seen, 2500))")
    before = len(bitmaps(both))
    both.run("f.blur()")
    wait_for_bitmaps(both, 2)

    assert before == 1


def test_a_large_noisy_canvas_keeps_to_its_bytes(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        "<canvas id=c width=2400 height=1800 style='width: 600px' data-beside=show></canvas><script>"
        "const context = c.getContext('2d'), data = context.createImageData(2400, 1800);"
        "for (let at = 0; at < data.data.length; at += 65536)"
        " crypto.getRandomValues(data.data.subarray(at, at + 65536));"
        "context.putImageData(data, 0, 0)</script>",
    )

    wait_for_bitmaps(both, 1)

    assert 20_000 < len(bitmaps(both)[0][2]) < 350_000


def test_a_webgl_canvas_is_read_before_it_is_cleared(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        "<canvas id=c width=100 height=100 data-beside=show></canvas><script>"
        "const gl = c.getContext('webgl'); const draw = () => { requestAnimationFrame(draw);"
        " gl.clearColor(0, 0, 1, 1); gl.clear(gl.COLOR_BUFFER_BIT) }; draw()</script>",
    )

    wait_for_bitmaps(both, 1)

    assert_colour(both, 50, 50, BLUE)
