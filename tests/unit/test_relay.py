"""What the relay decides where a clock, an order or a store that waits could mislead it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from tests.unit.relay.pages import field as page_field
from tests.unit.relay.pages import keyframe, mutation
from tests.unit.relay.running import SHOP, settings_for
from tests.unit.troubled_store import TroubledStore

from beside.attendance import Attendance
from beside.backlog import Packet
from beside.bodies import ConsentAnswer
from beside.errors import Refused, SequenceGap
from beside.joining import Joining
from beside.lane import Lane
from beside.ledger import Ledger
from beside.live import Live, Rates, Seat
from beside.messages import Messages
from beside.offers import Offers
from beside.protocol import ActOutcome, Highlight
from beside.rates import Rate
from beside.relay import Relay
from beside.session import Allowed, Participant, Paused, Redeemed, Role, Session, TrailEntry, with_participant
from beside.settings import Settings
from beside.tokens import Signer


class QuickWire:
    """A socket whose other end reads everything at once."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def is_idle(self) -> bool:
        return True

    def offer(self, packet: Packet) -> bool:
        self.put(packet)
        return True

    def put(self, packet: Packet) -> None:
        texts = [part for part in packet.args if isinstance(part, str)]
        self.sent.append((packet.event, msgspec.json.decode(texts[0]) if texts else None))

    async def drained(self) -> None:
        pass

    def close(self) -> None:
        pass


@dataclass
class View:
    """A view that the shopper allowed, with both sides connected."""

    live: Live
    relay: Relay
    messages: Messages
    ledger: Ledger
    store: TroubledStore
    shopper: Seat
    agent: Seat
    settings: Settings
    attendance: Attendance
    now: list[float] = field(default_factory=lambda: [1_800_000_000.0])

    def sent_to(self, seat: Seat, event: str) -> list[Any]:
        wire = seat.lane._wire
        assert isinstance(wire, QuickWire)
        return [payload for name, payload in wire.sent if name == event]

    def events_to(self, seat: Seat) -> list[str]:
        wire = seat.lane._wire
        assert isinstance(wire, QuickWire)
        return [name for name, _ in wire.sent]

    def send(self, frame: list[Any]) -> None:
        self.relay.take_frame(self.shopper, msgspec.json.encode(frame).decode())


@pytest.fixture
async def view(tmp_path: Path) -> AsyncIterator[View]:
    now = [1_800_000_000.0]
    store = TroubledStore()
    await store.open()

    async def on_ended(_: Session) -> None:
        pass

    settings = settings_for(tmp_path, 1)
    ledger = Ledger(store, settings, deliveries_of=lambda _session, _trail: [], on_ended=on_ended, clock=lambda: now[0])
    relay = Relay(ledger, settings)
    attendance = Attendance(relay, ledger, Signer(settings.secret_keys), settings)
    agent = Participant(id="a", role="agent", name="Sam")
    session = Session(
        id="s", site="test", ticket="T", subject="", locale=None, created_at=1.0, state_since=1.0, participants=(agent,)
    )
    live = await ledger.insert(session, TrailEntry(at=1.0, kind="created"))
    await ledger.change(live, Redeemed(shopper="b", agent="a", locale="en", words=(), words_translated=()))
    await ledger.change(live, Allowed(grants=("view", "point"), locale="en", text_version="1"))
    live.shopper = seat_of(live, "b", "shopper")
    live.agents["a"] = seat_of(live, "a", "agent")
    live.intake.open(1)
    yield View(
        live,
        relay,
        Messages(relay, attendance, ledger, settings),
        ledger,
        store,
        live.shopper,
        live.agents["a"],
        settings,
        attendance,
        now,
    )
    await store.close()


def seat_of(live: Live, participant: str, role: Role) -> Seat:
    rates = Rates(*(Rate(1e9, 1e9) for _ in fields(Rates)))
    lane = Lane(QuickWire(), 1_000_000, lambda: None)
    return Seat(live=live, participant_id=participant, role=role, lane=lane, rates=rates)


async def test_clock_that_is_set_back_keeps_no_keyframe_from_coming(view: View) -> None:
    view.send(keyframe(1))
    with pytest.raises(SequenceGap):
        view.send(mutation(1, 50))
    view.now[0] -= 3600

    view.send(keyframe(2))
    with pytest.raises(SequenceGap):
        view.send(mutation(2, 50))

    assert len(view.sent_to(view.shopper, "keyframe-wanted")) == 2


