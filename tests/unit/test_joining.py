"""A store that fails, or loses its answer, as a code is typed and as the shopper answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.relay.running import SHOP, settings_for
from tests.unit.troubled_store import TroubledStore

from beside.bodies import AskCode, ConsentAnswer, ConsentOffer, RedeemCode
from beside.errors import Refused, StoreUnavailable
from beside.joining import Joining
from beside.ledger import Ledger
from beside.live import Live
from beside.offers import Offers
from beside.protocol import PROTOCOL_VERSION, Grant
from beside.session import Participant, Session, TrailEntry, shopper_of, with_generation, with_participant
from beside.store.contract import CodeEntry
from beside.tokens import Signer

SAM = Participant(id="a", role="agent", name="Sam")


class AskingStore(TroubledStore):
    """Takes no code back while it `keeps_no_codes`, and ties no shopper to a session.

    `loses_claim`: it does that once, and its answer is lost. `goes_blind`: from then on it does not say who is tied
    to what.
    """

    keeps_no_codes = False
    loses_claim = False
    goes_blind = False
    is_blind = False

    async def put_code(self, digest: str, entry: CodeEntry, *, now: float) -> bool:
        self._check()
        return await super().put_code(digest, entry, now=now)

    async def claim_ask(self, ask: str, session_id: str, *, expires_at: float) -> bool:
        self._check()
        is_first = await super().claim_ask(ask, session_id, expires_at=expires_at)
        if self.loses_claim:
            self.loses_claim, self.is_blind = False, self.goes_blind
            raise StoreUnavailable("the answer was lost on its way")
        return is_first

    async def claimed_session(self, ask: str, *, now: float) -> str | None:
        if self.is_blind:
            raise StoreUnavailable("it is not reached")
        return await super().claimed_session(ask, now=now)

    def _check(self) -> None:
        if self.keeps_no_codes:
            raise StoreUnavailable("it is not reached")


class Desk:
    """An offered session, and a shopper who reads out a code."""

    def __init__(self, path: Path) -> None:
        self.now = 1_800_000_000.0
        self.settings = settings_for(path, 1)
        self.store = AskingStore()
        self.offers = Offers(self.store, self.settings, clock=lambda: self.now)
        self.ledger = Ledger(
            self.store, self.settings, deliveries_of=lambda _s, _t: [], on_ended=self._ended, clock=lambda: self.now
        )
        signer = Signer(self.settings.secret_keys, clock=lambda: self.now)
        self.joining = Joining(self.store, self.ledger, self.offers, signer, self.settings)

    async def _ended(self, _: Session) -> None:
        pass

    async def open(self) -> tuple[Live, str]:
        await self.store.open()
        at = self.now
        facts: dict[str, Any] = {"ticket": "T", "subject": "", "locale": None, "created_at": at, "state_since": at}
        session = Session(id="s", site="test", participants=(SAM,), **facts)
        live = await self.ledger.insert(session, TrailEntry(at=at, kind="created"))
        site = self.settings.site("test")
        assert site is not None
        code, _ = await self.offers.ask(site, "en")
        return live, code

    async def ask_shopper(self) -> tuple[Live, ConsentOffer]:
        """The shopper has typed the agent's code, and is asked for consent."""
        live, _ = await self.open()
        site = self.settings.site("test")
        assert site is not None
        made = await self.offers.make(live.session, site)
        body = RedeemCode(site="test", protocol=PROTOCOL_VERSION, locale="en", code=made.code, secret=None, work=None)
        offer = await self.joining.redeem(body, origin=SHOP, address="192.0.2.1")
        assert isinstance(offer, ConsentOffer)
        return live, offer

    async def answer(self, offer: ConsentOffer, *grants: Grant) -> str | None:
        """The token that the answer brings."""
        body = ConsentAnswer(token=offer.token, grants=list(grants), locale="en", text_version="1")
        return (await self.joining.answer(body, origin=SHOP)).token


