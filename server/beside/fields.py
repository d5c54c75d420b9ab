"""What the relay remembers of a page's fields, for the receipt: how many were masked, and what a highlight was on.

Labels only, as the policy showed them to the agent; never content. Knows nothing of sockets or sessions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from beside.protocol import Field, FieldChange, Frame, Keyframe

# Nobody fills in a form of this many fields; a page that makes nodes up must not fill the memory.
MAX_FIELDS = 5_000


class FieldTally:
    """The fields of the running epoch. `most_masked`: the most of one epoch that were masked at one time."""

    def __init__(self) -> None:
        self._labels: dict[int, str] = {}
        # What a masked field looks like, and how many look so. A framework that renders a form again makes new nodes
        # of the same fields, and the relay, which has no tree, does not see the old ones go: they count once.
        self._looks: dict[int, Hashable] = {}
        self._alike: Counter[Hashable] = Counter()
        self.most_masked = 0

    def take(self, frame: Frame) -> None:
        """Reads a frame that has passed every check."""
        if isinstance(frame, Keyframe):
            self.clear()
        for change in frame.changes:
            if isinstance(change, FieldChange):
                self._forget(change.node)
                if change.field is not None and len(self._labels) < MAX_FIELDS:
                    self._keep(change.node, change.field)
        self.most_masked = max(self.most_masked, len(self._alike))

    def label(self, node: int) -> str:
        """The label of a field; empty where the node is none."""
        return self._labels.get(node, "")

    def clear(self) -> None:
        self._labels = {}
        self._looks = {}
        self._alike = Counter()

    def _keep(self, node: int, field: Field) -> None:
        self._labels[node] = field.label
        if field.verdict != "show":
            look = self._looks[node] = (field.kind, field.label, field.purpose) if field.label else node
            self._alike[look] += 1

    def _forget(self, node: int) -> None:
        self._labels.pop(node, None)
        look = self._looks.pop(node, None)
        if look is not None:
            self._alike[look] -= 1
            if not self._alike[look]:
                del self._alike[look]
