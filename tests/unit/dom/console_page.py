"""A checkout page as the relay would send it: keyframes and fields for tests of the console."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from beside import protocol

CSS = """
body { margin: 0; font: 16px/1.5 sans-serif; color: #222; background: #faf8f4 }
header { padding: 18px 40px; background: #2f4f3a; color: #fff; font-size: 22px }
main { max-width: 760px; margin: 28px auto; padding: 28px 36px; background: #fff; border-radius: 12px }
label { display: block; margin-top: 16px }
input, select { display: block; box-sizing: border-box; width: 100%; height: 42px; padding: 0 10px }
button { margin-top: 24px; height: 46px; padding: 0 28px; border: 0; background: #2f4f3a; color: #fff }
"""
PAGE = protocol.Page(origin="https://shop.example", path="/checkout/payment/:id", quirks=False)
NARROW, WIDE = (390.0, 720.0), (1180.0, 760.0)


@dataclass
class Node:
    entry: protocol.Entry
    children: list[Node] = field(default_factory=list)
    name: str = ""


def el(tag: str, *children: Node | str, name: str = "", **attributes: str) -> Node:
    inside = [Node(protocol.TextEntry(child)) if isinstance(child, str) else child for child in children]
    return Node(protocol.ElementEntry(tag, attributes, len(inside)), inside, name)


def checkout_field(label: str, **changes: Any) -> protocol.Field:
    known: dict[str, Any] = {
        "kind": "text",
        "label": label,
        "purpose": None,
        "verdict": "mask",
        "reason": "default-control",
        "required": True,
        "disabled": False,
        "status": None,
        "content": None,
    }
    return protocol.Field(**(known | changes))


FIELDS = {
    "name": checkout_field(
        "Name on card", purpose="cc-name", reason="floor-autocomplete", status=protocol.FieldStatus(True, "valid")
    ),
    "number": checkout_field(
        "Card number", purpose="cc-number", reason="floor-autocomplete", status=protocol.FieldStatus(True, "malformed")
    ),
    "expiry": checkout_field(
        "Expiry", purpose="cc-exp", reason="floor-autocomplete", status=protocol.FieldStatus(False, "missing")
    ),
    "cvc": checkout_field("Security code", reason="floor-name"),
    "country": checkout_field(
        "Billing country",
        kind="select",
        purpose="country",
        verdict="show",
        reason="site-show",
        content=protocol.FieldContent("New Zealand", None),
    ),
    "coupon": checkout_field("قسيمة الخصم", required=False, status=protocol.FieldStatus(False, "valid")),
}


def tree() -> list[Node]:
    def labelled(name: str) -> list[Node]:
        tag = "select" if FIELDS[name].kind == "select" else "input"
        return [el("label", FIELDS[name].label), el(tag, name=name)]

    controls = [node for name in FIELDS for node in labelled(name)]
    return [
        Node(protocol.DoctypeEntry("html")),
        el(
            "html",
            el("head", el("style", name="style")),
            el(
                "body",
                el("header", "Fern & Pot"),
                el("main", el("h1", "Payment", name="title"), *controls, el("button", "Review order", name="submit")),
            ),
            lang="en",
        ),
    ]


def keyframe(epoch: int = 1, size: tuple[float, float] = WIDE) -> tuple[protocol.Keyframe, dict[str, int]]:
    """A keyframe of the checkout, and the node ids of what has a name in it."""
    entries: list[protocol.Entry] = []
    ids: dict[str, int] = {}

    def add(node: Node) -> None:
        if node.name:
            ids[node.name] = len(entries) + 2
        entries.append(node.entry)
        for child in node.children:
            add(child)

    for node in tree():
        add(node)
    changes: list[protocol.Change] = [
        protocol.ViewportChange(*size, 1.0, 0.0, 0.0),
        protocol.SheetChange(ids["style"], CSS, None, "", False),
        *(protocol.FieldChange(ids[name], known) for name, known in FIELDS.items()),
        protocol.FocusChange(ids["number"]),
    ]
    return protocol.Keyframe(epoch, 0, PAGE, entries, changes), ids


def mutation(seq: int, *changes: protocol.Change, epoch: int = 1) -> protocol.Mutation:
    """A mutation that makes no node, to follow `keyframe`."""
    return protocol.Mutation(epoch, seq, len(keyframe()[0].entries) + 2, list(changes))
