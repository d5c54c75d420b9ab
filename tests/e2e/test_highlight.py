"""The agent points at things: a ring around that very element, and nothing of the page can be touched."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.people import Agent, Box, Shopper, meet

TICKET = "T-1046"
# A ring stands this far outside of its element, border included: room and border of guidance.ts and guidance.css.
ROOM_PX = 6


def element_box(page: Page, selector: str) -> Box:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return Box(box["x"], box["y"], box["width"], box["height"])


def wait_for_ring_around(shopper: Shopper, selector: str) -> None:
    def is_around() -> bool:
        ring, box = shopper.box_of(".ring"), element_box(shopper.page, selector)
        return all(
            abs(seen - wanted) <= 1.5
            for seen, wanted in zip(
                ring,
                (box.x - ROOM_PX, box.y - ROOM_PX, box.width + 2 * ROOM_PX, box.height + 2 * ROOM_PX),
                strict=True,
            )
        )

    shopper.ui.wait(is_around, f"the ring around {selector}")


def has_ring(shopper: Shopper) -> bool:
    return bool(shopper.ui.evaluate("function () { return !!this.querySelector('.ring') }"))


def wait_for_no_ring(shopper: Shopper) -> None:
    shopper.ui.wait(lambda: not has_ring(shopper), "the ring to go")


def open_view(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")


def test_click_in_the_mirror_rings_that_very_element_and_the_ring_follows(agent: Agent, shopper: Shopper) -> None:
    open_view(agent, shopper)

    agent.press_in_mirror("#email")
    expect(agent.console.locator(".popover form.composer")).to_contain_text("E-mail")
    agent.send_highlight("Is there a dot too many?")

    wait_for_ring_around(shopper, "#email")
    assert "Is there a dot too many?" in shopper.ui.text()
    spoken = str(shopper.ui.evaluate("function () { return this.querySelector('.spoken').textContent }"))
    assert spoken == "Sam Rivera points something out: Is there a dot too many?"

    # It follows what moves the element: scrolling, and content that appears above.
    shopper.page.set_viewport_size({"width": 1280, "height": 500})
    shopper.page.evaluate("scrollBy({ top: 90, behavior: 'instant' })")
    wait_for_ring_around(shopper, "#email")
    before = element_box(shopper.page, "#email").y
    shopper.page.evaluate(
        "() => { const tall = document.createElement('div'); tall.style.height = '60px';"
        " document.querySelector('form.checked').prepend(tall); }"
    )
    assert element_box(shopper.page, "#email").y != before
    wait_for_ring_around(shopper, "#email")

    # Escape takes it away, and the agent hears of it.
    shopper.page.keyboard.press("Escape")
    wait_for_no_ring(shopper)
    agent.console.get_by_role("tab", name="Activity").click()
    expect(agent.console.locator(".activity-row")).to_contain_text("Closed")


def test_highlight_from_the_field_list_scrolls_into_view_and_goes_with_its_element(
    agent: Agent, shopper: Shopper
) -> None:
    open_view(agent, shopper)
    shopper.page.set_viewport_size({"width": 1280, "height": 420})
    shopper.page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    assert element_box(shopper.page, "#name").y < 0

    agent.highlight("Full name", "As on your passport")

    shopper.ui.wait_for_text("As on your passport")
    shopper.page.wait_for_function(
        "() => { const { top, bottom } = document.querySelector('#name').getBoundingClientRect();"
        " return top >= 0 && bottom <= innerHeight; }"
    )
    wait_for_ring_around(shopper, "#name")

    # A second highlight takes the place of the first; the element's end is the ring's.
    agent.highlight("Phone (optional)")
    wait_for_ring_around(shopper, "#phone")
    shopper.page.evaluate("document.querySelector('[data-field=phone]').remove()")
    wait_for_no_ring(shopper)
    agent.console.get_by_role("tab", name="Activity").click()
    expect(agent.console.locator(".activity-row").first).to_contain_text("That part of the page is gone")
    assert not shopper.ui.evaluate("function () { return !!this.querySelector('.bubble') }")


def test_agent_takes_a_highlight_away_and_their_pointer_is_seen(agent: Agent, shopper: Shopper) -> None:
    open_view(agent, shopper)
    agent.highlight("Full name")
    wait_for_ring_around(shopper, "#name")

    agent.console.get_by_role("tab", name="Activity").click()
    agent.console.get_by_role("button", name="Take away the highlight of Full name").click()
    wait_for_no_ring(shopper)

    # The pointer stands where the agent points, to a pixel of the shopper's page.
    agent.console.mouse.move(*agent.place_in_mirror("h1").middle)
    wanted = element_box(shopper.page, "h1").middle
    pointer = ".pointer"
    shopper.ui.wait(
        lambda: all(abs(at - to) < 3 for at, to in zip(shopper.box_of(pointer)[:2], wanted, strict=True)),
        "the agent's pointer at the heading",
    )
    assert "Sam Rivera" in shopper.ui.text()
    agent.console.mouse.move(5, 5)
    shopper.ui.wait(
        lambda: not shopper.ui.evaluate("function () { return !!this.querySelector('.pointer') }"),
        "the pointer to go",
    )


def test_nothing_else_of_the_page_can_be_touched(agent: Agent, shopper: Shopper) -> None:
    open_view(agent, shopper)
    shopper.page.evaluate(
        """() => {
          window.heard = [];
          const names = ['click', 'pointerdown', 'mousedown', 'keydown', 'input', 'change', 'submit', 'focusin'];
          for (const name of names) addEventListener(name, (event) => heard.push(event.type), true);
        }"""
    )
    before = shopper.page.url

    # Real presses and keys of the agent, where the mirror shows the shop's controls.
    for selector in ("#account", ".step-buttons button", "#name", "a.brand", ".step-buttons a"):
        agent.press_in_mirror(selector)
        agent.console.keyboard.press("Escape")
        agent.console.locator(".overlay").focus()
        agent.console.keyboard.type("x1")
    agent.console.mouse.dblclick(*agent.place_in_mirror("#email").middle)
    agent.send_highlight()
    wait_for_ring_around(shopper, "#email")

    assert shopper.page.evaluate("heard") == []
    assert shopper.page.url == before
    assert not shopper.page.is_checked("#account")
    assert shopper.page.input_value("#name") == ""
    assert agent.mirror("(document) => document.querySelectorAll('a[href]:not([href=\"#\"])').length") == 0
    assert agent.mirror("(document) => document.activeElement === document.body")


def test_shopper_who_allowed_to_look_only_is_not_pointed_at(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    agent.start(TICKET)
    shopper.open_help()
    shopper.type_code(agent.share_code())
    shopper.read_consent()
    shopper.ui.press("may point at things on the page")
    shopper.allow()
    agent.wait_for_picture("How can we reach you?")

    expect(agent.console.get_by_role("button", name="Highlight Full name", exact=True)).to_be_disabled()
    agent.press_in_mirror("#name")
    agent.console.mouse.move(*agent.place_in_mirror("h1").middle)

    expect(agent.console.locator("form.composer")).to_have_count(0)
    assert not shopper.ui.evaluate("function () { return !!this.querySelector('.pointer, .ring') }")
