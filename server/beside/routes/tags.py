"""Whether a browser or a proxy has already what it asks for."""

from __future__ import annotations

from starlette.requests import Request


def is_known(request: Request, tag: str) -> bool:
    """By `If-None-Match`, compared weakly: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2"""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in given.split(",")}
