"""Frames of the page are mirrored in frames of the mirror's own document, with its header and sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from beside.protocol import MAX_SHOWN_FRAMES

from .conftest import Site
from .mirror_page import MirrorPage, document, el, keyframe, tx
from .mirrored import Mirrored

Entry = list[Any]


@pytest.fixture
def mirror(page: Page, site: Site, bundles: object) -> MirrorPage:
    return MirrorPage(page, site)


def frame(*root: Entry, quirks: bool = False, **attributes: str) -> list[Entry]:
    """The entries of a frame whose document holds a root and a body with these nodes."""
    return [["fr", attributes, 1], ["doc", quirks, 1], *el("html", {}, el("body", {}, *root))]


FRAME = "doc.querySelector('iframe')"
INNER = f"{FRAME}?.contentDocument"


def test_a_frame_shows_its_document_under_the_mirrors_own_header(mirror: MirrorPage, site: Site) -> None:
    mirror.apply(keyframe(document(frame(el("p", {"onclick": "x()"}, tx("Inside")), width="200"))))

    mirror.wait_for(f"{INNER}?.querySelector('p')?.textContent === 'Inside'")
    assert mirror.inside(f"{FRAME}.getAttribute('sandbox')") == "allow-same-origin"
    assert mirror.inside(f"{FRAME}.getAttribute('width')") == "200"
    assert mirror.inside(f"{INNER}?.URL") == f"{site.origin}/mirror?depth=1"
    assert mirror.inside(f"{INNER}?.querySelector('p').hasAttribute('onclick')") is False


def test_a_frame_takes_its_nodes_into_no_other_document_and_loads_again(mirror: MirrorPage, site: Site) -> None:
    good = site.added["/mirror"]
    # Without the header the browser shows an error page of its own, in a frame of a document that has it.
    site.add("/mirror", "<p>Not now</p>", status=503, headers={"Cross-Origin-Embedder-Policy": "credentialless"})
    mirror.apply(keyframe(document(frame(el("p", {}, tx("Inside"))))))
    mirror.wait_for(f"{INNER}?.querySelector('p')?.textContent === 'Not now'")
    assert mirror.inside("win.length") == 1

    site.added["/mirror"] = good

    mirror.wait_for(f"{INNER}?.querySelector('p')?.textContent === 'Inside'")
    assert mirror.reports("gap") == []


def test_a_frame_is_given_up_after_some_tries_until_the_next_keyframe(mirror: MirrorPage, site: Site) -> None:
    good = site.added["/mirror"]
    site.add("/mirror", "<p>Not now</p>", status=503, headers={"Cross-Origin-Embedder-Policy": "credentialless"})
    # Its delays at once, and as many as there are of them.
    mirror.page.evaluate(
        "() => { window.delays = 0; const later = setTimeout;"
        " window.setTimeout = (act, ms) => later(act, ms >= 150 && ms <= 8000 ? ++delays && 0 : ms); }"
    )
    mirror.apply(keyframe(document(frame(el("p", {}, tx("Inside"))))))
    mirror.page.wait_for_function("delays === 5")
    mirror.wait_for(f"{INNER}?.querySelector('p')?.textContent === 'Not now'")
    site.added["/mirror"] = good

    mirror.apply(keyframe(document(frame(el("p", {}, tx("Again")))), epoch=2))

    mirror.wait_for(f"{INNER}?.querySelector('p')?.textContent === 'Again'")
    assert mirror.page.evaluate("delays") == 5


def test_nothing_is_built_in_a_document_that_the_frame_has_loaded_since(mirror: MirrorPage, site: Site) -> None:
    site.add("/elsewhere", "<p>Elsewhere</p>")
    mirror.inside("win.location.replace('/elsewhere')")
    mirror.wait_for("doc?.querySelector('p')?.textContent === 'Elsewhere'")

    mirror.apply(keyframe(document(el("h1", {}, tx("Payment")))))

    assert mirror.inside("doc.body.textContent") == "Elsewhere"
    assert mirror.reports("gap") == ["The mirror's frame is not loaded."]


def test_changes_that_come_before_the_frame_has_loaded_are_in_it(mirror: MirrorPage) -> None:
    mirror.apply(
        keyframe(document(frame(el("p", {}, tx("one")), el("style")))),
        ["mutation", 1, 1, 13, [["text", 11, "two"], ["sheet", 12, "p { color: rgb(1, 2, 3) }", None, "", False]]],
        ["mutation", 1, 2, 13, [["children", 9, 1, 0, el("b", {}, tx("three"))]]],
    )

    mirror.wait_for(f"{INNER}?.body?.textContent === 'twothree'")
    assert mirror.inside(f"win.frames[0].getComputedStyle({INNER}?.querySelector('p')).color") == "rgb(1, 2, 3)"


def test_a_frame_that_was_moved_is_whole_again(mirror: MirrorPage) -> None:
    inner = frame(el("style"), el("input"), el("div", {"style": "height: 3000px"}))
    mirror.apply(
        keyframe(
            document(el("div"), inner),
            ["sheet", 11, "div { margin: 7px }", None, "", False],
            ["adopted", 8, ["input { top: 3px }"]],
            ["scroll", 8, 0, 900],
        )
    )
    mirror.wait_for("win.frames[0].scrollY === 900")

    mirror.apply(["mutation", 1, 1, 14, [["children", 5, 1, 1, []], ["children", 6, 0, 0, [["at", 7]]]]])
    mirror.apply(["mutation", 1, 2, 14, [["attributes", 13, {"id": "later"}]]])

    mirror.wait_for("doc.querySelector('div iframe') && win.frames[0].scrollY === 900")
    style = "win.frames[0].getComputedStyle(win.frames[0].document.querySelector"
    assert mirror.inside(f"{style}('#later')).margin") == "7px"
    assert mirror.inside(f"{style}('input')).top") == "3px"


def test_another_document_takes_the_place_of_the_first(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(frame(tx("first"))), ["adopted", 7, ["body { top: 1px }"]]))
    mirror.wait_for(f"{INNER}?.body?.textContent === 'first'")
    mirror.inside(f"{FRAME}.was = 'here'")

    entries = [["doc", False, 1], *el("html", {}, el("body", {}, tx("second")))]
    mirror.apply(["mutation", 1, 1, 11, [["children", 6, 0, 1, entries], ["adopted", 11, ["body { top: 2px }"]]]])

    mirror.wait_for(f"{INNER}?.body?.textContent === 'second'")
    assert mirror.inside(f"{FRAME}.was") == "here"
    assert mirror.inside(f"{INNER}?.adoptedStyleSheets.length") == 2
    assert mirror.reports("gap") == []


def test_points_and_boxes_go_through_frames(mirror: MirrorPage) -> None:
    style = "border: 5px solid; padding: 7px; margin: 0; position: absolute; left: 40px; top: 30px"
    button = el("button", {"style": "position: absolute; left: 10px; top: 20px; width: 60px; height: 24px"}, tx("Go"))
    mirror.apply(keyframe(document(frame(frame(button, style=style), style=style)), ["viewport", 600, 400, 1, 0, 0]))
    mirror.wait_for(f"{INNER}?.querySelector('iframe')?.contentDocument?.querySelector('button')")

    rect = mirror.page.evaluate("mirror.rectOf(14).toJSON()")

    assert (rect["x"], rect["y"], rect["width"], rect["height"]) == (2 * 52 + 10, 2 * 42 + 20, 60, 24)
    assert mirror.page.evaluate("({ x, y }) => mirror.nodeAt(x + 3, y + 3)", rect) == 14


ROOT = el("html")
BAD: dict[str, list[Entry]] = {
    "a document outside a frame": [["el", "div", {}, 1], ["doc", False, 0]],
    "a frame with two documents": [["fr", {}, 2], ["doc", False, 0], ["doc", False, 0]],
    "an element in a frame": [["fr", {}, 1], *ROOT],
    "a document with two roots": [["fr", {}, 1], ["doc", False, 2], *ROOT, *ROOT],
    "text in a document": [["fr", {}, 1], ["doc", False, 1], *tx("x")],
    "too many frames": [["fr", {}, 0]] * (MAX_SHOWN_FRAMES + 1),
    "far too many frames": [["fr", {}, 0]] * 200,
}


@pytest.mark.parametrize("entries", BAD.values(), ids=BAD)
def test_frames_that_cannot_be_are_refused_whole(entries: list[Entry], mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("p"))))

    mirror.apply(["mutation", 1, 1, 7, [["children", 5, 0, 0, entries]]])

    assert len(mirror.reports("gap")) == 1
    assert mirror.inside("doc.querySelectorAll('iframe').length") == 0


@pytest.mark.parametrize("name", ["src", "srcdoc", "sandbox", "name", "allow", "onload", "loading", "href"])
def test_no_attribute_of_the_page_says_what_a_frame_loads(name: str, mirror: MirrorPage, site: Site) -> None:
    mirror.apply(keyframe(document(frame(tx("in"), **{name: "/elsewhere"}))))
    mirror.wait_for(f"{INNER}?.body?.textContent === 'in'")

    mirror.apply(["mutation", 1, 1, 11, [["attributes", 6, {name: "javascript:alert(1)"}]]])

    assert mirror.inside(f"[...{FRAME}.attributes].map((a) => a.name + '=' + a.value).sort()") == [
        "sandbox=allow-same-origin",
        f"src={site.origin}/mirror?depth=1",
        "tabindex=-1",
    ]
    assert "/elsewhere" not in site.requests


def test_blank_takes_frames_away_at_once(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(frame(tx("in")))))
    mirror.wait_for(f"{INNER}?.body?.textContent === 'in'")

    mirror.page.evaluate("mirror.blank()")

    assert mirror.inside("win.length + doc.childNodes.length") == 0


PAGE = """<main id=main><iframe id=f data-beside=show style="width:300px;height:120px;border:3px solid;margin:4px"
  srcdoc="<!doctype html><style>p{margin:5px;font:16px serif} @media (width < 200px) {p{color:red}}</style>
  <p id=p>Some words that break into lines <input id=i><select id=s data-beside=show><option>one<option>two</select>">
