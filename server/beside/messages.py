"""What participants say to each other apart from frames: acts and their outcomes, pause, stop, admission, rating.

Each message is checked against `grants.py` first. Knows nothing of Socket.IO or HTTP.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec.structs import replace

from beside import metrics
from beside.attendance import Attendance
from beside.drift import take_drift
from beside.errors import Refused, StoreUnavailable
from beside.ledger import Edit, Ledger
from beside.live import Live, Seat
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
from beside.session import (
    Ended,
    Left,
    Participant,
    Paused,
    Resumed,
    Session,
    TrailEntry,
    apply,
    participant_of,
    with_participant,
)
from beside.settings import Settings

# Not counted as what the store must take in: these go nowhere near it. How many outcomes a page sends is for the agents
# to say, whose acts it answers: counted, they would use up what the shopper's own buttons need. The rate of all
# messages bounds them, as it does what takes something away, which is heard however often it comes; but what changes
# nothing thereby is kept only as often as all else.
_FREE = frozenset({"act:pointer", "drift", "outcome"})

# What one person said and the store has not taken in yet: people press so many buttons in no five seconds. Not of what
# takes something away, which is never refused for what waits before it.
MAX_TURNS = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """What is left of a message, to be awaited in its turn. Raises `Refused` and `StoreUnavailable`.

    `word`: as `Turns.put` says.
    """

    take: Callable[[], Awaitable[None]]
    word: Hashable = None

    def __call__(self) -> Awaitable[None]:
        return self.take()


class Messages:
    """Takes the decoded messages of a seat, in the order they came."""

    def __init__(self, relay: Relay, attendance: Attendance, ledger: Ledger, settings: Settings) -> None:
        self._relay = relay
        self._attendance = attendance
        self._ledger = ledger
        self._settings = settings
        self._at_once: dict[str, Callable[[Seat, Any], None]] = {
            "visibility": self._visibility,
            "outcome": self._outcome,
            "drift": self._drift,
            "resync": self._resync,
            "act:pointer": self._carry_act,
        }
        # With how many withdrawals there were when the message came.
        self._in_turn: dict[str, Callable[[Seat, Any, int], Awaitable[None]]] = {
            "resume": self._resume,
            "leaving": self._leaving,
            "admission": self._admission,
            "rating": self._rating,
            "act:highlight": self._highlight,
            "act:dismiss": self._dismiss,
        }

    def hear(self, seat: Seat, event: str, payload: Any) -> Turn | None:
        """Does at once what needs no store, and takes away what a message takes away: that waits for no other message.

        Gives what is left to be done once all before it is done, if anything is. `payload`: decoded, as
        `protocol/events.py` says. Raises `Refused`.
        """
        message = f"act:{payload.__struct_config__.tag}" if event == "act" else event
        if message in self._at_once:
            seat.check(message)
            self._count(seat, message)
            self._at_once[message](seat, payload)
            return None
        if _takes_away(event, payload):
            seat.check(message)
            seat.live.last_active_at = self._ledger.clock()
            return self._take_away(seat, event, payload)
        if len(seat.turns) >= MAX_TURNS:
            raise Refused("too-fast", "The store has not taken in yet what came before; wait a moment.")
        # Here: what waited together comes all at once.
        self._count(seat, message)
        return Turn(partial(self._take_turn, seat, message, payload, seat.live.withdrawals))

    async def take(self, seat: Seat, event: str, payload: Any) -> None:
        """As `hear`, and what is left, for a seat that has said nothing else."""
        turn = self.hear(seat, event, payload)
        if turn is not None:
            await turn()

    async def _take_turn(self, seat: Seat, message: str, payload: Any, begun: int) -> None:
        seat.check(message)
        await self._in_turn[message](seat, payload, begun)

    def _count(self, seat: Seat, message: str) -> None:
        now = self._ledger.clock()
        if message not in _FREE and not seat.rates.controls.take(now):
            raise Refused("too-fast", "That came too often; wait a moment.")
        seat.live.last_active_at = now

    def _take_away(self, seat: Seat, event: str, payload: Any) -> Turn | None:
        live = seat.live
        keep: Callable[[], Awaitable[None]]
        if event == "admission":
            agent = live.as_here(_agent_of(live.session, payload))
            changes = agent.admission != "refused"
            self._relay.refuse(live, agent.id)
            keep = partial(self._admission, seat, payload, live.withdrawals)
        else:
            change = self._paused(live, payload) if event == "pause" else _ENDS[event]
            changes = apply(live.session, change, self._ledger.clock()) != live.session
            keep = partial(self._ledger.change, live, change, begun=self._ledger.begin(live, change))
        return self._to_keep(seat, Turn(keep, (event, payload)), changes=changes)

    def _to_keep(self, seat: Seat, turn: Turn, *, changes: bool) -> Turn | None:
        """None of what waits already, and of what changes nothing where that comes too often: it would fill the store.

        `changes`: the session as it is. A resume, or a Yes, that waits may be what it changes.
        """
        if seat.turns.waits(turn.word):
            return None
        is_news = changes or seat.turns.has_wordless
        return turn if is_news or seat.rates.controls.take(self._ledger.clock()) else None

    # -- of the shopper

    def _paused(self, live: Live, pause: Pause) -> Paused:
        if pause.reason == "no-agent":
            raise Refused("wrong-role", "Only the relay pauses for want of an agent.")
        # What the page does meanwhile nobody hears of: what it said of its rules says nothing any more.
        live.drift = None
        return Paused(reason=pause.reason)

    async def _resume(self, seat: Seat, _: None, begun: int) -> None:
        live = seat.live
        if live.shopper not in (seat, None):
            # Of a page that another one has followed, which may have paused since.
            return
        if live.session.pause_reason == "no-agent" and not live.watching:
            raise Refused("no-agent", "No agent is there to watch; the view goes on when one comes back.")
        await self._ledger.change(live, Resumed(), begun=begun)
        if live.wants_keyframe:
            # A page that was never told of a failed pause sent frames behind this, which came before the store.
            self._relay.want_keyframe(live)

    async def _leaving(self, seat: Seat, _: None, _begun: int) -> None:
        # Not where the next page was let in while this waited.
        await self._ledger.change_if(seat.live, Left(), lambda: seat.live.arrivals == seat.arrivals)

    def _visibility(self, seat: Seat, visibility: Visibility) -> None:
        live = seat.live
        if live.shopper is seat and live.shopper_hidden != visibility.hidden:
            live.shopper_hidden = visibility.hidden
            self._attendance.tell(live)

    async def _admission(self, seat: Seat, answer: Admission, begun: int) -> None:
        live = seat.live

        def edit(session: Session) -> Session:
            person = _agent_of(session, answer)
            return with_participant(session, replace(person, admission="admitted" if answer.admitted else "refused"))

        now = self._ledger.clock()
        person = live.participant(answer.agent)
        trail = [
            TrailEntry(at=now, kind="admission", participant=answer.agent, detail={"admitted": str(answer.admitted)})
        ]
        counts = answer.admitted and live.refused_at.get(answer.agent, 0) <= begun
        if person is not None and counts and answer.agent in live.agents and person.admission != "admitted":
            trail.append(TrailEntry(at=now, kind="join", participant=person.id, detail={"name": person.name}))
        try:
            await self._ledger.change(live, None, edit=edit, trail=trail, begun=begun, is_silent=True)
            live.settle_admission(answer.agent, begun)
            live.refusals_noted.discard(answer.agent)
        except StoreUnavailable:
            if not answer.admitted and answer.agent not in live.refusals_noted:
                # The refusal is kept later, with the notes; said again, it says no more until an answer is kept.
                live.notes += trail
                live.refusals_noted.add(answer.agent)
            raise
        finally:
            # Also of a refusal that was not kept: it counts all the same.
            self._attendance.tell(live)
        agent = live.agents.get(answer.agent)
        if agent is not None and answer.admitted:
            self._relay.refill(agent)
        if agent is not None:
            await self._attendance.count_agents(live)

    def _outcome(self, seat: Seat, outcome: ActOutcome) -> None:
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

    def _drift(self, seat: Seat, drift: Drift) -> None:
        # An older socket's page is not the one that frames told of.
        if seat.live.shopper is seat:
            take_drift(seat.live, drift, self._settings)

    async def _rating(self, seat: Seat, rating: Rating, _begun: int) -> None:
        entry = TrailEntry(
            at=self._ledger.clock(), kind="rating", participant=seat.participant_id, detail={"stars": str(rating.stars)}
        )
        await self._ledger.change(
            seat.live, None, edit=lambda session: replace(session, rating=rating.stars), trail=[entry]
        )

    # -- of agents

    async def _highlight(self, seat: Seat, act: Highlight, _begun: int) -> None:
        # Durable before it is seen: what an agent did to the shopper's page is never missing from the receipt.
        # Checked again when its turn comes: the shopper may have paused or ended the view meanwhile.
        if seat.live.agents.get(seat.participant_id) is not seat:
            # Nobody is there who could take it away again.
            return
        entry = self._highlight_entry(seat, act)
        await self._ledger.change(
            seat.live, None, edit=self._still_allows(seat, "act:highlight"), trail=[entry], is_silent=True
        )
        seat.live.acts.remember(act.act, seat.participant_id)
        self._carry_act(seat, act)

    async def _dismiss(self, seat: Seat, act: Act, _begun: int) -> None:
        # Needs no store, but may be of a highlight that still waits for it.
        self._carry_act(seat, act)

    def _carry_act(self, seat: Seat, act: Act) -> None:
        shopper = seat.live.shopper
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

    def _resync(self, seat: Seat, _: None) -> None:
        if not seat.rates.resyncs.take(self._ledger.clock()):
            raise Refused("too-fast", "The picture was asked for too often; wait a moment.")
        self._relay.refill_anew(seat)


_ENDS = {"stop": Ended(reason="shopper-stopped"), "end": Ended(reason="agent-ended")}


def _agent_of(session: Session, answer: Admission) -> Participant:
    """Whom the shopper answers. A page that names its own person would shut itself out."""
    person = participant_of(session, answer.agent)
    if person is None or person.role != "agent":
        raise Refused("unknown-agent", "There is no such agent in this session any more.")
    return person


def _takes_away(event: str, payload: Any) -> bool:
    """Whether a message takes the picture from agents, or an agent's leave to see it."""
    return event in ("pause", "stop", "end") or (event == "admission" and not payload.admitted)
