"""What a store keeps, as one protocol for every implementation.

A store keeps what must survive a killed process. A method that writes returns only once the write is durable
(SQLite: committed with `synchronous=FULL`; Redis: `appendfsync always`). It raises `StoreUnavailable` when it cannot.
Knows no rules: what may happen is decided in `session.py`; here it is only made to last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, Protocol

import msgspec

from beside.session import Session, TrailEntry


class CodeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a share code or a link's secret opens. Kept under its keyed digest, never in clear.

    kind `offer`: made for an agent's session (`session` is its id). kind `link`: the shopper link's secret of that
    session. kind `ask`: made for a waiting shopper; `ask` names the wait, `session` is empty until an agent claims it.
    kind `handover`: moves a session's view to another page; `ask` is the chain of tokens that goes on there.
    """

    kind: Literal["offer", "link", "ask", "handover"]
    site: str
    session: str
    ask: str
    locale: str
    expires_at: float


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A site's key to the REST API: its SHA-256 only. `revoked_at` is None while it is good."""

    id: str
    site: str
    label: str
    digest: str
    created_at: float
    revoked_at: float | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook on its way: sent again until the receiver says 2xx or `attempts` reaches the limit."""

    id: str
    site: str
    session: str
    body: bytes
    attempts: int
    due_at: float


class Store(Protocol):
    """Durable state. Every method may raise `StoreUnavailable`."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def ping(self) -> None:
        """Proves that a write would be durable now: what `/readyz` asks. Raises `StoreUnavailable` with the reason."""

    # -- sessions
    async def insert_session(self, session: Session, trail: Sequence[TrailEntry]) -> None:
        """Adds a session with its first trail entries. Raises `Conflict` when the site's ticket has an open one."""

    async def load_session(self, session_id: str) -> Session | None: ...
    async def open_session_of(self, site: str, ticket: str) -> Session | None:
        """The session of this ticket that has not ended, if there is one."""

    async def commit_session(
        self, session: Session, trail: Sequence[TrailEntry], deliveries: Sequence[Delivery] = ()
    ) -> None:
        """Replaces a session, appends to its trail and puts webhooks on their way: all of it or nothing.

        `session.version` must be the stored version + 1, else `Conflict`: somebody else changed it in between.
        """

    async def trail(self, session_id: str) -> list[TrailEntry]: ...
    async def open_sessions(self) -> list[Session]:
        """All that have not ended: what a restarted relay takes up again."""

    async def erase_session(self, session_id: str) -> bool:
        """Deletes a session, its trail and codes. False: there was none."""

    async def erase_ended_before(self, at: float) -> int:
        """Deletes sessions that ended before `at` (Unix seconds); says how many."""

    # -- single-use secrets
    async def put_code(self, digest: str, entry: CodeEntry, *, now: float) -> bool:
        """Keeps a code until it expires. False: a live code has the same digest; draw another."""

    async def find_code(self, digest: str, kinds: Sequence[str], site: str, *, now: float) -> CodeEntry | None:
        """What `take_code` would return, which alone says who gets it."""

    async def take_code(self, digest: str, kinds: Sequence[str], site: str, *, now: float) -> CodeEntry | None:
        """Removes and returns a live code of one of `kinds` for `site`; of two callers at once only one gets it."""

    async def drop_codes(self, session_id: str) -> None:
        """Forgets all codes of a session."""

    async def claim_ask(self, ask: str, session_id: str, *, expires_at: float) -> bool:
        """Ties a waiting shopper to a session, or to none (""), where they gave up. False: claimed already."""

    async def claimed_session(self, ask: str, *, now: float) -> str | None: ...
    async def spend(self, token_id: str, *, expires_at: float, now: float) -> bool:
        """True the first time a token id is seen, False ever after (until `expires_at`)."""

    async def is_spent(self, token_id: str, *, now: float) -> bool:
        """Whether it has been seen. Nothing is promised of the moment after: `spend` says who was first."""

    async def erase_expired(self, *, now: float, window_s: float) -> None:
        """Deletes what of codes, claims, spent ids and guesses is past its time, where nobody has asked since."""

    # -- guesses
    async def begin_guess(self, address: str, *, now: float, window_s: float, count: int) -> str | None:
        """Notes that an address tries a code, and names it. None: there are not just `count` in the window any more."""

    async def count_guess(self, name: str, *, now: float, window_s: float, most: int) -> int:
        """Notes a wrong code under a name; returns how many there are in the window, of the newest `most`."""

    async def forgive_guess(self, address: str, guess: str) -> None:
        """It was right, or is not known to be wrong."""

    async def guesses(self, address: str, *, now: float, window_s: float) -> tuple[int, float]:
        """How many in the window, and when the last one was (Unix seconds, 0 for none)."""

    # -- API keys
    async def put_api_key(self, key: ApiKey) -> None: ...
    async def api_key(self, digest: str) -> ApiKey | None: ...
    async def api_keys(self, site: str) -> list[ApiKey]: ...
    async def revoke_api_key(self, key_id: str, *, now: float) -> bool: ...

    # -- webhooks on their way
    async def put_delivery(self, delivery: Delivery) -> None: ...
    async def due_deliveries(self, *, now: float, limit: int, without: Collection[str] = ()) -> list[Delivery]:
        """Those due, the oldest first, but for those of the sites in `without`."""

    async def postpone_delivery(self, delivery_id: str, *, attempts: int, due_at: float) -> None: ...
    async def settle_delivery(self, delivery_id: str) -> None: ...


class HomeBook(Protocol):
    """Which worker holds which session, where several share one store. May raise `StoreUnavailable`."""

    async def home_of(self, session_id: str) -> str | None:
        """The worker that holds it; None: nobody does."""

    async def settle(self, session_id: str, worker: str, *, before: str | None) -> bool:
        """Makes `worker` its home if that was `before` until now; of two callers at once only one succeeds."""

    async def leave(self, session_id: str, worker: str) -> None:
        """It has no home any more, if that was `worker`."""

    async def open_ids(self) -> list[str]:
        """Of all sessions that have not ended; also of one whose end was written and the rest of that was not."""

    async def close(self, session_id: str) -> None:
        """The session has ended: its id is none of these any more."""

    async def lead(self, task: str, worker: str, *, for_s: float) -> bool:
        """Whether `worker` is the one that does `task` from now on: until `for_s` has passed without asking again."""


class SharedStore(Store, Protocol):
    """A store that several workers may share."""

    def home_book(self) -> HomeBook: ...
    def post(self, worker: str) -> Post:
        """A worker's own; opened and closed by whoever asked for it."""


class Post(Protocol):
    """Carries letters between workers: in order, at once or not at all, and kept nowhere.

    `on_letter` is given each letter that comes, `on_nobody` the worker that nobody is there for (any more), and
    `on_cut` is called when letters may have been lost, to us and from us; `on_back` when they come again after that.
    """

    worker: str
    on_letter: Callable[[bytes], None]
    on_nobody: Callable[[str], None]
    on_cut: Callable[[], None]
    on_back: Callable[[], None]

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    def send(self, worker: str, letter: bytes) -> None:
        """Puts a letter on its way; returns at once. Raises `TooLarge`."""

    def send_all(self, letter: bytes) -> None:
        """To every worker, this one too."""

    def is_heard(self) -> bool:
        """Whether letters come: by each way that they take one of our own has, a moment ago."""

    async def is_there(self, worker: str) -> bool:
        """Whether somebody takes this worker's letters. May raise `StoreUnavailable`."""
