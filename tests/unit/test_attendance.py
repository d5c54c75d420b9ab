"""Who comes back at the very moment at which they are given up: the store is slow, and everybody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from tests.unit.relay.pages import keyframe
from tests.unit.relay.running import SHOP, settings_for
from tests.unit.test_relay import QuickWire
from tests.unit.troubled_store import TroubledStore

from beside.attendance import Attendance, CheckedIn
from beside.errors import Refused, StoreUnavailable
from beside.ledger import Ledger
from beside.live import Live, Seat
from beside.messages import Messages
from beside.protocol import PROTOCOL_VERSION, Hello, Pause
from beside.relay import Relay
from beside.session import Allowed, Participant, Paused, Redeemed, Resumed, Session, TrailEntry, with_participant
from beside.settings import Settings
from beside.sweeper import SIDE_BY_SIDE, Sweeper
from beside.tokens import Signer


@dataclass
class Shop:
    """A session with a view that the shopper allowed, whose page has not connected yet; an agent is there."""

    live: Live
    ledger: Ledger
    attendance: Attendance
    sweeper: Sweeper
    relay: Relay
    store: TroubledStore
    signer: Signer
    settings: Settings
    now: list[float]
    messages: Messages
    agent: QuickWire = field(default_factory=QuickWire)

    async def check_in(self, participant: str, generation: int = 1) -> CheckedIn:
        person = next(person for person in self.live.session.participants if person.id == participant)
        token = self.signer.sign_participant("s", participant, person.role, generation)
        hello = Hello(protocol=PROTOCOL_VERSION, version="1", token=token)
        origin = SHOP if person.role == "shopper" else self.settings.public_url
        return await self.attendance.check_in(hello, origin=origin, session="s")

    async def connect(self, participant: str, wire: QuickWire, generation: int = 1) -> Seat:
        checked = await self.check_in(participant, generation)
        # Socket.IO answers the connect in between.
        for _ in range(5):
            await asyncio.sleep(0)
        seat = self.attendance.sit_down(checked, wire)
        await self.attendance.announce(seat)
        return seat

    async def with_a_slow_store(self, first: Any, then: Any) -> Any:
        """Both at once, of which the second begins while the first waits for its commit; gives the first's outcome."""
        self.store.gate.clear()
        coming = asyncio.create_task(first)
        await until(lambda: self.store.waiting > 0)
        going = asyncio.create_task(then)
        for _ in range(10):
            await asyncio.sleep(0)
        self.store.gate.set()
        outcome, _ = await asyncio.gather(coming, going)
        return outcome

    def says(self, seat: Seat, event: str, payload: Any = None) -> None:
        """As the door does: what waits for the store waits its turn."""
        turn = self.messages.hear(seat, event, payload)
        if turn is not None:
            seat.turns.put(turn, turn.word)

    def shows(self, seat: Seat) -> bool:
        """Whether what the page sends reaches the agent."""
        seen = len(self.agent.sent)
        frame = keyframe(seat.live.intake.next_epoch)
        self.relay.take_frame(seat, msgspec.json.encode(frame).decode())
        return [name for name, _ in self.agent.sent[seen:]] == ["frame"]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.001)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    now = [1_800_000_000.0]
    settings = settings_for(tmp_path, 1)
    store = TroubledStore()
    await store.open()

    async def on_ended(_: Session) -> None:
        pass

    ledger = Ledger(store, settings, deliveries_of=lambda _session, _trail: [], on_ended=on_ended, clock=lambda: now[0])
    relay = Relay(ledger, settings)
    signer = Signer(settings.secret_keys, clock=lambda: now[0])
    attendance = Attendance(relay, ledger, signer, settings)
    session = Session(
        id="s",
        site="test",
        ticket="T",
        subject="",
        locale=None,
        created_at=now[0],
        state_since=now[0],
        participants=(Participant(id="a", role="agent", name="Sam"),),
    )
    live = await ledger.insert(session, TrailEntry(at=now[0], kind="created"))
    await ledger.change(live, Redeemed(shopper="b", agent="a", locale="en", words=(), words_translated=()))
    await ledger.change(live, Allowed(grants=("view",), locale="en", text_version="1"))
    live.last_active_at = live.shopper_gone_at = now[0]
    shop = Shop(
        live,
        ledger,
        attendance,
        Sweeper(ledger, relay, attendance, store, settings),
        relay,
        store,
        signer,
        settings,
        now,
        Messages(relay, attendance, ledger, settings),
    )
    await shop.connect("a", shop.agent)
    yield shop
    await store.close()


