"""A value in no byte that the shopper's browser sends, the relay keeps or tells, or the agent gets: the real parts."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from beside import __version__
from beside.tokens import LaunchClaims, Signer
from tests.closed_root import WAIT_LIMIT_S
from tests.e2e.leaks_page import BY_SCRIPT, NEXT, PAGE, SET, SHOWN, TYPED, canary, names, written
from tests.e2e.own_page import OwnPage
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import ServerProcess, running_relay
from tests.e2e.sent import Sent
from tests.leaks.encodings import PART, found, squash

LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"
SITES = """
[sites.own-shop]
name = "Own shop"
origins = ["{origin}"]
shop_url = "{origin}/"
launch_secrets = ["{secret}"]
webhook_url = "http://desk.localhost:{desk}/receipts"
webhook_secret = "the-webhook-secret-of-the-tests-and-of-nobody-else"
"""
# A time's decimals are four digits, and a log's times hold six in a row, like any others. Of a card these do not count
# by themselves: `card_parts` looks for its first six where they stand alone, and for any nine.
BY_CHANCE = {"last four digits", "six in a row"}
AROUND_CHARS = 30


class Desk:
    """A helpdesk that keeps what webhooks bring."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.came = threading.Event()
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                desk.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(204)
                self.end_headers()
                desk.came.set()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Shop:
    def __init__(self, folder: Path, page: OwnPage, desk: Desk) -> None:
        self.folder = folder
        self.page = page
        self.desk = desk
        self.origin = page.origin("shop")
        sites = SITES.format(origin=self.origin, secret=LAUNCH_SECRET, desk=desk.port)
        self.relay: ServerProcess = running_relay(folder, sites, log_level="debug")
        self.places = Places(self.relay.port)

    def show(self, body: str) -> None:
        script = f"{self.places.console}/v/{__version__}/beside.js"
        self.page.body = f"""<!doctype html><html lang=en><head><title>Own shop</title></head><body>{written(body)}
            <script src="{script}" crossorigin="anonymous" data-site="own-shop" defer></script></body></html>"""

    def launch_link(self) -> str:
        claims = LaunchClaims(
            site="own-shop", ticket="T-1", subject="Help", agent_name="Sam Rivera", locale=None, id="own", session=None
        )
        return f"{self.places.console}/launch#{Signer((LAUNCH_SECRET,)).sign_launch(claims)}"

    def kept(self) -> list[str]:
        """The store's and the log's every byte."""
        files = [path for path in self.folder.iterdir() if path.suffix != ".toml"]
        return [json.dumps(path.read_bytes().decode("utf-8", "replace")) for path in files]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    page, desk = OwnPage(), Desk()
    made = Shop(tmp_path, page, desk)
    made.relay.start()
    yield made
    made.relay.stop()
    page.close()
    desk.close()


def fill_in(agent: Agent, shopper: Shopper) -> None:
    """By hand, by script, by an attribute and by the form."""
    for field, name in TYPED.items():
        shopper.page.locator(field).press_sequentially(canary(name))
    shopper.page.locator("#elsewhere").focus()
    # The page's own script ran: what it repeats is a carrier only then.
    expect(shopper.page.locator("#echo")).to_have_text(f"Hello {canary('input that is typed')}")
    agent.field("Street").wait_for("Filled")
    shopper.page.evaluate(BY_SCRIPT, {way: canary(name) for way, name in SET.items()})
    shopper.page.locator("#choice").select_option(index=1)
    shopper.page.locator("#rich").press_sequentially(canary("rich text"))
    shopper.page.locator("#elsewhere").focus()
    agent.field("By script").wait_for("Filled")


def test_no_value_is_in_any_byte_that_leaves_and_what_is_shown_is_where_it_goes(
    shop: Shop, new_context: Callable[..., BrowserContext]
) -> None:
    agent, shopper = Agent(new_context(), shop.places), Shopper(new_context().new_page(), shop.places)
    sent = Sent(shopper.page, shop.origin)
    shop.show(PAGE)
    agent.open(shop.launch_link())
    shopper.page.goto(f"{shop.origin}/page?q={canary('link query')}")

    shopper.accept(agent.share_code())
    agent.wait_for_picture("A link")
    fill_in(agent, shopper)
    screens = [agent.console.content(), *agent.mirror(ON_SCREEN)]
    # A relay that is killed, a page that loads anew, and the shop's next page: each has a keyframe of its own.
    shop.relay.kill()
    shop.relay.start()
    agent.wait_for_state("Live")
    shopper.page.reload()
    shopper.wait_for_view()
    agent.wait_for_picture("A link")
    fill_in(agent, shopper)
    shop.show(NEXT)
    shopper.page.goto(f"{shop.origin}/next")
    agent.wait_for_picture("Order")
    screens += [agent.console.content(), *agent.mirror(ON_SCREEN)]
    agent.end()
    agent.wait_for_state("Ended")
    expect(agent.console.locator(".receipt")).to_contain_text("/next")
    assert shop.desk.came.wait(WAIT_LIMIT_S)

    places = {
        "what the shopper's browser sent": sent.sent,
        "its headers": sent.headers(),
        "what it received": sent.received,
        "what the agent's socket received": [json.dumps(text) for text in agent.received.strings().split("\0")],
        "what stands on the agent's screen": [json.dumps(text) for text in [*screens, agent.console.content()]],
        "what the webhook brought": shop.desk.bodies,
        "what the relay keeps and logs": shop.kept(),
    }
    leaked = [
        f"{name} in {place}, {way}: {around(canary(name), texts)}"
        for place, texts in places.items()
        for name in names()
        if name != SHOWN
        for way in ways(canary(name), texts)
    ]
    shown = [place for place, texts in places.items() if found(canary(SHOWN), texts)]

    assert not leaked, "\n".join(leaked)
    assert shown == [
        "what the shopper's browser sent",
        "what the agent's socket received",
        "what stands on the agent's screen",
    ]
    assert [place for place, texts in places.items() if not texts] == []


def ways(value: str, texts: list[str]) -> list[str]:
    """The encodings in which a value stands in what left, without what stands there by chance."""
    if not value.isdigit():
        return found(value, texts)
    return [*(way for way in found(value, texts) if way not in BY_CHANCE), *card_parts(value, "\n".join(texts))]


def card_parts(card: str, text: str) -> list[str]:
    """The parts of a card's number that no time or id is likely to hold."""
    alone = re.search(rf"(?<![\w.]){card[:6]}(?!\d)", text)
    nine = any(card[at : at + 9] in re.sub(r"[ -]", "", text) for at in range(len(card) - 8))
    return ["first six digits"] * bool(alone) + ["nine in a row"] * nine


def around(value: str, texts: list[str]) -> str:
    """What stands around the first find of a value or of six of its characters; empty where it stands encoded."""
    hay, short = squash(" ".join(texts)), squash(value)
    for piece in (short, *(short[at : at + PART] for at in range(len(short) - PART + 1))):
        if (at := hay.find(piece)) >= 0:
            return hay[max(0, at - AROUND_CHARS) : at + AROUND_CHARS]
    return ""


ON_SCREEN = """(doc) => [doc.documentElement.outerHTML,
  ...[...doc.querySelectorAll("input, textarea")].map((field) => field.value)]"""
