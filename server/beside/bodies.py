"""The bodies of HTTP requests and answers. Knows nothing of routes or sessions' rules."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from beside.protocol import EndReason, Grant, Identifier, Line, PauseReason, Record, SessionState, Whole

ShareCode = Annotated[str, Meta(min_length=6, max_length=12, pattern=r"^[0-9 ]+(?!\n)$")]
SignedToken = Annotated[str, Meta(min_length=16, max_length=2048)]
# BCP 47, as `<html lang>` has it.
Locale = Annotated[str, Meta(min_length=2, max_length=35, pattern=r"^[A-Za-z0-9-]+(?!\n)$")]


class Problem(Record, frozen=True):
    """The body of every answer that is not 2xx: a stable code, a sentence, and where it matters when to try again."""

    code: Identifier
    message: Line
    retry_after_s: float | None


# -- Launch (console origin) ---------------------------------------------------------------------------------------


class LaunchToken(Record, frozen=True):
    token: SignedToken


class LaunchPreview(Record, frozen=True):
    """What a launch link opens, shown before it is spent."""

    site_name: Line
    ticket: Line
    subject: Line
    agent_name: Line


class Launched(Record, frozen=True):
    """A spent launch link: where the console is. The cookie came with the answer."""

    session: Identifier
    location: Line


# -- Console (cookie of the session) --------------------------------------------------------------------------------


class ShareOffer(Record, frozen=True):
    """A way in for the shopper. `code` is shown as `123 456`."""

    code: str
    link: str
    expires_in_s: float


class ConsoleState(Record, frozen=True):
    """All that a console needs to open."""

    session: Identifier
    site_name: Line
    ticket: Line
    subject: Line
    agent_name: Line
    agent: Identifier
    state: SessionState
    # Seconds since the shopper allowed the view; null before. A duration, because the agent's clock may be wrong.
    consent_age_s: float | None
    # The shopper's page, as the share link opens it.
    shop_url: Line
    offer: ShareOffer | None
    # The two words, in the shopper's language and in English, while the shopper reads the consent.
    words: list[Line] | None
    words_translated: list[Line] | None
    asset_origins: list[Line]


class SocketPass(Record, frozen=True):
    """A participant token for one Socket.IO connect."""

    token: str
    protocol: Whole


class ClaimCode(Record, frozen=True):
    """The other way round: the agent types the code that the shopper reads out."""

    code: ShareCode


# -- Join (shop origin, CORS) ------------------------------------------------------------------------------------------


class Work(Record, frozen=True):
    """The proof that a `WorkWanted` asked for (work.py)."""

    challenge: SignedToken
    nonce: Whole


class RedeemCode(Record, frozen=True):
    """The shopper's way in: a share code, or the one-use secret of a shopper link; exactly one of them.

    `work`: with a code, where it was asked for.
    """

    site: Identifier
    protocol: Whole
    locale: Locale
    code: ShareCode | None
    secret: Annotated[str, Meta(min_length=22, max_length=64)] | None
    work: Work | None


class AskCode(Record, frozen=True):
    """The other way round: the shopper asks for a code to read out."""

    site: Identifier
    protocol: Whole
    locale: Locale


class AskedCode(Record, frozen=True):
    code: str
    token: str
    expires_in_s: float


class WaitClaim(Record, frozen=True):
    """Waits (up to 20 s an answer) until an agent has typed the asked code."""

    token: SignedToken


class CancelAsk(Record, frozen=True):
    """The shopper gave up waiting: the code that they asked for is void from now on."""

    token: SignedToken


class ConsentOffer(Record, frozen=True):
    """What the shopper is asked to allow. `token` answers it; `words` are shown on both sides."""

    token: str
    session: Identifier
    agent_name: Line
    shop_name: Line
    words: list[Line]
    expires_in_s: float


class WorkWanted(Record, frozen=True):
    """Many wrong codes are typed at this site: send the code again, with a proof of work (work.py)."""

    challenge: SignedToken
    rounds: Annotated[int, Meta(ge=1, le=1_000_000)]


class Waiting(Record, frozen=True):
    """No agent has typed the code yet: ask again."""

    waiting: Literal[True]


class ConsentAnswer(Record, frozen=True):
    """The shopper's answer. `grants` is empty on a decline; else it holds `view` and what else was ticked."""

    token: SignedToken
    grants: Annotated[list[Grant], Meta(max_length=3)]
    # What was on the screen: language and version of the consent text, for the receipt.
    locale: Locale
    text_version: Line


class Allowed(Record, frozen=True):
    """`token` is null on a decline."""

    session: Identifier
    token: str | None


class HandOver(Record, frozen=True):
    """A page asks for a secret with which another of the shopper's pages, at `target`, takes the view over."""

    token: SignedToken
    target: Line


class HandedOver(Record, frozen=True):
    secret: str
    expires_in_s: float


class TakeOver(Record, frozen=True):
    """`source`: the origin of the page that the shopper came from, as their browser tells it."""

    site: Identifier
    protocol: Whole
    secret: Annotated[str, Meta(min_length=22, max_length=64)]
    source: Line


class TakenOver(Record, frozen=True):
    """The view goes on at the page that asked: `token` opens its socket. `age_s`: since the shopper allowed it.

    `agents`: who will see the page, by name. At another origin the shopper is asked first.
    """

    session: Identifier
    token: str
    age_s: float
    agents: list[str]


class StopView(Record, frozen=True):
    """Ends the view where no socket is open any more."""

    token: SignedToken


# -- REST API ---------------------------------------------------------------------------------------------------------


class CreateSession(Record, frozen=True):
    ticket: Line
    subject: Line
    agent_name: Line
    locale: Locale | None


class CreatedSession(Record, frozen=True):
    session: Identifier
    code: str
    code_expires_in_s: float
    console_link: str
    shopper_link: str


class ReceiptPerson(Record, frozen=True):
    name: Line
    joined_at: str
    left_at: str | None


class ReceiptPage(Record, frozen=True):
    path: Line
    at: str


class ReceiptHighlight(Record, frozen=True):
    """`label` is the field's label as the policy showed it to the agent, or empty."""

    agent_name: Line
    label: Line
    message: Line
    at: str
    outcome: Line


class ReceiptPause(Record, frozen=True):
    reason: PauseReason
    at: str
    ended_at: str | None


class Receipt(Record, frozen=True):
    """What happened in a session. Times are RFC 3339 in UTC."""

    session: Identifier
    site: Identifier
    ticket: Line
    subject: Line
    created_at: str
    consent_at: str | None
    ended_at: str | None
    end_reason: EndReason | None
    agents: list[ReceiptPerson]
    grants: list[Grant]
    consent_locale: Line
    consent_text_version: Line
    pages: list[ReceiptPage]
    highlights: list[ReceiptHighlight]
    pauses: list[ReceiptPause]
    # The most fields of one page that were masked at one time.
    fields_masked: Whole
    rating: Whole | None
    snippet_version: Line
    policy_version: Whole


class SessionReport(Record, frozen=True):
    """`GET /api/sessions/{id}`."""

    session: Identifier
    state: SessionState
    receipt: Receipt


class WebhookDelivery(Record, frozen=True):
    """The body of a webhook: `id` is the same on every retry, so that a receiver can drop repeats."""

    id: Identifier
    kind: Literal["session.ended"]
    receipt: Receipt
