"""A route, and beside it what it takes, answers and refuses with. How that reads as OpenAPI is description.py's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beside.protocol import Identifier

# What `read_body` refuses with.
_OF_A_BODY = ("malformed", "incomplete", "too-large", "not-json", "wrong-protocol")
# Names in an address, and what they can be. `identifier` refuses what is none; with a slash in it, no route fits.
NAMES: Mapping[str, Any] = {"session": Identifier, "site": str}
_OF_AN_ADDRESS = ("malformed", "not-found")
# Of every door that asks for a session: it may be away for a moment, or move between workers just then.
HELD = ("conflict", "draining", "store-unavailable")


@dataclass(frozen=True, kw_only=True)
class Key:
    """What opens a door. `scheme`: OpenAPI's security scheme object. `refuses`: codes where it does not fit."""

    name: str
    scheme: Mapping[str, str]
    refuses: tuple[str, ...]


API_KEY = Key(
    name="apiKey",
    scheme={"type": "http", "scheme": "bearer", "description": "`beside apikey create SITE` makes one."},
    refuses=("no-api-key", "wrong-api-key"),
)
CONSOLE_COOKIE = Key(
    name="consoleCookie",
    scheme={
        "type": "apiKey",
        "in": "cookie",
        "name": "beside_SESSION",
        "description": "Set by `/launch/redeem`, one a session. SESSION is the id that stands in the address.",
    },
    refuses=("no-cookie", "cookie-invalid", "unknown-session"),
)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a door says of itself.

    `takes`: type of the JSON body. `gives`: types that the answer may be of; none, and it has no body. `origin`: whose
    pages ask, where the Origin header is looked at. `refuses`: codes beside those that follow from all the others.
    """

    name: str
    does: str
    takes: Any = None
    gives: tuple[Any, ...] = ()
    status: int = 200
    media_type: str = "application/json"
    # Answered 304 to who has it already.
    has_tag: bool = False
    key: Key | None = None
    origin: str | None = None
    refuses: tuple[str, ...] = ()


class Door(Route):
    """`also`: methods that are answered beside and described nowhere, as CORS asks for."""

    def __init__(
        self,
        method: str,
        path: str,
        endpoint: Callable[[Request], Awaitable[Response]],
        operation: Operation,
        *,
        also: Sequence[str] = (),
    ) -> None:
        super().__init__(path, endpoint, methods=[method, *also], name=operation.name)
        self.method = method
        self.operation = operation

    @property
    def refusals(self) -> list[str]:
        """Every code that its problems have."""
        operation = self.operation
        return sorted(
            {
                *operation.refuses,
                *(operation.key.refuses if operation.key else ()),
                *(_OF_A_BODY if operation.takes else ()),
                *(("wrong-origin",) if operation.origin else ()),
                *(_OF_AN_ADDRESS if "{session}" in self.path else ()),
            }
        )
