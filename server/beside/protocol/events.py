"""The events of the sockets: who says what to whom."""

from __future__ import annotations

from beside.protocol.acts import Act, ActDelivery, ActOutcome
from beside.protocol.connecting import AgentWelcome, ShopperWelcome
from beside.protocol.control import (
    Admission,
    AssetAnswer,
    AssetName,
    Blank,
    KeyframeWanted,
    Pause,
    Rating,
    Refusal,
    SheetText,
    Tripped,
    Visibility,
)
from beside.protocol.frames import ChunkHeader, Frame
from beside.protocol.policy import Drift, DriftAlarm
from beside.protocol.view import SessionView

# Event name on the socket -> payload. `None`: no payload. A chunk or asset is its header and one binary attachment.
SHOPPER_EVENTS: dict[str, object] = {
    "frame": Frame,
    "chunk": ChunkHeader,
    "offer-asset": AssetName,
    "asset": AssetName,
    "pause": Pause,
    "resume": None,
    "stop": None,
    "leaving": None,
    "visibility": Visibility,
    "admission": Admission,
    "outcome": ActOutcome,
    "drift": Drift,
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
    "keyframe-wanted": KeyframeWanted,
    "tripped": Tripped,
    "asset": AssetAnswer,
    "refusal": Refusal,
}
TO_AGENT_EVENTS: dict[str, object] = {
    "welcome": AgentWelcome,
    "view": SessionView,
    "frame": Frame,
    "chunk": ChunkHeader,
    "sheet": SheetText,
    "blank": Blank,
    "outcome": ActOutcome,
    "drift": DriftAlarm,
    "refusal": Refusal,
}