async def test_page_that_comes_as_its_time_is_over_is_not_lost(shop: Shop) -> None:
    shop.now[0] += shop.settings.handshake_window_s

    seat = await shop.with_a_slow_store(shop.connect("b", QuickWire()), shop.sweeper.sweep())

    assert shop.live.session.state == "live"
    assert shop.shows(seat)


TAKEN_AWAY: dict[str, Callable[[Shop], object]] = {
    "revoked": lambda shop: shop.relay.refuse(shop.live, "a"),
    # The store has not kept it yet.
    "paused": lambda shop: shop.ledger.begin(shop.live, Paused(reason="shopper")),
    "policy": lambda shop: shop.ledger.change(shop.live, Paused(reason="policy")),
}


@pytest.mark.parametrize("reason", TAKEN_AWAY)
async def test_agent_who_was_not_there_as_the_picture_was_taken_away_is_told_first(shop: Shop, reason: str) -> None:
    page = await shop.connect("b", QuickWire())
    assert shop.shows(page)
    await shop.attendance.leave(shop.live.agents["a"])
    taken = TAKEN_AWAY[reason](shop)
    if asyncio.iscoroutine(taken):
        await taken

    back = QuickWire()
    await shop.connect("a", back, 2)

    assert back.sent[0] == ("blank", {"reason": reason})
    assert "frame" not in [name for name, _ in back.sent]


def trip(shop: Shop) -> None:
    page = shop.live.shopper
    assert page is not None
    frame = keyframe(shop.live.intake.next_epoch, text="4111 1111 1111 1111")
    shop.relay.take_frame(page, msgspec.json.encode(frame).decode())


async def pause_and_resume(shop: Shop) -> None:
    await shop.ledger.change(shop.live, Paused(reason="shopper"))
    await shop.ledger.change(shop.live, Resumed())


GONE_BY_NOW: dict[str, Callable[[Shop], object]] = {"paused": pause_and_resume, "tripwire": trip}


@pytest.mark.parametrize("reason", GONE_BY_NOW)
async def test_agent_who_was_not_there_as_the_picture_was_taken_away_is_told_though_the_view_goes_on(
    shop: Shop, reason: str
) -> None:
    page = await shop.connect("b", QuickWire())
    assert shop.shows(page)
    await shop.attendance.leave(shop.live.agents["a"])
    taken = GONE_BY_NOW[reason](shop)
    if asyncio.iscoroutine(taken):
        await taken

    back = QuickWire()
    await shop.connect("a", back, 2)

    assert shop.live.session.state == "live"
    assert back.sent[0] == ("blank", {"reason": reason})


async def test_agent_who_comes_back_to_a_view_that_goes_on_keeps_the_picture(shop: Shop) -> None:
    page = await shop.connect("b", QuickWire())
    assert shop.shows(page)
    await shop.attendance.leave(shop.live.agents["a"])

    back = QuickWire()
    await shop.connect("a", back, 2)

    assert [name for name, _ in back.sent][:2] == ["welcome", "frame"]


async def test_page_that_comes_back_as_its_old_socket_is_found_dead_is_not_lost(shop: Shop) -> None:
    old = await shop.connect("b", QuickWire())

    seat = await shop.with_a_slow_store(shop.connect("b", QuickWire(), 2), shop.attendance.leave(old))

    assert shop.live.session.state == "live"
    assert shop.shows(seat)


async def test_page_that_comes_back_as_the_window_closes_is_seen_again(shop: Shop) -> None:
    await shop.attendance.leave(await shop.connect("b", QuickWire()))
    assert shop.live.session.state == "lost"
    shop.now[0] += shop.settings.resume_window_s

    seat = await shop.with_a_slow_store(shop.connect("b", QuickWire(), 2), shop.sweeper.sweep())

    assert shop.live.session.state == "live"
    assert shop.shows(seat)


async def test_page_that_checks_in_and_goes_again_is_lost_after_its_time(shop: Shop) -> None:
    shop.live.shopper_checks_in(shop.now[0])
    await shop.sweeper.sweep()
    assert shop.live.session.state == "live"

    shop.now[0] += shop.settings.handshake_window_s
    await shop.sweeper.sweep()

    assert shop.live.session.state == "lost"


