"""Frames on their way from a shopper to an agent while something else is broken."""

from __future__ import annotations

import time

from tests.faults.journey import Journey
from tests.unit.relay.pages import keyframe, mutation


async def frames_pass(journey: Journey, count: int) -> float:
    """Sends a keyframe and mutations after it, each as soon as the agent has the one before; the slowest in seconds."""
    journey.epoch += 1
    frames = [keyframe(journey.epoch), *(mutation(journey.epoch, seq) for seq in range(1, count))]
    slowest_s = 0.0
    for frame in frames:
        sent_at = time.monotonic()
        await journey.shopper.here.send("frame", frame)
        assert await journey.agent.here.event("frame") == frame
        slowest_s = max(slowest_s, time.monotonic() - sent_at)
    return slowest_s
