"""Several workers on one port of one machine: starts them, starts again who dies, and replaces them one by one.

SIGTERM and SIGINT end them all, each after it has given its sessions up. SIGHUP replaces each by a new one that serves
before the old one goes. Knows nothing of what a worker does.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

from starlette.applications import Starlette

from beside import logs
from beside.passing import Passing
from beside.serving import SPREADS, Around, DidNotStart, listen, serve_on
from beside.settings import Settings

log = logging.getLogger("beside.workers")

# A cold start imports everything once, and takes up what others left.
STARTS_WITHIN_S = 60.0
# Draining and closing take uvicorn's five seconds and ours at most.
ENDS_WITHIN_S = 15.0
# A worker says once a second that it is well. One that does not for so long is ended, for the connections that the
# kernel gives it wait for nothing; other workers have taken its sessions over long before.
BEAT_S = 1.0
HUNG_AFTER_S = 10.0
# Before one that has served, and died, is started again: what kills them all at once must not spin.
PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0

Build = Callable[[Settings], Starlette]


@dataclass
class _Worker:
    process: SpawnProcess
    # From it: a byte now and then, once it serves. From us nothing; its end tells it that we are gone.
    line: connection.Connection
    started_at: float
    # When it was heard last (monotonic seconds); None: it has not served yet.
    heard_at: float | None = None


def serve_workers(build: Build, settings: Settings, *, says: str) -> None:
    """Serves with `settings.workers` processes until SIGTERM or SIGINT. `says` is printed once the port is ours.

    `build` makes the application, in each of them. Raises `CannotListen` and `DidNotStart`.
    """
    logs.configure(settings.log_level)
    # Bound, and not listened on where each worker has a socket of its own: it keeps the port ours.
    listener = listen(settings.host, settings.port, is_shared=True)
    print(says, flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        _Workers(build, settings, listener, Path(folder)).run()


class _Workers:
    def __init__(self, build: Build, settings: Settings, listener: socket.socket, folder: Path) -> None:
        self._build = build
        self._settings = settings
        self._listener = listener
        self._folder = folder
        self._workers: list[_Worker] = []
        self._has_served = False
        # Places whose worker died, and when another is started there (monotonic seconds).
        self._vacant: dict[int, float] = {}
        self._pause_s = PAUSE_S
        self._signals: list[int] = []
        self._bell, self._ringer = socket.socketpair()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)
        self._workers = [self._start() for _ in range(self._settings.workers)]
        try:
            while not self._is_ending():
                self._wait()
                self._look_after()
                if signal.SIGHUP in self._signals:
                    self._signals.remove(signal.SIGHUP)
                    self._replace()
        finally:
            self._end(self._workers)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._signals.append(number)
        with suppress(OSError):
            self._ringer.send(b"\0")

    def _is_ending(self) -> bool:
        return signal.SIGTERM in self._signals or signal.SIGINT in self._signals

    def _wait(self) -> None:
        """Until something happens (a signal, a worker that died), or for a moment."""
        alive = [worker.process.sentinel for index, worker in enumerate(self._workers) if index not in self._vacant]
        began_at = time.monotonic()
        ready = connection.wait([self._bell, *alive], timeout=BEAT_S)
        now = time.monotonic()
        # Standing still ourselves, perhaps all together, says nothing of them.
        has_slept = now - began_at > 3 * BEAT_S
        if self._bell in ready:
            self._bell.recv(1)
        for worker in self._workers:
            _hear(worker)
            if has_slept and worker.heard_at is not None:
                worker.heard_at = now
            is_late = now - worker.started_at > STARTS_WITHIN_S if worker.heard_at is None else False
            is_hung = worker.heard_at is not None and now - worker.heard_at > HUNG_AFTER_S
            if worker.process.is_alive() and (is_hung or is_late):
                log.error("A worker stands still, or does not come to serve, and is ended.")
                worker.process.kill()
                worker.process.join()

    def _look_after(self) -> None:
        """Notes who died, and starts others in their places: later each time, for what kills them may take a while."""
        now = time.monotonic()
        for index, worker in enumerate(self._workers):
            if worker.heard_at is not None:
                self._has_served = True
            if index not in self._vacant and not worker.process.is_alive() and not self._is_ending():
                if not self._has_served:
                    raise DidNotStart
                self._pause_s = PAUSE_S if worker.heard_at is not None else min(2 * self._pause_s, LONGEST_PAUSE_S)
                log.error(
                    "A worker ended by itself (exit code %s); another is started in %.0f s.",
                    worker.process.exitcode,
                    self._pause_s,
                )
                self._vacant[index] = now + self._pause_s
        for index in [index for index, at in self._vacant.items() if at <= now]:
            del self._vacant[index]
            self._workers[index] = self._start()

    def _replace(self) -> None:
        for index, old in enumerate(self._workers):
            self._vacant.pop(index, None)
            new = self._start()
            deadline = time.monotonic() + STARTS_WITHIN_S
            while new.heard_at is None and new.process.is_alive() and time.monotonic() < deadline:
                connection.wait([new.line, new.process.sentinel], timeout=1.0)
                _hear(new)
            if new.heard_at is None or self._is_ending():
                log.error("A new worker did not start; those that serve are kept.")
                self._end([new])
                return
            self._workers[index] = new
            self._end([old])
        log.info("All workers are replaced.")

    def _start(self) -> _Worker:
        ours, theirs = get_context("spawn").Pipe()
        words = (self._build, self._settings, self._listener, self._folder, theirs)
        process = get_context("spawn").Process(target=_work, args=words)
        process.start()
        theirs.close()
        return _Worker(process, ours, time.monotonic())

    @staticmethod
    def _end(workers: list[_Worker]) -> None:
        for worker in workers:
            worker.process.terminate()
        deadline = time.monotonic() + ENDS_WITHIN_S
        for worker in workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.line.close()


def _hear(worker: _Worker) -> None:
    with suppress(EOFError, OSError):
        while worker.line.poll():
            worker.line.recv_bytes()
            worker.heard_at = time.monotonic()


def _work(build: Build, settings: Settings, listener: socket.socket, folder: Path, line: connection.Connection) -> None:
    """A worker's whole life. Who started it and is gone cannot end it, so it ends itself."""

    def watch() -> None:
        with suppress(EOFError, OSError):
            line.recv_bytes()
        os.kill(os.getpid(), signal.SIGTERM)

    def beat() -> None:
        # Who started us may stand still; then nobody counts, and what is full would hold us up too.
        if room.poll(0):
            with suppress(OSError):
                line.send_bytes(b"\0")
        asyncio.get_running_loop().call_later(BEAT_S, beat)

    room = select.poll()
    room.register(line.fileno(), select.POLLOUT)
    threading.Thread(target=watch, daemon=True).start()
    logs.configure(settings.log_level)
    app = build(settings)
    neighbour = Passing(folder, app.state.worker)
    app.state.carrier.pass_on = neighbour.pass_on
    around = Around(drain=app.state.drain, neighbour=neighbour, on_started=beat)
    host, port = listener.getsockname()[:2]
    own = listen(host, port, is_shared=True) if SPREADS else listener
    try:
        serve_on(own, app, settings, around)
    except DidNotStart:
        raise SystemExit(1) from None
