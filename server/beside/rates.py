"""How fast somebody may go on: a token bucket. No clock but as an argument."""

from __future__ import annotations


class Rate:
    """Allows `per_s` units a second on average and `burst` at once. Times are seconds of any steady clock."""

    __slots__ = ("_at", "_burst", "_left", "_per_s")

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._left = burst
        self._at: float | None = None

    def take(self, now: float, amount: float = 1.0) -> bool:
        """Takes `amount` if it is there. False takes nothing: a refused message does not lengthen the wait."""
        if self._at is not None:
            # Asked for every message: two comparisons cost half of what `min` and `max` do.
            rested = self._left + (now - self._at) * self._per_s if now > self._at else self._left
            self._left = rested if rested < self._burst else self._burst
        self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True
