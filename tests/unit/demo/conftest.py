"""A shop with its bank and a helpdesk, driven over ASGI as a browser without scripts would drive them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from beside.demo.helpdesk import HelpdeskConfig, LaunchRequest, create_helpdesk
from beside.demo.hosts import ByHost
from beside.demo.shop import ShopConfig, create_bank, create_shop

CONSOLE = "http://console.localhost:8000"
SHOP = "http://shop.localhost:8000"
BANK = "http://pay.shop.localhost:8000"
DESK = "http://desk.localhost:8000"

CONTACT = {"name": "Emma Clarke", "email": "emma@example.com", "phone": ""}
ADDRESS = {"country": "GB", "line1": "1 Mill Lane", "line2": "", "city": "Bath", "region": "", "postcode": "BA1 1AA"}
CARD = {"card_name": "EMMA CLARKE", "card_number": "4242 4242 4242 4242", "card_expiry": "01 / 39", "card_cvc": "123"}


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, "the page has no form"
    return found[1]


@dataclass
class Shopper:
    """A browser in the shop: keeps cookies, sends forms with the token of the page they stand on."""

    http: httpx.AsyncClient

    async def open(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def send(self, path: str, **fields: str) -> httpx.Response:
        token = token_in((await self.http.get(path)).text)
        return await self.http.post(path, data={"csrf_token": token, **fields})

    async def fill_basket(self) -> None:
        assert (await self.send("/products/olive-tree", quantity="2")).status_code == 303

    async def walk_to(self, step: str) -> None:
        """Answer every step before this one."""
        await self.fill_basket()
        answers = {"contact": CONTACT, "address": ADDRESS, "delivery": {"option": "standard"}, "payment": CARD}
        for name, fields in answers.items():
            if name == step:
                return
            answer = await self.send(f"/checkout/{name}", **fields)
            assert answer.status_code == 303, answer.text


@dataclass
class Desk:
    """A browser in the helpdesk, and what the helpdesk asked of Beside."""

    http: httpx.AsyncClient
    launches: list[LaunchRequest] = field(default_factory=list)

    async def send(self, page: str, path: str, **fields: str) -> httpx.Response:
        token = token_in((await self.http.get(page)).text)
        return await self.http.post(path, data={"csrf_token": token, **fields})


@pytest.fixture
def shop_config() -> ShopConfig:
    return ShopConfig(
        snippet_src=f"{CONSOLE}/snippet/1/beside.js",
        snippet_integrity="sha384-abc",
        site_key="site_demo",
        console_origin=CONSOLE,
        shop_origin=SHOP,
        bank_origin=BANK,
        secret="not a secret",
    )


@pytest.fixture
async def shopper(shop_config: ShopConfig) -> AsyncIterator[Shopper]:
    hosts = ByHost({"shop.localhost": create_shop(shop_config), "pay.shop.localhost": create_bank(shop_config)})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(hosts), base_url=SHOP) as http:
        yield Shopper(http)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    launches: list[LaunchRequest] = []

    def make_launch_link(request: LaunchRequest) -> str:
        launches.append(request)
        return f"{CONSOLE}/launch#signed-for-{request.ticket_id}"

    config = HelpdeskConfig(
        database=tmp_path / "desk.sqlite3",
        console_origin=CONSOLE,
        make_launch_link=make_launch_link,
        verify_webhook=lambda headers, body: headers.get("beside-signature") == f"good {len(body)}",
        secret="not a secret",
    )
    transport = httpx.ASGITransport(create_helpdesk(config))
    async with httpx.AsyncClient(transport=transport, base_url=DESK) as http:
        yield Desk(http, launches)
