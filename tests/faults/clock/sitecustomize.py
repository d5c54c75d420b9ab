"""Python loads this by its name where this folder is on its path: the process's wall clock, moved from outside.

The file that FAULT_CLOCK names holds by how many seconds `time.time()` is ahead. Clocks that only go forward
(`time.monotonic`, the event loop's) stay as they are, as where a machine's date is set.
"""

from __future__ import annotations

import os
import time

_real = time.time
_file = os.environ["FAULT_CLOCK"]


def _moved() -> float:
    with open(_file, encoding="ascii") as offset_s:
        return _real() + float(offset_s.read() or 0)


time.time = _moved
