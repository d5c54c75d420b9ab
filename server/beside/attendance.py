"""Participants come and go: tokens are spent, seats taken and left, and an older socket of a person ends in words.

Knows nothing of Socket.IO; what a seat sends is carried on by `relay.py` and `messages.py`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from msgspec.structs import replace

from beside.errors import Refused, WrongProtocol
from beside.lane import Lane, Wire
from beside.ledger import Ledger
from beside.live import Live, Seat, view_of
from beside.protocol import PROTOCOL_VERSION, AgentWelcome, Hello, Refusal, ShopperWelcome
from beside.relay import Relay
from beside.session import (
    Lost,
    Participant,
    Paused,
    Resumed,
    Returned,
    Role,
    Session,
    generation_of,
    participant_of,
    with_generation,
    with_participant,
)
from beside.settings import Settings
from beside.tokens import Signer

# Between the highest epoch known and the first of a new page: what a killed process had not yet written down is
# passed over. One keyframe in 2 s and a commit a second leave at most a few epochs unknown.
EPOCH_GAP = 16
ELSEWHERE = Refusal(code="opened-elsewhere", message="This view was opened somewhere else; it goes on there.")


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A participant whose token was spent, and who may now take a seat."""

    live: Live
    participant_id: str
    # Of its tokens: the next one carries on from there.
    chain: str
    origin: str


