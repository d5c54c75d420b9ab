"""A relay and its store for each fault, and the table of what all of them did."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bench.report import publish
from tests.faults.clocks import Clock
from tests.faults.figures import Figures, rows_of
from tests.faults.running import RelayUnderFault, running_relay
from tests.unit.redis_server import RedisProcess


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Callable[..., Figures]]:
    """Makes the figures of a fault; they reach the table also where the test fails."""
    made: list[Figures] = []

    def make(fault: str, store: str = "SQLite") -> Figures:
        made.append(Figures(fault, store))
        return made[-1]

    yield make
    request.node.user_properties += [("fault", each.as_property()) for each in made]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """A redis-server of the test's own."""
    process = RedisProcess(tmp_path)
    process.start()
    yield process
    process.end()


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.fixture(params=["SQLite", "Redis"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store_url(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return request.getfixturevalue("redis").url if store == "Redis" else str(tmp_path / "relay.sqlite3")


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Starts a relay with settings by their lower-case names; it is ended with the test."""
    async with AsyncExitStack() as stack:

        async def run(**settings: Any) -> RelayUnderFault:
            return await stack.enter_async_context(running_relay(tmp_path, **settings))

        yield run


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    # What a fixture says at its end stands in the report of the teardown.
    ends = [report for report in reports if getattr(report, "when", None) == "teardown"]
    told = [value for report in ends for name, value in report.user_properties if name == "fault"]
    if told:
        publish(
            "faults", "Faults: how often tried, acknowledged events and how many were lost, recovery", rows_of(told)
        )
