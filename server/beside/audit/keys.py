"""The keys of a page's fields, each of one field alone. Pure.

A page may call many fields alike: each copy of a component, each frame without a name. What shares a key with another
would stand in its place in the report, and its canary would be looked for nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from msgspec.structs import replace

from beside.audit.audited import FoundField


@dataclass
class Keys:
    """Which element holds which key. Those that are called alike are numbered as they come: `name`, `name#2`."""

    holders: dict[str, str] = field(default_factory=dict)

    def fresh(self, found: Sequence[FoundField]) -> Iterator[tuple[int, FoundField]]:
        """The place and the field, under a key of its own, of each of `found` that is new to the page.

        `found`: all fields that the page has now. One that stands where a like one was taken away is not new: a page
        that draws its form anew would else be typed into without end.
        """
        there = {one.element for one in found}
        known = set(self.holders.values())
        for at, one in enumerate(found):
            if one.element not in known and (key := self._key_of(one, there)):
                yield at, replace(one, key=key)

    def _key_of(self, one: FoundField, there: set[str]) -> str | None:
        keys = (f"{one.key}#{number}" if number > 1 else one.key for number in count(1))
        key = next(key for key in keys if self.holders.get(key) not in there)
        is_new = key not in self.holders
        self.holders[key] = one.element
        return key if is_new else None
