"""The bar of an open view: whatever hides it is told at once, and a modal dialog does not put it out of reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.snippet_page import frames_painted, open_shop, told, wait_told

HOST = "document.querySelector('beside-help')"


def open_bar(page: Page, site: Site) -> None:
    open_shop(page, site)
    page.evaluate("beside.bar()")
    # The first word of the browser on whether the bar can be seen.
    page.wait_for_function("beside.isFree()")
    page.evaluate("() => new Promise((told) => setTimeout(told, 0))")
    frames_painted(page)
    assert told(page, "hidden") == []


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(f"{HOST}.remove()", id="removed"),
        pytest.param("document.documentElement.style.display = 'none'", id="page not rendered"),
        pytest.param("document.documentElement.style.contentVisibility = 'hidden'", id="content-visibility"),
        pytest.param("document.documentElement.inert = true", id="page inert"),
        pytest.param(f"{HOST}.inert = true", id="host inert"),
        pytest.param(f"{HOST}.hidePopover()", id="taken out of the top layer and covered"),
    ],
)
def test_what_hides_the_bar_is_told(page: Page, site: Site, act: str) -> None:
    open_bar(page, site)
    page.evaluate(
        """() => {
          const style = document.createElement('style');
          style.textContent = '#cover { position: fixed; inset: 0; z-index: 2147483647 }';
          document.head.append(style);
        }"""
    )
    if "hidePopover" in act:
        act = f"""(() => {{ const cover = document.createElement('div'); cover.id = 'cover';
          document.documentElement.append(cover); {act}; }})()"""

    page.evaluate(act)

    wait_told(page, "hidden")


def test_a_page_that_styles_all_backdrops_is_not_covered_by_ours(page: Page, site: Site) -> None:
    open_bar(page, site)

    page.add_style_tag(content="::backdrop { display: block !important; background: red }")

    assert page.evaluate(f"getComputedStyle({HOST}, '::backdrop').display") == "none"


@pytest.mark.parametrize("clicks", ["auto", "none"])
def test_a_cover_in_the_top_layer_is_told(page: Page, site: Site, clicks: str) -> None:
    open_bar(page, site)

    # Not announced by any event: it is open already when it moves over the bar.
    page.evaluate(
        """(clicks) => {
          const cover = document.createElement('div');
          cover.popover = 'manual';
          cover.style.cssText = 'position:fixed;inset:0 auto auto 0;width:100vw;height:40px;pointer-events:' + clicks;
          document.body.append(cover);
          addEventListener('beforetoggle', (event) => event.stopImmediatePropagation(), { capture: true });
          addEventListener('toggle', (event) => event.stopImmediatePropagation(), { capture: true });
          cover.showPopover();
          cover.style.height = '100vh';
        }""",
        clicks,
    )

    wait_told(page, "hidden")


@pytest.mark.parametrize(
    "style",
    [
        "display: none !important",
        "visibility: hidden !important",
        "opacity: 0 !important",
        "transform: translateY(5000px) !important",
        "pointer-events: none !important",
        "clip-path: inset(50%) !important",
        "width: 0 !important; height: 0 !important; overflow: hidden !important",
    ],
)
def test_style_on_the_host_has_no_effect(page: Page, site: Site, style: str) -> None:
    open_bar(page, site)

    page.evaluate(f"(style) => {HOST}.setAttribute('style', style)", style)

    frames_painted(page, 12)
    assert page.evaluate("beside.isFree()")
    assert told(page, "hidden") == []
    page.get_by_role("button", name="Pause").click()
    wait_told(page, "pause")


def test_the_bar_moves_into_a_modal_dialog_and_back(page: Page, site: Site) -> None:
    open_bar(page, site)

    page.evaluate("document.getElementById('points').showModal()")

    page.wait_for_function(f"{HOST}.parentElement.id === 'points'")
    page.get_by_role("button", name="Pause").click()
    wait_told(page, "pause")
    page.locator("#done").evaluate("(button) => button.closest('dialog').close()")
    page.wait_for_function(f"{HOST}.parentElement === document.documentElement")
    page.get_by_role("button", name="Pause").click()
    wait_told(page, "pause", 2)
    frames_painted(page, 12)
    assert told(page, "hidden") == []


def test_a_modal_dialog_that_is_removed_does_not_take_the_bar_along(page: Page, site: Site) -> None:
    open_bar(page, site)
    page.evaluate("document.getElementById('points').showModal()")
    page.wait_for_function(f"{HOST}.parentElement.id === 'points'")

    page.evaluate("document.getElementById('points').remove()")

    page.wait_for_function(f"{HOST}.parentElement === document.documentElement")
    page.get_by_role("button", name="Stop").click()
    wait_told(page, "stop")
    assert told(page, "hidden") == []


def test_a_modal_dialog_in_a_shadow_tree_takes_the_bar_in_before_it_is_painted(page: Page, site: Site) -> None:
    open_bar(page, site)

    page.evaluate(
        """() => {
          const card = document.createElement('div');
          const dialog = (window.dialog = document.createElement('dialog'));
          dialog.textContent = 'A dialog of a web component';
          card.attachShadow({ mode: 'open' }).append(dialog);
          document.body.append(card);
          dialog.showModal();
        }"""
    )

    page.wait_for_function("window.dialog.querySelector('beside-help')")
    page.get_by_role("button", name="Stop").click()
    wait_told(page, "stop")
    assert told(page, "hidden") == []


def test_a_popover_of_the_page_does_not_lie_over_the_bar(page: Page, site: Site) -> None:
    open_bar(page, site)
    page.evaluate("document.getElementById('note').style.cssText = 'inset: 0; width: 100vw; height: 100vh; margin: 0'")

    page.evaluate("document.getElementById('note').showPopover()")

    page.get_by_role("button", name="Pause").click()
    wait_told(page, "pause")


@pytest.mark.parametrize("has_popover", [True, False])
@pytest.mark.parametrize("last", [f"{HOST}.remove()", "document.getElementById('note').showPopover()"])
def test_nothing_is_placed_or_looked_at_once_the_bar_has_gone(
    page: Page, site: Site, last: str, has_popover: bool
) -> None:
    if not has_popover:
        page.add_init_script("delete HTMLElement.prototype.popover")
    open_bar(page, site)

    page.evaluate(
        f"""async () => {{
          {last};
          await null;
          beside.endBar();
          beside.told.length = 0;
        }}"""
    )
    frames_painted(page)
    page.evaluate(f"document.documentElement.append({HOST}); {HOST}.inert = true; {HOST}.remove()")

    frames_painted(page, 12)
    assert page.evaluate("beside.told") == []
    assert not page.evaluate(f"!!{HOST}")


def test_full_screen_does_not_lie_over_the_bar(page: Page, site: Site) -> None:
    open_bar(page, site)
    page.evaluate("document.addEventListener('keydown', () => document.querySelector('main').requestFullscreen())")

    page.keyboard.press("f")

    page.wait_for_function("document.fullscreenElement !== null")
    page.get_by_role("button", name="Pause").click()
    wait_told(page, "pause")


def test_a_page_that_removes_the_bar_again_and_again_is_not_fought_for_ever(page: Page, site: Site) -> None:
    open_bar(page, site)

    page.evaluate(
        f"""() => {{
          const host = {HOST};
          window.removals = 0;
          new MutationObserver(() => {{ if (host.isConnected) {{ removals++; host.remove(); }} }})
            .observe(document.documentElement, {{ childList: true }});
          host.remove();
        }}"""
    )

    page.wait_for_function("removals === 5")
    frames_painted(page, 12)
    assert page.evaluate("removals") == 5
    assert not page.evaluate(f"!!{HOST}")


def test_nothing_resumes_but_a_persons_press(page: Page, site: Site) -> None:
    open_shop(page, site)
    page.evaluate("beside.bar({ action: 'resume', tone: 'paused' })")

    page.evaluate(f"{HOST}.shadowRoot.querySelector('.action').click()")
    frames_painted(page)
    assert told(page, "resume") == []
    page.get_by_role("button", name="Resume").click()

    wait_told(page, "resume")


def test_a_key_stops_from_anywhere_on_the_page(page: Page, site: Site) -> None:
    open_bar(page, site)
    page.locator("#node-1").focus()

    page.keyboard.press("Alt+Shift+S")

    wait_told(page, "stop")


def test_a_joining_agent_is_let_in_by_a_persons_press_only(page: Page, site: Site) -> None:
    open_shop(page, site)
    asking = {"id": "agent2", "name": "Kim", "admission": "waiting", "connected": True}
    page.evaluate("(asking) => beside.bar({ asking })", asking)
    page.locator("button.primary[aria-disabled=false]").wait_for()

    page.evaluate(f"{HOST}.shadowRoot.querySelector('.joining .primary').click()")
    frames_painted(page)
    assert told(page, "admission") == []
    page.get_by_role("button", name="Let in").click()

    wait_told(page, "admission")
    assert told(page, "admission") == [["agent2", True]]
