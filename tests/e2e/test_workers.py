"""Several workers at one port, in real browsers: the worker that holds the view is killed, and all are replaced."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.own_shop import OwnShop, running_own_shop
from tests.e2e.people import Agent, Shopper
from tests.e2e.processes import listening_at, workers_of
from tests.unit.redis_server import redis_server

WORKERS = 3


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[OwnShop]:
    with redis_server(tmp_path) as url, running_own_shop(tmp_path, store=url, workers=str(WORKERS)) as running:
        running.relay.wait_until(lambda: listening_at(running.relay.port) == WORKERS, "all workers")
        yield running


def write(shopper: Shopper, text: str) -> None:
    shopper.page.evaluate("text => { document.querySelector('h1').textContent = text; }", text)


def meet(agent: Agent, shopper: Shopper, shop: OwnShop) -> None:
    shop.show(shopper)
    agent.open(shop.launch_link())
    shopper.accept(agent.share_code())
    agent.wait_for_state("Live")
    agent.wait_for_picture("Own shop")


def test_view_goes_on_when_any_worker_is_killed(agent: Agent, shopper: Shopper, shop: OwnShop) -> None:
    meet(agent, shopper, shop)

    # One of them holds the view; the others are missed by nobody.
    for number, worker in enumerate(workers_of(shop.relay.pid)):
        began_at = time.monotonic()
        os.kill(worker, signal.SIGKILL)
        write(shopper, f"After {number + 1}")
        agent.wait_for_picture(f"After {number + 1}")
        agent.wait_for_state("Live")
        took_s = time.monotonic() - began_at
        print(f"Worker {number + 1} of {WORKERS} was killed: the change was seen after {took_s:.1f} s.")
        shop.relay.wait_until(lambda: listening_at(shop.relay.port) == WORKERS, "another worker in its place")

    shopper.ui.wait_for_text("can see this page")
    agent.end()


def test_view_goes_on_while_all_workers_are_replaced(agent: Agent, shopper: Shopper, shop: OwnShop) -> None:
    meet(agent, shopper, shop)
    before = set(workers_of(shop.relay.pid))

    os.kill(shop.relay.pid, signal.SIGHUP)
    longest_s = 0.0
    deadline = time.monotonic() + 60
    number = 0
    while set(workers_of(shop.relay.pid)) & before:
        assert time.monotonic() < deadline, "the workers are not replaced"
        began_at = time.monotonic()
        number += 1
        write(shopper, f"Change {number}.")
        agent.wait_for_picture(f"Change {number}.")
        longest_s = max(longest_s, time.monotonic() - began_at)

    print(f"All workers were replaced: the longest that a change took to be seen was {longest_s:.1f} s.")
    agent.wait_for_state("Live")
    shopper.ui.wait_for_text("can see this page")
    assert number > 1
