"""Frames of a small page, as the snippet would send them."""

from __future__ import annotations

from typing import Any

PAGE = {"origin": "http://shop.localhost:5999", "path": "/checkout", "quirks": False}


def field(label: str = "Card number", verdict: str = "mask") -> dict[str, Any]:
    return {
        "kind": "text",
        "label": label,
        "purpose": None,
        "verdict": verdict,
        "reason": "default-control",
        "required": True,
        "disabled": False,
        "status": None,
        "content": None,
    }


def keyframe(epoch: int, text: str = "hello", path: str = "/checkout", changes: tuple[Any, ...] = ()) -> list[Any]:
    entries = [["dt", "html"], ["el", "html", {}, 1], ["el", "body", {}, 2], ["tx", text], ["el", "input", {}, 0]]
    return ["keyframe", epoch, 0, PAGE | {"path": path}, entries, list(changes)]


def mutation(epoch: int, seq: int, text: str = "changed") -> list[Any]:
    return ["mutation", epoch, seq, 7, [["text", 5, text]]]
