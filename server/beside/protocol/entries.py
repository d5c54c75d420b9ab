"""Entries: new nodes, in document order.

A list of entries is one or more subtrees in preorder. An entry's node id is not written: the n-th entry of a frame
that makes a node has the id `first + n` (n from 0; a keyframe's document is node 1, so its first entry is node 2).
`children` counts the entries directly below it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from beside.protocol.bounds import MAX_NODES, Attributes, Count, Line, Name, NodeId, Px, Text
from beside.protocol.shapes import Tuple


class ElementEntry(Tuple, frozen=True, tag="el"):
    """An HTML element."""

    name: Name
    attributes: Attributes
    children: Count


class SvgEntry(Tuple, frozen=True, tag="svg"):
    name: Name
    attributes: Attributes
    children: Count


class MathEntry(Tuple, frozen=True, tag="math"):
    name: Name
    attributes: Attributes
    children: Count


class ShadowRootEntry(Tuple, frozen=True, tag="sr"):
    """An open shadow root: always the first child entry of its host, and counted among the host's children."""

    children: Count


class FrameEntry(Tuple, frozen=True, tag="fr"):
    """An `<iframe>` that the site shows. Its one child is the entry of its document, which comes and goes with it."""

    attributes: Attributes
    children: Count


class DocumentEntry(Tuple, frozen=True, tag="doc"):
    """The document of a frame: the only child of its frame's entry. Its own children are a doctype and a root."""

    quirks: bool
    children: Count


class TextEntry(Tuple, frozen=True, tag="tx"):
    text: Text


class MaskedTextEntry(Tuple, frozen=True, tag="mt"):
    """A text node whose content the policy masks: it has one shape, so nothing of it travels."""


class DoctypeEntry(Tuple, frozen=True, tag="dt"):
    name: Annotated[str, Meta(max_length=120)]


class BoxEntry(Tuple, frozen=True, tag="bx"):
    """What cannot or must not be shown, as a labelled box of its size in CSS px; rounded up to 8 where text decides
    it. `style` says by CSS declarations where it stands: margins, float, position and the like."""

    kind: Literal["blocked", "frame", "closed", "media", "canvas"]
    label: Line
    width: Px
    height: Px
    style: Annotated[str, Meta(max_length=600)]


class MovedEntry(Tuple, frozen=True, tag="at"):
    """A node that the mirror knows already and that stands here now. It takes no new id and keeps its own subtree."""

    node: NodeId


Entry = (
    ElementEntry
    | SvgEntry
    | MathEntry
    | ShadowRootEntry
    | FrameEntry
    | DocumentEntry
    | TextEntry
    | MaskedTextEntry
    | DoctypeEntry
    | BoxEntry
    | MovedEntry
)
Entries = Annotated[list[Entry], Meta(max_length=MAX_NODES)]
