"""Acts: guidance, agents -> shopper, and what became of it."""

from __future__ import annotations

from typing import Literal

from beside.protocol.bounds import Epoch, Hint, Identifier, Line, NodeId, Px
from beside.protocol.shapes import Record, Tuple


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
    """What became of a highlight on the shopper's page. `label`: of one that is shown, what its element is called."""

    act: Identifier
    outcome: Literal["shown", "dismissed", "expired", "gone", "stale", "refused"]
    label: Line
