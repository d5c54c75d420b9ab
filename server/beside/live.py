"""An open session as this process holds it: who is connected, the picture, and what must still be written down.

Plain state with the few verbs that touch nothing else. Knows nothing of stores, tokens or Socket.IO.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from msgspec.structs import replace

from beside.assets import Assets
from beside.backlog import Backlog
from beside.fields import FieldTally
from beside.frames import Intake
from beside.grants import check, may_watch
from beside.lane import Lane
from beside.protocol import AgentPresence, Blank, Drift, DriftAlarm, Record, SessionView
from beside.queues import Turns
from beside.rates import Rate
from beside.session import (
    Ended,
    Event,
    Participant,
    Paused,
    Role,
    Session,
    TrailEntry,
    WindowPassed,
    is_paused,
    participant_of,
)
from beside.settings import Settings
from beside.sheets import SheetTexts

# Outcomes come back within the life of a highlight, and an agent has a few at a time.
MAX_ACTS = 200
# Of one highlight: that it is shown, and how it went away.
OUTCOMES_OF_AN_ACT = 2


class Acts:
    """Whose highlights the shopper's page may still answer; past `MAX_ACTS` the oldest are forgotten.

    An answer that nobody asked for is not kept: a page that says one over and over must not fill the store.
    """

    __slots__ = ("_left",)

    def __init__(self) -> None:
        # Act -> the agent it came from, and how many outcomes are to come; newest last.
        self._left: dict[str, tuple[str, int]] = {}

    def remember(self, act: str, agent: str) -> None:
        _, left = self._left.pop(act, (agent, 0))
        self._left[act] = (agent, left + OUTCOMES_OF_AN_ACT)
        while len(self._left) > MAX_ACTS:
            del self._left[next(iter(self._left))]

    def answer(self, act: str) -> str | None:
        """The agent whom an outcome is for; None where no further one is to come."""
        agent, left = self._left.get(act, (None, 0))
        if agent is None:
            return None
        if left > 1:
            self._left[act] = (agent, left - 1)
        else:
            del self._left[act]
        return agent


@dataclass(eq=False, slots=True)
class Rates:
    """How fast a person may go on, by whichever of their sockets: else one who comes back at once had it all anew.

    A page that loads again sends its picture again. The largest honest one fits in three times in a row (settings.py),
    and its style sheets, most of its size, do not come again. A keyframe that is refused is asked for once more.
    """

    messages: Rate
    # Messages that the store must take in.
    controls: Rate
    frame_bytes: Rate
    # Refusals that the sender's own fault led to, per minute.
    offences: Rate
    resyncs: Rate


@dataclass(eq=False, slots=True)
class Seat:
    """A participant's connected socket."""

    live: Live
    participant_id: str
    role: Role
    lane: Lane
    rates: Rates
    # The last epoch that this agent was given once more; 0 while none was.
    refilled_epoch: int = 0
    # How often a page of the shopper had checked in when this seat was taken.
    arrivals: int = 0
    # By this socket.
    offences: int = 0
    # The session as it was when they were last looked for in it: it is another with each change. Who they are there,
    # whether they may watch, and the last message that they may send: each frame asks.
    _session: Session | None = field(default=None, init=False, repr=False)
    _participant: Participant | None = field(default=None, init=False, repr=False)
    _may_watch: bool = field(default=False, init=False, repr=False)
    _may_send: str = field(default="", init=False, repr=False)

    @property
    def participant(self) -> Participant:
        if self._session is not self.live.session:
            self._look()
        assert self._participant is not None
        return self._participant

    @property
    def turns(self) -> Turns:
        """Of the person, whichever of their sockets they say it by: a page that comes back stops no pause."""
        return self.live.turns_of(self.participant_id)

    @property
    def may_watch(self) -> bool:
        """As `grants.may_watch`."""
        if self._session is not self.live.session:
            self._look()
        return self._may_watch

    def check(self, message: str) -> None:
        """As `grants.check`."""
        if self._session is not self.live.session:
            self._look()
        if self._may_send != message:
            check(self.live.session, self.participant, message)
            self._may_send = message

    def look_again(self) -> None:
        """Who they are is another than it was, in the same session."""
        self._session = None

    def _look(self) -> None:
        session = self.live.session
        found = self.live.participant(self.participant_id)
        if found is None:
            raise LookupError("a seat outlived its participant")
        self._session, self._participant = session, found
        self._may_watch = may_watch(session, found)
        self._may_send = ""


