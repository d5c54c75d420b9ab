"""What counts as *Allow*, and that a view which the shopper cannot see does not go on."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.e2e.people import Agent, Shopper, meet

TICKET = "T-1048"
ALLOW = "[...this.querySelectorAll('dialog button')].find((button) => button.textContent === 'Allow')"
PAUSED = "Paused, because this bar was hidden or covered"
COVERED = "Something covers this window."

# A page's own layer above everything, which lets every press through.
COVER = """() => {
  const cover = document.createElement('div');
  cover.id = 'cover';
  cover.popover = 'manual';
  cover.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;pointer-events:none;background:#fffc;margin:0';
  document.body.append(cover);
  cover.showPopover();
}"""

# Open already when it moves over the bar, and said by no event that another listener could hear.
COVER_ABOVE_THE_BAR = """() => {
  const cover = document.createElement('div');
  cover.id = 'cover';
  cover.popover = 'manual';
  cover.style.cssText = 'position:fixed;inset:0 auto auto 0;margin:0;width:100vw;height:40px;background:#fffc';
  document.body.append(cover);
  const hush = (event) => event.stopImmediatePropagation();
  for (const name of ['beforetoggle', 'toggle']) addEventListener(name, hush, { capture: true });
  cover.showPopover();
  cover.style.height = '100vh';
  setTimeout(() => {
    for (const name of ['beforetoggle', 'toggle']) removeEventListener(name, hush, { capture: true });
  }, 100);
}"""


def read_consent(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.page.goto(f"{shopper.places.shop}/")
    shopper.open_help()
    shopper.type_code(agent.share_code())
    shopper.read_consent()


def test_no_script_can_press_allow(agent: Agent, shopper: Shopper) -> None:
    read_consent(agent, shopper)
    shopper.ui.wait(lambda: (place := shopper.ui.find("Allow")) and place["ready"], "the button to count")

    shopper.ui.evaluate(
        f"""function () {{
          const button = {ALLOW};
          button.click();
          button.dispatchEvent(new PointerEvent('click', {{ bubbles: true, composed: true }}));
          button.focus();
          button.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true }}));
        }}"""
    )

    shopper.ui.press("may point at things on the page")
    agent.wait_for_state("Shopper is deciding")
    assert agent.received.frames == 0
    # A person's press counts all the same.
    shopper.ui.press("Allow")
    agent.wait_for_state("Live")


def test_a_press_before_half_a_second_does_not_count(agent: Agent, shopper: Shopper) -> None:
    # Where the button will be: a first look at the same dialog.
    read_consent(agent, shopper)
    place = shopper.ui.find("Allow")
    assert place
    shopper.ui.press("Decline")
    expect(agent.console.locator(".banner")).to_contain_text("The shopper declined")
    agent.console.get_by_role("button", name="New code").click()
    shopper.open_help()
    shopper.ui.press("Code from the support team")
    shopper.ui.evaluate(
        f"""function () {{
          const seen = this.seenTimes = {{}};
          const look = () => {{
            const button = {ALLOW};
            if (button) seen.shownAt ??= performance.now();
            else if (seen.shownAt) return void (seen.goneAt = performance.now());
            requestAnimationFrame(look);
          }};
          look();
        }}"""
    )

    # Somebody hammers on that very place while the consent appears under their finger.
    shopper.page.keyboard.type(agent.share_code())

    def hammer() -> dict[str, Any] | None:
        shopper.page.mouse.click(place["x"], place["y"])
        seen = shopper.ui.evaluate("function () { return this.seenTimes }")
        return seen if seen and "goneAt" in seen else None

    seen = shopper.ui.wait(hammer, "the press that counts")
    assert seen["goneAt"] - seen["shownAt"] >= 500
    agent.wait_for_state("Live")


def test_a_press_through_a_cover_does_not_count(agent: Agent, shopper: Shopper) -> None:
    read_consent(agent, shopper)
    shopper.ui.wait(lambda: (place := shopper.ui.find("Allow")) and place["ready"], "the button to count")

    shopper.page.evaluate(COVER)
    shopper.ui.wait_for_text(COVERED)
    shopper.ui.press("Allow")

    agent.wait_for_state("Shopper is deciding")
    assert agent.received.frames == 0
    assert "They never see" in shopper.ui.text()
    shopper.page.evaluate("document.querySelector('#cover').remove()")
    shopper.allow()
    agent.wait_for_state("Live")


def test_a_bar_that_is_not_seen_pauses_at_once(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    agent.wait_for_picture("How can we reach you?")
    ways = {
        "removed": ("document.querySelector('beside-help').remove()", "null"),
        "hidden": (
            "document.documentElement.style.display = 'none'",
            "document.documentElement.style.display = ''",
        ),
        "inert": ("document.documentElement.inert = true", "document.documentElement.inert = false"),
        "covered": (COVER_ABOVE_THE_BAR, "document.querySelector('#cover').remove()"),
    }

    for way, (hide, undo) in ways.items():
        shopper.page.evaluate(hide)

        agent.wait_for_state("Paused")
        agent.wait_for_blank()
        expect(agent.console.locator(".notice")).to_contain_text("is covered or hidden")
        frames = agent.received.frames
        shopper.page.evaluate("way => { document.querySelector('h1').textContent = `while ${way}` }", way)
        shopper.page.evaluate(undo)
        shopper.ui.wait_for_text(PAUSED)
        assert agent.received.frames == frames, f"something left the page while the bar was {way}"

        resume(shopper)
        agent.wait_for_state("Live")
        agent.wait_for_picture(f"while {way}")


def resume(shopper: Shopper) -> None:
    """Presses until the bar, which the browser must first see again, takes it."""

    def pressed() -> bool:
        if place := shopper.ui.find("Resume"):
            shopper.ui.press_at(place["x"], place["y"])
            # Where it is taken, another control stands in its place.
            shopper.page.wait_for_timeout(300)
        return shopper.words.watched in shopper.ui.text()

    shopper.ui.wait(pressed, "the view to go on")


def test_a_modal_dialog_of_the_page_leaves_the_bar_usable(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    shopper.walk_to_payment()
    agent.wait_for_picture("How would you like to pay?")
    shopper.wait_for_view()

    shopper.page.get_by_role("button", name="Where is it?").click()

    agent.wait_for_picture("On most cards: the last three digits on the back")
    agent.console.wait_for_function(
        "() => document.querySelector('iframe.mirror').contentDocument.querySelector('#cvc-dialog')?.matches(':modal')"
    )
    agent.wait_for_state("Live")

    # A highlight inside the dialog stands above it.
    agent.press_in_mirror("#cvc-dialog button")
    agent.send_highlight("Close it here")
    shopper.ui.wait_for_text("Close it here")
    ring = shopper.box_of(".ring")
    button = shopper.page.locator("#cvc-dialog button").bounding_box()
    assert button is not None
    assert abs(ring.x + 6 - button["x"]) < 2
    assert abs(ring.y + 6 - button["y"]) < 2

    # The bar works inside the dialog, which makes all outside of it inert.
    shopper.ui.press("Pause")
    agent.wait_for_state("Paused")
    agent.wait_for_blank()
    resume(shopper)
    agent.wait_for_state("Live")
    agent.wait_for_picture("On most cards")

    shopper.page.locator("#cvc-dialog button").click()
    agent.console.wait_for_function(
        "() => !document.querySelector('iframe.mirror').contentDocument.querySelector('#cvc-dialog')?.open"
    )
    shopper.ui.press("Stop")
    agent.wait_for_state("Ended")
