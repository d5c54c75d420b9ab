"""What a socket says, by whose it is: the greeting, events of its role, and what they carry.

Knows nothing of sockets, seats or sessions.
"""

from __future__ import annotations

from typing import Any

import msgspec

from beside import socket_packets
from beside.errors import Malformed, Refused, WrongProtocol
from beside.frames import UNREADABLE, malformed
from beside.protocol import AGENT_EVENTS, PROTOCOL_VERSION, SHOPPER_EVENTS, Hello
from beside.session import Role
from beside.socket_packets import Heard

# What comes with an attachment.
WITH_BYTES = frozenset({"chunk", "asset"})

_DECODERS: dict[str, dict[str, Any]] = {
    role: {name: None if kind is None else msgspec.json.Decoder(kind) for name, kind in events.items()}
    for role, events in (("shopper", SHOPPER_EVENTS), ("agent", AGENT_EVENTS))
}


def greeting(auth: Any) -> Hello:
    """What a connect presents. Raises `Malformed`, and `WrongProtocol`.

    The version is compared first: a newer page's greeting may look different in all else.
    """
    theirs = auth.get("protocol") if isinstance(auth, dict) else None
    if isinstance(theirs, int) and theirs != PROTOCOL_VERSION:
        raise WrongProtocol(PROTOCOL_VERSION, theirs)
    try:
        hello = msgspec.convert(auth, Hello)
        # Half of a surrogate pair passes for text until somebody writes it down.
        hello.version.encode()
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise malformed("auth", error) from None
    return hello


def read(role: Role, packet: str) -> Heard:
    """The event that a packet says. Raises `Malformed`, and `Refused` "wrong-role" where it is the other side's."""
    heard = socket_packets.read(packet)
    decoders = _DECODERS[role]
    if heard.event not in decoders:
        if any(heard.event in events for events in _DECODERS.values()):
            raise Refused("wrong-role", f"A {role} cannot send '{heard.event}'.")
        raise Malformed("packet")
    is_bare = heard.payload is None
    if heard.has_attachment is not (heard.event in WITH_BYTES) or is_bare is not (decoders[heard.event] is None):
        raise Malformed(heard.event)
    return heard


def payload_of(role: Role, heard: Heard) -> Any:
    """The argument of an event that `read` gave; None where it has none. Raises `Malformed`."""
    decoder = _DECODERS[role][heard.event]
    if decoder is None or heard.payload is None:
        return None
    try:
        return decoder.decode(heard.payload)
    except UNREADABLE as error:
        raise malformed(heard.event, error) from None
