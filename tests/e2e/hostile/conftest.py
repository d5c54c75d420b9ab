"""A relay, a shop's page of the test's own, a stranger who counts, and an agent whose browser is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.hostile.people import AGENT, HostileShop, WatchedAgent
from tests.e2e.hostile.stranger import Stranger
from tests.e2e.own_page import OwnPage


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    host = Stranger()
    yield host
    host.close()


@pytest.fixture(scope="session")
def shared_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileShop]:
    """One relay for all of the suite: each test has a ticket of its own."""
    page = OwnPage()
    made = HostileShop(tmp_path_factory.mktemp("relay"), page)
    made.relay.start()
    yield made
    made.relay.stop()
    page.close()


@pytest.fixture
def shop(shared_shop: HostileShop) -> HostileShop:
    shared_shop.page.body, shared_shop.page.headers, shared_shop.page.redirects = "", {}, {}
    return shared_shop


@pytest.fixture
def agent(new_context: Callable[..., BrowserContext], shop: HostileShop) -> WatchedAgent:
    return WatchedAgent(new_context(user_agent=f"Mozilla/5.0 {AGENT}"), shop)
