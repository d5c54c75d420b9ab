"""Signed tokens: what proves who somebody is between two requests, and the only importer of itsdangerous.

Every kind has its own salt, so that a token of one kind is never good as another. Knows nothing of sessions, cookies
or what was spent: a token that reads well here may still be used up.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec
from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

from beside.errors import Refused
from beside.session import Role

# A helpdesk's clock may run ahead of ours by this much before its links are called forged.
CLOCK_SKEW_S = 60
AHEAD = "This was signed by a clock that is ahead of this relay's by more than a minute; set both clocks."


class ParticipantClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may open a participant's socket. `generation` counts the tokens of a chain, from 1.

    `chain` is empty, or the one origin at which this token is good: a shopper's view was handed over to it.
    """

    session: str
    participant: str
    role: Role
    generation: int
    chain: str = ""


class LaunchClaims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a launch link opens. `id` is spent on redemption; `session` is set where the REST API made it before."""

    site: str
    ticket: str
    subject: str
    agent_name: str
    locale: str | None
    id: str
    session: str | None


class CookieClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agent's cookie of one session."""

    session: str
    participant: str


class ConsentClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may answer a consent: the shopper it was shown to."""

    session: str
    participant: str


class AskClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shopper who waits for an agent to type the code they asked for; `ask` names the wait."""

    ask: str
    site: str
    locale: str


class WorkClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of whom work is asked: where they guess, and who they are, as a digest."""

    site: str
    guesser: str


Claims = TypeVar("Claims", bound=msgspec.Struct)


class _Kind(Generic[Claims]):
    """One kind of token: its salt, what it holds, and how it is refused (code, sentence)."""

    def __init__(
        self, name: str, claims: type[Claims], *, invalid: tuple[str, str], expired: tuple[str, str] = ("", "")
    ) -> None:
        self.salt = f"beside.{name}".encode()
        self.claims = claims
        self.invalid = invalid
        self.expired = expired


_PARTICIPANT = _Kind(
    "participant",
    ParticipantClaims,
    invalid=("token-invalid", "This page's place in the session is not known here; start again."),
)
_LAUNCH = _Kind(
    "launch",
    LaunchClaims,
    invalid=("launch-invalid", "This launch link is not complete or was changed; start again from the ticket."),
    expired=("launch-expired", "This launch link is too old; start again from the ticket."),
)
_COOKIE = _Kind(
    "cookie",
    CookieClaims,
    invalid=("cookie-invalid", "This browser has not opened this session; use the ticket's launch link."),
)
_CONSENT = _Kind(
    "consent",
    ConsentClaims,
    invalid=("consent-invalid", "This question was not asked here; enter a new code."),
    expired=("consent-expired", "The question waited too long for an answer; enter a new code."),
)
_ASK = _Kind(
    "ask",
    AskClaims,
    invalid=("ask-invalid", "This code was not asked for here; ask for a new one."),
    expired=("ask-expired", "This code is too old; ask for a new one."),
)


_WORK = _Kind(
    "work",
    WorkClaims,
    invalid=("work-invalid", "This work was not asked for here; enter the code again."),
    expired=("work-expired", "This work took too long; enter the code again."),
)


class _ClockedSigner(TimestampSigner):
    """TimestampSigner reads the wall clock itself; tests and `max_age_s` need ours."""

    clock: Callable[[], float] = staticmethod(time.time)

    def get_timestamp(self) -> int:
        return int(self.clock())


def site_of_launch(token: str) -> str | None:
    """The site that a launch token says it is of, unverified: which site's secrets to try. None: no launch token."""
    try:
        return msgspec.json.decode(base64_decode(token.partition(".")[0]), type=LaunchClaims).site
    except (BadData, msgspec.DecodeError, UnicodeError):
        return None


class Signer:
    """Signs and reads all kinds of token.

    `keys`: secrets, newest first. The newest signs; all are good for reading, so that a key can be retired once what
    it signed has expired. `clock`: Unix seconds. Every `read_…` raises `Refused` with a code and a sentence.
    """

    def __init__(self, keys: Sequence[str], *, clock: Callable[[], float] = time.time) -> None:
        if not keys or not all(keys):
            raise ValueError("A signer needs at least one key, and no key may be empty.")
        self._keys = list(reversed(keys))  # itsdangerous wants the newest last
        self._clock = clock
        self._signers: dict[bytes, TimestampSigner] = {}

    def sign_participant(self, session: str, participant: str, role: Role, generation: int, chain: str = "") -> str:
        return self._sign(_PARTICIPANT, ParticipantClaims(session, participant, role, generation, chain))

    def read_participant(self, token: str) -> ParticipantClaims:
        """Raises `Refused` "token-invalid"."""
        return self._read(_PARTICIPANT, token)

    def sign_launch(self, claims: LaunchClaims) -> str:
        return self._sign(_LAUNCH, claims)

    def read_launch(self, token: str, max_age_s: float) -> LaunchClaims:
        """Raises `Refused` "launch-invalid" or "launch-expired"."""
        return self._read(_LAUNCH, token, max_age_s)

    def sign_cookie(self, session: str, participant: str) -> str:
        return self._sign(_COOKIE, CookieClaims(session, participant))

    def read_cookie(self, token: str) -> CookieClaims:
        """Raises `Refused` "cookie-invalid"."""
        return self._read(_COOKIE, token)

    def sign_consent(self, session: str, participant: str) -> str:
        return self._sign(_CONSENT, ConsentClaims(session, participant))

    def read_consent(self, token: str, max_age_s: float) -> ConsentClaims:
        """Raises `Refused` "consent-invalid" or "consent-expired"."""
        return self._read(_CONSENT, token, max_age_s)

    def sign_ask(self, ask: str, site: str, locale: str) -> str:
        return self._sign(_ASK, AskClaims(ask, site, locale))

    def read_ask(self, token: str, max_age_s: float) -> AskClaims:
        """Raises `Refused` "ask-invalid" or "ask-expired"."""
        return self._read(_ASK, token, max_age_s)

    def sign_work(self, site: str, guesser: str) -> str:
        return self._sign(_WORK, WorkClaims(site, guesser))

    def read_work(self, token: str, max_age_s: float) -> WorkClaims:
        """Raises `Refused` "work-invalid" or "work-expired"."""
        return self._read(_WORK, token, max_age_s)

    def _signer(self, salt: bytes) -> TimestampSigner:
        signer = self._signers.get(salt)
        if signer is None:
            signer = _ClockedSigner(self._keys, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
            signer.clock = self._clock
            self._signers[salt] = signer
        return signer

    def _sign(self, kind: _Kind[Claims], claims: Claims) -> str:
        return self._signer(kind.salt).sign(base64_encode(msgspec.json.encode(claims))).decode()

    def _read(self, kind: _Kind[Claims], token: str, max_age_s: float | None = None) -> Claims:
        try:
            body, signed_at = self._signer(kind.salt).unsign(token, return_timestamp=True)
            claims = msgspec.json.decode(base64_decode(body), type=kind.claims)
        except (BadData, msgspec.DecodeError, UnicodeError):
            raise Refused(*kind.invalid) from None
        age_s = self._clock() - signed_at.timestamp()
        if max_age_s is not None and age_s > max_age_s:
            raise Refused(*kind.expired)
        # Where age decides nothing, a clock that was set back must not throw everybody out.
        if max_age_s is not None and age_s < -CLOCK_SKEW_S:
            raise Refused(kind.invalid[0], AHEAD)
        return claims
