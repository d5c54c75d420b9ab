"""SQLite's disk is full, and another process holds the file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.disk import Disk, NoMoreBytes, SmallDisk, can_mount, small_file_system
from tests.faults.figures import ROUNDS, Figures
from tests.faults.journey import in_state, live
from tests.faults.picture import frames_pass
from tests.faults.running import RelayUnderFault

Start = Callable[..., Awaitable[RelayUnderFault]]
MakeFigures = Callable[..., Figures]

SMALL = "16m"
# SQLite's words for each; that of a bound on files is of any error that is not "no space left".
WORDS = {"full file system": "database or disk is full", "no more bytes": "disk I/O error"}


@pytest.fixture
def folder(tmp_path: Path, kind: str) -> Iterator[Path]:
    """Where the database is."""
    if kind == "full file system":
        with small_file_system(tmp_path / "small", SMALL) as made:
            yield made
    else:
        yield tmp_path


@pytest.fixture
async def relay(folder: Path, start: Start) -> AsyncIterator[RelayUnderFault]:
    running = await start(store=str(folder / "relay.sqlite3"))
    yield running
    # Before its disk goes.
    running.process.stop()


def empty_log(database: Path) -> None:
    """What the write-ahead log has once taken of the disk it writes over without asking for more."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("kind", [kind for kind in WORDS if kind != "full file system" or can_mount()])
async def test_full_disk_refuses_in_words_and_the_picture_goes_on(
    kind: str, folder: Path, relay: RelayUnderFault, figures: MakeFigures
) -> None:
    told = figures("the disk is full", "SQLite")
    database = folder / "relay.sqlite3"
    for number in range(ROUNDS):
        disk: Disk = SmallDisk(folder) if kind == "full file system" else NoMoreBytes(relay.process.pid)
        journey = await live(relay, f"T-{number}")
        await journey.pause()
        await journey.resume()
        await journey.come_back()
        empty_log(database)
        disk.fill()

        await journey.agent.here.send("act", ["highlight", "x", 1, 6, "not kept"])
        refusal = await journey.agent.here.event("refusal")
        await frames_pass(journey, 20)
        sentence = await relay.until_not_ready()
        with pytest.raises(AssertionError, match="store-unavailable"):
            await relay.api(f"N-{number}")
        journey.agent.here.events.clear()
        await journey.shopper.here.send("stop")
        await journey.agent.here.event("blank")
        not_ended = await journey.shopper.here.event("refusal")
        with told.recovery():
            disk.free()
            await relay.until_ready()
            # It is tried again: whoever pressed Stop has closed the page, and says it no second time.
            await journey.ended("shopper-stopped")

        assert refusal["code"] == not_ended["code"] == "store-unavailable"
        assert WORDS[kind] in refusal["message"]
        assert WORDS[kind] in sentence
        assert "act" not in journey.shopper.here.names()
        assert "frame" not in journey.agent.here.names()
        told.count(len(journey.acknowledged), await journey.missing())
    with closing(sqlite3.connect(database)) as look:
        assert look.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("kind", [kind for kind in WORDS if kind != "full file system" or can_mount()])
async def test_relay_killed_on_a_full_disk_has_all_that_it_told(
    kind: str, folder: Path, relay: RelayUnderFault, figures: MakeFigures
) -> None:
    told = figures("relay killed on a full disk", "SQLite")
    disk: Disk = SmallDisk(folder) if kind == "full file system" else NoMoreBytes(relay.process.pid)
    journey = await live(relay, "T-1")
    await journey.highlight()
    disk.fill()
    await journey.shopper.here.send("pause", {"reason": "shopper"})
    await journey.shopper.here.event("refusal")

    await relay.kill()
    if kind == "full file system":
        with pytest.raises(AssertionError, match="database or disk is full"):
            await relay.start()
        disk.free()
    with told.recovery():
        await relay.start()
        await journey.come_back()

    told.count(len(journey.acknowledged), await journey.missing())


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process (this one) writes, and does not come to an end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_file_that_another_process_holds_for_a_moment_is_waited_for(
    tmp_path: Path, start: Start, figures: MakeFigures
) -> None:
    told = figures("another process holds the file for less than 5 s", "SQLite")
    relay = await start()
    for number in range(ROUNDS):
        journey = await live(relay, f"T-{number}")
        journey.shopper.here.events.clear()

        with locked(tmp_path / "relay.sqlite3"):
            await journey.shopper.here.send("pause", {"reason": "shopper"})
            await journey.agent.here.event("blank")
            before = [
                name
                for name, payload in journey.shopper.here.events
                if name == "refusal" or (name == "view" and in_state("paused")(payload))
            ]
        with told.recovery():
            await journey.shopper.here.event("view", in_state("paused"))
        journey.acknowledged["pause"] = lambda report: len(report["receipt"]["pauses"]) == 1

        assert before == []
        assert "refusal" not in journey.shopper.here.names()
        told.count(len(journey.acknowledged), await journey.missing())


async def test_file_that_another_process_keeps_is_refused_in_words_and_the_picture_goes_on(
    tmp_path: Path, start: Start, figures: MakeFigures
) -> None:
    told = figures("another process holds the file for longer than 5 s", "SQLite")
    relay = await start()
    journey = await live(relay, "T-1")
    began_at = time.monotonic()

    with locked(tmp_path / "relay.sqlite3"):
        await journey.agent.here.send("act", ["highlight", "x", 1, 6, "not kept"])
        slowest_s = await frames_pass(journey, 50)
        refusal = await journey.agent.here.event("refusal")
        refused_s = time.monotonic() - began_at
    with told.recovery():
        await journey.highlight()

    assert refusal["code"] == "store-unavailable"
    assert "database is locked" in refusal["message"]
    told.tell(**{"refused after s": refused_s, "slowest frame meanwhile ms": slowest_s * 1000})
    told.count(len(journey.acknowledged), await journey.missing())
