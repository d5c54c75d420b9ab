"""Control messages: pause, admission, rating, pictures to upload, blank, refusal."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from beside.protocol.bounds import AssetHash, Epoch, Identifier, Line, NodeId, SheetHashes, Text
from beside.protocol.shapes import Record
from beside.protocol.view import PauseReason


class Pause(Record, frozen=True):
    reason: PauseReason


class Visibility(Record, frozen=True):
    """Whether the shopper looks at the page. Said when it changes, and after a welcome where it is hidden."""

    hidden: bool


class Admission(Record, frozen=True):
    """The shopper's answer to a further agent who asks to join."""

    agent: Identifier
    admitted: bool


class Rating(Record, frozen=True):
    stars: Annotated[int, Meta(ge=1, le=5)]


class Blank(Record, frozen=True):
    """Drop the picture now. Sent before anything else whenever what the relay held was deleted."""

    reason: Literal["paused", "ended", "revoked", "tripwire", "policy"]


class KeyframeWanted(Record, frozen=True):
    """Send a keyframe. It may name these texts of style sheets, and no others: what else was sent did not arrive."""

    sheets: SheetHashes


class SheetText(Record, frozen=True):
    """To an agent, before a frame that names it: a text that was sent to be kept before they came."""

    text: Text


class AssetName(Record, frozen=True):
    """A picture by the hash of its bytes: offered by itself, sent with its bytes as the attachment."""

    hash: AssetHash


class AssetAnswer(Record, frozen=True):
    """What became of a picture that was offered or sent: send its bytes, name it in frames, or do without."""

    hash: AssetHash
    state: Literal["wanted", "kept", "refused"]


class Tripped(Record, frozen=True):
    """A frame was withheld for what looks like a payment number: make a box of this node's element and go on."""

    epoch: Epoch
    node: NodeId


class Refusal(Record, frozen=True):
    """A message was refused: `code` is stable, `message` says what happened and what to do."""

    code: Identifier
    message: Line
