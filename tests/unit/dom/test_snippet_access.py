"""The shopper's dialogs and bar for everybody: axe, keyboard alone, right to left, small screens, the page's style."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.unit.dom.axe import violations
from tests.unit.dom.conftest import Site
from tests.unit.dom.snippet_page import OFFER, open_shop, wait_told

SCENES = {
    "help": "beside.entrance('http://127.0.0.1:1', null, '{lang}')",
    "consent": "beside.consent({offer})",
    "bar": "beside.bar()",
    "paused bar": "beside.bar({{ tone: 'paused', action: 'resume' }})",
    "joining": "beside.bar({{ asking: {{ id: 'b', name: 'Kim', admission: 'waiting', connected: true }} }})",
    "highlight": "beside.bar(); beside.guidance().perform("
    "{{ agent: 'agent1', act: ['highlight', 'a1', 1, 1, 'Please check'] }})",
    "ending": "beside.ending()",
}
CORNERS = """(selector) => {
  const { left, right, top, bottom } = document.querySelector('beside-help').shadowRoot.querySelector(selector)
    .getBoundingClientRect();
  return { left, right, top, bottom };
}"""


def open_scene(page: Page, site: Site, scene: str, lang: str = "en") -> None:
    open_shop(page, site, lang)
    page.evaluate(SCENES[scene].format(lang=lang, offer=OFFER))


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(page: Page, site: Site, scene: str, lang: str) -> None:
    open_scene(page, site, scene, lang)
    if scene in ("consent", "joining"):
        page.locator("button.primary[aria-disabled=false]").wait_for()

    assert violations(page, "beside-help") == []


def test_the_whole_consent_can_be_given_by_keyboard(page: Page, site: Site) -> None:
    open_scene(page, site, "consent")
    page.locator("button.primary[aria-disabled=false]").wait_for()

    page.keyboard.press("Tab")  # from the title to the close button
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="See first what Sam Rivera would see")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Decline")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    wait_told(page, "allow")
    assert page.evaluate("beside.told") == [["allow", ["view"]]]


def test_the_dialog_keeps_the_focus_and_gives_it_back(page: Page, site: Site) -> None:
    open_shop(page, site)
    page.locator("#node-2").focus()
    page.evaluate("beside.entrance('http://127.0.0.1:1', null)")

    for _ in range(12):
        page.keyboard.press("Tab")
        # The browser's own frame is part of the round; the page behind the dialog is not.
        assert page.evaluate("['BESIDE-HELP', 'BODY'].includes(document.activeElement.tagName)")
    page.keyboard.press("Escape")

    expect(page.locator("#node-2")).to_be_focused()


def test_arabic_runs_right_to_left_with_the_code_left_to_right(page: Page, site: Site) -> None:
    open_scene(page, site, "help", "ar")

    entry = page.get_by_label("الرمز الذي أعطاك إياه فريق الدعم")

    assert entry.evaluate("(field) => getComputedStyle(field).direction") == "ltr"
    title = page.evaluate(CORNERS, "h2")
    close = page.evaluate(CORNERS, ".close")
    assert close["right"] <= title["left"]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("lang", ["en", "ar", "zh"])
def test_everything_fits_a_small_phone(page: Page, site: Site, scene: str, lang: str) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    open_scene(page, site, scene, lang)

    sticking_out = page.evaluate(
        """() => [...document.querySelector('beside-help').shadowRoot
          .querySelectorAll('button, input, p, h2, dialog, .bar')]
          .filter((element) => {
            const { left, right, width } = element.getBoundingClientRect();
            return width > 1 && (left < 0 || right > innerWidth);
          }).map((element) => element.outerHTML)"""
    )

    assert sticking_out == []
    small = page.evaluate(
        """() => [...document.querySelector('beside-help').shadowRoot.querySelectorAll('button')]
          .filter((button) => button.checkVisibility() && button.getBoundingClientRect().height < 40)
          .map((button) => button.outerHTML)"""
    )
    assert small == []


def test_the_answers_of_the_consent_are_on_the_screen_of_a_phone_at_once(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 560})
    open_scene(page, site, "consent")

    answers = page.evaluate(CORNERS, ".answers")

    assert answers["bottom"] <= 560
    page.locator("button.primary[aria-disabled=false]").wait_for()
    page.get_by_role("button", name="Allow").click()
    wait_told(page, "allow")


def test_the_page_s_style_does_not_reach_in(page: Page, site: Site) -> None:
    open_scene(page, site, "bar")

    stop = page.get_by_role("button", name="Stop")

    assert stop.evaluate("(button) => getComputedStyle(button).letterSpacing") == "normal"
    assert stop.evaluate("(button) => getComputedStyle(button).fontSize") == "15px"
    assert stop.evaluate("(button) => getComputedStyle(button).backgroundColor") == "rgb(179, 38, 30)"


def test_the_bar_can_be_moved_out_of_the_way(page: Page, site: Site) -> None:
    open_scene(page, site, "bar")
    before = page.evaluate(CORNERS, ".bar")

    page.get_by_role("button", name="Move this bar").click()

    after = page.evaluate(CORNERS, ".bar")
    assert before["bottom"] > 600
    assert after["top"] < 100
    page.get_by_role("button", name="Pause").click()
    wait_told(page, "pause")


def test_a_rating_is_told_once_and_thanked(page: Page, site: Site) -> None:
    open_scene(page, site, "ending")

    page.get_by_role("button", name="4 of 5").click()

    page.get_by_text("Thank you!").wait_for()
    assert page.evaluate("beside.told") == [["rate", 4]]
    expect(page.get_by_role("button", name="Close")).to_be_focused()