@dataclass(eq=False, slots=True)
class Live:
    """One open session. `lock` is held while it is changed and committed; reading needs none."""

    session: Session
    backlog: Backlog
    sheets: SheetTexts
    assets: Assets
    intake: Intake
    last_active_at: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    # How many changes wait for that or are made: a lock that was just let go of looks free to all.
    changes: int = 0
    fields: FieldTally = field(default_factory=FieldTally)
    shopper: Seat | None = None
    agents: dict[str, Seat] = field(default_factory=dict)
    # What each participant said, as far as that waits for the store, and what they may say.
    turns: dict[str, Turns] = field(default_factory=dict)
    rates: dict[str, Rates] = field(default_factory=dict)
    # Since when no page of the shopper, and no admitted agent, is connected; None while one is. A page that has checked
    # in is about to be.
    shopper_gone_at: float | None = None
    agents_gone_at: float | None = None
    # The shopper looks at another tab or app; how often the view has moved to another page by a hand-over.
    shopper_hidden: bool = False
    moves: int = 0
    # How often a page of the shopper has checked in.
    arrivals: int = 0
    keyframe_asked_at: float | None = None
    wants_keyframe: bool = False
    # The picture was taken away and no new one may be shown before the session is live again.
    is_withheld: bool = False
    # How often somebody's sight was taken away, everybody's or one agent's: what is on its way must not give back what
    # was taken after it had been asked for. Which of these withheld the picture last, and which refused an agent.
    withdrawals: int = 0
    withheld_at: int = 0
    refused_at: dict[str, int] = field(default_factory=dict)
    # Whose refusal the store did not keep when it came, and is noted; no answer to them was kept since.
    refusals_noted: set[str] = field(default_factory=set)
    # The one of these, if any, that nobody asked for: where it comes to nothing, the picture is given back.
    withheld_by_time: int | None = None
    last_blank: Blank | None = None
    path: str | None = None
    pages_noted: int = 0
    trips_noted: int = 0
    # What the page that is shared says of the policy's rules so far, and what became an alarm (drift.py).
    drift: Drift | None = None
    drift_alarms: list[DriftAlarm] = field(default_factory=list)
    is_unsettled: bool = False
    # Another process holds the session by now, or may: nothing of it is changed here any more.
    has_left: bool = False
    # An end that somebody asked for and the store could not keep: it is tried again.
    unkept_end: Ended | None = None
    # Trail entries that nobody waits for; they go with the next commit, within a second.
    notes: list[TrailEntry] = field(default_factory=list)
    acts: Acts = field(default_factory=Acts)

    @property
    def seats(self) -> list[Seat]:
        return [*([self.shopper] if self.shopper else []), *self.agents.values()]

    @property
    def watching(self) -> list[Seat]:
        """Connected agents who may see the page."""
        return [seat for seat in self.agents.values() if seat.may_watch]

    @property
    def is_withheld_by_time(self) -> bool:
        """Nobody asked for it."""
        return self.is_withheld and self.withheld_by_time == self.withheld_at

    @property
    def owes(self) -> bool:
        """Has somebody ended the view, or refused an agent, and the store has not kept it yet?"""
        return bool(self.refused_at) or (self.unkept_end is not None and self.session.state != "ended")

    @property
    def has_unwritten(self) -> bool:
        """Is there anything that the store has not been told, as nobody waits for it?"""
        session = self.session
        has_come_further = self.intake.next_epoch - 1 > session.epoch or self.fields.most_masked > session.fields_masked
        return bool(self.notes) or has_come_further or bool(self.unkept_refusals)

    def turns_of(self, participant: str) -> Turns:
        return self.turns.setdefault(participant, Turns())

    def rates_of(self, participant: str, settings: Settings) -> Rates:
        if participant not in self.rates:
            self.rates[participant] = Rates(
                messages=Rate(settings.messages_per_s, 2 * settings.messages_per_s),
                controls=Rate(settings.controls_per_s, 4 * settings.controls_per_s),
                # One frame of the largest size with its chunks always fits into a rested budget.
                frame_bytes=Rate(
                    settings.frame_bytes_per_s, settings.max_frame_bytes + 2 * settings.max_deflated_bytes
                ),
                offences=Rate(settings.max_offences / 60.0, settings.max_offences),
                resyncs=Rate(0.5, 5),
            )
        return self.rates[participant]

    @property
    def has_turns(self) -> bool:
        return any(len(turns) for turns in self.turns.values())

    async def heard_out(self) -> None:
        """Returns once all that anybody has said by now is done."""
        for turns in list(self.turns.values()):
            await turns.finished()

    def shopper_checks_in(self, now: float) -> None:
        """The shopper's token is spent, and their page has no seat yet."""
        self.arrivals += 1
        if self.shopper is None:
            self.shopper_gone_at = now

    def blank(self, blank: Blank) -> None:
        """Forgets the picture and takes it from every mirror. Frames are refused until a new keyframe."""
        self.last_blank = blank
        self.backlog.clear()
        self.sheets.clear()
        self.assets.clear()
        self.intake.cut()
        self.fields.clear()
        for seat in self.agents.values():
            seat.lane.blank(blank)

    def withhold(self, blank: Blank) -> None:
        """As `blank`, and no frame is taken before the view has been resumed, by whoever asks for that from now on."""
        self.withdrawals += 1
        self.withheld_at = self.withdrawals
        self.keep_blank(blank)

    def keep_blank(self, blank: Blank) -> None:
        """As `withhold`, of what was decided before now: also who has asked for it already may resume the view."""
        self.is_withheld = True
        self.blank(blank)

    def give_back(self) -> None:
        """Shows a view again that time alone took away, where that came to nothing: the store could not keep it."""
        if self.is_withheld_by_time and self.session.state == "live":
            self.is_withheld = False
            self.wants_keyframe = True

    def blank_for(self, agent: Seat) -> Blank | None:
        """What an agent is told who comes and may have no picture that they had; None where they may, or get another.

        Also where the view goes on by now: the blank may have been while their socket was down.
        """
        if agent.participant.admission == "refused":
            return Blank(reason="revoked")
        if self.is_withheld or is_paused(self.session):
            return Blank(reason="policy" if self.session.pause_reason == "policy" else "paused")
        return self.last_blank if self.backlog.needs_keyframe or self.sheets.shown() is None else None

    def note_leaves(self, at: float) -> None:
        """Every agent who watches is about to be sent away; whoever comes back is noted as coming."""
        for seat in self.watching:
            self.note(at, "leave", seat.participant_id)

    def refuse(self, agent: str) -> None:
        """An agent counts as refused from now on, whatever the session says: the shopper's word may wait for it."""
        self.withdrawals += 1
        self.refused_at[agent] = self.withdrawals
        self._look_again(agent)

    def settle_admission(self, agent: str, withdrawals: int) -> None:
        """The session has been told of an answer: it counts, unless they were refused after so many withdrawals."""
        if self.refused_at.get(agent, 0) <= withdrawals and self.refused_at.pop(agent, None) is not None:
            self._look_again(agent)

    @property
    def unkept_refusals(self) -> list[str]:
        """None while something that was said waits: it may be a refusal, or a Yes before it, which must not count."""
        return [] if self.has_turns else list(self.refused_at)

    def _look_again(self, agent: str) -> None:
        seat = self.agents.get(agent)
        if seat is not None:
            seat.look_again()

    def participant(self, participant_id: str) -> Participant | None:
        """Who somebody is here: as the session says, but for a refusal that it has not been told of yet."""
        found = participant_of(self.session, participant_id)
        return None if found is None else self.as_here(found)

    @property
    def participants(self) -> list[Participant]:
        """As `participant`, of all."""
        return [self.as_here(person) for person in self.session.participants]

    def as_here(self, person: Participant) -> Participant:
        return replace(person, admission="refused") if person.id in self.refused_at else person

    def tell_all(self, event: str, payload: Record) -> None:
        for seat in self.seats:
            seat.lane.tell(event, payload)

    def note(self, at: float, kind: str, participant: str | None = None, **detail: str) -> None:
        self.notes.append(TrailEntry(at=at, kind=kind, participant=participant, detail=detail))


