"""What the shopper is on: hovered, pressed, linked to, focused by key; and what of it would tell a choice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

STATES = """() => { const states = {};
    for (const frame of recording.frames) for (const change of frame.at(-1))
        if (change[0] === "state") states[change[1]] = change[2];
    return states; }"""


def states(recording: Recording) -> dict[str, Any]:
    """The states that a mirror holds, by name."""
    found: dict[str, Any] = recording.page.evaluate(STATES)
    return {name: node for name, node in found.items() if node is not None}


def test_hovered_and_pressed_elements_are_named(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=a style='height: 50px'>a</p><button id=b>b</button>")

    page.hover("#a")
    recording.quiet()
    assert states(recording) == {"hover": recording.node("a")}
    page.hover("#b")
    page.mouse.down()
    recording.quiet()
    assert states(recording) == {"hover": recording.node("b"), "active": recording.node("b")}
    page.mouse.up()
    recording.quiet()
    assert states(recording) == {"hover": recording.node("b")}
    recording.run("recording.capture.keyframe()")
    assert states(recording) == {"hover": recording.node("b")}


def test_hover_reaches_into_shadow_roots(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div><template shadowrootmode=open><b id=inner>inner text</b></template></div>")

    page.hover("#inner")
    recording.quiet()

    assert states(recording) == {"hover": recording.node("inner")}


@pytest.mark.parametrize(
    ("body", "over"),
    [
        ("<input id=x>", "#x"),
        ("<div data-beside=mask><p id=x>chosen</p></div>", "#x"),
        ("<input type=radio id=r><label id=x for=r>Yes</label>", "#x"),
        ("<label><input type=radio><b id=x>Yes</b></label>", "#x"),
        ("<div role=radio><button id=x>Yes</button></div>", "#x"),
    ],
)
def test_nothing_over_a_masked_choice_or_its_label(page: Page, site: Site, body: str, over: str) -> None:
    recording = Recording(page, site, body)

    page.hover(over)
    page.mouse.down()
    recording.quiet()

    assert set(states(recording)) <= {"focus-visible"}
    assert recording.last("pointer") in (None, ["pointer", None, None])


def test_focus_of_a_masked_choice_would_tell_the_choice(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<input id=t><input type=radio name=r id=a checked><input type=radio name=r id=b>
        <div data-beside=mask><p tabindex=0 id=o>option</p></div>""",
    )

    page.focus("#t")
    recording.quiet()
    assert recording.last("focus") == ["focus", recording.node("t")]
    for choice in ("#a", "#b", "#o"):
        page.focus(choice)
        page.keyboard.press("Shift")
        recording.quiet()
        assert recording.last("focus") == ["focus", None]
        assert "focus-visible" not in states(recording)


@pytest.mark.parametrize(
    "choice",
    [
        "<label id=x tabindex=0><input type=radio hidden>Yes</label>",
        "<label><input type=radio hidden><b id=x tabindex=0>Yes</b></label>",
        "<label><input type=radio hidden><button type=button id=x>Yes</button></label>",
        "<div role=radio><b id=x tabindex=0>Yes</b></div>",
        "<div role=radio><button id=x>Yes</button></div>",
        "<div role=radio><span><input type=checkbox id=x></span></div>",
    ],
)
def test_focus_on_what_labels_a_masked_choice_or_stands_in_one_would_tell_it(
    page: Page, site: Site, choice: str
) -> None:
    recording = Recording(page, site, f"<a id=link tabindex=0>Help</a>{choice}")

    page.focus("#link")
    page.keyboard.press("Shift")
    recording.quiet()
    assert recording.last("focus") == ["focus", recording.node("link")]
    assert "focus-visible" in states(recording)
    page.focus("#x")
    page.keyboard.press("Shift")
    recording.quiet()

    assert recording.last("focus") == ["focus", None]
    assert "focus-visible" not in states(recording)


def test_focus_on_the_label_of_a_shown_choice_is_told(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label id=x tabindex=0 data-beside=show><input type=radio hidden>Yes</label>")

    page.focus("#x")
    recording.quiet()

    assert recording.last("focus") == ["focus", recording.node("x")]


def test_ring_of_the_focus_and_target_of_a_link(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<button id=a>a</button><section id=part>x</section><a href=#part>to</a>")

    page.click("#a")
    recording.quiet()
    assert "focus-visible" not in states(recording)
    page.keyboard.press("Tab")
    recording.quiet()
    assert "focus-visible" in states(recording)
    page.keyboard.press("Enter")
    recording.quiet()
    assert states(recording)["target"] == recording.node("part")


def test_media_features_follow_the_shoppers_screen(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    recording = Recording(page, site, "<p>x</p>")
    assert {"prefers-color-scheme: dark", "prefers-reduced-motion: reduce"} <= set(recording.last("media")[1])

    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.wait_for_function("!recording.model.last.get('media')[1].includes('prefers-color-scheme: dark')")

    assert "prefers-color-scheme: dark" not in recording.last("media")[1]
    assert recording.last("media")[2] == 1


def test_pointer_that_rests_tells_nothing_of_what_an_edit_moves(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<input id=f><div id=grows></div><p style='height: 30px'>one</p><p style='height: 30px'>two</p>
        <p style='height: 30px'>three</p>""",
    )
    page.mouse.move(50, 100)
    page.focus("#f")
    recording.quiet()
    page.evaluate("() => { f.oninput = () => (grows.style.height = `${f.value.length * 20}px`) }")
    told = len(recording.told)

    for key in "abc":
        page.keyboard.press(key)
        recording.quiet()
    assert len(recording.told) == told

    page.keyboard.press("Tab")
    recording.quiet()
    assert len(recording.told) > told
