"""Every string of a frame, with what carries it: all that a canary could travel in. Pure.

Takes a frame as JSON says it, not as the schema does, so that nothing is skipped which a later protocol adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Entries that make a node, whose ids are not written (beside.protocol.entries): all but "at".
_ELEMENTS = ("el", "svg", "math", "fr")
# Attributes that hold declarations, sizes and drawings.
_MEASURES = frozenset(
    {"style", "d", "points", "viewBox", "transform", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry"}
    | {"dx", "dy", "width", "height", "offset", "sizes", "values"}
)


@dataclass(frozen=True)
class Leaf:
    """One string. `node`: the id of the node that carries it, null where none does. `is_text`: it paints as text."""

    text: str
    carrier: str
    epoch: int = 0
    node: int | None = None
    is_text: bool = False

    @property
    def is_prose(self) -> bool:
        """People's words rather than a machine's: in CSS, addresses and pictures any three digits stand somewhere."""
        kind, _, rest = self.carrier.partition(" ")
        return self.carrier not in ("style sheet", "picture") and not (
            kind == "attribute" and rest.partition(" ")[0] in _MEASURES
        )


def leaves_of(frame: list[Any]) -> Iterator[Leaf]:
    """All strings of a keyframe or mutation in document order, names of attributes included."""
    epoch = frame[1]
    if frame[0] == "keyframe":
        for text in _strings(frame[3]):
            yield Leaf(text, "the page's address", epoch)
        yield from _of_entries(frame[4], epoch, 2)
        first, changes = 2 + len(frame[4]), frame[5]
    else:
        first, changes = frame[3], frame[4]
    for change in changes:
        yield from _of_change(change, epoch, first)
        if change[0] == "children":
            first += sum(entry[0] != "at" for entry in change[4])


def _of_entries(entries: list[Any], epoch: int, first: int) -> Iterator[Leaf]:
    node = first
    for entry in entries:
        tag = entry[0]
        if tag == "at":
            continue
        if tag == "tx":
            yield Leaf(entry[1], "text", epoch, node, is_text=True)
        elif tag in _ELEMENTS:
            name = "iframe" if tag == "fr" else entry[1]
            if tag != "fr":
                yield Leaf(name, "the name of an element", epoch, node)
            yield from _of_attributes(entry[1 if tag == "fr" else 2], epoch, node, f" of <{name}>")
        else:
            for text in _strings(entry[1:]):
                yield Leaf(text, "a box" if tag == "bx" else "the document's type", epoch, node)
        node += 1


def _of_attributes(attributes: dict[str, Any], epoch: int, node: int | None, owner: str) -> Iterator[Leaf]:
    for name, value in attributes.items():
        yield Leaf(name, f"the name of an attribute{owner}", epoch, node)
        if value is not None:
            yield Leaf(value, f"attribute {name}{owner}", epoch, node)


_CARRIERS = {
    "sheet": "style sheet",
    "rules": "style sheet",
    "adopted": "style sheet",
    "label": "a field's label",
    "bitmap": "picture",
    "asset": "picture",
    "page": "the page's address",
}


def _of_change(change: list[Any], epoch: int, first: int) -> Iterator[Leaf]:
    tag, about = change[0], change[1]
    node = about if isinstance(about, int) else None
    if tag == "children":
        yield from _of_entries(change[4], epoch, first)
    elif tag in ("attributes", "alike"):
        yield from _of_attributes(change[2], epoch, node, "")
    elif tag == "text":
        yield from (Leaf(text, "text", epoch, node, is_text=True) for text in _strings(change[2]))
    elif tag == "texts":
        yield from (Leaf(text, "text", epoch, id_, is_text=True) for id_, text in about if text is not None)
    elif tag in ("field", "fields"):
        for name, value in (change[2] or {}).items():
            carrier = {"label": "a field's label", "content": "what a field shows"}.get(name, f"a field's {name}")
            yield from (Leaf(text, carrier, epoch, node) for text in _strings(value))
    else:
        carrier = _CARRIERS.get(tag, f"a change of kind '{tag}'")
        yield from (Leaf(text, carrier, epoch, node) for text in _strings(change[1:]))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(inner, str | int | float | bool | None):
                yield key
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