</iframe><b id=after>after</b></main>"""
PAGE_INNER = "document.getElementById('f').contentDocument"


def test_a_page_and_its_frame_are_laid_out_alike(page: Page, site: Site, bundles: object) -> None:
    mirrored = Mirrored(page, site, PAGE)
    mirrored.wait_for(f"{INNER}?.getElementById('p')")
    mirrored.stand_alike("f", "after", "main")

    look = "(root) => ['p', 'i', 's'].map((id) => JSON.stringify(root.getElementById(id).getBoundingClientRect()))"
    assert mirrored.inside(f"({look})({INNER})") == mirrored.run(f"return ({look})({PAGE_INNER})")

    mirrored.run(
        f"{PAGE_INNER}.getElementById('s').value = 'two'; {PAGE_INNER}.getElementById('p').id = 'q';"
        f"{PAGE_INNER}.getElementById('s').dispatchEvent(new Event('change', {{ bubbles: true }}))"
    )
    mirrored.wait_for(f"{INNER}?.getElementById('q') && {INNER}?.getElementById('s').value === 'two'")

    mirrored.run("const f = document.getElementById('f'); f.srcdoc = '<p id=next>Next'")
    mirrored.wait_for(f"{INNER}?.getElementById('next')")
    mirrored.run("document.body.prepend(document.getElementById('main'))")
    mirrored.wait_for(f"{INNER}?.getElementById('next')")
    assert mirrored.gaps == []


def test_a_page_of_more_frames_than_the_mirror_shows_has_boxes_for_the_others(
    page: Page, site: Site, bundles: object
) -> None:
    shown = "<iframe data-beside=show srcdoc='<p>In</p>' width=50 height=20></iframe>"
    mirrored = Mirrored(page, site, f"<main id=main>{shown * (MAX_SHOWN_FRAMES + 5)}</main>")
    counts = "JSON.stringify([...doc.querySelectorAll('iframe, beside-box')].map((one) => one.localName[0]))"
    full = ["i"] * MAX_SHOWN_FRAMES

    mirrored.wait_for(f"doc.querySelectorAll('beside-box').length === 5 && {FRAME}?.contentDocument?.body?.textContent")
    assert json.loads(mirrored.inside(counts)) == full + ["b"] * 5

    # All in the place of all, within one mutation.
    mirrored.run(f"document.getElementById('main').innerHTML = {json.dumps(shown * (MAX_SHOWN_FRAMES + 2))}")
    mirrored.wait_for("doc.querySelectorAll('beside-box').length === 2")
    assert json.loads(mirrored.inside(counts)) == full + ["b"] * 2
    assert mirrored.gaps == []


def test_a_dialog_in_a_frame_is_modal_there_too(page: Page, site: Site, bundles: object) -> None:
    body = "<main><iframe id=f data-beside=show srcdoc='<dialog id=d>Hello</dialog>'></iframe></main>"
    mirrored = Mirrored(page, site, body)
    mirrored.wait_for(f"{INNER}?.getElementById('d')")

    mirrored.run(f"{PAGE_INNER}.getElementById('d').showModal()")

    mirrored.wait_for(f"{INNER}?.getElementById('d').matches(':modal')")