async def test_old_socket_that_ends_while_a_pause_waits_does_not_lose_the_page_that_came(shop: Shop) -> None:
    """Nobody has watched for long: the page's check-in pauses the view, which the store has to keep first."""
    old = await shop.connect("b", QuickWire())
    await shop.attendance.leave(shop.live.agents["a"])
    shop.now[0] += shop.settings.no_agent_window_s
    shop.live.last_active_at = shop.now[0]
    committed = shop.store.commit_session
    commits = 0

    async def slow_from_the_second_on(*args: Any) -> None:
        nonlocal commits
        commits += 1
        if commits == 2:
            shop.store.gate.clear()
        await committed(*args)

    shop.store.commit_session = slow_from_the_second_on  # type: ignore[method-assign]
    coming = asyncio.create_task(shop.connect("b", QuickWire(), 2))
    await until(lambda: shop.store.waiting > 0)
    leaving = asyncio.create_task(shop.attendance.leave(old))
    await asyncio.sleep(0)
    shop.store.gate.set()
    await asyncio.gather(coming, leaving)

    assert (shop.live.session.state, shop.live.session.pause_reason) == ("paused", "no-agent")


async def test_page_that_comes_back_is_given_no_picture_that_was_paused_before(shop: Shop) -> None:
    """The pause waits behind a resume, which waits for the store."""
    old = await shop.connect("b", QuickWire())
    await shop.messages.take(old, "pause", Pause(reason="shopper"))
    shop.store.gate.clear()
    shop.says(old, "resume")
    await until(lambda: shop.store.waiting > 0)
    shop.says(old, "pause", Pause(reason="shopper"))

    coming = asyncio.create_task(shop.connect("b", QuickWire(), 2))
    for _ in range(10):
        await asyncio.sleep(0)
    shop.store.gate.set()
    seat = await coming

    assert shop.live.session.state == "paused"
    assert not shop.shows(seat)
    assert [entry.kind for entry in await shop.store.trail("s")].count("pause") == 2


async def test_socket_that_is_gone_is_told_while_what_it_said_waits_and_that_counts(shop: Shop) -> None:
    page = QuickWire()
    old = await shop.connect("b", page)
    shop.store.gate.clear()
    for said in ("resume", "resume"):
        shop.says(old, said)
    shop.says(old, "pause", Pause(reason="shopper"))
    await until(lambda: shop.store.waiting > 0)

    leaving = asyncio.create_task(shop.attendance.leave(old))
    await asyncio.sleep(0)
    views = [view for name, view in shop.agent.sent if name == "view"]
    before = len(page.sent)
    shop.store.gate.set()
    await leaving

    assert shop.live.shopper is None
    assert not views[-1]["shopperConnected"]
    assert (shop.live.session.state, shop.live.session.resume_to) == ("lost", "paused")
    assert len(page.sent) == before


async def test_others_hear_of_who_is_gone_while_the_store_can_keep_nothing(shop: Shop) -> None:
    """An agent's leave asks something of it too where another watches a view that was paused for want of one."""
    page = QuickWire()
    second = Participant(id="c", role="agent", name="Ines", admission="admitted")
    await shop.ledger.change(shop.live, None, edit=lambda session: with_participant(session, second))
    other = QuickWire()
    await shop.connect("c", other)
    shopper, agent = await shop.connect("b", page), shop.live.agents["a"]
    await shop.ledger.change(shop.live, Paused(reason="no-agent"))
    shop.store.is_away = True

    with pytest.raises(StoreUnavailable):
        await shop.attendance.leave(agent)
    told_shopper = page.sent[-1]
    with pytest.raises(StoreUnavailable):
        await shop.attendance.leave(shopper)

    assert [person["connected"] for person in told_shopper[1]["agents"]] == [False, True]
    assert told_shopper[0] == "view"
    assert not other.sent[-1][1]["shopperConnected"]


async def test_session_has_no_more_agents_than_it_may_though_all_their_links_were_spent_before(shop: Shop) -> None:
    object.__setattr__(shop.settings, "max_agents", 2)
    for name in ("c", "d"):
        person = Participant(id=name, role="agent", name=name)
        await shop.ledger.change(shop.live, None, edit=lambda session, p=person: with_participant(session, p))
    checked = [await shop.check_in(name) for name in ("c", "d")]
    shop.attendance.sit_down(checked[0], QuickWire())

    codes = []
    with pytest.raises(Refused) as refused:
        shop.attendance.sit_down(checked[1], QuickWire())
    codes.append(refused.value.code)
    with pytest.raises(Refused) as refused:
        await shop.check_in("d", 2)
    codes.append(refused.value.code)
    # Whoever is there already comes back.
    again = await shop.connect("c", QuickWire(), 2)

    assert codes == ["session-full", "session-full"]
    assert shop.live.agents == {"a": shop.live.agents["a"], "c": again}


