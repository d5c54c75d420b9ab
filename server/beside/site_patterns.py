"""Finds numbers of a site's own in the texts of a frame, by the forms of its policy. Knows nothing of frames.

Linear: every form is matched from each beginning of a word, and none goes through more than its length
(`policy/forms.py` says why it never goes back).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from beside.payment_numbers import LINE_END, Effort
from beside.policy.forms import BLANKS, DIGIT, DROPPED, EDGE, LINE, collapse, cost_of, shortest_of, together
from beside.protocol import SitePattern

# What is no text stands as a character that no number goes through.
WALL = "\ufffc"
_DROPPED = re.compile(DROPPED)
_ANY_DIGIT = re.compile(DIGIT)
# A character of text costs a unit of effort where all forms together cost this much: a megabyte is looked through for
# the dearest forms that a policy may have, and for payment numbers besides.
_COST_AN_EFFORT = 100


class FoundNumber(NamedTuple):
    """`pattern`: its name; None where there was more to judge than there is time for. `text`: where it begins."""

    pattern: str | None
    text: int


class SitePatterns:
    """The patterns of one site, at least one, ready to be looked for."""

    def __init__(self, patterns: Sequence[SitePattern]) -> None:
        self.shortest = min(shortest_of(pattern.form) for pattern in patterns)
        self._any = re.compile(together(pattern.form for pattern in patterns))
        self._each = [(pattern.name, re.compile(together([pattern.form]))) for pattern in patterns]
        self._cost = sum(cost_of(pattern.form) for pattern in patterns)

    def find(self, texts: Sequence[str], effort: Effort) -> FoundNumber | None:
        """The first number in texts that stand beside each other; `LINE_END` and `WALL` part them."""
        joined = "".join(texts)
        if len(joined) < self.shortest or not _ANY_DIGIT.search(joined):
            return None
        if not effort.spend(len(joined) * self._cost // _COST_AN_EFFORT):
            return FoundNumber(None, 0)
        if not joined.isascii() and _DROPPED.search(joined):
            texts = [_DROPPED.sub("", text) for text in texts]
        marked = collapse(_mark(texts))
        match = self._any.search(marked)
        if match is None:
            return None
        name = next(name for name, form in self._each if form.match(marked, match.start()))
        return FoundNumber(name, _place_of(marked[: match.start()], texts))


def _mark(texts: Iterable[str]) -> str:
    """The texts joined by what parts them."""
    parts: list[str] = []
    mark = ""
    for text in texts:
        if text in (LINE_END, WALL):
            mark = LINE
        elif text:
            parts += (mark, text)
            mark = EDGE
    return "".join(parts)


def _place_of(before: str, texts: Sequence[str]) -> int:
    """Which text a number begins in that has this before it, joined: as many characters that are no blanks."""
    left = _solid(before)
    for place, text in enumerate(texts):
        if text not in (LINE_END, WALL):
            left -= _solid(text)
        if left < 0:
            return place
    raise AssertionError("a number begins in a text")


def _solid(text: str) -> int:
    return len(BLANKS.sub("", text))
