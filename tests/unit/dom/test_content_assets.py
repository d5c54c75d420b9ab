"""Pictures that the site marks: their content is uploaded once by its hash, and nothing of their address travels."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Route

from .both_sides import BothSides
from .conftest import Site

RED, BLUE = (255, 0, 0), (0, 0, 255)
BLOB = """const canvas = document.createElement('canvas'); canvas.width = canvas.height = 60;
  const context = canvas.getContext('2d'); context.fillStyle = '%s'; context.fillRect(0, 0, 60, 60);
  i.src = URL.createObjectURL(await new Promise((made) => canvas.toBlob(made))); await i.decode()"""


def png(colour: str, side: int = 60) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(stream, "PNG")
    return stream.getvalue()


def assets(both: BothSides) -> list[Any]:
    """What was told of pictures, in order."""
    return [change for frame in both.frames for change in frame[-1] if change[0] == "asset"]


def uploads(both: BothSides) -> dict[str, bytes]:
    return {name: bytes(data) for name, data in both.page.evaluate("[...recording.uploads]")}


def wait_for(both: BothSides, count: int) -> None:
    """Waits until so many pictures have been named, and the mirror shows them."""
    both.page.wait_for_function(
        "count => recording.frames.flatMap((f) => f.at(-1)).filter(([tag, , hash]) => tag === 'asset' && hash)"
        ".length >= count",
        arg=count,
    )
    both.sync()
    both.mirror.wait_for("[...doc.images].every(({ complete }) => complete)")


def colour(data: bytes) -> tuple[int, ...]:
    """The colour in the middle, as near as a lossy picture tells it."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    pixel = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return tuple(255 * round(level / 255) for level in pixel)


def test_a_picture_of_a_blob_is_uploaded_shown_and_replaced(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, "<img id=i width=60 height=60 data-beside=show>")

    both.run(BLOB % "red")
    wait_for(both, 1)
    first = both.mirror.inside("doc.querySelector('beside-box > img').src")
    both.run(BLOB % "blue")
    wait_for(both, 2)

    (red, blue), (red_data, blue_data) = uploads(both).keys(), uploads(both).values()
    assert (colour(red_data), colour(blue_data)) == (RED, BLUE)
    assert (red, blue) == tuple(hashlib.sha256(data).hexdigest() for data in (red_data, blue_data))
    assert first.endswith(f"/uploaded/{red}")
    assert both.mirror.inside("doc.querySelector('beside-box > img').src").endswith(f"/uploaded/{blue}")
    assert both.mirror.inside("doc.querySelector('beside-box > img').naturalWidth") == 60
    assert "blob:" not in both.text


def test_a_marked_picture_keeps_its_place_and_style_while_its_address_stays_here(
    context: BrowserContext, site: Site
) -> None:
    private = site.add("/me/ada.png", png("red", 80), "image/png")
    both = BothSides(
        context,
        site,
        "<style>img { border-radius: 20px; height: 40px }</style>"
        f"<img id=i src='{private}?user=ada' data-beside=show>"
        f"<picture><source srcset='{private}?big=1 2x, {private}?small=1 1x'>"
        f"<img id=p data-beside=show src='{private}?none'></picture>"
        f"<input id=n type=image src='{private}?button' data-beside=show>"
        "<svg width=50 height=50>"
        f"<image id=s href='{private}?drawn' width=50 height=50 data-beside=show></image></svg>",
    )

    wait_for(both, 4)

    assert [colour(data) for data in uploads(both).values()] == [RED]
    assert both.page.evaluate("recording.offers.length") == 1
    assert "ada" not in both.text
    assert "?" not in "".join(both.bytes)
    name = next(iter(uploads(both)))
    assert (
        both.mirror.inside("[...doc.querySelectorAll('img, input')].map((e) => e.src.split('/').pop())") == [name] * 3
    )
    assert both.mirror.inside("doc.querySelector('image').getAttribute('href')").endswith(name)
    both.agree("[...doc.querySelectorAll('img')].map((e) => [e.clientWidth, e.clientHeight, e.naturalWidth])")
    assert both.differing() == 0


