"""The first words of a connection: who comes, and what they are told."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from beside.protocol.bounds import EchoKey, Epoch, Identifier, SheetHashes, Whole
from beside.protocol.shapes import Record
from beside.protocol.view import SessionView


class Hello(Record, frozen=True):
    """Socket.IO `auth` of a connect, for either participant: the token says whose it is."""

    protocol: Whole
    # The snippet's or console's own release, for the receipt ("0.1.0").
    version: Annotated[str, Meta(max_length=40)]
    token: Annotated[str, Meta(max_length=2048)]


class ShopperWelcome(Record, frozen=True):
    """First message to a connected shopper. `epoch` is the one to use for the first keyframe.

    `next_token` goes into `sessionStorage` in place of the one just spent. `sheets` need not be sent again. `origins`:
    the site's others, to which the view can be handed over. `echo_key` is for the fingerprints by which a page knows
    what was typed on the pages before; it is the session's own, and the page keeps it in memory alone.
    """

    protocol: Whole
    session: Identifier
    next_token: str
    epoch: Epoch
    sheets: SheetHashes
    origins: list[str]
    echo_key: EchoKey
    view: SessionView


class AgentWelcome(Record, frozen=True):
    protocol: Whole
    session: Identifier
    agent: Identifier
    next_token: str
    view: SessionView
