"""A large page is painted in two parts: what fills the screen at once, the rest behind it, with nothing between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .conftest import Site
from .mirror_page import Change, Entry, MirrorPage, document, el, field, keyframe, tx

ROWS = 4000
COUNT = "doc.querySelectorAll('p, option').length"
LAST_TEXT = "[...doc.querySelectorAll('p')].at(-1).textContent"
WHOLE = f"{COUNT} === {ROWS}"
# As many rows as the least that is painted first can hold: more than a screen. The most is three times as much.
SCREEN = 250
# Document 1, doctype 2, html 3, head 4, body 5; each row is an element and its text.
FIRST_ROW = 6
LAST_ROW = FIRST_ROW + 2 * (ROWS - 1)


@pytest.fixture(scope="module")
def shared(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[MirrorPage]:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield MirrorPage(page, web_server[-1])
    page.close()
    assert errors == []


@pytest.fixture
def mirror(shared: MirrorPage) -> MirrorPage:
    shared.fresh()
    return shared


def rows(name: str = "p") -> list[list[Entry]]:
    return [el(name, {"id": f"row-{n}"}, tx(f"row {n}")) for n in range(ROWS)]


def applied(mirror: MirrorPage, frames: list[object], look: str) -> object:
    """What an expression over the mirror's document says in the very task in which the last frame came."""
    script = """([frames, look]) => {
      for (const frame of frames) mirror.apply(frame);
      const doc = document.getElementById('mirror-frame').contentDocument;
      return new Function('doc', `return (${look})`)(doc);
    }"""
    found: object = mirror.page.evaluate(script, [frames, look])
    return found


def test_what_fills_the_screen_is_painted_before_the_rest_of_a_large_page_is_built(mirror: MirrorPage) -> None:
    at_once = applied(mirror, [keyframe(document(*rows()))], COUNT)
    mirror.wait_for(WHOLE)

    assert 200 < int(str(at_once)) <= SCREEN
    order = mirror.inside("[...doc.querySelectorAll('p')].every((row, at) => row.id === `row-${at}`)")
    assert order is True
    assert len(mirror.reports("whole")) == 1
    assert mirror.reports("gap") == []


@pytest.mark.parametrize(
    "body",
    [
        [el("nav", {"hidden": ""}, *rows()[:SCREEN]), *rows()[SCREEN:]],
        [el("nav", {"style": "position: absolute"}, *rows()[:SCREEN]), *rows()[SCREEN:]],
        [el("nav", {"style": "float: left"}, *rows()[:SCREEN]), *rows()[SCREEN:]],
        [el("nav", {"style": "height: 90px; overflow: hidden"}, *rows()[:SCREEN]), *rows()[SCREEN:]],
        [el("div", {"style": "display: flex"}, el("nav", {}, *rows()[:SCREEN]), el("main", {}, *rows()[SCREEN:]))],
        [el("div", {"style": "columns: 2; height: 9999px"}, el("nav", {}, *rows()[:SCREEN]), *rows()[SCREEN:])],
    ],
    ids=["hidden menu", "menu over the page", "floating menu", "clipped menu", "sidebar", "columns"],
)
def test_nodes_that_leave_room_on_screen_are_followed_by_more(mirror: MirrorPage, body: list[list[Entry]]) -> None:
    at_once = applied(mirror, [keyframe(document(*body))], COUNT)
    mirror.wait_for(WHOLE)

    assert 2 * SCREEN - 10 < int(str(at_once)) <= 3 * SCREEN
    order = mirror.inside("[...doc.querySelectorAll('p')].every((row, at) => row.id === `row-${at}`)")
    assert order is True


def test_a_grid_is_painted_as_far_as_the_screen_shows_it(mirror: MirrorPage) -> None:
    cells = el("main", {"style": "display: grid; grid-template-columns: repeat(4, 1fr)"}, *rows())

    at_once = applied(mirror, [keyframe(document(cells))], COUNT)

    assert 200 < int(str(at_once)) <= SCREEN


def test_a_style_sheet_that_comes_soon_is_there_at_the_first_paint(mirror: MirrorPage) -> None:
    body = [*rows()[: SCREEN + 1], el("style"), *rows()[SCREEN + 1 :]]
    sheet = ["sheet", FIRST_ROW + 2 * (SCREEN + 1), "p { color: red }", None, "", False]

    at_once = applied(mirror, [keyframe(document(*body), sheet)], f"[{COUNT}, doc.adoptedStyleSheets.length]")

    assert at_once == [pytest.approx(2 * SCREEN, abs=5), 2]


def test_a_small_page_is_whole_at_once(mirror: MirrorPage) -> None:
    at_once = applied(mirror, [keyframe(document(*rows()[:1000]))], COUNT)

    assert at_once == 1000
    assert len(mirror.reports("whole")) == 1


