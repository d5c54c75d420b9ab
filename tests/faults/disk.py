"""A disk that is full, in two ways: a small file system of its own, and a process that may write no more bytes."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    def fill(self) -> None:
        """From here on nothing more can be written."""

    def free(self) -> None: ...


class SmallDisk:
    """A file system of its own in memory. Mounting one takes root."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self._ballast.unlink()


class NoMoreBytes:
    """A bound on the size of files (RLIMIT_FSIZE), put on a process from outside: every write of its fails."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def fill(self) -> None:
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self) -> None:
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def can_mount() -> bool:
    """Also root may not, in a container without the right to."""
    if os.geteuid() != 0:
        return False
    looked = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return looked.returncode == 0


@contextmanager
def small_file_system(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
