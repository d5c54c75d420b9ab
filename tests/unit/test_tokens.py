"""Tokens: each is good for its own kind, its own time and its own keys only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beside.errors import Refused
from beside.tokens import (
    CLOCK_SKEW_S,
    AskClaims,
    ConsentClaims,
    CookieClaims,
    LaunchClaims,
    ParticipantClaims,
    Signer,
    site_of_launch,
)

NOW = 1_800_000_000.0
LAUNCH = LaunchClaims(
    site="shop", ticket="T-1", subject="运费 الشحن", agent_name="Amal", locale="ar", id="jti", session=None
)


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signer(clock: Clock) -> Signer:
    return Signer(["the first key of the tests"], clock=clock)


SIGN: dict[str, Callable[[Signer], str]] = {
    "participant": lambda signer: signer.sign_participant("s", "p", "shopper", 1),
    "launch": lambda signer: signer.sign_launch(LAUNCH),
    "cookie": lambda signer: signer.sign_cookie("s", "p"),
    "consent": lambda signer: signer.sign_consent("s", "p"),
    "ask": lambda signer: signer.sign_ask("a", "shop", "ar"),
}
READ: dict[str, Callable[[Signer, str], object]] = {
    "participant": lambda signer, token: signer.read_participant(token),
    "launch": lambda signer, token: signer.read_launch(token, 300),
    "cookie": lambda signer, token: signer.read_cookie(token),
    "consent": lambda signer, token: signer.read_consent(token, 120),
    "ask": lambda signer, token: signer.read_ask(token, 600),
}
CLAIMS = {
    "participant": ParticipantClaims("s", "p", "shopper", 1),
    "launch": LAUNCH,
    "cookie": CookieClaims("s", "p"),
    "consent": ConsentClaims("s", "p"),
    "ask": AskClaims("a", "shop", "ar"),
}
INVALID = {kind: f"{kind}-invalid" for kind in SIGN} | {"participant": "token-invalid"}


@pytest.mark.parametrize("kind", SIGN)
def test_a_token_reads_as_it_was_signed(signer: Signer, kind: str) -> None:
    assert READ[kind](signer, SIGN[kind](signer)) == CLAIMS[kind]


@pytest.mark.parametrize("kind", SIGN)
def test_a_token_stands_in_a_url_or_header_without_escaping(signer: Signer, kind: str) -> None:
    assert set(SIGN[kind](signer)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@pytest.mark.parametrize(("made_as", "read_as"), [(a, b) for a in SIGN for b in READ if a != b])
def test_a_token_of_one_kind_is_no_other(signer: Signer, made_as: str, read_as: str) -> None:
    token = SIGN[made_as](signer)

    with pytest.raises(Refused) as caught:
        READ[read_as](signer, token)

    assert caught.value.code == INVALID[read_as]


@pytest.mark.parametrize("kind", SIGN)
@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "A" + t[1:], lambda t: t + "x", lambda t: t.upper()])
def test_a_changed_token_is_refused(signer: Signer, kind: str, spoil: Callable[[str], str]) -> None:
    with pytest.raises(Refused) as caught:
        READ[kind](signer, spoil(SIGN[kind](signer)))

    assert caught.value.code == INVALID[kind]


@pytest.mark.parametrize(("kind", "max_age_s"), [("launch", 300), ("consent", 120), ("ask", 600)])
def test_a_token_with_an_age_expires_in_words(signer: Signer, clock: Clock, kind: str, max_age_s: float) -> None:
    token = SIGN[kind](signer)

    clock.now = NOW + max_age_s
    assert READ[kind](signer, token) == CLAIMS[kind]
    clock.now = NOW + max_age_s + 1
    with pytest.raises(Refused) as caught:
        READ[kind](signer, token)

    assert caught.value.code == f"{kind}-expired"
    assert "too" in str(caught.value)


@pytest.mark.parametrize("kind", ["participant", "cookie"])
def test_a_token_without_an_age_stays_good(signer: Signer, clock: Clock, kind: str) -> None:
    token = SIGN[kind](signer)

    clock.now = NOW + 400 * 86400

    assert READ[kind](signer, token) == CLAIMS[kind]


@pytest.mark.parametrize("kind", ["participant", "cookie"])
def test_a_clock_that_is_set_back_throws_nobody_out(signer: Signer, clock: Clock, kind: str) -> None:
    token = SIGN[kind](signer)

    clock.now = NOW - 3600

    assert READ[kind](signer, token) == CLAIMS[kind]


def test_a_helpdesk_whose_clock_runs_ahead_a_little_is_understood_and_a_lot_is_not(
    signer: Signer, clock: Clock
) -> None:
    token = signer.sign_launch(LAUNCH)

    clock.now = NOW - CLOCK_SKEW_S
    assert signer.read_launch(token, 300) == LAUNCH
    clock.now = NOW - CLOCK_SKEW_S - 1
    with pytest.raises(Refused, match="set both clocks"):
        signer.read_launch(token, 300)


def test_a_new_key_signs_and_the_old_one_still_reads(clock: Clock) -> None:
    old, new = "the key of last year", "the key of this year"
    before = Signer([old], clock=clock).sign_cookie("s", "p")
    both = Signer([new, old], clock=clock)

    assert both.read_cookie(before) == CookieClaims("s", "p")
    after = both.sign_cookie("s", "p")

    assert Signer([new], clock=clock).read_cookie(after) == CookieClaims("s", "p")
    with pytest.raises(Refused):
        Signer([new], clock=clock).read_cookie(before)


def test_the_site_of_a_launch_is_told_before_it_is_verified_to_find_its_keys(signer: Signer) -> None:
    assert site_of_launch(signer.sign_launch(LAUNCH)) == "shop"
    assert site_of_launch(signer.sign_cookie("s", "p")) is None
    assert site_of_launch("no token\ud800") is None


@pytest.mark.parametrize("keys", [[], [""], ["good", ""]])
def test_a_signer_without_a_key_does_not_start(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="key"):
        Signer(keys)


@given(st.text(max_size=300))
def test_any_text_is_refused_and_never_breaks(text: str) -> None:
    signer = Signer(["the first key of the tests"])

    for kind, read in READ.items():
        with pytest.raises(Refused) as caught:
            read(signer, text)
        assert caught.value.code == INVALID[kind]