def test_a_mutation_that_comes_at_once_finds_the_whole_page(mirror: MirrorPage) -> None:
    change = ["text", LAST_ROW + 1, "changed"]
    mutation = ["mutation", 1, 1, LAST_ROW + 2, [change, ["children", 5, 0, 1, []]]]

    seen = applied(mirror, [keyframe(document(*rows())), mutation], f"[{COUNT}, {LAST_TEXT}]")

    assert seen == [ROWS - 1, "changed"]
    assert mirror.reports("gap") == []


def test_a_bad_mutation_that_comes_at_once_leaves_the_page_whole(mirror: MirrorPage) -> None:
    mutation = ["mutation", 1, 1, LAST_ROW + 2, [["text", LAST_ROW + 99, "changed"]]]

    seen = applied(mirror, [keyframe(document(*rows())), mutation], f"[{COUNT}, {LAST_TEXT}]")

    assert seen == [ROWS, f"row {ROWS - 1}"]
    assert len(mirror.reports("gap")) == 1


def test_a_blank_takes_what_was_still_to_come(mirror: MirrorPage) -> None:
    painted = mirror.page.evaluate(
        """async (frame) => {
          mirror.apply(frame);
          mirror.blank();
          for (let n = 0; n < 4; n++) await new Promise((resolve) => requestAnimationFrame(resolve));
          return document.getElementById('mirror-frame').contentDocument.childNodes.length;
        }""",
        keyframe(document(*rows())),
    )

    assert painted == 0
    assert mirror.reports("whole") == []


def test_the_next_keyframe_takes_the_place_of_what_was_still_to_come(mirror: MirrorPage) -> None:
    frames: list[object] = [keyframe(document(*rows())), keyframe(document(el("p", {}, tx("next"))), epoch=2)]
    applied(mirror, frames, COUNT)
    mirror.page.evaluate(
        "async () => { for (let n = 0; n < 4; n++) await new Promise((r) => requestAnimationFrame(r)) }"
    )

    assert mirror.body == "<p>next</p>"


@pytest.mark.parametrize(
    "change",
    [["scroll", 1, 0, 300], ["layer", LAST_ROW, "popover"], ["sheet", LAST_ROW, "p { color: red }", None, "", False]],
    ids=["scrolled", "with a layer", "with a late style sheet"],
)
def test_a_page_that_a_part_would_show_otherwise_is_painted_whole(mirror: MirrorPage, change: Change) -> None:
    body = [*rows()[:-1], el("style")] if change[0] == "sheet" else rows()

    at_once = applied(mirror, [keyframe(document(*body), change)], COUNT)

    assert at_once == ROWS - (change[0] == "sheet")
    assert mirror.reports("gap") == []


def test_fields_of_both_parts_are_painted_and_told_in_document_order(mirror: MirrorPage) -> None:
    body = [el("input", {"type": "text"}), *rows(), el("input", {"type": "text"})]
    last = FIRST_ROW + 2 * ROWS + 1
    changes = [["field", last, field(shown="late")], ["field", FIRST_ROW, field(shown="early")]]

    mirror.apply(keyframe(document(*body), *changes))
    mirror.wait_for(WHOLE)

    assert mirror.inside("[...doc.querySelectorAll('input')].map((input) => input.value)") == ["early", "late"]
    assert [node for node, _ in mirror.reports("fields")[-1]] == [FIRST_ROW, last]


def test_a_select_is_built_in_one_part(mirror: MirrorPage) -> None:
    body = el("select", {}, *rows("option"))
    shown = field("select", shown=f"row {ROWS - 1}")

    at_once = applied(
        mirror, [keyframe(document(body), ["field", FIRST_ROW, shown])], "doc.querySelector('select').value"
    )

    assert at_once == f"row {ROWS - 1}"


def test_shadow_roots_frames_and_text_of_the_second_part_stand_where_they_belong(mirror: MirrorPage) -> None:
    host = [["el", "div", {"id": "host"}, 2], ["sr", 1], *el("b", {}, tx("inner")), *tx("light")]
    nested = el("main", {}, el("section", {}, *rows(), tx("between")), host, el("i"))
    frame = [["fr", {}, 1], ["doc", False, 2], ["dt", "html"], *el("html", {}, el("body", {}, tx("framed")))]

    mirror.apply(keyframe(document(nested, frame, tx("end"))))
    mirror.wait_for("doc.querySelector('iframe')?.contentDocument?.body?.textContent === 'framed'")

    assert mirror.inside("doc.querySelector('section').lastChild.data") == "between"
    assert mirror.inside("doc.querySelector('main').lastChild.localName") == "i"
    assert mirror.inside("doc.getElementById('host').shadowRoot.textContent") == "inner"
    assert mirror.inside("doc.getElementById('host').textContent") == "light"
    assert mirror.inside("doc.body.lastChild.data") == "end"
    assert mirror.reports("gap") == []
