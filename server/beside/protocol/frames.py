"""Frames: keyframes and mutations, shopper -> agents."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from beside.protocol.bounds import Epoch, NodeId, Seq
from beside.protocol.changes import Changes, Page
from beside.protocol.entries import Entries
from beside.protocol.shapes import Record, Tuple


class Keyframe(Tuple, frozen=True, tag="keyframe"):
    """A snapshot: it opens a new epoch (greater than the last) at seq 0. `entries` are the document's children."""

    epoch: Epoch
    seq: Seq
    page: Page
    entries: Entries
    changes: Changes


class Mutation(Tuple, frozen=True, tag="mutation"):
    """The masked change set of one animation frame: seq is the last frame's + 1; `first` is the next new node's id."""

    epoch: Epoch
    seq: Seq
    first: NodeId
    changes: Changes


Frame = Keyframe | Mutation


class ChunkHeader(Record, frozen=True):
    """Announces one binary chunk of a frame too large to travel as text: raw DEFLATE (RFC 1951) of its UTF-8 JSON.

    `index` counts from 0 to `count` - 1; `rawBytes` is the length of the whole frame after inflating.
    """

    epoch: Epoch
    seq: Seq
    index: Annotated[int, Meta(ge=0, le=255)]
    count: Annotated[int, Meta(ge=1, le=256)]
    raw_bytes: Annotated[int, Meta(ge=1, le=64 * 1024 * 1024)]
