"""What every HTTP door does with a request: read its body within a bound, see where it comes from, name its sender."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request

from beside.errors import Malformed, Refused, WrongProtocol
from beside.frames import UNREADABLE, malformed
from beside.protocol import PROTOCOL_VERSION, Record
from beside.reading import read_whole
from beside.settings import Settings

Body = TypeVar("Body", bound=Record)

# Whose Origin a door looks at.
CONSOLE = "The console's own origin: `BESIDE_PUBLIC_URL`."
SHOP = "The shop's page: one of the site's `origins`."


class Empty(Record, frozen=True, forbid_unknown_fields=False):
    """A JSON object in which nothing is looked for: the address says it all."""


async def read_body(request: Request, kind: type[Body], settings: Settings) -> Body:
    """The JSON body. Raises `Refused` "not-json" or "incomplete", `TooLarge`, `Malformed`.

    The content type is asked for because a page elsewhere can post a form, but not JSON, without asking first (CORS).
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused("not-json", "Send this as JSON, with Content-Type: application/json.")
    body = await read_whole(request, settings.max_body_bytes)
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as error:
        _check_protocol(body)
        raise malformed("body", error) from None


class _Spoken(msgspec.Struct, frozen=True):
    protocol: int = PROTOCOL_VERSION


def _check_protocol(body: bytes) -> None:
    """A page of another version may word its request otherwise; it is told of the version, not of a wrong field."""
    try:
        theirs = msgspec.json.decode(body, type=_Spoken).protocol
    except UNREADABLE:
        return
    if theirs != PROTOCOL_VERSION:
        raise WrongProtocol(PROTOCOL_VERSION, theirs)


async def no_body(request: Request, settings: Settings) -> None:
    """For requests that say all with their address: a JSON body is let pass, its bound and type hold all the same."""
    await read_body(request, Empty, settings)


def check_origin(request: Request, settings: Settings) -> None:
    """The console's own pages alone may post here: no other site can make an agent's browser do it."""
    if request.headers.get("origin") != settings.public_url:
        raise Refused("wrong-origin", "This is asked by the console's own pages only.")


def origin(request: Request) -> str:
    return request.headers.get("origin", "")


def identifier(request: Request, name: str = "session") -> str:
    """An id from the address. Raises `Malformed` where it is none."""
    text: str = request.path_params[name]
    if not (0 < len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)):
        raise Malformed("address", name)
    return text
