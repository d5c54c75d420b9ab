"""What only the SQLite store promises: commits that outlive kill -9, shared fsyncs, upgrades, a private file."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from beside.errors import StoreUnavailable
from beside.session import Session, TrailEntry
from beside.store import open_store
from beside.store.contract import CodeEntry
from beside.store.sqlite_schema import STEPS
from beside.store.sqlite_writer import SqliteWriter

NOW = 1_800_000_000.0

# Commits without end and tells each one after it was acknowledged, until it is killed.
CHILD = """
import asyncio, sys
import msgspec
from beside.session import Session, TrailEntry
from beside.store import open_store

async def main():
    store = open_store(sys.argv[1])
    await store.open()
    session = Session(id="s", site="shop", ticket="T", subject="", locale=None, created_at=0, state_since=0)
    await store.insert_session(session, [])
    while True:
        session = msgspec.structs.replace(session, version=session.version + 1)
        await store.commit_session(session, [TrailEntry(at=session.version, kind="page")])
        print("committed", session.version, flush=True)

asyncio.run(main())
"""


def commit_until_killed(url: str, commits: int) -> tuple[int, int]:
    """Runs the child, kills it after so many acknowledged commits; the last version it was told, and how it ended."""
    with subprocess.Popen([sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = 0
        for line in child.stdout:
            told = int(line.split()[1])
            if told >= commits:
                break
        child.kill()
        told = max([told, *(int(line.split()[1]) for line in child.stdout if line.endswith("\n"))])
    return told, child.returncode


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/beside.db"
    acknowledged, ended_by = commit_until_killed(url, 25)

    store = open_store(url)
    await store.open()
    found, trail = await store.load_session("s"), await store.trail("s")
    await store.close()

    assert ended_by == -signal.SIGKILL
    assert found is not None
    # The one commit whose acknowledgement was on its way may be there too; half of one may not.
    assert acknowledged <= found.version <= acknowledged + 1
    assert [entry.at for entry in trail] == list(range(2, found.version + 1))


async def test_writes_that_wait_together_share_one_transaction(tmp_path: Path) -> None:
    writer = await _writer_with_notes(tmp_path / "beside.db")
    outside = sqlite3.connect(tmp_path / "beside.db", check_same_thread=False)
    is_held, may_go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        is_held.set()
        may_go_on.wait(20)

    def add(db: sqlite3.Connection) -> tuple[int, int]:
        db.execute("INSERT INTO notes VALUES ('x')")
        return _count(db), _count(outside)

    # The thread is held in a read, so that the writes behind it come as one group.
    held = asyncio.create_task(writer.read(hold))
    await asyncio.to_thread(is_held.wait, 20)
    adding = [asyncio.create_task(writer.write(add)) for _ in range(5)]
    await asyncio.sleep(0)  # each task runs to its wait, and so has queued its job
    may_go_on.set()
    counts = await asyncio.gather(*adding)
    await held
    counted_after = _count(outside)
    outside.close()
    await writer.close()

    # Each saw the rows of those before it; another connection saw none of them until all were committed.
    assert counts == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    assert counted_after == 5


async def test_a_job_that_fails_is_undone_alone(tmp_path: Path) -> None:
    writer = await _writer_with_notes(tmp_path / "beside.db")

    def add(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO notes VALUES ('good')")

    def add_and_fail(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO notes VALUES ('bad')")
        raise LookupError("after the insert")

    outcomes = await asyncio.gather(*map(writer.write, (add, add_and_fail, add)), return_exceptions=True)
    rows = await writer.read(lambda db: db.execute("SELECT n FROM notes").fetchall())
    await writer.close()

    assert [type(outcome) for outcome in outcomes] == [type(None), LookupError, type(None)]
    assert rows == [("good",), ("good",)]


async def test_what_has_expired_is_erased_though_nobody_asks_for_any_of_it(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/beside.db")
    await store.open()
    for name, expires_at in (("old", NOW + 10), ("new", NOW + 1000)):
        entry = CodeEntry(kind="ask", site="shop", session="", ask=name, locale="", expires_at=expires_at)
        await store.put_code(name, entry, now=NOW)
        await store.claim_ask(name, "", expires_at=expires_at)
        await store.spend(name, expires_at=expires_at, now=NOW)
        await store.begin_guess(name, now=expires_at - 100, window_s=100, count=0)

    await store.erase_expired(now=NOW + 10, window_s=100)

    columns = {"codes": "digest", "asks": "ask", "spent": "id", "guesses": "address"}
    with contextlib.closing(sqlite3.connect(tmp_path / "beside.db")) as file:
        left = {table: file.execute(f"SELECT {column} FROM {table}").fetchall() for table, column in columns.items()}
    await store.close()
    assert left == {table: [("new",)] for table in columns}


async def test_a_file_that_another_process_holds_is_refused_in_words_and_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beside.store.sqlite_writer.BUSY_TIMEOUT_S", 0.05)
    store = open_store(f"sqlite:///{tmp_path}/beside.db")
    await store.open()
    other = sqlite3.connect(tmp_path / "beside.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="database is locked"):
        await store.ping()
    other.execute("ROLLBACK")
    await store.ping()

    other.close()
    await store.close()


async def test_thread_that_runs_out_of_memory_goes_on_and_leaves_nobody_waiting(tmp_path: Path) -> None:
    writer = await _writer_with_notes(tmp_path / "beside.db")

    def exhausted(_: sqlite3.Connection) -> None:
        # Not an Exception: those are answered where they are raised.
        raise GeneratorExit

    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(writer.write(exhausted), 8)

    assert await asyncio.wait_for(writer.read(_count), 8) == 0
    await writer.close()


async def test_full_disk_is_refused_in_words_and_undoes_all_of_it(tmp_path: Path) -> None:
    writer = await _writer_with_notes(tmp_path / "beside.db")

    def fill(db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        for _ in range(100):
            db.execute("INSERT INTO notes VALUES (?)", ("x" * 4000,))

    with pytest.raises(StoreUnavailable, match="full"):
        await writer.write(fill)

    assert await writer.read(_count) == 0
    await writer.close()


async def test_a_file_of_a_newer_release_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "beside.db"
    newer = len(STEPS) + 1
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT")
        db.execute("INSERT INTO schema_version VALUES (?)", (newer,))
    db.close()

    with pytest.raises(StoreUnavailable, match=f"version {newer}"):
        await open_store(str(path)).open()

    with sqlite3.connect(path) as db:
        assert db.execute("SELECT version FROM schema_version").fetchall() == [(newer,)]
    db.close()


async def test_two_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    # Whether two meet in the few microseconds that matter is chance: once in some hundred files on a busy machine.
    for n in range(40):
        stores = [open_store(str(tmp_path / f"{n}.db")) for _ in range(4)]

        await asyncio.gather(*(store.open() for store in stores))

        for store in stores:
            await store.ping()
            await store.close()


async def test_a_new_file_is_opened_while_another_process_begins_to_write_it(tmp_path: Path) -> None:
    path = tmp_path / "beside.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = open_store(str(path))

    opening = asyncio.create_task(store.open())
    done, _ = await asyncio.wait([opening], timeout=0.2)
    assert not done
    other.execute("ROLLBACK")
    other.close()
    await opening

    await store.ping()
    await store.close()


async def test_the_file_is_its_owners_alone_and_nothing_erased_stays_in_it(tmp_path: Path) -> None:
    path = tmp_path / "beside.db"
    store = open_store(str(path))
    await store.open()
    await store.insert_session(SESSION, [TrailEntry(at=1, kind="page", detail={"path": "/marked-in-the-trail"})])

    before = _bytes_in(tmp_path)
    await store.erase_session(SESSION.id)
    after = _bytes_in(tmp_path)
    await store.close()

    assert path.stat().st_mode & 0o077 == 0
    assert b"marked-in-the-trail" in before
    assert b"marked-in-the" not in after


async def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="No such file"):
        await open_store(str(tmp_path / "nowhere" / "beside.db")).open()


async def test_a_store_in_memory_keeps_until_it_is_closed() -> None:
    store = open_store("sqlite://:memory:")
    await store.open()

    await store.insert_session(SESSION, [])

    assert await store.load_session(SESSION.id) == SESSION
    await store.close()


@pytest.mark.parametrize("url", ["", "postgres://x/y", "sqlite://", "sqlite:///", "sqlite://file.db", "mysql:x://"])
def test_an_address_that_names_no_store_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        open_store(url)


SESSION = Session(
    id="s", site="shop", ticket="marked-in-the-session", subject="", locale=None, created_at=0, state_since=0
)


async def _writer_with_notes(path: Path) -> SqliteWriter:
    writer = SqliteWriter(path)
    await writer.open()
    await writer.write(lambda db: db.execute("CREATE TABLE notes (n TEXT)").rowcount)
    return writer


def _count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM notes").fetchone()[0])


def _bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