@pytest.mark.parametrize("keeps_question", [False, True])
async def test_code_is_good_again_once_a_store_that_failed_is_back(tmp_path: Path, keeps_question: bool) -> None:
    """Also where it kept the question to the shopper, who has seen none of it."""
    desk = Desk(tmp_path)
    live, code = await desk.open()
    desk.store.keeps_no_codes = True
    desk.store.is_away = not keeps_question

    with pytest.raises(StoreUnavailable):
        await desk.joining.claim("s", SAM, code)
    desk.store.is_away = desk.store.keeps_no_codes = False
    await desk.joining.give_back()

    assert live.session.state == "offered"
    await desk.joining.claim("s", SAM, code)
    assert live.session.state == "asking"
    await desk.store.close()


@pytest.mark.parametrize("goes_blind", [False, True])
async def test_code_whose_claim_was_kept_and_its_answer_lost_has_asked_the_shopper(
    tmp_path: Path, goes_blind: bool
) -> None:
    """It was given back, and was dead, for it is claimed. `goes_blind`: the store is away for longer."""
    desk = Desk(tmp_path)
    live, _ = await desk.open()
    body = AskCode(site="test", protocol=PROTOCOL_VERSION, locale="en")
    asked = await desk.joining.ask(body, origin=SHOP, address="192.0.2.1")
    desk.store.loses_claim, desk.store.goes_blind = True, goes_blind

    if goes_blind:
        with pytest.raises(StoreUnavailable):
            await desk.joining.claim("s", SAM, asked.code)
    else:
        await desk.joining.claim("s", SAM, asked.code)
    desk.store.is_blind = False
    await desk.joining.give_back()
    offer = await desk.joining.wait(asked.token, origin=SHOP)

    assert isinstance(offer, ConsentOffer)
    assert live.session.state == "asking"
    assert await desk.answer(offer, "view") is not None
    await desk.store.close()


async def test_allow_that_the_store_kept_and_did_not_answer_may_be_said_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    live, offer = await desk.ask_shopper()
    desk.store.loses_answer = True
    with pytest.raises(StoreUnavailable):
        await desk.answer(offer, "view", "point")

    token = await desk.answer(offer, "view", "point")

    assert token is not None
    assert (live.session.state, live.session.grants) == ("live", ("view", "point"))
    assert await desk.store.load_session("s") == live.session
    await desk.store.close()


@pytest.mark.parametrize("is_lost", [False, True])
async def test_no_takes_back_an_allow_of_which_the_shopper_saw_nothing(tmp_path: Path, is_lost: bool) -> None:
    """`is_lost`: by the store, which kept it; else on the way to the page."""
    desk = Desk(tmp_path)
    live, offer = await desk.ask_shopper()
    desk.store.loses_answer = is_lost
    if is_lost:
        with pytest.raises(StoreUnavailable):
            await desk.answer(offer, "view")
    else:
        await desk.answer(offer, "view")

    token = await desk.answer(offer)

    assert token is None
    assert (live.session.state, live.session.end_reason) == ("ended", "shopper-stopped")
    assert [entry.kind for entry in await desk.store.trail("s")][-3:] == ["consent", "end", "declined"]
    await desk.store.close()


async def test_allow_that_is_said_again_and_grants_less_takes_back_the_rest(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    live, offer = await desk.ask_shopper()
    desk.store.loses_answer = True
    with pytest.raises(StoreUnavailable):
        await desk.answer(offer, "view", "point")

    first = await desk.answer(offer, "view")
    await desk.answer(offer, "view", "point")

    assert first is not None
    assert live.session.grants == ("view",)
    assert await desk.store.load_session("s") == live.session
    await desk.store.close()


@pytest.mark.parametrize("grants", [(), ("view",)])
async def test_old_answer_does_nothing_to_a_view_that_a_page_has_come_to(
    tmp_path: Path, grants: tuple[Grant, ...]
) -> None:
    desk = Desk(tmp_path)
    live, offer = await desk.ask_shopper()
    await desk.answer(offer, "view", "point")
    shopper = shopper_of(live.session)
    assert shopper is not None
    come = with_generation(shopper, "", 1)
    await desk.ledger.change(live, None, edit=lambda session: with_participant(session, come))

    with pytest.raises(Refused):
        await desk.answer(offer, *grants)

    assert (live.session.state, live.session.grants) == ("live", ("view", "point"))
    await desk.store.close()
