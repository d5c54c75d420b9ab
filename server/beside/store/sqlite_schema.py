"""The tables of the SQLite store and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3

from beside.errors import StoreUnavailable

# Each step brings a file from the version of its index to the next; a step that was released is never changed.
# Sessions and trail entries are JSON beside the few columns that are asked for.
STEPS = (
    """
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        site TEXT NOT NULL,
        ticket TEXT NOT NULL,
        version INTEGER NOT NULL,
        ended_at REAL,
        is_open INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_open_session_a_ticket ON sessions (site, ticket) WHERE is_open;
    CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE NOT is_open;
    CREATE TABLE trail (
        number INTEGER PRIMARY KEY,
        session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX trail_by_session ON trail (session, number);
    CREATE TABLE codes (
        digest TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        site TEXT NOT NULL,
        session TEXT NOT NULL,
        expires_at REAL NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX codes_by_session ON codes (session);
    CREATE INDEX codes_by_expiry ON codes (expires_at);
    CREATE TABLE asks (ask TEXT PRIMARY KEY, session TEXT NOT NULL, expires_at REAL NOT NULL) STRICT;
    CREATE INDEX asks_by_expiry ON asks (expires_at);
    CREATE INDEX asks_by_session ON asks (session);
    CREATE TABLE spent (id TEXT PRIMARY KEY, expires_at REAL NOT NULL) STRICT;
    CREATE INDEX spent_by_expiry ON spent (expires_at);
    CREATE TABLE guesses (address TEXT NOT NULL, at REAL NOT NULL) STRICT;
    CREATE INDEX guesses_by_address ON guesses (address, at);
    CREATE INDEX guesses_by_time ON guesses (at);
    CREATE TABLE api_keys (
        id TEXT PRIMARY KEY,
        site TEXT NOT NULL,
        digest TEXT NOT NULL UNIQUE,
        body BLOB NOT NULL
    ) STRICT;
    CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,
        site TEXT NOT NULL,
        session TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        due_at REAL NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX deliveries_by_due ON deliveries (due_at);
    CREATE INDEX deliveries_by_session ON deliveries (session);
    CREATE TABLE heartbeat (one INTEGER PRIMARY KEY CHECK (one = 1), beats INTEGER NOT NULL) STRICT;
    INSERT INTO heartbeat VALUES (1, 0);
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings the file to the newest version, in one transaction. Raises `StoreUnavailable` for a file from the future.

    The transaction is immediate: two processes that open one new file take turns, and the second finds it done.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT")
        row = connection.execute("SELECT version FROM schema_version").fetchone()
        version = int(row[0]) if row else 0
        if version > len(STEPS):
            raise StoreUnavailable(
                f"the database is of version {version} and this release knows {len(STEPS)}; "
                "start the newer release, or restore a backup"
            )
        for step in STEPS[version:]:
            # Not executescript(), which would commit first.
            for statement in step.split(";"):
                connection.execute(statement)
        connection.execute("DELETE FROM schema_version")
        connection.execute("INSERT INTO schema_version VALUES (?)", (len(STEPS),))
        connection.execute("COMMIT")
    except BaseException:
        # On a full disk SQLite has undone it already; a second time would hide why.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
