"""The tree of errors. Fields first; the sentence is made in `__str__`; `code` is stable and travels on the wire.

    BesideError
    ├── PeerError             the other side broke the protocol
    │   ├── Malformed         a message does not decode
    │   ├── TooLarge          a message passes a bound of Settings
    │   ├── SequenceGap       a frame is missing
    │   ├── BadAsset          what was uploaded is no picture, or not the one that was offered
    │   ├── UnknownSheet      a frame names a style sheet that was never sent, or went
    │   └── WrongProtocol     snippet or console and relay are of different versions
    ├── Refused               the rules say no
    │   └── TooSoon           the rules say not yet
    ├── SentenceError         what a person set up is not right: settings, the audit's, and
    │   └── PolicyRefused     a policy, its signature or its key
    ├── Conflict              two writers met; load again and try again
    └── StoreUnavailable      the store cannot promise durability now

    AtHomeElsewhere           no error of anybody: the session is held by another worker

An error is made where it is raised. One that is kept, and raised again and again, would hold on to every frame that it
went through, and so to each request (`__traceback__` grows).

Knows nothing of HTTP status codes or sockets: doors map codes.
"""

from __future__ import annotations


class BesideError(Exception):
    """Root of the tree. `code` is stable on the wire; the sentence says what happened and what to do."""

    code = "error"


class PeerError(BesideError):
    """The other side broke the protocol."""

    code = "bad-message"


class Malformed(PeerError):
    """A message does not decode. `where` is a path into the message ("$[4][0]"), never its content."""

    code = "malformed"

    def __init__(self, event: str, where: str = "") -> None:
        self.event = event
        self.where = where

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"The message '{self.event}' is not what the protocol allows{place}."


class TooLarge(PeerError):
    code = "too-large"

    def __init__(self, what: str, size: int, limit: int) -> None:
        self.what = what
        self.size = size
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.what} is {self.size}, more than the {self.limit} allowed."


class SequenceGap(PeerError):
    code = "sequence-gap"

    def __init__(self, expected: int, received: int) -> None:
        self.expected = expected
        self.received = received

    def __str__(self) -> str:
        return f"Expected frame {self.expected}, received {self.received}; send a keyframe."


class BadAsset(PeerError):
    """`why` says what is wrong with the bytes, and nothing of what they hold."""

    code = "bad-asset"

    def __init__(self, why: str) -> None:
        self.why = why

    def __str__(self) -> str:
        return f"The picture was not taken: {self.why}. Send a PNG or WebP picture as a canvas writes it."


class UnknownSheet(PeerError):
    code = "unknown-sheet"

    def __str__(self) -> str:
        return "The frame names a style sheet that is not here; send a keyframe with it."


MAX_VERSION = 9999


class WrongProtocol(PeerError):
    code = "wrong-protocol"

    def __init__(self, ours: int, theirs: int) -> None:
        self.ours = ours
        self.theirs = theirs

    def __str__(self) -> str:
        # It is theirs, and may have a thousand digits.
        version = f"version {self.theirs}" if 0 <= self.theirs <= MAX_VERSION else "an unknown version"
        return (
            f"This page speaks {version} of the protocol and the relay speaks {self.ours}. "
            "Reload the page; if that does not help, update the script tag to the relay's version."
        )


class Refused(BesideError):
    """The rules say no. `sentence` is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class TooSoon(Refused):
    """The rules say not yet."""

    def __init__(self, code: str, sentence: str, retry_after_s: float) -> None:
        super().__init__(code, sentence)
        self.retry_after_s = retry_after_s


class SentenceError(BesideError):
    """Something that a person set up is not right; the sentence names it and says what it should be."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class PolicyRefused(SentenceError):
    """A policy, its signature or its key is not right. The sentence names the rule."""

    code = "policy"


class Conflict(BesideError):
    code = "conflict"

    def __str__(self) -> str:
        return "Somebody else changed this at the same moment; load it again and try again."


class StoreUnavailable(BesideError):
    code = "store-unavailable"

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"The store cannot take this now: {self.reason}."


class AtHomeElsewhere(Exception):
    """The session's home is another worker. No error of anybody: the doors carry there what was asked (carrying.py)."""

    def __init__(self, session_id: str, worker: str) -> None:
        super().__init__(session_id, worker)
        self.session_id = session_id
        self.worker = worker
