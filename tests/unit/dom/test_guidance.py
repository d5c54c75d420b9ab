"""Rings, messages and pointers of agents on the shopper's page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.unit.dom.conftest import Site
from tests.unit.dom.snippet_page import frames_painted, open_shop, told, wait_told


def open_guidance(page: Page, site: Site) -> None:
    open_shop(page, site)
    page.evaluate("() => void (window.guidance = beside.guidance())")


def perform(page: Page, *act: Any, agent: str = "agent1") -> None:
    page.evaluate("(delivery) => guidance.perform(delivery)", {"agent": agent, "act": list(act)})


def outcomes(page: Page) -> list[tuple[str, str]]:
    return [(values[0]["act"], values[0]["outcome"]) for values in told(page, "outcome")]


def gap(page: Page, node: int) -> dict[str, float]:
    """How far the ring lies from where it should, in CSS px."""
    measured: dict[str, float] = page.evaluate(
        """(node) => {
          const ring = document.querySelector('beside-help').shadowRoot.querySelector('.ring').getBoundingClientRect();
          const element = document.getElementById('node-' + node).getBoundingClientRect();
          return { left: element.left - ring.left, top: element.top - ring.top,
                   right: ring.right - element.right, bottom: ring.bottom - element.bottom };
        }""",
        node,
    )
    return measured


def test_a_highlight_is_shown_with_its_message_and_announced(page: Page, site: Site) -> None:
    open_guidance(page, site)

    perform(page, "highlight", "a1", 1, 1, "Please type your <b>full</b> name")

    expect(page.get_by_role("group", name="Sam points something out")).to_contain_text("<b>full</b> name")
    expect(page.locator(".spoken")).to_have_text("Sam points something out: Please type your <b>full</b> name")
    assert told(page, "outcome") == [[{"act": "a1", "outcome": "shown", "label": "the input"}]]


def test_the_ring_follows_scroll_and_reflow(page: Page, site: Site) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 2, None)
    frames_painted(page)

    for change in (
        "scrollTo(0, 60)",
        "document.querySelector('h1').style.height = '300px'",
        "document.getElementById('node-2').style.width = '420px'",
    ):
        page.evaluate(change)
        frames_painted(page)
        assert gap(page, 2) == pytest.approx({"left": 6, "top": 6, "right": 6, "bottom": 6}, abs=0.6)


def test_an_element_far_below_is_scrolled_into_view(page: Page, site: Site) -> None:
    open_guidance(page, site)

    perform(page, "highlight", "a1", 1, 3, None)

    page.wait_for_function(
        """() => {
          const { top, bottom } = document.getElementById('node-3').getBoundingClientRect();
          return top > 0 && bottom < innerHeight;
        }"""
    )


def test_scrolling_is_at_once_where_motion_is_to_be_reduced(page: Page, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_guidance(page, site)

    top = page.evaluate(
        """() => {
          guidance.perform({ agent: 'agent1', act: ['highlight', 'a1', 1, 3, null] });
          return document.getElementById('node-3').getBoundingClientRect().top;
        }"""
    )

    assert 0 < top < 700


def test_an_unknown_or_older_node_is_stale(page: Page, site: Site) -> None:
    open_guidance(page, site)

    perform(page, "highlight", "a1", 1, 99, None)
    perform(page, "highlight", "a2", 7, 1, None)

    assert outcomes(page) == [("a1", "stale"), ("a2", "stale")]
    expect(page.locator(".ring")).to_have_count(0)


@pytest.mark.parametrize("how", ["remove", "hide"])
def test_the_ring_goes_when_its_element_goes(page: Page, site: Site, how: str) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 1, None)

    page.evaluate(
        "(how) => how === 'remove' ? document.getElementById('node-1').remove()"
        " : void (document.getElementById('node-1').hidden = true)",
        how,
    )

    wait_told(page, "outcome", 2)
    assert outcomes(page)[-1] == ("a1", "gone")
    expect(page.locator(".ring")).to_have_count(0)


def test_escape_the_button_and_the_agent_dismiss(page: Page, site: Site) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 1, None)
    page.keyboard.press("Escape")
    perform(page, "highlight", "a2", 1, 1, None)
    page.get_by_role("button", name="Dismiss").click()
    perform(page, "highlight", "a3", 1, 1, None)

    perform(page, "dismiss", "a3")

    assert [outcome for outcome in outcomes(page) if outcome[1] == "dismissed"] == [
        ("a1", "dismissed"),
        ("a2", "dismissed"),
        ("a3", "dismissed"),
    ]
    expect(page.locator(".ring, .bubble")).to_have_count(0)


def test_a_highlight_expires(page: Page, site: Site) -> None:
    # The page's clock stands still and is moved on by hand.
    page.clock.install()
    open_guidance(page, site)
    page.clock.pause_at(page.evaluate("Date.now() + 60_000"))
    perform(page, "highlight", "a1", 1, 1, None)

    page.clock.run_for(29_000)
    assert outcomes(page) == [("a1", "shown")]
    page.clock.run_for(1_500)

    assert outcomes(page) == [("a1", "shown"), ("a1", "expired")]


def test_the_next_highlight_of_an_agent_replaces_the_last_and_leaves_other_agents(page: Page, site: Site) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 1, None)
    perform(page, "highlight", "b1", 1, 2, None, agent="agent2")

    perform(page, "highlight", "a2", 1, 2, None)

    assert outcomes(page) == [("a1", "shown"), ("b1", "shown"), ("a1", "dismissed"), ("a2", "shown")]
    expect(page.locator(".ring")).to_have_count(2)


def test_go_there_focuses_the_field(page: Page, site: Site) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 2, None)

    page.get_by_role("button", name="Go there").click()

    expect(page.locator("#node-2")).to_be_focused()


def test_each_agents_pointer_carries_their_name(page: Page, site: Site) -> None:
    open_guidance(page, site)

    perform(page, "pointer", 120, 140)
    perform(page, "pointer", 300, 200, agent="agent2")
    perform(page, "pointer", 130, 150)

    expect(page.locator(".pointer")).to_have_text(["Sam", "Kim"])
    perform(page, "pointer", None, None)
    expect(page.locator(".pointer")).to_have_text(["Kim"])


def test_guidance_never_takes_the_page_s_clicks(page: Page, site: Site) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 1, None)
    perform(page, "pointer", 100, 140)
    frames_painted(page)

    page.locator("#node-1").click()

    expect(page.locator("#node-1")).to_be_focused()


def test_the_ring_of_what_stands_in_a_frame_is_drawn_on_the_page_and_follows_both(page: Page, site: Site) -> None:
    open_guidance(page, site)
    page.evaluate(
        """async () => {
          const frame = document.createElement('iframe');
          frame.style.cssText = 'border: 5px solid; padding: 7px; height: 100px';
          frame.srcdoc = `<body style="margin:0"><p style="height:300px"></p><input id="node-9">
            <p style="height:900px">`;
          document.querySelector('main').append(frame);
          await new Promise((done) => frame.addEventListener('load', done, { once: true }));
        }"""
    )
    perform(page, "highlight", "a1", 1, 9, None)
    gaps = """() => {
      const frame = document.querySelector('iframe'), outer = frame.getBoundingClientRect();
      const inner = frame.contentDocument.getElementById('node-9').getBoundingClientRect();
      const ring = document.querySelector('beside-help').shadowRoot.querySelector('.ring').getBoundingClientRect();
      const gap = [outer.left + inner.left - ring.left, outer.top + inner.top - ring.top];
      return Math.abs(gap[0] + 6) + Math.abs(gap[1] + 6);
    }"""

    for change in ("0", "scrollBy(0, 40)", "document.querySelector('iframe').contentWindow.scrollBy(0, -20)"):
        page.evaluate(change)
        page.wait_for_function(f"({gaps})() < 1")

    page.evaluate("document.querySelector('iframe').contentWindow.scrollTo(0, 900)")
    expect(page.locator(".ring")).to_be_hidden()
    page.evaluate("document.querySelector('iframe').remove()")
    wait_told(page, "outcome", 2)
    assert outcomes(page) == [("a1", "shown"), ("a1", "gone")]


def test_that_an_element_is_gone_is_not_told_while_a_masked_field_is_edited(page: Page, site: Site) -> None:
    open_guidance(page, site)
    perform(page, "highlight", "a1", 1, 1, None)
    page.evaluate("() => { document.documentElement.dataset.holding = ''; }")

    page.evaluate("document.getElementById('node-1').remove()")
    expect(page.locator(".ring")).to_be_hidden()
    assert outcomes(page) == [("a1", "shown")]
    page.evaluate("() => { delete document.documentElement.dataset.holding; }")
    wait_told(page, "outcome", 2)

    assert outcomes(page)[-1] == ("a1", "gone")
