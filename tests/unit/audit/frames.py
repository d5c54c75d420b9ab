"""Frames as the engine makes them, written by hand, for tests of what is looked for in them."""

from __future__ import annotations

from typing import Any


def keyframe(*body: list[Any], changes: list[Any] | None = None) -> list[Any]:
    """Doctype (node 2), html (3), body (4); the first of `body` is node 5."""
    page = {"origin": "https://shop.example", "path": "/checkout", "quirks": False}
    entries = [["dt", "html"], ["el", "html", {"lang": "en"}, 1], ["el", "body", {}, len(body)], *body]
    return ["keyframe", 1, 0, page, entries, changes or []]


def mutation(*changes: list[Any], first: int = 9) -> list[Any]:
    return ["mutation", 1, 1, first, list(changes)]


def text(value: str) -> list[Any]:
    return ["tx", value]
