"""Fields that the site shows and that its scripts set: no event of theirs, and nothing in the tree, says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

QUANTITY = "<label>Quantity <input id=quantity type=number value=1 data-beside=show></label>"
BOX = "<label>In stock <input id=box type=checkbox checked data-beside=show></label>"
BUTTON = "<button id=button type=button>Go</button>"
NAME = "<label>Name <input id=name></label>"
# More animation frames than the engine leaves between two frames for which nobody is in a hurry (400 ms).
SELDOM = "beside.frames(30)"
# Looks at where the focus is: one at the start of each slice of a frame that is made.
COUNT = """() => {
  window.reads = 0;
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement");
  Object.defineProperty(document, "activeElement", { configurable: true, get() { reads++; return get.call(this); } });
}"""


def wait_told(page: Page, element_id: str, text: str) -> None:
    page.wait_for_function("([id, text]) => recording.model.fieldOf(id).content.text === text", arg=[element_id, text])


@pytest.mark.parametrize("press", ["mouse", "Enter", "Space"])
def test_what_a_button_sets_is_told(page: Page, site: Site, press: str) -> None:
    recording = Recording(page, site, QUANTITY + BOX + BUTTON)
    page.evaluate("() => void (button.onclick = () => { quantity.value++; box.checked = false; })")

    if press == "mouse":
        page.click("#button")
    else:
        page.focus("#button")
        recording.quiet()
        page.keyboard.press(press)

    wait_told(page, "quantity", "2")
    assert recording.field("box")["content"]["checked"] is False


def test_what_a_button_in_a_shadow_root_sets_is_told(page: Page, site: Site) -> None:
    html = f"<div id=host><template shadowrootmode=open>{BUTTON}</template></div>"
    Recording(page, site, QUANTITY + html)
    page.evaluate("() => void (host.shadowRoot.firstChild.onclick = () => quantity.value++)")

    page.locator("#button").click()

    wait_told(page, "quantity", "2")


def test_what_a_key_sets_is_told(page: Page, site: Site) -> None:
    Recording(page, site, QUANTITY)
    page.evaluate("() => addEventListener('keydown', ({ key }) => { if (key === '+') quantity.value++; })")

    page.keyboard.press("+")

    wait_told(page, "quantity", "2")


def test_keys_in_a_masked_field_have_no_rhythm_by_a_shown_one(page: Page, site: Site) -> None:
    recording = Recording(page, site, QUANTITY + NAME)
    page.evaluate("() => addEventListener('keydown', () => void quantity.value++)")
    page.focus("#name")
    page.keyboard.type("a")
    recording.quiet()
    before = len(recording.told)
    page.evaluate(COUNT)

    for key in "lovelace":
        page.keyboard.press(key)
        page.evaluate(SELDOM)
    during, reads = len(recording.told), page.evaluate("reads")
    page.keyboard.press("Tab")

    wait_told(page, "quantity", page.input_value("#quantity"))
    assert (during, reads) == (before, 0)


def test_status_of_a_masked_field_does_not_follow_the_keys(page: Page, site: Site) -> None:
    """A pad that has the keys of the whole page, and no focus."""
    recording = Recording(page, site, QUANTITY + "<label>Code <input id=code pattern='.{4}'></label>")
    page.evaluate("() => addEventListener('keydown', ({ key }) => void (code.value += key))")

    for digit in "1234":
        page.keyboard.press(digit)
        page.evaluate(SELDOM)

    assert len(recording.told) == 1


@pytest.mark.parametrize("is_shown", [False, True])
def test_keys_that_set_nothing_cost_no_frame_and_no_look_where_nothing_is_shown(
    page: Page, site: Site, is_shown: bool
) -> None:
    recording = Recording(page, site, NAME + BUTTON + (QUANTITY if is_shown else ""))
    recording.quiet()
    page.evaluate(COUNT)

    page.keyboard.press("x")
    page.evaluate(SELDOM)

    assert (page.evaluate("reads") > 0) == is_shown
    assert len(recording.told) == 1
