"""A relay for each test: one with the fast lane, one without, and two workers that share a Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis
from tests.ports import free_port
from tests.unit.redis_server import redis_server
from tests.unit.relay.running import RunningRelay, running_relay, running_workers

# Suites whose tests all run against both.
ON_THE_WIRE = ("assets_on_the_wire", "connecting", "frames_on_the_wire", "hostile_connections", "view_on_the_wire")
# Suites that run with two workers besides.
BY_HTTP = ("moving", "path", "routes_api", "routes_console", "routes_join", "routes_launch", "what_leaves")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("alone"):
        return
    if "relay" in metafunc.fixturenames and metafunc.module.__name__.endswith(ON_THE_WIRE):
        metafunc.parametrize("relay", ["fast-lane", "without", "two-workers"], indirect=True)
    elif "relay" in metafunc.fixturenames and metafunc.module.__name__.endswith(BY_HTTP):
        metafunc.parametrize("relay", ["one", "two-workers"], indirect=True)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
async def relay(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RunningRelay]:
    kind = getattr(request, "param", "one")
    if kind == "two-workers":
        redis_url: str = request.getfixturevalue("redis_url")
        # What an earlier test left there is another relay's.
        redis.Redis.from_url(redis_url).flushall()
        async with running_workers(tmp_path, redis_url) as running:
            yield running
    else:
        async with running_relay(tmp_path, free_port(), fast_lane=kind != "without") as running:
            yield running