UNMARKED = (
    "<img class=i><div data-beside=show><img class=i></div><img class=i data-beside=mask>"
    "<div data-beside=block><img class=i data-beside=show></div>"
    "<div contenteditable><img class=i data-beside=show></div>"
)


def test_what_the_site_does_not_mark_itself_is_not_uploaded(context: BrowserContext, site: Site) -> None:
    """By default, within a part that is shown, masked, within a part that is blocked, and in a masked field."""
    site.add("/one.png", png("red"), "image/png")
    site.add("/marked.png", png("blue"), "image/png")
    both = BothSides(context, site, UNMARKED + "<img id=marked src=/marked.png data-beside=show><img id=i hidden>")

    both.run((BLOB % "red") + "; for (const image of document.querySelectorAll('.i')) image.src = i.src")
    wait_for(both, 1)
    both.run("for (const image of document.querySelectorAll('.i')) image.src = '/one.png'")
    # The one that is marked proves that there was time for the others.
    both.run("marked.src = '/one.png?again'; await marked.decode()")
    wait_for(both, 2)

    assert {change[1] for change in assets(both)} == {both.node("marked")}
    assert [colour(data) for data in uploads(both).values()] == [BLUE, RED]
    assert both.page.evaluate("recording.offers.length") == 2


def test_each_content_is_sent_once_and_named_again_by_a_keyframe(context: BrowserContext, site: Site) -> None:
    site.add("/one.png", png("red"), "image/png")
    site.add("/same.png", png("red"), "image/png")
    both = BothSides(
        context, site, "<img src=/one.png data-beside=show><img src=/same.png data-beside=show><img src=/one.png>"
    )
    wait_for(both, 2)

    both.run("recording.capture.keyframe()")

    assert both.told[-1][0] == "keyframe"
    assert [change[2] for change in both.told[-1][-1] if change[0] == "asset"] == [*uploads(both)] * 2
    assert len(both.page.evaluate("recording.offers")) == 1


def test_what_the_relay_forgot_is_offered_again(context: BrowserContext, site: Site) -> None:
    site.add("/one.png", png("red"), "image/png")
    both = BothSides(context, site, "<img src=/one.png data-beside=show>")
    wait_for(both, 1)

    both.run("recording.capture.pause(); recording.uploads.clear(); recording.capture.resume()")
    wait_for(both, 2)

    assert len(uploads(both)) == 1
    assert both.page.evaluate("new Set(recording.offers).size") == 1
    assert len(both.page.evaluate("recording.offers")) == 2
    # Not named before it is there.
    assert [frame[0] for frame in both.frames if any(change[0] == "asset" for change in frame[-1])] == ["mutation"] * 2


def test_another_origins_picture_is_read_where_it_lets_every_page(context: BrowserContext, site: Site) -> None:
    other = site.origin.replace("127.0.0.1", "localhost")
    site.add("/open.png", png("red"), "image/png", headers={"Access-Control-Allow-Origin": "*"})
    site.add("/closed.png", png("blue"), "image/png")
    site.add("/last.png", png("lime"), "image/png")
    both = BothSides(
        context,
        site,
        f"<img id=a src={other}/closed.png width=60 height=60 data-beside=show>"
        f"<img src={other}/open.png data-beside=show>"
        "<img src=/last.png data-beside=show>",
    )

    wait_for(both, 2)

    assert [colour(data) for data in uploads(both).values()] == [RED, (0, 255, 0)]
    assert both.errors == []
    # A picture of our own says that there is none.
    assert both.mirror.inside("doc.images[0].src").startswith("data:image/svg+xml,")


def test_a_refused_picture_is_said_to_be_missing(context: BrowserContext, site: Site) -> None:
    site.add("/one.png", png("red"), "image/png")
    both = BothSides(context, site, "<img id=i data-beside=show>")
    both.run("recording.refusing = true; i.src = '/one.png'; await i.decode()")
    both.page.wait_for_function("recording.uploads.size === 1")
    both.run("await beside.frames(3)")
    refused = assets(both)[-1][2]

    assert refused is None
    assert both.mirror.inside("doc.images[0].src").startswith("data:image/svg+xml,")
    assert len(both.page.evaluate("recording.offers")) == 1


