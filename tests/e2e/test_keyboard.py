"""The whole path by keyboard alone, on both sides: no mouse is touched."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.people import Agent, Shopper

TICKET = "T-1044"
# A page of the shop has about thirty stops; twice that is lost.
MAX_STOPS = 60

FOCUSED = """function () {
  const focused = this.activeElement;
  const label = focused?.labels?.[0]?.textContent;
  return focused && (focused.getAttribute('aria-label') ?? label ?? focused.textContent).trim();
}"""


def tab_to(shopper: Shopper, words: str, key: str = "Tab") -> None:
    """Goes from stop to stop until Beside's own control with these words has the focus."""
    for _ in range(MAX_STOPS):
        if words in (shopper.ui.evaluate(FOCUSED) or ""):
            return
        shopper.page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach '{words}'")


def console_tab_to(page: Page, name: str) -> None:
    for _ in range(MAX_STOPS):
        if page.evaluate(
            """name => {
              const focused = document.activeElement;
              return (focused.getAttribute('aria-label') ?? focused.textContent).trim().startsWith(name);
            }""",
            name,
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach '{name}'")


def test_both_go_the_whole_path_by_keyboard(agent: Agent, shopper: Shopper) -> None:
    # The agent opens the session, and reads the code.
    agent.console.goto(agent.launch_link(TICKET))
    expect(agent.console.get_by_role("button", name="Open session")).to_be_visible()
    console_tab_to(agent.console, "Open session")
    agent.console.keyboard.press("Enter")
    code = agent.share_code()

    # The shopper finds "Get help" from the end of the page, types, reads, allows.
    shopper.fill_basket()
    tab_to(shopper, "Get help", "Shift+Tab")
    shopper.page.keyboard.press("Enter")
    shopper.ui.wait_for_text("Code from the support team")
    tab_to(shopper, "Code from the support team")
    shopper.page.keyboard.type(code)
    shopper.read_consent()
    shopper.ui.wait(lambda: (place := shopper.ui.find("Allow")) and place["ready"], "the button to count")
    tab_to(shopper, "Allow")
    shopper.page.keyboard.press("Enter")
    shopper.wait_for_view()
    agent.wait_for_state("Live")
    agent.wait_for_picture("How can we reach you?")

    # The agent highlights from the list; the shopper goes there and types.
    console_tab_to(agent.console, "Highlight Full name")
    agent.console.keyboard.press("ArrowDown")
    agent.console.keyboard.press("Enter")
    agent.console.keyboard.type("With an @ in it")
    agent.console.keyboard.press("Enter")
    shopper.ui.wait_for_text("With an @ in it")
    tab_to(shopper, "Go there")
    shopper.page.keyboard.press("Enter")
    assert shopper.page.evaluate("document.activeElement.id") == "email"
    shopper.page.keyboard.press("Escape")
    shopper.ui.wait_for_no_text("Go there")

    # The agent points in the mirror with the crosshair, from its middle up to the heading.
    console_tab_to(agent.console, "Mirror of the shopper's page")
    heading = shopper.page.locator("h1").bounding_box()
    assert heading is not None
    walk(agent.console, from_middle_to=(heading["x"] + 20, heading["y"] + heading["height"] / 2))
    shopper.ui.wait(lambda: shopper.ui.evaluate("function () { return !!this.querySelector('.pointer') }"), "a pointer")
    agent.console.keyboard.press("Enter")
    expect(agent.console.locator("form.composer")).to_be_visible()
    agent.console.keyboard.type("Here")
    agent.console.keyboard.press("Enter")
    shopper.ui.wait_for_text("Here")
    ring = shopper.box_of(".ring")
    assert abs(ring.y + 6 - heading["y"]) < 2

    # The shopper pauses, goes on, and stops by its key; the agent reads the receipt.
    tab_to(shopper, "Pause")
    shopper.page.keyboard.press("Space")
    agent.wait_for_state("Paused")
    tab_to(shopper, "Resume")
    shopper.page.keyboard.press("Space")
    agent.wait_for_state("Live")
    shopper.page.keyboard.press("Alt+Shift+KeyS")
    agent.wait_for_state("Ended")
    shopper.ui.wait_for_text("You have stopped sharing.")


def walk(page: Page, *, from_middle_to: tuple[float, float]) -> None:
    """The crosshair starts in the middle of the mirror; steps are 12 px, with Shift 60."""
    frame = "document.querySelector('iframe.mirror')"
    x, y = page.evaluate(f"[{frame}.offsetWidth / 2, {frame}.offsetHeight / 2]")
    for far, back, forth in (
        (from_middle_to[0] - x, "ArrowLeft", "ArrowRight"),
        (from_middle_to[1] - y, "ArrowUp", "ArrowDown"),
    ):
        key = forth if far > 0 else back
        leaps, rest = divmod(abs(far), 60)
        for _ in range(int(leaps)):
            page.keyboard.press(f"Shift+{key}")
        for _ in range(round(rest / 12)):
            page.keyboard.press(key)


def test_agent_ends_by_keyboard_and_the_shopper_closes_the_words(agent: Agent, shopper: Shopper) -> None:
    agent.start(TICKET)
    shopper.page.goto(f"{shopper.places.shop}/")
    shopper.accept(agent.share_code())
    agent.wait_for_picture("Fern & Field")

    console_tab_to(agent.console, "End session")
    agent.console.keyboard.press("Enter")

    agent.wait_for_state("Ended")
    shopper.ui.wait_for_text("has ended the shared view")
    tab_to(shopper, "Close")
    shopper.page.keyboard.press("Enter")
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help again")
