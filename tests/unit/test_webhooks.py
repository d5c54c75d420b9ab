"""Webhooks over real HTTP and a real store: signed, retried, surviving a restart, never led elsewhere."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import free_port
from tests.unit.webhook_receiver import Receiver

from beside.store import open_store
from beside.store.contract import Delivery, Store
from beside.webhooks import SIGNATURE_HEADER, Options, Outbox, Target, retry_delay_s, sign, verify

SECRET = "the secret of this site's webhooks"
NOW = 1_800_000_000.0
QUICK = Options(timeout_s=5.0, first_retry_s=0.02, longest_retry_s=0.05, max_attempts=4, poll_s=0.02)
BODY = '{"kind":"session.ended","subject":"运费"}'.encode()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(str(tmp_path / "beside.db"))
    await store.open()
    yield store
    await store.close()


def delivery(delivery_id: str = "d1", **changes: object) -> Delivery:
    made = Delivery(id=delivery_id, site="shop", session="s1", body=BODY, attempts=0, due_at=0)
    return msgspec.structs.replace(made, **changes)


def outbox(store: Store, url: str, options: Options = QUICK) -> Outbox:
    return Outbox(store, {"shop": Target(url=url, secret=SECRET)}, options)


@asynccontextmanager
async def running(box: Outbox) -> AsyncIterator[None]:
    task = asyncio.create_task(box.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_settled(store: Store) -> None:
    async with asyncio.timeout(20):
        while await store.due_deliveries(now=float("inf"), limit=9):  # noqa: ASYNC110 - a store tells nobody
            await asyncio.sleep(0)


async def test_a_delivery_arrives_signed_and_is_settled(store: Store) -> None:
    with Receiver().running() as receiver:
        box = outbox(store, receiver.url)
        async with running(box):
            await store.put_delivery(delivery())
            received = await receiver.next()
            await until_settled(store)

    assert received.path == "/hook"
    assert received.body == BODY
    assert received.headers["Content-Type"] == "application/json"
    header = received.headers[SIGNATURE_HEADER]
    sent_at = float(header.partition(",")[0].removeprefix("t="))
    assert verify(SECRET, header, received.body, sent_at)
    assert receiver.waiting == 0


@pytest.mark.parametrize("status", [500, 503, 404, 301, 307])
async def test_whatever_is_not_2xx_is_sent_again_with_the_same_body_to_the_same_address(
    store: Store, status: int
) -> None:
    with Receiver(status, status).running() as receiver:
        box = outbox(store, receiver.url)
        async with running(box):
            await store.put_delivery(delivery())
            received = [await receiver.next() for _ in range(3)]
            await until_settled(store)

    assert {item.path for item in received} == {"/hook"}
    assert {item.body for item in received} == {BODY}
    assert receiver.waiting == 0


async def test_after_the_last_attempt_it_is_given_up(store: Store) -> None:
    with Receiver(*[500] * 50).running() as receiver:
        box = outbox(store, receiver.url)
        async with running(box):
            await store.put_delivery(delivery())
            await until_settled(store)

    assert receiver.waiting == QUICK.max_attempts


async def test_a_receiver_that_never_answers_is_left_and_tried_again(store: Store) -> None:
    with Receiver(0).running() as receiver:
        box = outbox(store, receiver.url, msgspec.structs.replace(QUICK, timeout_s=0.1))
        async with running(box):
            await store.put_delivery(delivery())
            first, second = await receiver.next(), await receiver.next()
            await until_settled(store)

    assert first.body == second.body == BODY


async def test_a_receiver_that_is_down_gets_it_when_it_is_back(store: Store) -> None:
    patient = msgspec.structs.replace(QUICK, max_attempts=10_000)
    box = outbox(store, f"http://127.0.0.1:{free_port()}/hook", patient)
    await store.put_delivery(delivery())
    async with httpx.AsyncClient() as client:
        assert await box.send_due(client) == 1

    with Receiver().running() as receiver:
        async with running(outbox(store, receiver.url, patient)):
            assert (await receiver.next()).body == BODY
            await until_settled(store)


async def test_what_was_not_delivered_survives_a_restart(tmp_path: Path) -> None:
    url = str(tmp_path / "beside.db")
    first = open_store(url)
    await first.open()
    await first.put_delivery(delivery())
    await first.close()

    again = open_store(url)
    await again.open()
    with Receiver().running() as receiver:
        async with running(outbox(again, receiver.url)):
            assert (await receiver.next()).body == BODY
            await until_settled(again)
    await again.close()


async def test_one_dead_receiver_does_not_stop_the_others(store: Store) -> None:
    with Receiver().running() as receiver:
        targets = {
            "shop": Target(url=receiver.url, secret=SECRET),
            "dead": Target(url=f"http://127.0.0.1:{free_port()}/", secret=SECRET),
            "wrong": Target(url="http://[not an address/", secret=SECRET),
        }
        box = Outbox(store, targets, QUICK)
        async with running(box):
            for site in targets:
                await store.put_delivery(delivery(f"d-{site}", site=site))
            assert (await receiver.next()).body == BODY
            await until_settled(store)

    assert receiver.waiting == 0


async def test_receiver_that_hangs_delays_its_own_and_no_others(store: Store) -> None:
    """Each of its webhooks had kept a place, and the fastest had waited for the slowest."""
    patient = Options(timeout_s=60.0, patience_s=0.05, poll_s=0.05)
    with Receiver(*[0] * 50).running() as hanging, Receiver().running() as receiver:
        targets = {name: Target(url=each.url, secret=SECRET) for name, each in (("hangs", hanging), ("shop", receiver))}
        for number in range(3 * patient.max_at_once):
            await store.put_delivery(delivery(f"h{number}", site="hangs"))
        async with running(Outbox(store, targets, patient)):
            for _ in range(patient.max_at_once):
                await hanging.next()
            await store.put_delivery(delivery("first", due_at=1.0))
            await store.put_delivery(delivery("second", due_at=2.0))
            async with asyncio.timeout(10):
                bodies = [(await receiver.next()).body for _ in range(2)]
        left = await store.due_deliveries(now=float("inf"), limit=99)

    assert bodies == [BODY, BODY]
    # The next of its own came no sooner.
    assert hanging.waiting == 0
    assert {item.attempts for item in left if item.site == "hangs"} == {0, 1}


async def test_many_receivers_that_hang_leave_one_that_answers_its_first_attempt(store: Store) -> None:
    """All had shared a hundred connections, and whoever waited for one was told to have failed."""
    patient = Options(timeout_s=60.0, patience_s=0.01, poll_s=0.01)
    sites = [f"hangs{number}" for number in range(13)]
    with Receiver(*[0] * 200).running() as hanging, Receiver().running() as receiver:
        targets = {site: Target(url=hanging.url, secret=SECRET) for site in sites}
        targets["shop"] = Target(url=receiver.url, secret=SECRET)
        for site in sites:
            for number in range(patient.max_at_once):
                await store.put_delivery(delivery(f"{site}-{number}", site=site))
        async with running(Outbox(store, targets, patient)):
            for _ in range(len(sites) * patient.max_at_once):
                await hanging.next()
            await store.put_delivery(delivery())
            received = await receiver.next()

    assert received.body == BODY


async def test_slow_receiver_gets_its_next_as_soon_as_it_has_answered(store: Store) -> None:
    options = Options(timeout_s=0.3, patience_s=0.01, poll_s=60.0, max_at_once=1, first_retry_s=1e6)
    with Receiver(0).running() as receiver:
        await store.put_delivery(delivery("first"))
        await store.put_delivery(delivery("second", due_at=1.0))
        async with running(outbox(store, receiver.url, options)):
            async with asyncio.timeout(10):
                received = [await receiver.next() for _ in range(2)]

    assert len(received) == 2


async def test_a_name_below_localhost_is_this_machine_and_the_receiver_sees_its_own_name(store: Store) -> None:
    with Receiver().running() as receiver:
        named = receiver.url.replace("127.0.0.1", "desk.localhost")
        async with running(outbox(store, named)):
            await store.put_delivery(delivery())
            received = await receiver.next()
            await until_settled(store)

    assert received.headers["Host"] == named.split("/")[2]


async def test_a_delivery_whose_site_lost_its_address_is_dropped(store: Store) -> None:
    await store.put_delivery(delivery())

    async with running(Outbox(store, {}, QUICK)):
        await until_settled(store)


def test_retries_wait_twice_as_long_each_time_up_to_a_bound() -> None:
    options = Options(first_retry_s=5, longest_retry_s=100)

    assert [retry_delay_s(attempts, options) for attempts in (1, 2, 3, 5, 6, 10_000)] == [5, 10, 20, 80, 100, 100]


def test_the_signature_is_hmac_sha256_over_time_and_body() -> None:
    expected = hmac.new(SECRET.encode(), b"1800000000." + BODY, hashlib.sha256).hexdigest()

    assert sign(SECRET, BODY, NOW + 0.9) == f"t=1800000000,v1={expected}"


def test_verify_takes_its_own_signature_within_the_tolerance_only() -> None:
    header = sign(SECRET, BODY, NOW)

    assert verify(SECRET, header, BODY, NOW + 300)
    assert verify(SECRET, header, BODY, NOW - 300)
    assert not verify(SECRET, header, BODY, NOW + 301)
    assert not verify(SECRET, header, BODY, NOW - 301)
    assert verify(SECRET, header, BODY, NOW + 301, tolerance_s=400)


def test_verify_takes_one_of_several_signatures_while_a_secret_is_changed() -> None:
    new, old = sign("new secret", BODY, NOW), sign(SECRET, BODY, NOW)

    both = f"{new},{old.partition(',')[2]}"

    assert verify(SECRET, both, BODY, NOW)
    assert verify("new secret", both, BODY, NOW)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: header.replace("v1=", "v0="),
        lambda header: header[:-1] + ("0" if header[-1] != "0" else "1"),
        lambda header: header.replace("t=18", "t=17"),
        lambda header: f"t=1800000001,{header}",
        lambda header: header.partition(",")[2],
        lambda header: header.partition(",")[0],
        lambda header: header.replace("t=1800000000", "t=١٨٠٠٠٠٠٠٠٠"),
        lambda header: header.replace("t=", "t=-"),
        lambda header: header + "é",
    ],
)
def test_verify_refuses_a_changed_header(spoil: object) -> None:
    assert callable(spoil)
    assert not verify(SECRET, spoil(sign(SECRET, BODY, NOW)), BODY, NOW)


def test_verify_refuses_another_body_or_secret() -> None:
    header = sign(SECRET, BODY, NOW)

    assert not verify(SECRET, header, BODY + b" ", NOW)
    assert not verify("another", header, BODY, NOW)


@given(st.text(max_size=200), st.binary(max_size=50))
def test_verify_refuses_any_text_and_never_breaks(header: str, body: bytes) -> None:
    assert not verify(SECRET, header, body, NOW)
