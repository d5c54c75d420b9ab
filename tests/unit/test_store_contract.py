"""What every store must keep: one suite, run over SQLite, a real Redis and a real cluster of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.unit.redis_groups import flush

from beside.errors import Conflict, StoreUnavailable
from beside.session import Participant, Session, TrailEntry
from beside.store import open_store
from beside.store.contract import ApiKey, CodeEntry, Delivery, Store

NOW = 1_800_000_000.25


@pytest.fixture(params=["sqlite", "redis", "cluster"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/beside.db"
    return str(request.getfixturevalue("redis_url" if request.param == "redis" else "cluster_url"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    if url.startswith("redis"):
        flush(url)
    store = open_store(url)
    await store.open()
    yield store
    await store.close()


def session(ticket: str = "T-1", *, site: str = "shop") -> Session:
    return Session(
        id=uuid.uuid4().hex,
        site=site,
        ticket=ticket,
        subject="Versandkosten? 运费 الشحن",
        locale="ar",
        created_at=NOW,
        state_since=NOW,
        participants=(Participant(id="a1", role="agent", name="Amal", joined_at=NOW + 0.125),),
        grants=("view", "point"),
        words=("apple", "lamp"),
    )


def changed(old: Session, **changes: object) -> Session:
    return msgspec.structs.replace(old, version=old.version + 1, **changes)


def ended(old: Session, at: float = NOW + 60) -> Session:
    return changed(old, state="ended", end_reason="agent-ended", ended_at=at)


def entry(kind: str, at: float = NOW, **detail: str) -> TrailEntry:
    return TrailEntry(at=at, kind=kind, detail=detail)


def offer(session_id: str = "s1", **changes: object) -> CodeEntry:
    code = CodeEntry(kind="offer", site="shop", session=session_id, ask="", locale="en", expires_at=NOW + 600)
    return msgspec.structs.replace(code, **changes)


def key(key_id: str = "k1", digest: str = "d1", **changes: object) -> ApiKey:
    made = ApiKey(id=key_id, site="shop", label="Helpdesk", digest=digest, created_at=NOW)
    return msgspec.structs.replace(made, **changes)


def delivery(delivery_id: str, session_id: str = "s1", *, due_at: float = NOW) -> Delivery:
    body = b'{"kind":"session.ended"}'
    return Delivery(id=delivery_id, site="shop", session=session_id, body=body, attempts=0, due_at=due_at)


# Ends sessions, several at once, and tells how many ends were acknowledged, until it is killed.
ENDING = """
import asyncio, sys
from itertools import count
import msgspec
from beside.session import Session
from beside.store import open_store
from beside.store.contract import Delivery

async def end(store, number):
    name = f"s{number}"
    session = Session(id=name, site="shop", ticket=name, subject="", locale=None, created_at=0, state_since=0)
    await store.insert_session(session, [])
    over = msgspec.structs.replace(session, version=2, state="ended", end_reason="idle", ended_at=1.0)
    hook = Delivery(id=name, site="shop", session=name, body=b"{}", attempts=0, due_at=0.0)
    await store.commit_session(over, [], [hook])

async def main():
    store = open_store(sys.argv[1])
    await store.open()
    for first in count(step=4):
        await asyncio.gather(*(end(store, number) for number in range(first, first + 4)))
        print(first + 4, flush=True)

