"""What participants say to each other apart from frames: acts and their outcomes, pause, stop, admission, rating.

Each message is checked against `grants.py` first. Knows nothing of Socket.IO or HTTP.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from beside import metrics
from beside.attendance import Attendance
from beside.drift import take_drift
from beside.errors import Refused
from beside.ledger import Edit, Ledger
from beside.live import Seat
from beside.protocol import (
    Act,
    ActDelivery,
    ActOutcome,
    Admission,
    AgentPointer,
    Drift,
    Highlight,
    Pause,
    Rating,
    Visibility,
)
from beside.relay import Relay
from beside.session import Ended, Left, Paused, Resumed, Session, TrailEntry, participant_of, with_participant
from beside.settings import Settings

# Not counted as what the store must take in. Pointers and drift go nowhere near it; who takes something away from
# agents is heard however often; and how many outcomes a page sends is for the agents to say, whose acts it answers:
# counted, they would use up what the shopper's own buttons need. The rate of all messages bounds these too.
_FREE = frozenset({"act:pointer", "drift", "pause", "stop", "end", "outcome"})


class Messages:
    """Takes one decoded message of a seat at a time; a seat's messages are taken in the order they came."""

    def __init__(self, relay: Relay, attendance: Attendance, ledger: Ledger, settings: Settings) -> None:
        self._relay = relay
        self._attendance = attendance
        self._ledger = ledger
        self._settings = settings
        self._takes: dict[str, Callable[[Seat, Any], Awaitable[None]]] = {
            "pause": self._pause,
            "resume": self._resume,
            "stop": self._stop,
            "leaving": self._leaving,
            "visibility": self._visibility,
            "admission": self._admission,
            "outcome": self._outcome,
            "drift": self._drift,
            "rating": self._rating,
            "act": self._act,
            "resync": self._resync,
            "end": self._end,
        }

    async def take(self, seat: Seat, event: str, payload: Any) -> None:
        """`payload`: decoded, as `protocol/events.py` says. Raises `Refused` and `StoreUnavailable`."""
        message = f"act:{payload.__struct_config__.tag}" if event == "act" else event
        seat.check(message)
        is_free = message in _FREE or (message == "admission" and not payload.admitted)
        if not is_free and not seat.controls.take(self._ledger.clock()):
            raise Refused("too-fast", "That came too often; wait a moment.")
        seat.live.last_active_at = self._ledger.clock()
        await self._takes[event](seat, payload)

    # -- of the shopper

    async def _pause(self, seat: Seat, pause: Pause) -> None:
        if pause.reason == "no-agent":
            raise Refused("wrong-role", "Only the relay pauses for want of an agent.")
        # What the page does meanwhile nobody hears of: what it said of its rules says nothing any more.
        seat.live.drift = None
        await self._ledger.change(seat.live, Paused(reason=pause.reason))

    async def _resume(self, seat: Seat, _: None) -> None:
        live = seat.live
        if live.session.pause_reason == "no-agent" and not live.watching:
            raise Refused("no-agent", "No agent is there to watch; the view goes on when one comes back.")
        await self._ledger.change(live, Resumed())

    async def _stop(self, seat: Seat, _: None) -> None:
        await self._ledger.change(seat.live, Ended(reason="shopper-stopped"))

    async def _leaving(self, seat: Seat, _: None) -> None:
        await self._ledger.change(seat.live, Left())

    async def _visibility(self, seat: Seat, visibility: Visibility) -> None:
        live = seat.live
        if live.shopper is seat and live.shopper_hidden != visibility.hidden:
            live.shopper_hidden = visibility.hidden
            self._attendance.tell(live)

    async def _admission(self, seat: Seat, answer: Admission) -> None:
        live = seat.live

        def edit(session: Session) -> Session:
            person = participant_of(session, answer.agent)
            if person is None or person.role != "agent":
                raise Refused("unknown-agent", "There is no such agent in this session any more.")
            return with_participant(session, replace(person, admission="admitted" if answer.admitted else "refused"))

        now = self._ledger.clock()
        person = participant_of(live.session, answer.agent)
        trail = [
            TrailEntry(at=now, kind="admission", participant=answer.agent, detail={"admitted": str(answer.admitted)})
        ]
        if person is not None and answer.admitted and answer.agent in live.agents and person.admission != "admitted":
            trail.append(TrailEntry(at=now, kind="join", participant=person.id, detail={"name": person.name}))
        if person is not None and not answer.admitted:
            # Waits for nothing, and stays so where the store cannot keep it.
            self._relay.refuse(live, person.id)
        withdrawals = live.withdrawals
        await self._ledger.change(live, None, edit=edit, trail=trail)
        live.settle_admission(answer.agent, withdrawals)
        agent = live.agents.get(answer.agent)
        if agent is not None and answer.admitted:
            self._relay.refill(agent)
        if agent is not None:
            await self._attendance.count_agents(live)

    async def _outcome(self, seat: Seat, outcome: ActOutcome) -> None:
        live = seat.live
        agent_id = live.acts.answer(outcome.act)
        if agent_id is None:
            # The relay restarted in between, or the page makes it up: nobody waits for it.
            return
        # As the frames that tell of it: the page says it by itself.
        if self._relay.shows_number(live, outcome.label):
            outcome = replace(outcome, label="")
        live.note(
            self._ledger.clock(), "outcome", agent_id, act=outcome.act, outcome=outcome.outcome, label=outcome.label
        )
        agent = live.agents.get(agent_id)
        if agent is not None:
            agent.lane.tell("outcome", outcome)

    async def _drift(self, seat: Seat, drift: Drift) -> None:
        # An older socket's page is not the one that frames told of.
        if seat.live.shopper is seat:
            take_drift(seat.live, drift, self._settings)

    async def _rating(self, seat: Seat, rating: Rating) -> None:
        entry = TrailEntry(
            at=self._ledger.clock(), kind="rating", participant=seat.participant_id, detail={"stars": str(rating.stars)}
        )
        await self._ledger.change(
            seat.live, None, edit=lambda session: replace(session, rating=rating.stars), trail=[entry]
        )

    # -- of agents

    async def _act(self, seat: Seat, act: Act) -> None:
        live = seat.live
        if isinstance(act, Highlight):
            # Durable before it is seen: what an agent did to the shopper's page is never missing from the receipt.
            # Checked again when its turn comes: the shopper may have paused or ended the view meanwhile.
            entry = self._highlight_entry(seat, act)
            await self._ledger.change(
                live, None, edit=self._still_allows(seat, "act:highlight"), trail=[entry], is_silent=True
            )
            live.acts.remember(act.act, seat.participant_id)
        shopper = live.shopper
        metrics.ACTS.add(label=act.__struct_config__.tag)  # type: ignore[arg-type]
        if shopper is None or (isinstance(act, AgentPointer) and not shopper.lane.is_idle):
            # A pointer that waits is old when it arrives; the next one follows at once.
            return
        shopper.lane.tell("act", ActDelivery(agent=seat.participant_id, act=act))

    def _still_allows(self, seat: Seat, message: str) -> Edit:
        def check_now(session: Session) -> Session:
            seat.check(message)
            return session

        return check_now

    def _highlight_entry(self, seat: Seat, act: Highlight) -> TrailEntry:
        # In another epoch the node's number is another node's.
        label = seat.live.fields.label(act.node) if act.epoch == seat.live.intake.next_epoch - 1 else ""
        return TrailEntry(
            at=self._ledger.clock(),
            kind="highlight",
            participant=seat.participant_id,
            detail={"act": act.act, "label": label, "message": act.message or ""},
        )

    async def _resync(self, seat: Seat, _: None) -> None:
        if not seat.resyncs.take(self._ledger.clock()):
            raise Refused("too-fast", "The picture was asked for too often; wait a moment.")
        self._relay.refill_anew(seat)

    async def _end(self, seat: Seat, _: None) -> None:
        await self._ledger.change(seat.live, Ended(reason="agent-ended"))
