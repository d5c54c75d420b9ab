"""The wire: every struct that crosses a socket.

What the browser sides know of it is generated from here (`make protocol`) into `js-snippet/src/wire/protocol.gen.ts`.
Knows nothing of sockets, sessions or clocks. The bodies of HTTP requests are in `bodies.py`.

Frames are arrays that open with a string tag, because they are many; everything else is an object. Each field is
required (absence is null), an unknown field is refused, and each bound below is checked by both decoders.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

# Raised whenever a change to this file would make an older snippet or console misread a newer relay, or the reverse.
PROTOCOL_VERSION = 1

# A splice of one parent's children in a page at its node cap cannot be longer than the cap itself.
MAX_NODES = 200_000
# A style sheet is the longest single string a page honestly has; Tailwind's unpurged output is 4 MB.
MAX_TEXT_CHARS = 6_000_000
MAX_ATTRIBUTES = 128
# A hint that fits one line on a phone held upright.
MAX_HINT_CHARS = 140

NodeId = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Epoch = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Count = Annotated[int, Meta(ge=0, le=MAX_NODES)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Line = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
Hint = Annotated[str, Meta(max_length=MAX_HINT_CHARS)]
# A pattern ends in `(?!\n)$`: in Python `$` alone also matches before a line's end at the end, in browsers it does not.
Identifier = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+(?!\n)$")]
# Whole numbers are bounded everywhere: beyond 2**53 a browser reads another number than the relay does.
Whole = Annotated[int, Meta(ge=0, le=2**31 - 1)]
# CSS pixels. A scroll height in a virtual list reaches tens of millions; browsers stop near 2**25.
Px = Annotated[float, Meta(ge=-(2**26), le=2**26)]
Attributes = Annotated[dict[Name, Text], Meta(max_length=MAX_ATTRIBUTES)]
ChangedAttributes = Annotated[dict[Name, Text | None], Meta(max_length=MAX_ATTRIBUTES)]


class Tuple(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A struct that travels as an array: its tag first, then its fields in order."""


