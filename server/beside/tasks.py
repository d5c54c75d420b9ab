"""How a task that goes on for as long as what started it is ended."""

from __future__ import annotations

import asyncio
import logging

log = logging.getLogger("beside.tasks")

# Between two tries: longer than an orderly end takes, which another cancel would cut off.
AGAIN_AFTER_S = 2.0
TRIES = 5


async def stop(*tasks: asyncio.Task[None]) -> None:
    """Cancels them until each has ended. What they failed with is theirs to have said.

    Once is not enough on Python 3.11: `asyncio.wait_for`, by which redis-py sends each command, swallows a cancel that
    comes in the turn of the loop in which what it waits for is done (https://github.com/python/cpython/issues/86296).
    """
    left = set(tasks)
    for _ in range(TRIES):
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=AGAIN_AFTER_S)
    for task in left:
        log.error("A part of the relay does not end: %s.", task.get_name())