def live_of(session: Session, settings: Settings, now: float) -> Live:
    """A session of the store as an open one of this process: nobody is connected, and there is no picture."""
    return Live(
        session=session,
        backlog=Backlog(settings.max_backlog_bytes),
        sheets=SheetTexts(settings.max_sheet_bytes),
        assets=Assets(
            max_bytes=settings.max_asset_bytes,
            max_pixels=settings.max_asset_pixels,
            max_count=settings.max_assets,
            max_total_bytes=settings.max_assets_bytes,
        ),
        intake=Intake(max_frame_bytes=settings.max_frame_bytes, max_deflated_bytes=settings.max_deflated_bytes),
        last_active_at=now,
        shopper_gone_at=now,
        agents_gone_at=now,
    )


def blank_of(event: Event | None) -> Blank | None:
    """What the mirrors are told as it takes the picture away; None where it takes none."""
    match event:
        case Paused(reason=reason):
            return Blank(reason="policy" if reason == "policy" else "paused")
        case Ended() | WindowPassed():
            return Blank(reason="ended")
        case _:
            return None


def view_of(live: Live, settings: Settings, now: float) -> SessionView:
    """The session as both participants see it."""
    session = live.session
    window_s = {"away": settings.away_window_s, "lost": settings.resume_window_s}.get(session.state)
    return SessionView(
        state=session.state,
        pause_reason=session.pause_reason if session.state == "paused" else None,
        end_reason=session.end_reason,
        grants=list(session.grants),
        agents=[
            AgentPresence(
                id=person.id, name=person.name, admission=person.admission, connected=person.id in live.agents
            )
            for person in live.participants
            # One who came and went without being let in is nobody the shopper needs to know of.
            if person.role == "agent" and (person.admission == "admitted" or person.id in live.agents)
        ],
        shopper_connected=live.shopper is not None,
        shopper_hidden=live.shopper is not None and live.shopper_hidden,
        moves=live.moves,
        window_s=None if window_s is None else max(0.0, window_s - (now - session.state_since)),
        words=list(session.words) or None,
        words_translated=list(session.words_translated) or None,
        offer_outcome=session.offer_outcome,
    )
