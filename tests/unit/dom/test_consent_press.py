"""What counts as the shopper's *Allow*: a real press, on a button that could be seen for half a second."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.snippet_page import OFFER, frames_painted, open_shop, told, wait_told

ALLOW = "button.primary"
# Runs a script on the button itself, as a page could that had got hold of it.
ON_ALLOW = "(script) => new Function('button', script)(beside_button())"


def open_consent(page: Page, site: Site) -> None:
    open_shop(page, site)
    page.evaluate("(offer) => beside.consent(offer)", OFFER)
    page.evaluate(
        "() => void (window.beside_button = () => document.querySelector('beside-help')"
        ".shadowRoot.querySelector('dialog .primary'))"
    )


def wait_pressable(page: Page) -> None:
    page.locator(f"{ALLOW}[aria-disabled=false]").wait_for()


def test_a_press_after_half_a_second_allows_view_and_pointing(page: Page, site: Site) -> None:
    open_consent(page, site)
    wait_pressable(page)

    page.get_by_role("button", name="Allow").click()

    wait_told(page, "allow")
    assert told(page, "allow") == [[["view", "point"]]]


def test_pointing_is_not_granted_when_it_is_unticked(page: Page, site: Site) -> None:
    open_consent(page, site)
    page.get_by_role("checkbox").uncheck()
    wait_pressable(page)

    page.get_by_role("button", name="Allow").click()

    wait_told(page, "allow")
    assert told(page, "allow") == [[["view"]]]


def test_the_consent_names_agent_shop_and_words(page: Page, site: Site) -> None:
    open_consent(page, site)

    dialog = page.get_by_role("dialog", name="Let Sam Rivera see this page?")

    text = dialog.inner_text()
    for part in ("Plant Shop", "amber · river", "decline", "card numbers, security codes and passwords"):
        assert part in text


def test_enter_on_the_focused_button_allows(page: Page, site: Site) -> None:
    open_consent(page, site)
    wait_pressable(page)
    page.locator(ALLOW).focus()

    page.keyboard.press("Enter")

    wait_told(page, "allow")


def test_a_script_cannot_allow(page: Page, site: Site) -> None:
    open_consent(page, site)
    wait_pressable(page)

    page.evaluate(ON_ALLOW, "button.click()")
    page.evaluate(ON_ALLOW, "button.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))")
    page.evaluate(ON_ALLOW, "button.onclick?.(new MouseEvent('click'))")

    assert told(page, "allow") == []


def test_a_press_in_the_first_half_second_does_nothing(page: Page, site: Site) -> None:
    # The page's clock stands still and is moved on by hand: no machine is too slow to press early.
    page.clock.install()
    open_shop(page, site)
    page.clock.pause_at(page.evaluate("Date.now() + 60_000"))
    page.evaluate("(offer) => beside.consent(offer)", OFFER)
    box = page.locator(ALLOW).bounding_box()
    assert box

    def press() -> None:
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    press()
    page.clock.run_for(499)
    press()

    assert told(page, "allow") == []
    page.clock.resume()
    wait_pressable(page)
    press()
    wait_told(page, "allow")


def test_a_covered_button_cannot_be_pressed_and_it_is_said_in_words(page: Page, site: Site) -> None:
    open_consent(page, site)
    wait_pressable(page)

    # What lets clicks through is the cover that clickjacking uses.
    page.evaluate(
        """() => {
          const cover = document.createElement('div');
          cover.popover = 'manual';
          cover.style.cssText = 'position:fixed;inset:0;width:auto;height:auto;pointer-events:none;background:#fff';
          document.body.append(cover);
          cover.showPopover();
        }"""
    )
    page.get_by_text("Something covers this window").wait_for()
    box = page.locator(ALLOW).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    frames_painted(page)
    assert told(page, "allow") == []


def test_half_a_second_counts_anew_after_a_cover(page: Page, site: Site) -> None:
    open_consent(page, site)
    wait_pressable(page)
    page.evaluate(
        """() => {
          const cover = document.createElement('dialog');
          cover.id = 'cover';
          cover.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;max-width:none;max-height:none';
          document.body.append(cover);
          cover.showModal();
        }"""
    )
    page.locator(f"{ALLOW}[aria-disabled=true]").wait_for(state="attached")

    # By the page's own clock: how late the test hears of either is a matter of the machine.
    waited_ms = page.evaluate(
        """() => new Promise((pressable) => {
          const button = beside_button(), uncovered = performance.now();
          new MutationObserver(() => {
            if (button.ariaDisabled === 'false') pressable(performance.now() - uncovered);
          }).observe(button, { attributes: true });
          document.getElementById('cover').remove();
        })"""
    )

    assert waited_ms >= 500
    page.get_by_role("button", name="Allow").click()
    wait_told(page, "allow")


def test_escape_and_the_close_button_do_not_allow(page: Page, site: Site) -> None:
    open_consent(page, site)
    wait_pressable(page)

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close").click()

    wait_told(page, "dismiss", 2)
    assert told(page, "allow") == []


def test_the_page_does_not_hear_what_is_pressed_in_the_dialog(page: Page, site: Site) -> None:
    open_consent(page, site)
    page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ['click', 'keydown', 'pointerdown', 'input'])
            document.addEventListener(name, () => heard.push(name));
        }"""
    )

    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("a")
    page.get_by_role("button", name="Decline").click()

    wait_told(page, "decline")
    assert page.evaluate("heard") == []