asyncio.run(main())
"""


def end_until_killed(url: str, ends: int) -> int:
    """How many sessions the child was told had ended, when it was killed after at least so many."""
    with subprocess.Popen([sys.executable, "-c", ENDING, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = next((int(line) for line in child.stdout if int(line) >= ends), 0)
        child.kill()
        told = max([told, *(int(line) for line in child.stdout if line.endswith("\n"))])
    assert told >= ends, "the child stopped by itself"
    return told


class TestSessions:
    async def test_a_session_comes_back_as_it_was_kept(self, store: Store) -> None:
        kept = session()

        await store.insert_session(kept, [])

        assert await store.load_session(kept.id) == kept

    async def test_an_unknown_session_is_none(self, store: Store) -> None:
        assert await store.load_session("nobody") is None
        assert await store.open_session_of("shop", "T-1") is None
        assert await store.trail("nobody") == []

    async def test_a_ticket_has_one_open_session(self, store: Store) -> None:
        first = session("T-1")
        await store.insert_session(first, [])

        with pytest.raises(Conflict):
            await store.insert_session(session("T-1"), [])

        assert await store.open_session_of("shop", "T-1") == first
        assert await store.open_sessions() == [first]

    async def test_another_sites_ticket_of_the_same_name_is_another_ticket(self, store: Store) -> None:
        await store.insert_session(session("T-1", site="shop"), [])
        await store.insert_session(session("T-1", site="other"), [])

        assert len(await store.open_sessions()) == 2

    async def test_of_many_creators_at_once_one_gets_the_ticket(self, store: Store) -> None:
        outcomes = await asyncio.gather(
            *(store.insert_session(session("T-1"), []) for _ in range(8)), return_exceptions=True
        )

        assert sum(outcome is None for outcome in outcomes) == 1
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
        assert len(await store.open_sessions()) == 1

    async def test_an_ended_session_frees_its_ticket(self, store: Store) -> None:
        first, second = session("T-1"), session("T-1")
        await store.insert_session(first, [])
        await store.commit_session(ended(first), [])

        assert await store.open_session_of("shop", "T-1") is None
        await store.insert_session(second, [])

        assert await store.open_session_of("shop", "T-1") == second
        assert await store.open_sessions() == [second]
        assert await store.load_session(first.id) == ended(first)

    async def test_commit_replaces_the_session_and_appends_to_its_trail(self, store: Store) -> None:
        first = session()
        await store.insert_session(first, [entry("join", name="Amal")])

        await store.commit_session(changed(first, state="live"), [entry("consent"), entry("page", path="/a")])

        loaded = await store.load_session(first.id)
        assert loaded == changed(first, state="live")
        assert await store.trail(first.id) == [entry("join", name="Amal"), entry("consent"), entry("page", path="/a")]

    @pytest.mark.parametrize("version", [1, 3, 7])
    async def test_commit_of_any_version_but_the_next_is_a_conflict(self, store: Store, version: int) -> None:
        first = session()
        await store.insert_session(first, [])

        with pytest.raises(Conflict):
            await store.commit_session(msgspec.structs.replace(first, version=version), [entry("page")])

        assert await store.load_session(first.id) == first
        assert await store.trail(first.id) == []

    async def test_of_many_committers_of_one_version_one_wins_and_only_its_trail_stays(self, store: Store) -> None:
        first = session()
        await store.insert_session(first, [])
        rivals = [changed(first, epoch=number) for number in range(1, 9)]

        outcomes = await asyncio.gather(
            *(store.commit_session(rival, [entry("page", path=f"/{rival.epoch}")]) for rival in rivals),
            return_exceptions=True,
        )

        assert sum(outcome is None for outcome in outcomes) == 1
        assert all(outcome is None or isinstance(outcome, Conflict) for outcome in outcomes)
        winner = await store.load_session(first.id)
        assert winner in rivals
        assert await store.trail(first.id) == [entry("page", path=f"/{winner.epoch}")]

    async def test_webhooks_are_committed_with_the_session(self, store: Store) -> None:
        first = session()
        await store.insert_session(first, [])
        hooks = [delivery("hook-1", first.id, due_at=NOW - 1), delivery("hook-2", first.id)]

        await store.commit_session(ended(first), [entry("end")], hooks)

        assert await store.due_deliveries(now=NOW, limit=9) == hooks
        assert await store.trail(first.id) == [entry("end")]

    async def test_commit_that_is_a_conflict_puts_no_webhook_on_its_way(self, store: Store) -> None:
        first = session()
        await store.insert_session(first, [])

        with pytest.raises(Conflict):
            await store.commit_session(ended(changed(first)), [], [delivery("hook", first.id)])

        assert await store.due_deliveries(now=NOW, limit=9) == []

    async def test_commit_of_a_session_that_is_not_there_is_a_conflict(self, store: Store) -> None:
        with pytest.raises(Conflict):
            await store.commit_session(changed(session()), [])

    async def test_a_trail_keeps_the_order_of_its_commits(self, store: Store) -> None:
        current = session()
        await store.insert_session(current, [])
        for number in range(20):
            current = changed(current)
            # Later entries with earlier times: order is that of the commits, not of the clocks.
            await store.commit_session(current, [entry("page", NOW - number, path=f"/{number}")])

        assert [item.detail["path"] for item in await store.trail(current.id)] == [f"/{n}" for n in range(20)]


class TestErasing:
    async def test_erasing_deletes_session_trail_codes_claims_and_webhooks(self, store: Store) -> None:
        kept, erased = session("T-1"), session("T-2")
        for item in (kept, erased):
            await store.insert_session(item, [entry("join")])
            await store.put_code(f"code-{item.ticket}", offer(item.id), now=NOW)
            await store.claim_ask(f"ask-{item.ticket}", item.id, expires_at=NOW + 600)
            await store.put_delivery(delivery(f"hook-{item.ticket}", item.id))

        assert await store.erase_session(erased.id) is True

        assert await store.load_session(erased.id) is None
        assert await store.open_session_of("shop", "T-2") is None
        assert await store.trail(erased.id) == []
        assert await store.take_code("code-T-2", ["offer"], "shop", now=NOW) is None
        assert await store.claimed_session("ask-T-2", now=NOW) is None
        assert [item.id for item in await store.due_deliveries(now=NOW, limit=9)] == ["hook-T-1"]
        assert await store.open_sessions() == [kept]
        assert await store.trail(kept.id) == [entry("join")]
        assert await store.take_code("code-T-1", ["offer"], "shop", now=NOW) == offer(kept.id)

    async def test_erasing_deletes_webhooks_that_nobody_has_looked_for_yet(self, store: Store) -> None:
        first = session()
        await store.insert_session(first, [])
        await store.commit_session(ended(first), [], [delivery("hook", first.id)])

        await store.erase_session(first.id)

        assert await store.due_deliveries(now=NOW, limit=9) == []

    async def test_erasing_what_is_not_there_says_so(self, store: Store) -> None:
        first = session()
        await store.insert_session(first, [])

        assert await store.erase_session("nobody") is False
        assert await store.erase_session(first.id) is True
        assert await store.erase_session(first.id) is False

    async def test_an_erased_session_frees_its_ticket_and_takes_no_more_commits(self, store: Store) -> None:
        first = session("T-1")
        await store.insert_session(first, [])
        await store.erase_session(first.id)

        with pytest.raises(Conflict):
            await store.commit_session(changed(first), [entry("page")])
        await store.insert_session(session("T-1"), [])

        assert await store.trail(first.id) == []

    async def test_old_ended_sessions_go_and_open_or_recent_ones_stay(self, store: Store) -> None:
        still_open, old, recent = session("T-1"), session("T-2"), session("T-3")
        for item in (still_open, old, recent):
            await store.insert_session(item, [entry("join")])
        await store.commit_session(ended(old, NOW + 10), [])
        await store.commit_session(ended(recent, NOW + 20), [])

        assert await store.erase_ended_before(NOW + 20) == 1
        assert await store.erase_ended_before(NOW + 20) == 0

        assert await store.load_session(old.id) is None
        assert await store.trail(old.id) == []
        assert await store.load_session(recent.id) is not None
        assert await store.load_session(still_open.id) is not None


class TestCodes:
    async def test_a_code_is_taken_once(self, store: Store) -> None:
        await store.put_code("digest", offer(), now=NOW)

        assert await store.take_code("digest", ["offer", "ask"], "shop", now=NOW) == offer()
        assert await store.take_code("digest", ["offer", "ask"], "shop", now=NOW) is None

    async def test_of_many_takers_at_once_one_gets_the_code(self, store: Store) -> None:
        await store.put_code("digest", offer(), now=NOW)

        taken = await asyncio.gather(*(store.take_code("digest", ["offer"], "shop", now=NOW) for _ in range(16)))

        assert [item for item in taken if item is not None] == [offer()]

    @pytest.mark.parametrize(("kinds", "site"), [(["link"], "shop"), (["offer"], "other"), ([], "shop")])
    async def test_a_code_asked_for_wrongly_is_neither_given_nor_spent(
        self, store: Store, kinds: list[str], site: str
    ) -> None:
        await store.put_code("digest", offer(), now=NOW)

        assert await store.take_code("digest", kinds, site, now=NOW) is None

        assert await store.take_code("digest", ["offer"], "shop", now=NOW) == offer()

    async def test_a_live_code_keeps_its_digits(self, store: Store) -> None:
        assert await store.put_code("digest", offer("s1"), now=NOW) is True

        assert await store.put_code("digest", offer("s2"), now=NOW + 599) is False

        assert await store.take_code("digest", ["offer"], "shop", now=NOW + 599) == offer("s1")

    async def test_an_expired_code_is_gone_and_its_digits_are_free(self, store: Store) -> None:
        await store.put_code("digest", offer("s1"), now=NOW)

        assert await store.take_code("digest", ["offer"], "shop", now=NOW + 600) is None
        later = offer("s2", expires_at=NOW + 1200)
        assert await store.put_code("digest", later, now=NOW + 600) is True

        assert await store.take_code("digest", ["offer"], "shop", now=NOW + 601) == later

    async def test_dropping_a_sessions_codes_leaves_others(self, store: Store) -> None:
        await store.put_code("a", offer("s1"), now=NOW)
        await store.put_code("b", offer("s1", kind="link"), now=NOW)
        await store.put_code("c", offer("s2"), now=NOW)

        await store.drop_codes("s1")

        assert await store.take_code("a", ["offer"], "shop", now=NOW) is None
        assert await store.take_code("b", ["link"], "shop", now=NOW) is None
        assert await store.take_code("c", ["offer"], "shop", now=NOW) == offer("s2")

    async def test_digits_that_another_session_drew_later_are_not_dropped_with_the_first(self, store: Store) -> None:
        await store.put_code("digest", offer("s1"), now=NOW)
        await store.take_code("digest", ["offer"], "shop", now=NOW)
        await store.put_code("digest", offer("s2"), now=NOW)

        await store.drop_codes("s1")

        assert await store.take_code("digest", ["offer"], "shop", now=NOW) == offer("s2")


class TestAsks:
    async def test_an_ask_is_claimed_once(self, store: Store) -> None:
        assert await store.claimed_session("ask", now=NOW) is None

        assert await store.claim_ask("ask", "s1", expires_at=NOW + 60) is True
        assert await store.claim_ask("ask", "s2", expires_at=NOW + 60) is False

        assert await store.claimed_session("ask", now=NOW) == "s1"
        assert await store.claimed_session("ask", now=NOW + 60) is None

    async def test_of_many_claimants_at_once_one_gets_the_shopper(self, store: Store) -> None:
        claims = await asyncio.gather(*(store.claim_ask("ask", f"s{n}", expires_at=NOW + 60) for n in range(8)))

        assert claims.count(True) == 1
        assert await store.claimed_session("ask", now=NOW) == f"s{claims.index(True)}"


class TestSpentTokens:
    async def test_a_token_is_spent_once(self, store: Store) -> None:
        assert await store.spend("jti", expires_at=NOW + 300, now=NOW) is True
        assert await store.spend("jti", expires_at=NOW + 300, now=NOW + 299) is False
        assert await store.spend("other", expires_at=NOW + 300, now=NOW) is True

    async def test_whether_a_token_is_spent_can_be_asked_without_spending_it(self, store: Store) -> None:
        assert await store.is_spent("jti", now=NOW) is False
        await store.spend("jti", expires_at=NOW + 300, now=NOW)

        assert await store.is_spent("jti", now=NOW + 299) is True
        assert await store.is_spent("jti", now=NOW + 300) is False
        assert await store.is_spent("other", now=NOW) is False

    async def test_of_many_spenders_at_once_one_succeeds(self, store: Store) -> None:
        spent = await asyncio.gather(*(store.spend("jti", expires_at=NOW + 300, now=NOW) for _ in range(16)))

        assert spent.count(True) == 1


class TestGuesses:
    async def test_guesses_are_counted_for_each_address_within_the_window(self, store: Store) -> None:
        assert await store.guesses("192.0.2.1", now=NOW, window_s=100) == (0, 0.0)

        for count, second in enumerate((0, 10, 20)):
            assert await store.begin_guess("192.0.2.1", now=NOW + second, window_s=100, count=count)
        assert await store.begin_guess("2001:db8::/64", now=NOW + 20, window_s=100, count=0)

        assert await store.guesses("192.0.2.1", now=NOW + 30, window_s=100) == (3, NOW + 20)
        assert await store.guesses("192.0.2.1", now=NOW + 105, window_s=100) == (2, NOW + 20)
        assert await store.begin_guess("192.0.2.1", now=NOW + 115, window_s=100, count=1)
        assert await store.guesses("192.0.2.1", now=NOW + 115, window_s=100) == (2, NOW + 115)

    async def test_of_guesses_that_know_of_as_many_one_is_begun(self, store: Store) -> None:
        tries = (store.begin_guess("192.0.2.1", now=NOW, window_s=100, count=0) for _ in range(10))
        begun = [guess for guess in await asyncio.gather(*tries) if guess is not None]

        assert len(begun) == 1
        assert await store.guesses("192.0.2.1", now=NOW, window_s=100) == (1, NOW)

    async def test_of_a_sites_guesses_the_newest_are_counted(self, store: Store) -> None:
        counts = [
            await store.count_guess("site:shop", now=NOW + second, window_s=100, most=3) for second in (0, 10, 20, 30)
        ]

        assert counts == [1, 2, 3, 3]
        assert await store.guesses("site:shop", now=NOW + 30, window_s=100) == (3, NOW + 30)
        assert await store.guesses("site:shop", now=NOW + 125, window_s=100) == (1, NOW + 30)
        assert await store.count_guess("site:shop", now=NOW + 131, window_s=100, most=3) == 1
        assert await store.guesses("192.0.2.1", now=NOW + 30, window_s=100) == (0, 0.0)

    async def test_guess_that_is_forgiven_was_none(self, store: Store) -> None:
        first = await store.begin_guess("192.0.2.1", now=NOW, window_s=100, count=0)
        second = await store.begin_guess("192.0.2.1", now=NOW + 1, window_s=100, count=1)
        assert first is not None
        assert second is not None

        await store.forgive_guess("2001:db8::/64", second)
        await store.forgive_guess("192.0.2.1", second)
        await store.forgive_guess("192.0.2.1", second)

        assert await store.guesses("192.0.2.1", now=NOW + 2, window_s=100) == (1, NOW)


class TestApiKeys:
    async def test_keys_are_found_by_digest_and_listed_by_site(self, store: Store) -> None:
        await store.put_api_key(key("k2", "d2", created_at=NOW + 1))
        await store.put_api_key(key("k1", "d1"))
        await store.put_api_key(key("k3", "d3", site="other"))

        assert await store.api_key("d1") == key("k1", "d1")
        assert await store.api_key("d4") is None
        assert [item.id for item in await store.api_keys("shop")] == ["k1", "k2"]

    async def test_a_key_put_again_replaces_the_old_one(self, store: Store) -> None:
        await store.put_api_key(key("k1", "old"))

        await store.put_api_key(key("k1", "new"))

        assert await store.api_key("old") is None
        assert await store.api_key("new") == key("k1", "new")

    async def test_a_revoked_key_says_so_and_is_revoked_once(self, store: Store) -> None:
        await store.put_api_key(key())

        assert await store.revoke_api_key("k1", now=NOW + 5) is True
        assert await store.revoke_api_key("k1", now=NOW + 6) is False
        assert await store.revoke_api_key("nobody", now=NOW) is False

        assert await store.api_key("d1") == key(revoked_at=NOW + 5)


class TestDeliveries:
    async def test_due_deliveries_come_oldest_first_and_bounded(self, store: Store) -> None:
        for name, due_at in (("late", NOW + 3), ("first", NOW - 2), ("second", NOW - 1), ("third", NOW)):
            await store.put_delivery(delivery(name, due_at=due_at))

        assert [item.id for item in await store.due_deliveries(now=NOW, limit=9)] == ["first", "second", "third"]
        assert await store.due_deliveries(now=NOW, limit=1) == [delivery("first", due_at=NOW - 2)]

    async def test_due_deliveries_of_some_sites_are_passed_over(self, store: Store) -> None:
        for number in range(30):
            await store.put_delivery(msgspec.structs.replace(delivery(f"slow-{number}"), site="slow"))
        for name, due_at in (("last", NOW), ("first", NOW - 1)):
            await store.put_delivery(delivery(name, due_at=due_at))
        await store.put_delivery(msgspec.structs.replace(delivery("of-both"), site="both"))

        found = await store.due_deliveries(now=NOW, limit=2, without={"slow", "both"})

        assert [item.id for item in found] == ["first", "last"]
        assert len(await store.due_deliveries(now=NOW, limit=4, without={"both"})) == 4

    async def test_a_postponed_delivery_waits_and_counts_its_attempts(self, store: Store) -> None:
        await store.put_delivery(delivery("hook"))

        await store.postpone_delivery("hook", attempts=3, due_at=NOW + 60)

        assert await store.due_deliveries(now=NOW + 59, limit=9) == []
        (found,) = await store.due_deliveries(now=NOW + 60, limit=9)
        assert found == msgspec.structs.replace(delivery("hook"), attempts=3, due_at=NOW + 60)

    async def test_a_settled_delivery_is_gone_and_stays_gone(self, store: Store) -> None:
        await store.put_delivery(delivery("hook"))

        await store.settle_delivery("hook")
        await store.settle_delivery("hook")
        await store.postpone_delivery("hook", attempts=1, due_at=NOW)

        assert await store.due_deliveries(now=NOW + 999, limit=9) == []


class TestLife:
    async def test_what_was_kept_is_there_for_the_next_process(self, store: Store, url: str) -> None:
        kept = session()
        await store.insert_session(kept, [entry("join")])
        await store.put_code("digest", offer(kept.id), now=NOW)
        await store.close()

        again = open_store(url)
        await again.open()
        try:
            assert await again.open_sessions() == [kept]
            assert await again.trail(kept.id) == [entry("join")]
            assert await again.take_code("digest", ["offer"], "shop", now=NOW) == offer(kept.id)
        finally:
            await again.close()

    async def test_two_stores_on_one_place_see_each_other(self, store: Store, url: str) -> None:
        other = open_store(url)
        await other.open()
        try:
            first = session()
            await store.insert_session(first, [])
            await other.commit_session(changed(first, state="live"), [])

            with pytest.raises(Conflict):
                await store.commit_session(changed(first, state="asking"), [])
            assert await store.load_session(first.id) == changed(first, state="live")
        finally:
            await other.close()

    async def test_process_killed_while_sessions_end_leaves_no_end_without_its_webhook(
        self, store: Store, url: str
    ) -> None:
        told = end_until_killed(url, 40)

        hooks = {item.session for item in await store.due_deliveries(now=NOW, limit=100_000)}
        still_open = {item.id for item in await store.open_sessions()}

        assert {f"s{number}" for number in range(told)} <= hooks
        for number in range(told + len(still_open) + 20):
            found = await store.load_session(f"s{number}")
            assert (found is not None and found.state == "ended") is (f"s{number}" in hooks)

    async def test_a_ready_store_answers_ping(self, store: Store) -> None:
        await store.ping()

    async def test_a_closed_store_says_that_it_is_closed(self, store: Store) -> None:
        await store.close()

        with pytest.raises(StoreUnavailable, match="closed"):
            await store.load_session("any")
