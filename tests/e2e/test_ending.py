"""Either side ends with one click, and both see why."""

from __future__ import annotations

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.people import Agent, Shopper, meet


def test_shopper_stops_and_the_mirror_is_blank(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")

    shopper.ui.press("Stop")

    shopper.ui.wait_for_text("You have stopped sharing.")
    agent.wait_for_state("Ended")
    agent.wait_for_blank()
    expect(agent.console.locator(".receipt")).to_contain_text("The shopper stopped sharing.")


def test_stop_counts_at_once_where_the_socket_is_dead_and_nobody_knows(agent: Agent, shopper: Shopper) -> None:
    dead: list[bool] = []

    def carry(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda message: None if dead else server.send(message))
        server.on_message(lambda message: None if dead else socket.send(message))

    shopper.page.route_web_socket("**/socket.io/**", carry)
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")

    dead.append(True)
    shopper.ui.press("Stop")

    shopper.ui.wait_for_text("You have stopped sharing.")
    agent.wait_for_state("Ended")
    agent.wait_for_blank()
    expect(agent.console.locator(".receipt")).to_contain_text("The shopper stopped sharing.")


def test_a_stopped_view_stays_stopped_on_the_next_page(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")
    shopper.page.keyboard.press("Alt+Shift+KeyS")
    shopper.ui.wait_for_text("You have stopped sharing.")
    # What was on its way has arrived.
    agent.wait_for_state("Ended")
    received = agent.received.frames

    shopper.page.reload()
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help")

    assert agent.received.frames == received
    assert shopper.page.evaluate("sessionStorage.length") == 0


def test_shopper_declines_and_nothing_of_the_page_was_sent(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    agent.start()
    shopper.open_help()
    shopper.type_code(agent.share_code())
    shopper.read_consent()

    shopper.ui.press("Decline")

    expect(agent.console.locator(".banner")).to_contain_text("The shopper declined")
    assert agent.received.frames == 0


def test_pause_blanks_at_once_and_resume_shows_the_page_again(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper)
    agent.wait_for_picture("How can we reach you?")

    shopper.ui.press("Pause")
    agent.wait_for_state("Paused")
    agent.wait_for_blank()
    received = agent.received.frames
    shopper.page.fill("#name", "Zephyrine Quillon")
    shopper.page.evaluate("document.querySelector('h1').textContent = 'changed while nobody watches'")
    # More animation frames than the engine leaves between two of its own.
    shopper.page.evaluate(
        "async () => { for (let n = 0; n < 12; n++) await new Promise((drawn) => requestAnimationFrame(drawn)) }"
    )
    assert agent.received.frames == received

    shopper.ui.press("Resume")
    agent.wait_for_state("Live")
    agent.wait_for_picture("changed while nobody watches")
    # One frame shows it: none was kept back to follow the press.
    assert not [text for text in agent.received.texts if "nobody watches" in text and '"mutation"' in text]
    assert not agent.received.holds("Zephyrine Quillon")
