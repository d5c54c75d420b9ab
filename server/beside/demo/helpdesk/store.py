"""Tickets, their conversations and the receipts, in one SQLite file. Blocking: pages call it from a worker thread."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from beside.demo.helpdesk.receipt_note import ReceiptDelivery
from beside.demo.helpdesk.seeds import SEEDS

_SCHEMA = """
create table if not exists tickets (
  id text primary key, subject text not null, requester text not null, email text not null,
  language text not null, status text not null, created_at text not null
) strict;
create table if not exists entries (
  number integer primary key, ticket_id text not null references tickets(id),
  kind text not null check (kind in ('message', 'event', 'receipt')),
  author text not null, text text not null, at text not null
) strict;
create index if not exists entries_by_ticket on entries (ticket_id, number);
create table if not exists deliveries (id text primary key, at text not null) strict;
"""


@dataclass(frozen=True)
class Ticket:
    """A support case as the list shows it."""

    id: str
    subject: str
    requester: str
    email: str
    language: str
    status: str
    created_at: datetime


@dataclass(frozen=True)
class Entry:
    """One thing on a ticket's timeline: a message, an event in one sentence, or a receipt as JSON text."""

    kind: Literal["message", "event", "receipt"]
    author: str
    text: str
    at: datetime

    @property
    def receipt(self) -> dict[str, Any]:
        receipt: dict[str, Any] = json.loads(self.text)
        return receipt


class TicketStore:
    """The helpdesk's database; each call opens the file, does one transaction and closes it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> None:
        """Make the tables, and on first use the demo's tickets."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as db:
            db.executescript(_SCHEMA)
        with self._transaction() as db:
            if db.execute("select 1 from tickets").fetchone() is None:
                _sow(db)

    def tickets(self) -> list[Ticket]:
        """List all tickets: those still open first, then the newest first."""
        with self._transaction() as db:
            rows = db.execute("select * from tickets order by status = 'solved', created_at desc").fetchall()
        return [_ticket(row) for row in rows]

    def ticket(self, ticket_id: str) -> Ticket | None:
        with self._transaction() as db:
            row = db.execute("select * from tickets where id = ?", (ticket_id,)).fetchone()
        return _ticket(row) if row else None

    def timeline(self, ticket_id: str) -> list[Entry]:
        """Give a ticket's entries, oldest first."""
        with self._transaction() as db:
            rows = db.execute(
                "select kind, author, text, at from entries where ticket_id = ? order by number", (ticket_id,)
            ).fetchall()
        return [Entry(row["kind"], row["author"], row["text"], datetime.fromisoformat(row["at"])) for row in rows]

    def add_entry(self, ticket_id: str, kind: Literal["message", "event"], author: str, text: str) -> None:
        with self._transaction() as db:
            _add(db, ticket_id, Entry(kind, author, text, _now()))

    def set_status(self, ticket_id: str, status: str) -> None:
        with self._transaction() as db:
            db.execute("update tickets set status = ? where id = ?", (status, ticket_id))

    def keep_receipt(self, delivery: ReceiptDelivery) -> bool:
        """Put a receipt on its ticket, once for each delivery id; False when the ticket is unknown.

        A delivery that was kept before is True again: its sender only wants to hear that it may stop sending.
        """
        with self._transaction() as db:
            if db.execute("select 1 from tickets where id = ?", (delivery.ticket,)).fetchone() is None:
                return False
            new = db.execute("insert or ignore into deliveries values (?, ?)", (delivery.id, _now().isoformat()))
            if new.rowcount:
                _add(db, delivery.ticket, Entry("receipt", "Beside", json.dumps(delivery.receipt), _now()))
        return True

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _ticket(row: sqlite3.Row) -> Ticket:
    return Ticket(**{**dict(row), "created_at": datetime.fromisoformat(row["created_at"])})


def _add(db: sqlite3.Connection, ticket_id: str, entry: Entry) -> None:
    db.execute(
        "insert into entries (ticket_id, kind, author, text, at) values (?, ?, ?, ?, ?)",
        (ticket_id, entry.kind, entry.author, entry.text, entry.at.isoformat()),
    )


def _sow(db: sqlite3.Connection) -> None:
    for seed in SEEDS:
        created = _now() - timedelta(minutes=seed.minutes_ago)
        db.execute(
            "insert into tickets values (?, ?, ?, ?, ?, ?, ?)",
            (seed.id, seed.subject, seed.requester, seed.email, seed.language, seed.status, created.isoformat()),
        )
        for place, (author, text) in enumerate(seed.messages):
            _add(db, seed.id, Entry("message", author, text, created + timedelta(minutes=place)))