async def test_shopper_who_has_taken_what_waited_for_them_is_asked_for_nothing(view: View) -> None:
    object.__setattr__(view.settings, "max_queue_bytes", 100)
    view.send(keyframe(1))

    view.relay.catch_up(view.shopper)
    asked = len(view.sent_to(view.shopper, "keyframe-wanted"))
    view.relay.catch_up(view.agent)

    assert (asked, len(view.sent_to(view.shopper, "keyframe-wanted"))) == (0, 1)


async def test_highlight_that_waits_for_the_store_while_the_shopper_pauses_is_refused(view: View) -> None:
    view.send(keyframe(1))
    highlight = Highlight(act="h", epoch=1, node=6, message=None)

    async with view.live.lock:
        pausing = asyncio.create_task(view.ledger.change(view.live, Paused(reason="shopper")))
        await asyncio.sleep(0)
        acting = asyncio.create_task(view.messages.take(view.agent, "act", highlight))
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(pausing, acting, return_exceptions=True)

    assert isinstance(outcomes[1], Refused)
    assert view.sent_to(view.shopper, "act") == []
    assert [entry.kind for entry in await view.store.trail("s")].count("highlight") == 0


async def test_highlight_of_an_old_epoch_is_not_noted_under_a_label_of_the_new_one(view: View) -> None:
    view.send(keyframe(1, changes=(["field", 6, page_field("Card number")],)))
    view.send(keyframe(2, changes=(["field", 6, page_field("Voucher")],)))

    for act, epoch in (("old", 1), ("new", 2)):
        await view.messages.take(view.agent, "act", Highlight(act=act, epoch=epoch, node=6, message=None))

    labels = [entry.detail["label"] for entry in await view.store.trail("s") if entry.kind == "highlight"]
    assert labels == ["", "Voucher"]


async def test_outcomes_that_no_act_asked_for_are_not_noted(view: View) -> None:
    """A page may say as many as it may send messages."""
    view.send(keyframe(1))
    await view.messages.take(view.agent, "act", Highlight(act="h", epoch=1, node=6, message=None))

    for act in ["h", "h", "h", "made-up"]:
        await view.messages.take(view.shopper, "outcome", ActOutcome(act=act, outcome="shown", label=""))
    await view.messages.take(view.agent, "act", Highlight(act="h", epoch=1, node=6, message=None))
    await view.messages.take(view.shopper, "outcome", ActOutcome(act="h", outcome="gone", label=""))

    assert [outcome["outcome"] for outcome in view.sent_to(view.agent, "outcome")] == ["shown", "shown", "gone"]


async def test_frame_that_comes_once_the_pause_was_pressed_goes_nowhere(view: View) -> None:
    """Also while the pause itself still waits for the store."""
    view.send(keyframe(1, text="before"))

    async with view.live.lock:
        pausing = asyncio.create_task(view.ledger.change(view.live, Paused(reason="shopper")))
        await asyncio.sleep(0)
        view.send(mutation(1, 1, "after"))
        view.send(keyframe(2, text="after"))
    await pausing

    sent = [name for name, _ in view.agent.lane._wire.sent if name in ("frame", "blank")]  # type: ignore[attr-defined]
    assert sent == ["frame", "blank"]
    assert view.live.backlog.needs_keyframe


async def test_answer_to_the_consent_that_comes_again_does_not_say_that_the_shopper_is_gone(view: View) -> None:
    """It did, before it was refused, and the sweeper ended the view of a shopper who was there."""
    settings, signer = view.settings, Signer(view.settings.secret_keys, clock=lambda: view.now[0])
    joining = Joining(view.store, view.ledger, Offers(view.store, settings), signer, settings)
    view.live.shopper_gone_at = None
    shopper = replace(view.shopper.participant, generation=1)
    await view.ledger.change(view.live, None, edit=lambda session: with_participant(session, shopper))
    answer = ConsentAnswer(signer.sign_consent("s", "b"), ["view"], "en", "1")

    with pytest.raises(Refused):
        await joining.answer(answer, origin=SHOP)

    assert view.live.shopper_gone_at is None
