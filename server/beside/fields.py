"""What the relay remembers of a page's fields, for the receipt: how many were masked, and what a highlight was on.

Labels only, as the policy showed them to the agent; never content. Knows nothing of sockets or sessions.
"""

from __future__ import annotations

from beside.protocol import Field, FieldChange, Frame, Keyframe


class FieldTally:
    """The fields of the running epoch. `most_masked`: the most of one epoch that were masked at one time."""

    def __init__(self) -> None:
        self._fields: dict[int, Field] = {}
        self.most_masked = 0

    def take(self, frame: Frame) -> None:
        """Reads a frame that has passed every check."""
        if isinstance(frame, Keyframe):
            self._fields = {}
        is_changed = False
        for change in frame.changes:
            if isinstance(change, FieldChange):
                is_changed = True
                if change.field is None:
                    self._fields.pop(change.node, None)
                else:
                    self._fields[change.node] = change.field
        if is_changed:
            self.most_masked = max(self.most_masked, self._masked())

    def label(self, node: int) -> str:
        """The label of a field; empty where the node is none."""
        field = self._fields.get(node)
        return "" if field is None else field.label

    def clear(self) -> None:
        self._fields = {}

    def _masked(self) -> int:
        # A framework that renders a form again makes new nodes of the same fields, and the relay, which has no tree,
        # does not see the old ones go: fields that look alike count once.
        return len(
            {
                (field.kind, field.label, field.purpose) if field.label else node
                for node, field in self._fields.items()
                if field.verdict != "show"
            }
        )
