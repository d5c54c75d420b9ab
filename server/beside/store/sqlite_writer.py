"""One thread that owns the SQLite connection; writes that wait together share one transaction, and so one fsync.

A job is answered only once its transaction is committed. Knows nothing of what jobs do.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from beside.errors import StoreUnavailable
from beside.store.sqlite_schema import migrate

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

# An fsync takes 0.1 to 10 ms; this many waiting jobs run within about that time, so a larger group gains nothing.
MAX_GROUP = 256
# How long another process (`beside keys add`, a backup) may hold the file before a write is refused.
BUSY_TIMEOUT_S = 5.0
# The change to a write-ahead log writes one page.
BUSY_RETRY_S = 0.01


class _Work(Generic[T]):
    """A job on its way, and where its answer goes."""

    def __init__(self, job: Job[T], *, writes: bool, erases: bool) -> None:
        self.job = job
        self.writes = writes
        self.erases = erases
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self.result: T | None = None
        self.error: BaseException | None = None

    def answer(self) -> None:
        """From the writer's thread. A loop that was closed meanwhile has nobody left who waits."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]


class SqliteWriter:
    """Runs jobs on one connection, in the order in which they came. `path` None: in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[_Work[Any] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def open(self) -> None:
        """Opens the file and brings its schema up to date. Raises `StoreUnavailable`."""
        if self._thread is not None:
            raise StoreUnavailable("it is open already")
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(loop, opened), name="beside-sqlite", daemon=True)
        self._thread.start()
        try:
            await opened
        except StoreUnavailable:
            self._thread = None
            raise

    async def close(self) -> None:
        """Runs what still waits, then closes the file."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    async def read(self, job: Job[T]) -> T:
        return await self._do(job, writes=False)

    async def write(self, job: Job[T]) -> T:
        """Returns once the job's transaction is durable; what the job raises undoes the job alone."""
        return await self._do(job, writes=True)

    async def erase(self, job: Job[T]) -> T:
        """As `write`, and what was deleted is gone from the log too, which otherwise holds it for a thousand pages."""
        return await self._do(job, writes=True, erases=True)

    async def _do(self, job: Job[T], *, writes: bool, erases: bool = False) -> T:
        if self._thread is None:
            raise StoreUnavailable("it is closed")
        work = _Work(job, writes=writes, erases=erases)
        self._queue.put(work)
        return await work.future

    # -- in the thread

    def _run(self, loop: asyncio.AbstractEventLoop, opened: asyncio.Future[None]) -> None:
        try:
            connection = _connect(self._path)
        except (sqlite3.Error, OSError, StoreUnavailable) as error:
            reason = error if isinstance(error, StoreUnavailable) else StoreUnavailable(_words(error))
            _tell(loop, opened, reason)
            return
        _tell(loop, opened, None)
        try:
            is_open = True
            while is_open:
                group, is_open = self._next_group()
                try:
                    _run_group(connection, group)
                except BaseException as error:
                    # Out of memory, most likely. Without this thread everybody would wait for ever.
                    for work in group:
                        work.error = StoreUnavailable(_words(error))
                for work in group:
                    work.answer()
        finally:
            connection.close()

    def _next_group(self) -> tuple[list[_Work[Any]], bool]:
        """Waits for one job, then takes what has come with it. False: close after these."""
        group: list[_Work[Any]] = []
        work = self._queue.get()
        while work is not None:
            group.append(work)
            if len(group) == MAX_GROUP:
                return group, True
            try:
                work = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False


def _tell(loop: asyncio.AbstractEventLoop, opened: asyncio.Future[None], error: StoreUnavailable | None) -> None:
    """Answers who waits for the file; they may have gone meanwhile."""

    def settle() -> None:
        if opened.done():
            return
        if error is not None:
            opened.set_exception(error)
        else:
            opened.set_result(None)

    with suppress(RuntimeError):
        loop.call_soon_threadsafe(settle)


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        # Sessions name shoppers' pages and tickets: the file is for the relay's own account only.
        path.touch(mode=0o600)
    connection = sqlite3.connect(
        ":memory:" if path is None else path, timeout=BUSY_TIMEOUT_S, isolation_level=None, cached_statements=256
    )
    try:
        _use_write_ahead_log(connection)
        # FULL fsyncs the log at every commit; NORMAL would lose the last commits with the power.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is erased must not stay readable in the file's free pages.
        connection.execute("PRAGMA secure_delete = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Waits its turn where several open one new file: SQLite refuses this one change at once, without its busy timeout.

    Both hold the file to read and want it to write, so neither could ever be served (https://sqlite.org/rescode.html#busy).
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(BUSY_RETRY_S)


def _run_group(connection: sqlite3.Connection, group: list[_Work[Any]]) -> None:
    """Runs all jobs in one transaction, each in its own savepoint. A failed commit fails all of them."""
    if not group:
        return
    if not any(work.writes for work in group):
        for work in group:
            _run_job(connection, work)
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        for work in group:
            connection.execute("SAVEPOINT job")
            _run_job(connection, work)
            if not connection.in_transaction:
                # A full disk, or no memory: SQLite itself has undone all of it (https://sqlite.org/lang_transaction.html).
                for each in group:
                    each.error = work.error
                return
            if work.error is not None:
                connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for work in group:
            work.error = StoreUnavailable(_words(error))
        return
    if any(work.erases for work in group):
        # It is committed already: where another process still reads the old pages, the next checkpoint clears them.
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _run_job(connection: sqlite3.Connection, work: _Work[Any]) -> None:
    try:
        work.result = work.job(connection)
    except sqlite3.Error as error:
        work.error = StoreUnavailable(_words(error))
    except Exception as error:  # handed to whoever waits; here it would end the thread
        work.error = error


def _words(error: BaseException) -> str:
    """SQLite's own words ("database is locked", "disk is full"); they hold no content."""
    return str(error).partition("\n")[0] or type(error).__name__
