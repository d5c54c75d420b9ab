"""The wall clock of a relay's process, moved by its test. What reads it there is `clock/sitecustomize.py`."""

from __future__ import annotations

import os
from pathlib import Path


class Clock:
    """`environment`: what a process is started with that lives by it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.jump(0.0)
        self.environment = {"PYTHONPATH": str(Path(__file__).parent / "clock"), "FAULT_CLOCK": str(self._file)}

    def jump(self, ahead_s: float) -> None:
        """`ahead_s`: of the real one, from now on."""
        # Whole or not at all: the relay reads it all the time.
        written = self._file.with_suffix(".new")
        written.write_text(str(ahead_s))
        os.replace(written, self._file)
