"""The names of all keys that the Redis store uses. Keys that a script touches together share a hash tag `{…}`, and so
a slot of a cluster."""

from __future__ import annotations

import hashlib

PREFIX = "beside:"
# Ids of all sessions that have not ended (and perhaps one that just has: the session itself says).
OPEN = f"{PREFIX}open"
# Ids of ended sessions by the time of their end.
ENDED = f"{PREFIX}ended"
# Ids of sessions that may have webhooks in `outgoing` (and perhaps have none: the list itself says).
OUTGOING = f"{PREFIX}outgoing"
API_KEYS = f"{PREFIX}{{keys}}:by-digest"
API_KEY_DIGESTS = f"{PREFIX}{{keys}}:by-id"
DELIVERIES = f"{PREFIX}{{deliveries}}:bodies"
DELIVERIES_DUE = f"{PREFIX}{{deliveries}}:due"


def session(session_id: str) -> str:
    return f"{PREFIX}{{{session_id}}}:session"


def trail(session_id: str) -> str:
    return f"{PREFIX}{{{session_id}}}:trail"


def outgoing(session_id: str) -> str:
    """Webhooks as they were committed with the session, in its slot, until they are moved to where all wait."""
    return f"{PREFIX}{{{session_id}}}:outgoing"


def codes_of(session_id: str) -> str:
    """Digests of the session's codes, spent ones too."""
    return f"{PREFIX}{{{session_id}}}:codes"


def asks_of(session_id: str) -> str:
    return f"{PREFIX}{{{session_id}}}:asks"


def place(site: str, ticket: str) -> str:
    """Where a ticket's open session is noted. Digested: a ticket's name may hold anything, braces too."""
    return f"{PREFIX}place:{hashlib.sha256(f'{len(site)}:{site}:{ticket}'.encode()).hexdigest()}"


def code(digest: str) -> str:
    return f"{PREFIX}code:{digest}"


def ask(ask_id: str) -> str:
    return f"{PREFIX}ask:{ask_id}"


def spent(token_id: str) -> str:
    return f"{PREFIX}spent:{token_id}"


def guesses(address: str) -> str:
    return f"{PREFIX}guesses:{address}"


def deliveries_of(session_id: str) -> str:
    return f"{PREFIX}{{deliveries}}:of:{session_id}"


def home(session_id: str) -> str:
    """The worker that holds the session."""
    return f"{PREFIX}{{{session_id}}}:home"


def leader(task: str) -> str:
    return f"{PREFIX}leader:{task}"


def letters_to(worker: str) -> str:
    """A channel, not a key."""
    return f"{PREFIX}letters:{worker}"


def beats_beside(channel: str, worker: str) -> str:
    """A worker's own channel in the slot of another."""
    return f"{PREFIX}beats:{{{channel}}}:{worker}"
