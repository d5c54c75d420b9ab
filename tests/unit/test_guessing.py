"""The attacker who tries share codes, played by their own rules: how far one address comes in a day, and very many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from beside.errors import Refused, StoreUnavailable, TooSoon
from beside.offers import Offers
from beside.session import Session
from beside.settings import Settings
from beside.sharecodes import CODE_DIGITS, FREE_GUESSES, LONG_CODE_DIGITS, normalise_code
from beside.sites import Site
from beside.store import open_store
from beside.store.contract import CodeEntry, Store

ROOT = Path(__file__).resolve().parents[2]
GUESSES_A_DAY = 314
DAY_S = 86_400.0
SITE = Site(key="shop", name="Shop", origins=("https://shop.example",), shop_url="https://shop.example/")
ALARM = 20


class Attack:
    """Wrong codes against a relay whose clock the attacker's patience moves."""

    def __init__(self, store: Store) -> None:
        self.now = 1_800_000_000.0
        settings = Settings(
            public_url="https://console.example", sites=(SITE,), secret_keys=("k" * 32,), guess_alarm=ALARM
        )
        self.offers = Offers(store, settings, clock=lambda: self.now)
        self._next = 0

    async def guess(self, address: str, digits: int = CODE_DIGITS) -> None:
        """A code that is nobody's. Raises `TooSoon`."""
        self._next += 1
        await self.take(f"{self._next:0{digits}d}", address)

    async def take(self, code: str, address: str) -> CodeEntry | None:
        """What it opens. Raises `TooSoon`."""
        try:
            return await self.offers.take(code, "offer", SITE, address)
        except Refused as refused:
            if refused.code != "wrong-code":
                raise
            return None

    async def new_code(self, session: str) -> str:
        made = Session(id=session, site="shop", ticket=session, subject="", locale=None, created_at=0, state_since=0)
        return normalise_code((await self.offers.make(made, SITE)).code)


@pytest.fixture
async def attack(tmp_path: Path) -> AsyncIterator[Attack]:
    store = open_store(str(tmp_path / "relay.sqlite3"))
    await store.open()
    yield Attack(store)
    await store.close()


async def test_one_patient_address_tries_a_few_hundred_codes_a_day(attack: Attack) -> None:
    started_at, guesses = attack.now, 0
    while attack.now < started_at + DAY_S:
        try:
            await attack.guess("192.0.2.1")
            guesses += 1
        except TooSoon as wait:
            attack.now += wait.retry_after_s

    assert GUESSES_A_DAY * 0.9 <= guesses <= GUESSES_A_DAY
    assert f"{GUESSES_A_DAY} a day" in (ROOT / "docs/threat-model.md").read_text("utf-8")


async def test_right_code_opens_although_its_guess_cannot_be_forgiven(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await attack.new_code("kept")

    async def fail(*_: object) -> None:
        raise StoreUnavailable("as one that goes away in that instant")

    monkeypatch.setattr(attack.offers._store, "forgive_guess", fail)
    found = await attack.take(code, "192.0.2.1")

    assert found is not None
    assert found.session == "kept"


async def test_many_addresses_meet_longer_codes_and_nobodys_right_code_is_refused(attack: Attack) -> None:
    before = await attack.new_code("before")
    for number in range(ALARM):
        await attack.guess(f"192.0.2.{number // FREE_GUESSES}")
    during = await attack.new_code("during")

    assert (len(before), len(during)) == (CODE_DIGITS, LONG_CODE_DIGITS)
    for session, code in (("before", before), ("during", during)):
        found = await attack.take(code, "198.51.100.1")
        assert found is not None
        assert found.session == session


async def test_codes_are_short_again_once_nobody_tries_them(attack: Attack) -> None:
    for number in range(ALARM):
        await attack.guess(f"192.0.2.{number}")
    attack.now += 3000
    # Who types a long code has typed a short one on the way; an attacker who goes on with those finds none.
    for number in range(ALARM):
        await attack.guess(f"198.51.100.{number}")
    still = await attack.new_code("still")
    attack.now += 601
    later = await attack.new_code("later")

    assert (len(still), len(later)) == (LONG_CODE_DIGITS, CODE_DIGITS)


async def test_codes_stay_long_while_long_ones_are_tried(attack: Attack) -> None:
    for number in range(ALARM):
        await attack.guess(f"192.0.2.{number}")
    attack.now += 3000
    for number in range(ALARM):
        await attack.guess(f"198.51.100.{number}", LONG_CODE_DIGITS)
    attack.now += 601

    assert len(await attack.new_code("later")) == LONG_CODE_DIGITS