def test_nothing_is_read_or_offered_while_a_masked_field_is_edited(context: BrowserContext, site: Site) -> None:
    site.add("/one.png", png("red"), "image/png")
    site.add("/two.png", png("blue"), "image/png")
    both = BothSides(context, site, "<input id=f><img id=i src=/one.png data-beside=show>")
    wait_for(both, 1)
    both.page.evaluate("() => { f.oninput = () => { i.src = `/two.png?${f.value.length}` } }")

    both.page.focus("#f")
    both.page.keyboard.type("secret")
    both.page.evaluate("i.decode()")
    # Neither a mutation nor a keyframe tells of pictures now.
    both.run("recording.capture.keyframe(); await beside.frames(20)")
    assert len(assets(both)) == 1
    before = both.page.evaluate("[recording.offers.length, recording.uploads.size]")
    both.run("f.blur()")
    wait_for(both, 2)

    assert before == [1, 1]
    assert len({change[2] for change in assets(both)}) == 2
    assert [colour(data) for data in uploads(both).values()] == [RED, BLUE]
    assert "secret" not in both.text


def test_a_large_photograph_is_uploaded_small_and_without_what_its_file_says(
    context: BrowserContext, site: Site
) -> None:
    stream = io.BytesIO()
    noise = Image.effect_noise((2400, 1800), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "taken at 52.3702 N, 4.8952 E"
    noise.save(stream, "JPEG", quality=90, exif=exif)
    site.add("/photo.jpg", stream.getvalue(), "image/jpeg")
    both = BothSides(context, site, "<img src=/photo.jpg data-beside=show>")

    wait_for(both, 1)

    (data,) = uploads(both).values()
    assert b"52.3702" in stream.getvalue()
    assert 20_000 < len(data) <= 256_000
    assert b"52.3702" not in data
    assert Image.open(io.BytesIO(data)).size[0] < 2400
    both.mirror.wait_for("doc.images[0].naturalWidth === 2400")


def test_a_mark_that_goes_takes_the_picture_with_it(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, "<img id=i width=60 height=60 data-beside=show>")
    both.run(BLOB % "red")
    wait_for(both, 1)

    both.run("i.removeAttribute('data-beside')")

    assert assets(both)[-1][2] is None
    assert both.mirror.inside("doc.querySelectorAll('beside-box > img').length") == 0


def test_a_picture_within_its_address_travels_with_it_and_one_too_large_is_uploaded(
    context: BrowserContext, site: Site
) -> None:
    both = BothSides(context, site, "<img id=i data-beside=show>")
    both.run("i.src = 'data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/>'")
    small = both.mirror.inside("doc.images[0].src")

    both.run(
        "const svg = `<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%2260%22 height=%2260%22>"
        "<rect width=%2260%22 height=%2260%22 fill=%22blue%22/>${'<g/>'.repeat(60000)}</svg>`;"
        "i.src = 'data:image/svg+xml,' + svg; await i.decode()"
    )
    wait_for(both, 1)

    assert small.startswith("data:image/svg+xml,<svg")
    assert [colour(data) for data in uploads(both).values()] == [BLUE]
    assert both.mirror.inside("doc.images[0].src").endswith(next(iter(uploads(both))))


DRAWN = "data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%2260%22 height=%2260%22>"


def test_a_picture_whose_address_repeats_a_masked_value_is_not_uploaded(context: BrowserContext, site: Site) -> None:
    """Not as a drawing that holds it, nor from a server that is told it: both paint it."""
    site.add("/card.png", png("red"), "image/png")
    site.add("/clean.png", png("blue"), "image/png")
    both = BothSides(
        context,
        site,
        "<input id=f><img id=i data-beside=show><img id=j data-beside=show><img id=k data-beside=show>"
        "<svg width=60 height=60><image id=s width=60 height=60 data-beside=show></image></svg>",
    )
    both.page.focus("#f")
    both.page.keyboard.type("Lovelace99")

    both.run(
        f"f.onchange = () => {{ i.src = `{DRAWN}<text y=%2230%22>${{f.value}}</text></svg>`;"
        " j.src = `/card.png?of=${f.value}`; s.setAttribute('href', j.src) }; f.blur();"
        "await beside.frames(20); k.src = '/clean.png'; await k.decode()"
    )
    # The clean one proves that there was time for the others.
    wait_for(both, 1)

    assert [colour(data) for data in uploads(both).values()] == [BLUE]
    assert both.page.evaluate("recording.offers.length") == 1
    assert {change[1] for change in assets(both) if change[2]} == {both.node("k")}
    assert "Lovelace" not in both.text


def test_a_picture_shown_before_its_address_was_typed_stays(context: BrowserContext, site: Site) -> None:
    site.add("/Lovelace99.png", png("red"), "image/png")
    both = BothSides(context, site, "<input id=f><img id=i src=/Lovelace99.png data-beside=show>")
    wait_for(both, 1)

    both.page.focus("#f")
    both.page.keyboard.type("Lovelace99")
    both.run("f.blur(); await beside.frames(5); recording.capture.keyframe()")

    assert both.told[-1][0] == "keyframe"
    assert [change[2] for change in assets(both)] == [*uploads(both)] * len(assets(both))


def test_a_box_of_what_was_withheld_is_not_filled(context: BrowserContext, site: Site) -> None:
    site.add("/one.png", png("red"), "image/png")
    both = BothSides(context, site, "<img id=i src=/one.png width=60 height=60 data-beside=show><p id=p>Hello")
    wait_for(both, 1)

    both.run(f"recording.capture.block(recording.frames[0][1], {both.node('i')}); await beside.frames(20)")

    assert both.told[-1][0] == "keyframe"
    assert not [change for change in both.told[-1][-1] if change[0] == "asset"]
    assert both.mirror.inside("doc.querySelectorAll('beside-box > img').length") == 0


def test_a_picture_on_its_way_when_an_edit_begins_waits_for_its_end(context: BrowserContext, site: Site) -> None:
    other = site.origin.replace("127.0.0.1", "localhost")
    site.add("/slow.png", png("red"), "image/png", headers={"Access-Control-Allow-Origin": "*"})
    held: list[Route] = []
    context.route("**/slow.png", lambda route: held.append(route) if is_read(route) and not held else route.continue_())
    both = BothSides(context, site, f"<input id=f><img id=i src={other}/slow.png data-beside=show>")
    for _ in range(200):
        if held:
            break
        both.run("await beside.frames(1)")

    both.page.focus("#f")
    both.page.keyboard.type("secret")
    assert held
    for route in held:
        route.continue_()
    both.run("await beside.frames(20); recording.capture.keyframe()")
    before = both.page.evaluate("[recording.offers.length, recording.uploads.size]")
    both.run("f.blur()")
    wait_for(both, 1)

    assert before == [0, 0]
    assert [colour(data) for data in uploads(both).values()] == [RED]


def is_read(route: Route) -> bool:
    """Is it read by us, and not by the page for itself?"""
    return "origin" in route.request.headers


def test_what_a_new_picture_measures_is_not_told_during_an_edit(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, "<input id=f><div id=d></div>")
    both.page.evaluate(
        '() => { f.oninput = () => { d.innerHTML = `<img id=k data-beside=show src="data:image/svg+xml,'
        "<svg xmlns='http://www.w3.org/2000/svg' width='${100 + f.value.length}' height='20'/>\">` } }"
    )

    both.page.focus("#f")
    both.page.keyboard.type("secret77")
    both.run("await k.decode(); recording.capture.keyframe()")
    held = both.text
    both.run("f.blur(); await beside.frames(5)")

    assert "108px" not in held
    # Its address, which says as much, follows the edit.
    assert "width='108'" in both.text
