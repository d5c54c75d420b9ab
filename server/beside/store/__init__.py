"""What must survive a killed process: one contract, SQLite and Redis. `open_store` picks by URL.

Knows nothing of rules: what may happen to a session is decided before it comes here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from beside.store.contract import SharedStore, Store
from beside.store.sqlite import SqliteStore

# Those that `redis_servers.py` explains.
_REDIS_SCHEME = re.compile(r"(rediss?(\+(sentinel|cluster))?|unix)\Z")


def shared(store: Store) -> SharedStore | None:
    """The same store, where several workers may share it."""
    return cast("SharedStore", store) if hasattr(store, "home_book") else None


def open_store(url: str, *, check_durability: bool = True) -> Store:
    """The store of an address; `await store.open()` before use.

    A path alone is a SQLite file. `sqlite:///beside.db` is relative to the working directory,
    `sqlite:////var/lib/beside.db` absolute (three and four slashes, as in SQLAlchemy), `sqlite://:memory:` lives as
    long as the process. `redis://`, `rediss://` and `unix://` are Redis, and with `+sentinel` or `+cluster` several
    servers of it (`redis_servers.py`). `check_durability=False` lets Redis start
    without `appendfsync always`: for development, since then what was acknowledged can be lost. Raises `ValueError`
    with a sentence for anything else.
    """
    scheme, found, rest = url.partition("://")
    if url and not found:
        return SqliteStore(Path(url))
    if found and scheme == "sqlite":
        path = unquote(rest.removeprefix("/"))
        if path == ":memory:":
            return SqliteStore(None)
        if rest.startswith("/") and path:
            return SqliteStore(Path(path))
        raise ValueError("A SQLite store is written sqlite:///FILE (relative) or sqlite:////FOLDER/FILE (absolute).")
    if found and _REDIS_SCHEME.match(scheme):
        # Loaded only where it is used: a relay on SQLite needs no Redis client in memory.
        from beside.store.redis import RedisStore  # noqa: PLC0415

        return RedisStore(url, check_durability=check_durability)
    raise ValueError(
        "The store is a file, or an address that begins with sqlite:///, redis://, rediss:// (TLS) or unix:// (socket)."
    )
