"""Puts the demo together: shop, bank, helpdesk and console, each under its own host name on one port.

Builds nothing of the relay: the console's application and what needs Beside's keys are handed in.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from beside.demo.helpdesk import HelpdeskConfig, LaunchRequest, create_helpdesk
from beside.demo.hosts import ByHost
from beside.demo.shop import ShopConfig, create_bank, create_shop
from beside.demo.shop.config import STATIC

SHOP, BANK, DESK, CONSOLE = "shop.localhost", "pay.shop.localhost", "desk.localhost", "console.localhost"


@dataclass(frozen=True)
class Snippet:
    """The script tag on the shop's pages: whole address, Subresource Integrity value or None, public site key."""

    src: str
    integrity: str | None
    site: str


@dataclass(frozen=True)
class RelayParts:
    """What the demo is given of Beside itself: the console's application, and what needs Beside's keys."""

    console_app: ASGIApp
    snippet: Snippet
    make_launch_link: Callable[[LaunchRequest], str]
    verify_webhook: Callable[[Mapping[str, str], bytes], bool]


def origin(host: str, port: int) -> str:
    """Give the demo's origin for one of its host names."""
    return f"http://{host}:{port}"


def create_demo_app(port: int, data_dir: Path, relay: RelayParts) -> ByHost:
    """Build the demo for one port; `data_dir` keeps tickets and the demo's secret, so that a restart loses no checkout.

    Raises FileNotFoundError, with what to do, where Bootstrap and Inter have not been copied.
    """
    if not (STATIC / "vendor" / "bootstrap").is_dir():
        raise FileNotFoundError(
            "The demo's style sheet and font are missing. Run `make build`, then start the demo again."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    secret = _kept_secret(data_dir / "demo-secret")
    shop = ShopConfig(
        snippet_src=relay.snippet.src,
        snippet_integrity=relay.snippet.integrity,
        site_key=relay.snippet.site,
        console_origin=origin(CONSOLE, port),
        shop_origin=origin(SHOP, port),
        bank_origin=origin(BANK, port),
        secret=f"shop {secret}",
    )
    desk = HelpdeskConfig(
        database=data_dir / "helpdesk.sqlite3",
        console_origin=origin(CONSOLE, port),
        make_launch_link=relay.make_launch_link,
        verify_webhook=relay.verify_webhook,
        secret=f"desk {secret}",
    )
    return ByHost(
        {SHOP: create_shop(shop), BANK: create_bank(shop), DESK: create_helpdesk(desk), CONSOLE: relay.console_app}
    )


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
