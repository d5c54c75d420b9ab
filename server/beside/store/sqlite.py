"""The embedded store: one SQLite file. What each method promises stands in `contract.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import msgspec

from beside.errors import Conflict, StoreUnavailable
from beside.session import Session, TrailEntry
from beside.store.contract import ApiKey, CodeEntry, Delivery
from beside.store.sqlite_writer import SqliteWriter

_encode = msgspec.json.encode
_session = msgspec.json.Decoder(Session)
_entry = msgspec.json.Decoder(TrailEntry)
_code = msgspec.json.Decoder(CodeEntry)
_key = msgspec.json.Decoder(ApiKey)


class SqliteStore:
    """Everything in one file beside its log (`-wal`, `-shm`). `path` None: in memory, for tests."""

    def __init__(self, path: Path | None) -> None:
        self._writer = SqliteWriter(path)

    async def open(self) -> None:
        await self._writer.open()

    async def close(self) -> None:
        await self._writer.close()

    async def ping(self) -> None:
        def beat(db: sqlite3.Connection) -> None:
            if db.execute("PRAGMA synchronous").fetchone()[0] < 2:
                raise StoreUnavailable("`PRAGMA synchronous` is not FULL")
            db.execute("UPDATE heartbeat SET beats = beats + 1")

        await self._writer.write(beat)

    # -- sessions

    async def insert_session(self, session: Session, trail: Sequence[TrailEntry]) -> None:
        def insert(db: sqlite3.Connection) -> None:
            try:
                db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", _session_row(session))
            except sqlite3.IntegrityError:
                raise Conflict from None
            _append_trail(db, session.id, trail)

        await self._writer.write(insert)

    async def load_session(self, session_id: str) -> Session | None:
        found = await self._sessions("WHERE id = ?", session_id)
        return found[0] if found else None

    async def open_session_of(self, site: str, ticket: str) -> Session | None:
        found = await self._sessions("WHERE site = ? AND ticket = ? AND is_open", site, ticket)
        return found[0] if found else None

    async def open_sessions(self) -> list[Session]:
        return await self._sessions("WHERE is_open")

    async def _sessions(self, where: str, *values: str) -> list[Session]:
        sql = f"SELECT body FROM sessions {where}"  # noqa: S608 - `where` is ours
        rows = await self._writer.read(lambda db: db.execute(sql, values).fetchall())
        return [_session.decode(body) for (body,) in rows]

    async def commit_session(
        self, session: Session, trail: Sequence[TrailEntry], deliveries: Sequence[Delivery] = ()
    ) -> None:
        def commit(db: sqlite3.Connection) -> None:
            _, _, _, *columns = _session_row(session)
            changed = db.execute(
                "UPDATE sessions SET version = ?, ended_at = ?, is_open = ?, body = ? WHERE id = ? AND version = ?",
                (*columns, session.id, session.version - 1),
            ).rowcount
            if not changed:
                raise Conflict
            _append_trail(db, session.id, trail)
            for delivery in deliveries:
                _put_delivery(db, delivery)

        await self._writer.write(commit)

    async def trail(self, session_id: str) -> list[TrailEntry]:
        sql = "SELECT body FROM trail WHERE session = ? ORDER BY number"
        rows = await self._writer.read(lambda db: db.execute(sql, (session_id,)).fetchall())
        return [_entry.decode(body) for (body,) in rows]

    async def erase_session(self, session_id: str) -> bool:
        return await self._writer.erase(lambda db: _erase(db, [session_id])) == 1

    async def erase_ended_before(self, at: float) -> int:
        def erase(db: sqlite3.Connection) -> int:
            rows = db.execute("SELECT id FROM sessions WHERE NOT is_open AND ended_at < ?", (at,)).fetchall()
            return _erase(db, [session_id for (session_id,) in rows])

        return await self._writer.erase(erase)

    # -- single-use secrets

    async def put_code(self, digest: str, entry: CodeEntry, *, now: float) -> bool:
        def put(db: sqlite3.Connection) -> bool:
            db.execute("DELETE FROM codes WHERE expires_at <= ?", (now,))
            row = (digest, entry.kind, entry.site, entry.session, entry.expires_at, _encode(entry))
            return db.execute("INSERT OR IGNORE INTO codes VALUES (?, ?, ?, ?, ?, ?)", row).rowcount == 1

        return await self._writer.write(put)

    async def find_code(self, digest: str, kinds: Sequence[str], site: str, *, now: float) -> CodeEntry | None:
        sql = "SELECT body FROM codes WHERE digest = ? AND site = ? AND expires_at > ?"
        row = await self._writer.read(lambda db: db.execute(sql, (digest, site, now)).fetchone())
        entry = _code.decode(row[0]) if row else None
        return entry if entry is not None and entry.kind in kinds else None

    async def take_code(self, digest: str, kinds: Sequence[str], site: str, *, now: float) -> CodeEntry | None:
        def take(db: sqlite3.Connection) -> CodeEntry | None:
            row = db.execute(
                f"DELETE FROM codes WHERE digest = ? AND site = ? AND expires_at > ? "  # noqa: S608 - marks only
                f"AND kind IN ({', '.join('?' * len(kinds))}) RETURNING body",
                (digest, site, now, *kinds),
            ).fetchone()
            return _code.decode(row[0]) if row else None

        return await self._writer.write(take)

    async def drop_codes(self, session_id: str) -> None:
        await self._writer.write(lambda db: db.execute("DELETE FROM codes WHERE session = ?", (session_id,)).rowcount)

    async def claim_ask(self, ask: str, session_id: str, *, expires_at: float) -> bool:
        sql = "INSERT OR IGNORE INTO asks VALUES (?, ?, ?)"
        return await self._writer.write(lambda db: db.execute(sql, (ask, session_id, expires_at)).rowcount) == 1

    async def claimed_session(self, ask: str, *, now: float) -> str | None:
        sql = "SELECT session FROM asks WHERE ask = ? AND expires_at > ?"
        row = await self._writer.read(lambda db: db.execute(sql, (ask, now)).fetchone())
        return row[0] if row else None

    async def spend(self, token_id: str, *, expires_at: float, now: float) -> bool:
        def spend(db: sqlite3.Connection) -> bool:
            db.execute("DELETE FROM spent WHERE expires_at <= ?", (now,))
            db.execute("DELETE FROM asks WHERE expires_at <= ?", (now,))
            return db.execute("INSERT OR IGNORE INTO spent VALUES (?, ?)", (token_id, expires_at)).rowcount == 1

        return await self._writer.write(spend)

    async def is_spent(self, token_id: str, *, now: float) -> bool:
        sql = "SELECT 1 FROM spent WHERE id = ? AND expires_at > ?"
        return bool(await self._writer.read(lambda db: db.execute(sql, (token_id, now)).fetchone()))

    async def erase_expired(self, *, now: float, window_s: float) -> None:
        def erase(db: sqlite3.Connection) -> None:
            for table in ("codes", "asks", "spent"):
                db.execute(f"DELETE FROM {table} WHERE expires_at <= ?", (now,))  # noqa: S608 - names are ours
            db.execute("DELETE FROM guesses WHERE at <= ?", (now - window_s,))

        await self._writer.erase(erase)

    # -- guesses

    async def begin_guess(self, address: str, *, now: float, window_s: float, count: int) -> str | None:
        def begin(db: sqlite3.Connection) -> str | None:
            db.execute("DELETE FROM guesses WHERE at <= ?", (now - window_s,))
            found = db.execute("SELECT count(*) FROM guesses WHERE address = ?", (address,)).fetchone()[0]
            if found != count:
                return None
            return str(db.execute("INSERT INTO guesses VALUES (?, ?)", (address, now)).lastrowid)

        return await self._writer.write(begin)

    async def count_guess(self, name: str, *, now: float, window_s: float, most: int) -> int:
        drop = (
            "DELETE FROM guesses WHERE address = ? AND rowid NOT IN "
            "(SELECT rowid FROM guesses WHERE address = ? ORDER BY at DESC, rowid DESC LIMIT ?)"
        )

        def count(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM guesses WHERE at <= ?", (now - window_s,))
            db.execute("INSERT INTO guesses VALUES (?, ?)", (name, now))
            db.execute(drop, (name, name, most))
            return int(db.execute("SELECT count(*) FROM guesses WHERE address = ?", (name,)).fetchone()[0])

        return await self._writer.write(count)

    async def forgive_guess(self, address: str, guess: str) -> None:
        sql = "DELETE FROM guesses WHERE rowid = ? AND address = ?"
        await self._writer.write(lambda db: db.execute(sql, (int(guess), address)))

    async def guesses(self, address: str, *, now: float, window_s: float) -> tuple[int, float]:
        sql = "SELECT count(*), coalesce(max(at), 0) FROM guesses WHERE address = ? AND at > ?"
        row = await self._writer.read(lambda db: db.execute(sql, (address, now - window_s)).fetchone())
        return int(row[0]), float(row[1])

    # -- API keys

    async def put_api_key(self, key: ApiKey) -> None:
        row = (key.id, key.site, key.digest, _encode(key))
        await self._writer.write(
            lambda db: db.execute("INSERT OR REPLACE INTO api_keys VALUES (?, ?, ?, ?)", row).rowcount
        )

    async def api_key(self, digest: str) -> ApiKey | None:
        sql = "SELECT body FROM api_keys WHERE digest = ?"
        row = await self._writer.read(lambda db: db.execute(sql, (digest,)).fetchone())
        return _key.decode(row[0]) if row else None

    async def api_keys(self, site: str) -> list[ApiKey]:
        sql = "SELECT body FROM api_keys WHERE site = ?"
        rows = await self._writer.read(lambda db: db.execute(sql, (site,)).fetchall())
        return sorted((_key.decode(body) for (body,) in rows), key=lambda key: (key.created_at, key.id))

    async def revoke_api_key(self, key_id: str, *, now: float) -> bool:
        def revoke(db: sqlite3.Connection) -> bool:
            row = db.execute("SELECT body FROM api_keys WHERE id = ?", (key_id,)).fetchone()
            key = _key.decode(row[0]) if row else None
            if key is None or key.revoked_at is not None:
                return False
            revoked = msgspec.structs.replace(key, revoked_at=now)
            db.execute("UPDATE api_keys SET body = ? WHERE id = ?", (_encode(revoked), key_id))
            return True

        return await self._writer.write(revoke)

    # -- webhooks on their way

    async def put_delivery(self, delivery: Delivery) -> None:
        await self._writer.write(lambda db: _put_delivery(db, delivery))

    async def due_deliveries(self, *, now: float, limit: int, without: Collection[str] = ()) -> list[Delivery]:
        names = ("id", "site", "session", "body", "attempts", "due_at")
        places = ", ".join("?" * len(without))
        sql = (
            f"SELECT {', '.join(names)} FROM deliveries"  # noqa: S608 - names are ours
            f" WHERE due_at <= ? AND site NOT IN ({places}) ORDER BY due_at LIMIT ?"
        )
        rows = await self._writer.read(lambda db: db.execute(sql, (now, *without, limit)).fetchall())
        return [Delivery(**dict(zip(names, row, strict=True))) for row in rows]

    async def postpone_delivery(self, delivery_id: str, *, attempts: int, due_at: float) -> None:
        sql = "UPDATE deliveries SET attempts = ?, due_at = ? WHERE id = ?"
        await self._writer.write(lambda db: db.execute(sql, (attempts, due_at, delivery_id)).rowcount)

    async def settle_delivery(self, delivery_id: str) -> None:
        await self._writer.write(lambda db: db.execute("DELETE FROM deliveries WHERE id = ?", (delivery_id,)).rowcount)


def _session_row(session: Session) -> tuple[object, ...]:
    is_open = session.state != "ended"
    ended_at = None if is_open else session.ended_at
    return session.id, session.site, session.ticket, session.version, ended_at, is_open, _encode(session)


def _append_trail(db: sqlite3.Connection, session_id: str, trail: Iterable[TrailEntry]) -> None:
    rows = [(session_id, _encode(entry)) for entry in trail]
    db.executemany("INSERT INTO trail (session, body) VALUES (?, ?)", rows)


def _put_delivery(db: sqlite3.Connection, delivery: Delivery) -> None:
    row = (delivery.id, delivery.site, delivery.session, delivery.attempts, delivery.due_at, delivery.body)
    db.execute("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?)", row)


def _erase(db: sqlite3.Connection, session_ids: Sequence[str]) -> int:
    """Deletes sessions with what hangs on them: trail (by its foreign key), codes, claims, webhooks on their way."""
    rows = [(session_id,) for session_id in session_ids]
    for table in ("codes", "asks", "deliveries"):
        db.executemany(f"DELETE FROM {table} WHERE session = ?", rows)  # noqa: S608 - names are ours
    return db.executemany("DELETE FROM sessions WHERE id = ?", rows).rowcount if rows else 0