async def test_resume_of_a_page_that_another_has_followed_does_not_count(shop: Shop) -> None:
    old = await shop.connect("b", QuickWire())
    new = await shop.connect("b", QuickWire(), 2)
    await shop.messages.take(new, "pause", Pause(reason="shopper"))

    await shop.messages.take(old, "resume", None)

    assert shop.live.session.state == "paused"
    assert shop.live.is_withheld


@pytest.mark.parametrize("trouble", ["away", "answer lost"])
async def test_picture_that_time_took_is_given_back_where_nothing_came_of_it(shop: Shop, trouble: str) -> None:
    seat = await shop.connect("b", QuickWire())
    assert shop.shows(seat)
    await shop.attendance.leave(shop.live.agents["a"])
    shop.now[0] += shop.settings.no_agent_window_s
    shop.live.last_active_at = shop.now[0]
    if trouble == "away":
        shop.store.is_away = True
        await shop.sweeper.sweep()
        await shop.sweeper.sweep()
        shop.store.is_away = False
        shop.agent = QuickWire()
        await shop.connect("a", shop.agent, 2)
    else:
        # Another commit was kept, of which nobody knows, and the agent comes back as the pause meets it.
        shop.store.loses_answer = True
        with pytest.raises(StoreUnavailable):
            await shop.ledger.change(shop.live, None, edit=lambda session: replace(session, snippet_version="2"))
        shop.agent = QuickWire()
        await shop.with_a_slow_store(shop.sweeper.sweep(), shop.connect("a", shop.agent, 2))

    await shop.sweeper.sweep()

    assert (shop.live.session.state, shop.live.is_withheld) == ("live", False)
    assert shop.shows(seat)


async def test_picture_that_the_shopper_took_stays_taken_though_the_store_is_away(shop: Shop) -> None:
    await shop.connect("b", QuickWire())
    shop.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await shop.ledger.change(shop.live, Paused(reason="shopper"))
    shop.store.is_away = False

    await shop.sweeper.sweep()

    assert shop.live.is_withheld


async def test_keyframe_that_was_put_off_is_asked_for_while_the_store_hangs(shop: Shop) -> None:
    page = QuickWire()
    await shop.connect("b", page)
    shop.relay.want_keyframe(shop.live)
    shop.relay.want_keyframe(shop.live)
    shop.live.note(shop.now[0], "page", path="/cart")
    shop.store.gate.clear()
    sweeping = asyncio.create_task(shop.sweeper.run())
    await until(lambda: shop.store.waiting > 0)
    before = [name for name, _ in page.sent].count("keyframe-wanted")

    shop.now[0] += shop.settings.keyframe_interval_s
    await until(lambda: [name for name, _ in page.sent].count("keyframe-wanted") > before)

    sweeping.cancel()
    shop.store.gate.set()


@pytest.mark.parametrize("trouble", ["itself", "all"])
async def test_picture_goes_at_the_most_that_a_session_may_last_while_the_store_hangs(shop: Shop, trouble: str) -> None:
    """Also where the session waits for it already, or for its turn to: frames went on until the store was back."""
    seat = await shop.connect("b", QuickWire())
    assert shop.shows(seat)
    shop.store.gate.clear()
    noted = [shop.live] if trouble == "itself" else [await another(shop, n) for n in range(SIDE_BY_SIDE)]
    for live in noted:
        live.note(shop.now[0], "page", path="/cart")
    sweeping = asyncio.create_task(shop.sweeper.run())
    await until(lambda: shop.store.waiting == len(noted))
    shop.now[0] += shop.settings.max_session_s
    shop.live.last_active_at = shop.now[0]

    await until(lambda: shop.live.is_withheld)

    assert not shop.shows(seat)
    assert shop.live.session.state == "live"
    shop.store.gate.set()
    await until(lambda: shop.live.session.state == "ended")
    sweeping.cancel()
    assert shop.live.session.end_reason == "max-length"


async def another(shop: Shop, number: int) -> Live:
    session = replace(shop.live.session, id=f"s{number}", ticket=f"T{number}", version=0)
    return await shop.ledger.insert(session, TrailEntry(at=shop.now[0], kind="created"))
