"""Starts the shop in a process of its own and ends it again. Knows nothing of what the pages hold."""

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[3]

# Migrating without a cached database takes 9 s on two idle cores; a busy machine needs several times that.
START_TIMEOUT_S = 120.0
# Open requests are abandoned (threads are daemons), so ending is immediate unless the machine is.
END_TIMEOUT_S = 15.0


class ShopDidNotStart(RuntimeError):
    """The process ended, or said nothing in time. `log` is what it wrote to standard error."""

    def __init__(self, log: str) -> None:
        self.log = log
        super().__init__(f"The Oscar shop did not start. It wrote: {log.strip() or '(nothing)'}")


@contextmanager
def running_shop(
    data: Path,
    *,
    host: str = "shop.localhost",
    port: int = 0,
    snippet_src: str | None = None,
    site: str | None = None,
    integrity: str | None = None,
) -> Iterator[str]:
    """Yield the address of a running shop, such as `http://shop.localhost:40123`, without a slash at its end.

    `data` is a folder of this shop alone; it is made, and keeps database, sent mail (`mail/`) and `stderr.log`. `port`
    0 takes a free one. Without `snippet_src` the pages carry no tag. Raises ShopDidNotStart.
    """
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.e2e.oscar", "--host", host, "--port", str(port), "--data", str(data)]
    for option, value in (("--snippet-src", snippet_src), ("--site", site), ("--integrity", integrity)):
        if value is not None:
            command += [option, value]
    log = data / "stderr.log"
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            address = _first_line(process.stdout)
            if not address:
                raise ShopDidNotStart(log.read_text())
            yield address
        finally:
            process.terminate()
            try:
                process.wait(END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _first_line(stdout: IO[str]) -> str:
    """Return the line that the shop prints once its socket listens, or the empty string if it ends or stays silent."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        return lines.get(timeout=START_TIMEOUT_S).strip()
    except queue.Empty:
        return ""
