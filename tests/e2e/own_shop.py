"""A relay that serves one shop, whose one page is the test's: what a shop's own headers do to the snippet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from beside import __version__
from beside.tokens import LaunchClaims, Signer
from tests.e2e.own_page import OwnPage
from tests.e2e.people import Places, Shopper
from tests.e2e.processes import ServerProcess, running_relay

TICKET = "T-1036"
LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"


class OwnShop:
    """The shop, and the way into a session about it."""

    def __init__(self, relay: ServerProcess, page: OwnPage) -> None:
        self.relay = relay
        self.places = Places(relay.port)
        self.page = page
        self.console = self.places.console

    def show(
        self,
        shopper: Shopper,
        *,
        policy: str = "",
        site: str = "own-shop",
        host: str = "shop",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Opens the page with this CSP (`{console}` and `{socket}` stand for the relay's origins) and other headers."""
        script = f"{self.console}/v/{__version__}/beside.js"
        self.page.body = (
            '<!doctype html><html lang="en"><title>Own shop</title><h1>Own shop</h1>'
            f'<script nonce="once" src="{script}" crossorigin="anonymous" data-site="{site}" defer></script>'
        )
        socket = "ws" + self.console.removeprefix("http")
        filled = policy.format(console=self.console, socket=socket)
        self.page.headers = {**headers, **({"Content-Security-Policy": filled} if filled else {})}
        shopper.page.goto(f"{self.page.origin(host)}/")

    def launch_link(self) -> str:
        claims = LaunchClaims(
            site="own-shop", ticket=TICKET, subject="Help", agent_name="Sam Rivera", locale=None, id="own", session=None
        )
        return f"{self.console}/launch#{Signer((LAUNCH_SECRET,)).sign_launch(claims)}"


@contextmanager
def running_own_shop(folder: Path, **settings: str) -> Iterator[OwnShop]:
    """`settings` of its relay, by their lower-case names."""
    page = OwnPage()
    origin = page.origin("shop")
    sites = f"""
[sites.own-shop]
name = "Own shop"
origins = ["{origin}"]
shop_url = "{origin}/"
launch_secrets = ["{LAUNCH_SECRET}"]
"""
    relay = running_relay(folder, sites, **settings)
    relay.start()
    yield OwnShop(relay, page)
    relay.stop()
    page.close()