class Record(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A struct that travels as an object."""


# -- Entries: new nodes, in document order ---------------------------------------------------------------------------
# A list of entries is one or more subtrees in preorder. An entry's node id is not written: the n-th entry of a frame
# that makes a node has the id `first + n` (n from 0; a keyframe's document is node 1, so its first entry is node 2).
# `children` counts the entries directly below it.


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


class TextEntry(Tuple, frozen=True, tag="tx"):
    text: Text


class MaskedTextEntry(Tuple, frozen=True, tag="mt"):
    """A text node whose content the policy masks: it has one shape, so nothing of it travels."""


class DoctypeEntry(Tuple, frozen=True, tag="dt"):
    name: Annotated[str, Meta(max_length=120)]


class BoxEntry(Tuple, frozen=True, tag="bx"):
    """What cannot or must not be shown, as a labelled box of its size in CSS px; rounded up to 8 where text decides it."""

    kind: Literal["blocked", "frame", "closed", "media", "canvas"]
    label: Line
    width: Px
    height: Px


class MovedEntry(Tuple, frozen=True, tag="at"):
    """A node that the mirror knows already and that stands here now. It takes no new id and keeps its own subtree."""

    node: NodeId


Entry = (
    ElementEntry
    | SvgEntry
    | MathEntry
    | ShadowRootEntry
    | TextEntry
    | MaskedTextEntry
    | DoctypeEntry
    | BoxEntry
    | MovedEntry
)
Entries = Annotated[list[Entry], Meta(max_length=MAX_NODES)]


# -- Fields: form controls --------------------------------------------------------------------------------------------

Verdict = Literal["show", "mask", "block"]
# Why the policy judged so; the console explains each in words.
Reason = Literal[
    "floor-type",  # type=password, type=hidden, file names
    "floor-autocomplete",  # cc-*, one-time-code, current-password, new-password
    "floor-name",  # name, id or label says card, cvc, iban, pin and the like
    "floor-sticky",  # was secret once
    "default-control",  # form controls and contenteditable are masked unless shown
    "site-mask",
    "site-block",
    "site-show",
    "looks-personal",  # text that looks like an e-mail address, phone number, IBAN or card number; <address>; title
    "tripwire",
    "page-text",  # other text is shown
]
FieldKind = Literal["text", "number", "select", "checkbox", "radio", "file", "button", "rich-text", "date", "range"]
Validity = Literal["valid", "missing", "malformed", "range", "type"]


class FieldStatus(Record, frozen=True):
    """What a settled masked field tells instead of its value."""

    filled: bool
    validity: Validity


class FieldContent(Record, frozen=True):
    """What a shown field holds. `text` is the value, or the label of the chosen option."""

    text: Text
    checked: bool | None


class Field(Record, frozen=True):
    """One form control. `status` is null until a masked field first settles; `content` is null unless shown."""

    kind: FieldKind
    label: Line
    # The standard autocomplete token that names the field's purpose ("postal-code"), where the page states one.
    purpose: Annotated[str, Meta(max_length=40)] | None
    verdict: Verdict
    reason: Reason
    required: bool
    disabled: bool
    status: FieldStatus | None
    content: FieldContent | None


# -- Changes -----------------------------------------------------------------------------------------------------------
# A mirror applies a mutation in this order: first every removal of every splice (so that any move is possible), then
# the changes in the order sent. A node that was removed and not placed again by the end of the frame is forgotten,
# with its subtree.


class ChildrenChange(Tuple, frozen=True, tag="children"):
    """A splice of one parent's child list against the list last sent: `removed` nodes from `index` on make way."""

    parent: NodeId
    index: Count
    removed: Count
    entries: Entries


class AttributesChange(Tuple, frozen=True, tag="attributes"):
    """Attributes as they are now; null where one is gone."""

    node: NodeId
    attributes: ChangedAttributes


class TextChange(Tuple, frozen=True, tag="text"):
    """Text as it is now; null where it is masked."""

    node: NodeId
    text: Text | None


class SheetChange(Tuple, frozen=True, tag="sheet"):
    """The style sheet of a `<style>` or `<link>`. `text` null: unreadable, load `href`; both null: no sheet."""

    owner: NodeId
    text: Text | None
    href: Annotated[str, Meta(max_length=2048)] | None
    media: Line
    disabled: bool


class AdoptedChange(Tuple, frozen=True, tag="adopted"):
    """The adopted style sheets of a document or shadow root, in order."""

    root: NodeId
    sheets: Annotated[list[Text], Meta(max_length=500)]


class FieldChange(Tuple, frozen=True, tag="field"):
    """A form control's verdict and state; null where the node is a control no longer."""

    node: NodeId
    field: Field | None


class ScrollChange(Tuple, frozen=True, tag="scroll"):
    """Scroll offsets of an element; of the window where `node` is the document (1)."""

    node: NodeId
    x: Px
    y: Px


class ViewportChange(Tuple, frozen=True, tag="viewport"):
    """Layout viewport in CSS px without scroll bars, and the visual viewport's scale (pinch zoom)."""

    width: Px
    height: Px
    scale: Annotated[float, Meta(gt=0, le=100)]


class FocusChange(Tuple, frozen=True, tag="focus"):
    node: NodeId | None


class PointerChange(Tuple, frozen=True, tag="pointer"):
    """The shopper's pointer in the layout viewport; both null when it left. Not sent over masked fields."""

    x: Px | None
    y: Px | None


class LayerChange(Tuple, frozen=True, tag="layer"):
    """An element enters the top layer, or leaves it (null)."""

    node: NodeId
    layer: Literal["modal", "popover", "fullscreen"] | None


class Page(Record, frozen=True):
    """Where the shopper is. `path` is already reduced: `:id` stands for segments that could name somebody."""

    origin: Annotated[str, Meta(max_length=300)]
    path: Annotated[str, Meta(max_length=500)]
    quirks: bool


class PageChange(Tuple, frozen=True, tag="page"):
    page: Page


Change = (
    ChildrenChange
    | AttributesChange
    | TextChange
    | SheetChange
    | AdoptedChange
    | FieldChange
    | ScrollChange
    | ViewportChange
    | FocusChange
    | PointerChange
    | LayerChange
    | PageChange
)
Changes = Annotated[list[Change], Meta(max_length=MAX_NODES)]


# -- Frames: shopper -> agents ----------------------------------------------------------------------------------------


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


# -- Acts: agents -> shopper ------------------------------------------------------------------------------------------


class Highlight(Tuple, frozen=True, tag="highlight"):
    """Put a ring around a node of `epoch`, with a short message. `act` is the agent's own name for it."""

    act: Identifier
    epoch: Epoch
    node: NodeId
    message: Hint | None


class Dismiss(Tuple, frozen=True, tag="dismiss"):
    act: Identifier


class AgentPointer(Tuple, frozen=True, tag="pointer"):
    """The agent's pointer in the shopper's layout viewport; both null: it left."""

    x: Px | None
    y: Px | None


Act = Highlight | Dismiss | AgentPointer


class ActDelivery(Record, frozen=True):
    """An act as the shopper's page receives it: with the participant it comes from."""

    agent: Identifier
    act: Act


class ActOutcome(Record, frozen=True):
    """What became of a highlight on the shopper's page."""

    act: Identifier
    outcome: Literal["shown", "dismissed", "expired", "gone", "stale", "refused"]


# -- Control messages -------------------------------------------------------------------------------------------------

Grant = Literal["view", "point", "control"]
SessionState = Literal["offered", "asking", "live", "paused", "away", "lost", "ended"]
PauseReason = Literal["shopper", "bar-hidden", "no-agent", "policy"]
EndReason = Literal[
    "shopper-stopped", "agent-ended", "resume-window", "away-window", "idle", "max-length", "erased", "opened-elsewhere"
]


class Hello(Record, frozen=True):
    """Socket.IO `auth` of a connect, for either participant: the token says whose it is."""

    protocol: Whole
    # The snippet's or console's own release, for the receipt ("0.1.0").
    version: Annotated[str, Meta(max_length=40)]
    token: Annotated[str, Meta(max_length=2048)]


class AgentPresence(Record, frozen=True):
    """One agent who watches, or waits for the shopper to let them."""

    id: Identifier
    name: Line
    admission: Literal["waiting", "admitted", "refused"]
    connected: bool


class SessionView(Record, frozen=True):
    """A session as both participants see it; sent on every change of it."""

    state: SessionState
    pause_reason: PauseReason | None
    end_reason: EndReason | None
    grants: list[Grant]
    agents: list[AgentPresence]
    shopper_connected: bool
    # Seconds of the window after which an away or lost shopper's session ends; null in other states.
    window_s: float | None
    # While the shopper reads the consent: the two words, in the shopper's language and in English.
    words: list[Line] | None
    words_translated: list[Line] | None
    # What became of the last offer that led to no view.
    offer_outcome: Literal["declined", "lapsed"] | None


class ShopperWelcome(Record, frozen=True):
    """First message to a connected shopper. `epoch` is the one to use for the first keyframe.

    `next_token` goes into `sessionStorage` in place of the one just spent.
    """

    protocol: Whole
    session: Identifier
    next_token: str
    epoch: Epoch
    view: SessionView


class AgentWelcome(Record, frozen=True):
    protocol: Whole
    session: Identifier
    agent: Identifier
    next_token: str
    view: SessionView


class Pause(Record, frozen=True):
    reason: PauseReason


class Admission(Record, frozen=True):
    """The shopper's answer to a further agent who asks to join."""

    agent: Identifier
    admitted: bool


class Rating(Record, frozen=True):
    stars: Annotated[int, Meta(ge=1, le=5)]


class Blank(Record, frozen=True):
    """Drop the picture now. Sent before anything else whenever what the relay held was deleted."""

    reason: Literal["paused", "ended", "revoked", "tripwire", "policy"]


class Refusal(Record, frozen=True):
    """A message was refused: `code` is stable, `message` says what happened and what to do."""

    code: Identifier
    message: Line


# Event name on the socket -> payload. `None`: no payload. A chunk is its header and one binary attachment.
SHOPPER_EVENTS: dict[str, object] = {
    "frame": Frame,
    "chunk": ChunkHeader,
    "pause": Pause,
    "resume": None,
    "stop": None,
    "leaving": None,
    "admission": Admission,
    "outcome": ActOutcome,
    "rating": Rating,
}
AGENT_EVENTS: dict[str, object] = {
    "act": Act,
    "resync": None,
    "end": None,
}
TO_SHOPPER_EVENTS: dict[str, object] = {
    "welcome": ShopperWelcome,
    "view": SessionView,
    "act": ActDelivery,
    "keyframe-wanted": None,
    "refusal": Refusal,
}
TO_AGENT_EVENTS: dict[str, object] = {
    "welcome": AgentWelcome,
    "view": SessionView,
    "frame": Frame,
    "chunk": ChunkHeader,
    "blank": Blank,
    "outcome": ActOutcome,
    "refusal": Refusal,
}