class Attendance:
    """Who is there. Tells the relay who needs a picture."""

    def __init__(self, relay: Relay, ledger: Ledger, signer: Signer, settings: Settings) -> None:
        self._relay = relay
        self._ledger = ledger
        self._signer = signer
        self._settings = settings

    async def expect(self, session_id: str) -> None:
        """Somebody's socket has come for a session, which comes here if it can. Raises `AtHomeElsewhere`."""
        await self._ledger.find(session_id, has_socket=True)

    async def check_in(self, hello: Hello, *, origin: str, session: str | None) -> CheckedIn:
        """Spends a participant token. `session`: what the address of the socket says, for balancers; it must agree.

        Raises `WrongProtocol`, or `Refused`: "token-invalid", "ended", "wrong-origin", "opened-elsewhere",
        "session-full".
        """
        if hello.protocol != PROTOCOL_VERSION:
            raise WrongProtocol(PROTOCOL_VERSION, hello.protocol)
        claims = self._signer.read_participant(hello.token)
        live = await self._ledger.find_open(claims.session, has_socket=True)
        person = participant_of(live.session, claims.participant)
        if person is None or person.role != claims.role or (session is not None and session != claims.session):
            raise Refused("token-invalid", "This page's place in the session is not known here; start again.")
        self._check_origin(live.session, person.role, origin)
        if claims.chain not in ("", origin):
            raise Refused("wrong-origin", "This page's address is not the one that the view was handed over to.")
        self._check_room(live, person)

        def advance(current: Session) -> Session:
            person = participant_of(current, claims.participant)
            # The one in use is good until the next is used: a page may lose its socket before it has read the next.
            used = generation_of(person, claims.chain) if person else 0
            if person is None or not used <= claims.generation <= used + 1:
                raise Refused(ELSEWHERE.code, ELSEWHERE.message)
            person = replace(
                with_generation(person, claims.chain, claims.generation),
                joined_at=person.joined_at or self._ledger.clock(),
                left_at=None,
            )
            current = with_participant(current, person)
            if person.role == "shopper":
                epoch = max(current.epoch, live.intake.next_epoch - 1) + EPOCH_GAP
                current = replace(current, snippet_version=hello.version, epoch=epoch)
            return current

        if person.role == "shopper":
            # Whoever comes back comes after what they said before: else they would be given a picture that they paused.
            await live.turns_of(person.id).finished()
        await self._ledger.change(live, Returned() if person.role == "shopper" else None, edit=advance)
        if person.role == "shopper":
            # At once: what waited for this change asks whether somebody is coming.
            live.shopper_checks_in(self._ledger.clock())
            if self._is_unwatched(live):
                await self._ledger.change_if(live, Paused(reason="no-agent"), lambda: self._is_unwatched(live))
        return CheckedIn(live, claims.participant, claims.chain, origin)

    def _is_unwatched(self, live: Live) -> bool:
        gone_at = live.agents_gone_at
        is_over = gone_at is not None and self._ledger.clock() - gone_at >= self._settings.no_agent_window_s
        return live.session.state == "live" and is_over

    def _check_origin(self, session: Session, role: str, origin: str) -> None:
        site = self._settings.site(session.site)
        allowed = (self._settings.public_url,) if role == "agent" else site.origins if site else ()
        if origin not in allowed:
            raise Refused("wrong-origin", "This page's address is not one that this session may be opened from.")

    def _check_room(self, live: Live, person: Participant) -> None:
        """Launching asks too, but a link may be spent long before its console is opened."""
        is_new = person.role == "agent" and person.id not in live.agents
        if is_new and len(live.agents) >= self._settings.max_agents:
            raise Refused("session-full", "This session has all the agents it may have.")

    def sit_down(self, checked: CheckedIn, wire: Wire) -> Seat:
        """Gives a participant a seat and says welcome; `announce` comes next. An older socket of theirs ends in words.

        Awaits nothing, so that no failure leaves a seat that nobody gives up. Raises `Refused` "ended", "session-full".
        """
        live = checked.live
        if live.has_left:
            raise Refused("conflict", "This session is held elsewhere by now. Try again.")
        person = live.participant(checked.participant_id)
        if person is None or live.session.state == "ended":
            raise Refused("ended", "This session has ended. Start a new one from the ticket.")
        # Again: others have sat down since they checked in, of whom each found room.
        self._check_room(live, person)
        seat = self._seat(live, person.id, person.role, wire)
        older = live.shopper if person.role == "shopper" else live.agents.get(person.id)
        if older is not None:
            older.lane.tell("refusal", ELSEWHERE)
            older.lane.close()
        if person.role == "shopper":
            live.shopper = seat
            seat.arrivals = live.arrivals
            live.assets.begin_page()
            live.shopper_gone_at = None
            live.shopper_hidden = False
            self._welcome_shopper(live, seat, checked)
        else:
            live.agents[person.id] = seat
            self._welcome_agent(live, seat)
            if older is None and person.admission == "admitted" and live.session.consent_at is not None:
                live.note(self._ledger.clock(), "join", person.id, name=person.name)
        return seat

    async def announce(self, seat: Seat) -> None:
        """Tells everybody who is there now. Raises `StoreUnavailable`; the sweeper counts again."""
        live = seat.live
        try:
            await self.count_agents(live)
        finally:
            self.tell(live)

    def _seat(self, live: Live, participant_id: str, role: Role, wire: Wire) -> Seat:
        seat: Seat

        def caught_up() -> None:
            self._relay.catch_up(seat)

        seat = Seat(
            live=live,
            participant_id=participant_id,
            role=role,
            lane=Lane(wire, self._settings.max_queue_bytes, caught_up),
            rates=live.rates_of(participant_id, self._settings),
        )
        return seat

    def _welcome_shopper(self, live: Live, seat: Seat, checked: CheckedIn) -> None:
        site = self._settings.site(live.session.site)
        live.intake.open(live.session.epoch)
        live.last_active_at = live.keyframe_asked_at = self._ledger.clock()
        seat.lane.tell(
            "welcome",
            ShopperWelcome(
                protocol=PROTOCOL_VERSION,
                session=live.session.id,
                next_token=self._next_token(seat, checked.chain),
                epoch=live.session.epoch,
                sheets=live.sheets.hashes,
                origins=[origin for origin in (site.origins if site else ()) if origin != checked.origin],
                echo_key=live.session.echo_key,
                view=view_of(live, self._settings, self._ledger.clock()),
            ),
        )

    def _welcome_agent(self, live: Live, seat: Seat) -> None:
        blank = live.blank_for(seat)
        if blank is not None:
            # It was taken from all who were there; in their mirror it may stand still.
            seat.lane.blank(blank)
        seat.lane.tell(
            "welcome",
            AgentWelcome(
                protocol=PROTOCOL_VERSION,
                session=live.session.id,
                agent=seat.participant_id,
                next_token=self._next_token(seat, ""),
                view=view_of(live, self._settings, self._ledger.clock()),
            ),
        )
        self._relay.refill(seat)

    def _next_token(self, seat: Seat, chain: str) -> str:
        person = seat.participant
        generation = generation_of(person, chain) + 1
        return self._signer.sign_participant(seat.live.session.id, person.id, person.role, generation, chain)

    async def leave(self, seat: Seat) -> None:
        """A socket is gone, whoever closed it. The others hear of it at once; raises `StoreUnavailable` after that."""
        live = seat.live
        seat.lane.abandon()
        if live.has_left:
            # Whoever holds it knows who is there.
            return
        if live.shopper is seat:
            live.shopper = None
            live.shopper_gone_at = self._ledger.clock()
        elif live.agents.get(seat.participant_id) is seat:
            del live.agents[seat.participant_id]
            if seat.may_watch:
                live.note(self._ledger.clock(), "leave", seat.participant_id)
        else:
            return
        # What this brings about waits for the store.
        self.tell(live)
        if seat.role == "agent":
            await self.count_agents(live)
            return
        # A page that said that it leaves is not lost, though the store is slow.
        await seat.turns.finished()
        if live.session.state in ("live", "paused"):
            # Whoever has checked in since sits down at once: the view goes on with them.
            await self._ledger.change_if(live, Lost(), lambda: live.shopper is None and live.arrivals == seat.arrivals)

    def tell(self, live: Live) -> None:
        """How the session stands, to everybody who is there."""
        live.tell_all("view", view_of(live, self._settings, self._ledger.clock()))

    def miscounts_agents(self, live: Live) -> bool:
        """Is there anything for `count_agents` to do?"""
        return (live.agents_gone_at is None) != bool(live.watching) or self._is_paused_in_vain(live)

    def _is_paused_in_vain(self, live: Live) -> bool:
        is_paused = live.session.state == "paused" and live.session.pause_reason == "no-agent"
        return is_paused and bool(live.watching)

    async def count_agents(self, live: Live) -> None:
        """To be called when an agent who may watch came or went: capture stops where nobody watches for a while."""
        if not live.watching:
            live.agents_gone_at = live.agents_gone_at or self._ledger.clock()
            return
        live.agents_gone_at = None
        if self._is_paused_in_vain(live):
            with suppress(Refused):
                await self._ledger.change(live, Resumed(only="no-agent"))
