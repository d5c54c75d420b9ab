"""The wire: every struct that crosses a socket.

What the browser sides know of it is generated from here (`make protocol`) into `js-snippet/src/wire/protocol.gen.ts`.
Knows nothing of sockets, sessions or clocks. The bodies of HTTP requests are in `bodies.py`.

Frames are arrays that open with a string tag, because they are many; everything else is an object. Each field is
required (absence is null), an unknown field is refused, and each bound is checked by both decoders.
"""

from __future__ import annotations

from beside.protocol.acts import Act, ActDelivery, ActOutcome, AgentPointer, Dismiss, Highlight
from beside.protocol.bounds import (
    MAX_ATTRIBUTES,
    MAX_HINT_CHARS,
    MAX_NODES,
    MAX_TEXT_CHARS,
    Attributes,
    ChangedAttributes,
    Count,
    Epoch,
    Hint,
    Identifier,
    Line,
    Name,
    NodeId,
    Px,
    Seq,
    Text,
    Whole,
)
from beside.protocol.changes import (
    AdoptedChange,
    AttributesChange,
    Change,
    Changes,
    ChildrenChange,
    FieldChange,
    FocusChange,
    LayerChange,
    Page,
    PageChange,
    PointerChange,
    ScrollChange,
    SheetChange,
    TextChange,
    ViewportChange,
)
from beside.protocol.connecting import AgentWelcome, Hello, ShopperWelcome
from beside.protocol.control import Admission, Blank, Pause, Rating, Refusal, Tripped
from beside.protocol.entries import (
    BoxEntry,
    DoctypeEntry,
    ElementEntry,
    Entries,
    Entry,
    MaskedTextEntry,
    MathEntry,
    MovedEntry,
    ShadowRootEntry,
    SvgEntry,
    TextEntry,
)
from beside.protocol.events import AGENT_EVENTS, SHOPPER_EVENTS, TO_AGENT_EVENTS, TO_SHOPPER_EVENTS
from beside.protocol.fields import Field, FieldContent, FieldKind, FieldStatus, Reason, Validity, Verdict
from beside.protocol.frames import ChunkHeader, Frame, Keyframe, Mutation
from beside.protocol.shapes import Record, Tuple
from beside.protocol.view import AgentPresence, EndReason, Grant, PauseReason, SessionState, SessionView

# Raised whenever a change to this package would make an older snippet or console misread a newer relay, or the reverse.
PROTOCOL_VERSION = 1

__all__ = [
    "AGENT_EVENTS",
    "MAX_ATTRIBUTES",
    "MAX_HINT_CHARS",
    "MAX_NODES",
    "MAX_TEXT_CHARS",
    "PROTOCOL_VERSION",
    "SHOPPER_EVENTS",
    "TO_AGENT_EVENTS",
    "TO_SHOPPER_EVENTS",
    "Act",
    "ActDelivery",
    "ActOutcome",
    "Admission",
    "AdoptedChange",
    "AgentPointer",
    "AgentPresence",
    "AgentWelcome",
    "Attributes",
    "AttributesChange",
    "Blank",
    "BoxEntry",
    "Change",
    "ChangedAttributes",
    "Changes",
    "ChildrenChange",
    "ChunkHeader",
    "Count",
    "Dismiss",
    "DoctypeEntry",
    "ElementEntry",
    "EndReason",
    "Entries",
    "Entry",
    "Epoch",
    "Field",
    "FieldChange",
    "FieldContent",
    "FieldKind",
    "FieldStatus",
    "FocusChange",
    "Frame",
    "Grant",
    "Hello",
    "Highlight",
    "Hint",
    "Identifier",
    "Keyframe",
    "LayerChange",
    "Line",
    "MaskedTextEntry",
    "MathEntry",
    "MovedEntry",
    "Mutation",
    "Name",
    "NodeId",
    "Page",
    "PageChange",
    "Pause",
    "PauseReason",
    "PointerChange",
    "Px",
    "Rating",
    "Reason",
    "Record",
    "Refusal",
    "ScrollChange",
    "Seq",
    "SessionState",
    "SessionView",
    "ShadowRootEntry",
    "SheetChange",
    "ShopperWelcome",
    "SvgEntry",
    "Text",
    "TextChange",
    "TextEntry",
    "Tripped",
    "Tuple",
    "Validity",
    "Verdict",
    "ViewportChange",
    "Whole",
]
