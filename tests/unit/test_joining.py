"""A store that fails as an agent types the code that a shopper reads out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.relay.running import settings_for
from tests.unit.troubled_store import TroubledStore

from beside.errors import StoreUnavailable
from beside.joining import Joining
from beside.ledger import Ledger
from beside.live import Live
from beside.offers import Offers
from beside.session import Participant, Session, TrailEntry
from beside.store.contract import CodeEntry
from beside.tokens import Signer

SAM = Participant(id="a", role="agent", name="Sam")


class AskingStore(TroubledStore):
    """Takes no code back while it `keeps_no_codes`, and ties no shopper to a session."""

    keeps_no_codes = False

    async def put_code(self, digest: str, entry: CodeEntry, *, now: float) -> bool:
        self._check()
        return await super().put_code(digest, entry, now=now)

    async def claim_ask(self, ask: str, session_id: str, *, expires_at: float) -> bool:
        self._check()
        return await super().claim_ask(ask, session_id, expires_at=expires_at)

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
