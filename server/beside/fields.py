"""What the relay remembers of a page's fields, for the receipt: how many were masked, and what a highlight was on.

Labels only, as the policy showed them to the agent; never content. Knows nothing of sockets or sessions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import accumulate, islice
from typing import NamedTuple

from beside.protocol import Field, FieldChange, FieldKind, FieldsChange, Frame, Keyframe, LabelChange

# Nobody fills in a form of this many fields; a page that makes nodes up must not fill the memory.
MAX_FIELDS = 5_000


OF_FIELDS = frozenset({FieldChange, FieldsChange, LabelChange})


class _Told(NamedTuple):
    """What is kept of a field."""

    kind: FieldKind
    label: str
    purpose: str | None
    is_masked: bool


class FieldTally:
    """The fields of the running epoch. `most_masked`: the most of one epoch that were masked at one time."""

    __slots__ = ("_alike", "_told", "most_masked")

    def __init__(self) -> None:
        self._told: dict[int, _Told] = {}
        # What masked fields look like, and how many look so. A framework that renders a form again makes new nodes
        # of the same fields, and the relay, which has no tree, does not see the old ones go: they count once.
        self._alike: Counter[Hashable] = Counter()
        self.most_masked = 0

    def take(self, frame: Frame) -> None:
        """Reads a frame that has passed every check."""
        if isinstance(frame, Keyframe):
            self.clear()
        elif OF_FIELDS.isdisjoint(map(type, frame.changes)):
            return
        # A node of many costs two bytes: without an end, one frame would keep the relay busy for all others.
        left = MAX_FIELDS
        for change in frame.changes:
            if isinstance(change, FieldChange):
                self._take(change.node, change.field)
            elif isinstance(change, FieldsChange):
                for node in islice(accumulate(change.nodes), left):
                    self._take(node, change.field)
                left = max(0, left - len(change.nodes))
            elif isinstance(change, LabelChange):
                told = self._forget(change.node)
                if told is not None:
                    self._keep(change.node, told._replace(label=change.label))
        self.most_masked = max(self.most_masked, len(self._alike))

    def _take(self, node: int, field: Field | None) -> None:
        self._forget(node)
        if field is not None and len(self._told) < MAX_FIELDS:
            self._keep(node, _told_of(field))

    def label(self, node: int) -> str:
        """The label of a field; empty where the node is none."""
        told = self._told.get(node)
        return told.label if told else ""

    def clear(self) -> None:
        self._told = {}
        self._alike = Counter()

    def _keep(self, node: int, told: _Told) -> None:
        self._told[node] = told
        if told.is_masked:
            self._alike[_look(node, told)] += 1

    def _forget(self, node: int) -> _Told | None:
        told = self._told.pop(node, None)
        if told is not None and told.is_masked:
            look = _look(node, told)
            self._alike[look] -= 1
            if not self._alike[look]:
                del self._alike[look]
        return told


def _told_of(field: Field) -> _Told:
    return _Told(field.kind, field.label, field.purpose, field.verdict != "show")


def _look(node: int, told: _Told) -> Hashable:
    return (told.kind, told.label, told.purpose) if told.label else node
