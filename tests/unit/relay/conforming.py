"""Holds each answer that a test gets by HTTP against what its door says of itself (`beside/routes/door.py`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.routing import Match

from beside.bodies import Problem
from beside.problems import status_of_code
from beside.routes.door import Door, Operation


def conforming(app: Starlette) -> Callable[[httpx.Response], Awaitable[None]]:
    """A hook of httpx for what `app` answers."""
    doors = [route for route in app.routes if isinstance(route, Door)]

    async def check(answer: httpx.Response) -> None:
        asked = answer.request
        scope = {"type": "http", "method": asked.method, "path": asked.url.path}
        door = next(
            (door for door in doors if door.method == asked.method and door.matches(scope)[0] == Match.FULL), None
        )
        if door is not None:
            await answer.aread()
            what = f"{asked.method} {door.path}: {answer.status_code} {answer.text[:200]}"
            assert conforms(door, answer.status_code, answer.headers.get("content-type", ""), answer.content), what

    return check


def conforms(door: Door, status: int, media_type: str, body: bytes) -> bool:
    operation = door.operation
    if status == 304:
        return operation.has_tag and not body
    if status == operation.status:
        return _is_given(operation, media_type, body)
    problem = _read(Problem, body)
    return (
        isinstance(problem, Problem)
        and problem.code in door.refusals
        and status == status_of_code(problem.code)
        and media_type == "application/json"
    )


def _is_given(operation: Operation, media_type: str, body: bytes) -> bool:
    if not operation.gives:
        return not body
    if operation.media_type != "application/json":
        return media_type.partition(";")[0] == operation.media_type
    return media_type == "application/json" and any(_read(kind, body) is not None for kind in operation.gives)


def _read(kind: Any, body: bytes) -> Any:
    with suppress(msgspec.DecodeError, UnicodeError):
        return msgspec.json.decode(body, type=kind)
    return None
