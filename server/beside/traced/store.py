"""A store whose writes are timed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from beside.session import Session
from beside.store.contract import Store
from beside.traces import About, Trace, Traces, current, outcome_of

# What somebody waits for until it is durable.
WRITES = frozenset(
    {"insert_session", "commit_session", "erase_session", "put_code", "take_code", "claim_ask", "spend", "put_delivery"}
)


class _TracedStore:
    """A write is a step of the message that it is for; of those that are for none some are chosen."""

    def __init__(self, store: Store, traces: Traces) -> None:
        self._store = store
        self._traces = traces

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return partial(self._write, f"store {name}", found) if name in WRITES else found

    async def _write(self, name: str, write: Callable[..., Awaitable[Any]], *args: Any, **more: Any) -> Any:
        session = args[0].id if args and isinstance(args[0], Session) else None
        about = About(session=session, outcome="taken")
        message = current()
        own = Trace(self._traces, name, about) if message is None and self._traces.is_chosen() else None
        began_at = time.time_ns()
        try:
            return await write(*args, **more)
        except BaseException as error:
            about.outcome = outcome_of(error)
            raise
        finally:
            if message is not None:
                message.add(name, began_at, about)
            elif own is not None:
                own.end()


def traced_store(store: Store, traces: Traces) -> Store:
    """The same store, timed."""
    return cast("Store", _TracedStore(store, traces))
