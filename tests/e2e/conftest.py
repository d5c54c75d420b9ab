"""The running demo and its two people, for every story."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error

from tests.e2e.own_shop import OwnShop, running_own_shop
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import ServerProcess, running_demo


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A story that fails tells what its people had before them: where it failed is often not where it went wrong."""
    report = yield
    if report.when == "call" and report.failed:
        people = getattr(item, "funcargs", {})
        for person in (people.get("agent"), people.get("shopper")):
            if isinstance(person, Agent | Shopper):
                try:
                    report.sections.append((f"what the {type(person).__name__.lower()} saw", person.describe()))
                except Error as error:
                    report.sections.append((f"the {type(person).__name__.lower()} saw nothing", str(error)))
    return report


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One `beside demo` for all stories that leave it as they found it: each takes a ticket of its own."""
    server = running_demo(tmp_path_factory.mktemp("demo"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[ServerProcess]:
    """A demo that a story may kill and start again."""
    server = running_demo(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Places]]:
    """Starts a demo of a story's own, with settings by their lower-case names: windows that pass within seconds."""
    started: list[ServerProcess] = []

    def start(**settings: str) -> Places:
        server = running_demo(tmp_path, **settings)
        server.start()
        started.append(server)
        return Places(server.port)

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def places(shared_demo: ServerProcess) -> Places:
    return Places(shared_demo.port)


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (people's own profiles) that are closed at the end."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnShop]:
    with running_own_shop(tmp_path_factory.mktemp("relay")) as shop:
        yield shop


@pytest.fixture
def agent(new_context: Callable[..., BrowserContext], places: Places) -> Iterator[Agent]:
    """The ticket's session is ended afterwards, so that the next story starts one of its own."""
    person = Agent(new_context(), places)
    yield person
    person.leave()


@pytest.fixture
def shopper(new_context: Callable[..., BrowserContext], places: Places) -> Iterator[Shopper]:
    """The page must live on without an error of its own or ours."""
    person = Shopper(new_context().new_page(), places)
    yield person
    assert person.errors == []
