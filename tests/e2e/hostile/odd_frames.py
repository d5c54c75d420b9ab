"""Frames that no markup gives: names that no parser makes, keys that reach a prototype, and every string of the wire.

All are what the protocol's types allow; what they do not, the relay refuses (`test_hostile_connections.py`).
"""

from __future__ import annotations

from typing import Any

Entry = list[Any]
# Of a plain object each is there already, and is no own member.
PROTOTYPE = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "__defineGetter__", "prototype"]
ELEMENTS = [
    *PROTOTYPE,
    'a"b',
    "SCRIPT",
    "ScRiPt",
    "script ",
    "script/x",
    "script\t",
    "script\0",
    "<script",
    "x:script",
    "svg:script",
    "X:SCRIPT",
    "html:iframe",
    "\u0130frame",
    "\u017fcript",
    "\u212aeygen",
    "iframe\n",
    "beside-box",
    "annotation-xml",
    "-",
    " ",
    "1",
    "\ud83d\ude00",
]
ATTRIBUTES = [
    *PROTOTYPE,
    "ONCLICK",
    "onClick",
    "on-click",
    "onclick ",
    "onclick\0",
    " onclick",
    "xlink:onclick",
    "svg:onload",
    "xml:base",
    "xmlns",
    "xmlns:xlink",
    "formAction",
    "srcDoc",
    "src\t",
    "SRC",
    "HREF",
    "xlink:HREF",
    "XLINK:href",
    "a:href",
    "style ",
    "STYLE",
    "http-equiv",
    "beside-mask",
    "beside-focus",
    "is",
    "nonce",
    "<",
    "=",
    " ",
    "\ud83d\ude00",
]


def entries(stranger: str) -> list[Entry]:
    """Each element name with each attribute of the list, and each in the three spaces."""
    value = f"javascript:top.ran=1//{stranger}/odd"
    attributes = dict.fromkeys(ATTRIBUTES, value)
    return [
        [space, name, attributes, 1] if at % 2 else ["tx", "top.ran = 1"]
        for space in ("el", "svg", "math")
        for name in [*ELEMENTS, "a", "iframe", "image", "use", "form", "img", "mi"]
        for at in (1, 0)
    ]


def field(text: str, **changes: Any) -> dict[str, Any]:
    """A shown field, every string of which is `text` as far as its type lets it be."""
    return {
        "kind": "text",
        "label": text[:300],
        "purpose": text[:40],
        "verdict": "show",
        "reason": "site-show",
        "required": False,
        "disabled": False,
        "status": None,
        "content": {"text": text, "checked": None},
    } | changes


def strings(stranger: str) -> list[str]:
    """What stands in each place that takes a string."""
    return [
        *PROTOTYPE,
        f"<img src={stranger}/odd onerror=top.ran=1>",
        f"javascript:top.ran=1//{stranger}/odd",
        f"url({stranger}/odd)",
        f'"}} * {{ background: url({stranger}/odd) }} "',
        f"screen; @import '{stranger}/odd';",
        "\0",
        "\u202e\u2066",
    ]


def changes(stranger: str, *, sheet: int, control: int, element: int, box: int) -> list[Any]:
    """Each string in every change that takes one, on nodes of a page."""
    made: list[Any] = []
    for text in strings(stranger):
        made += [
            ["attributes", element, {text[:120] or "x": text, "class": text, "style": text, "id": text}],
            ["alike", [element], {"lang": text, "part": text, "href": text}],
            ["sheet", sheet, text, f"{stranger}/odd"[:2048], text[:300], False],
            ["sheet", sheet, text, text[:2048], "", False],
            ["rules", sheet, text],
            ["adopted", 1, [text, f"p {{ background: url({stranger}/odd) }}"]],
            ["field", control, field(text)],
            ["label", control, text[:300]],
            ["media", [text[:120]], 1],
            ["page", {"origin": text[:300], "path": text[:500], "quirks": False}],
            ["bitmap", box, "data:image/png;base64,AAAA"],
        ]
    return made


def boxes(stranger: str) -> list[Entry]:
    kinds = ["blocked", "frame", "closed", "media", "canvas"]
    return [["bx", kinds[at % 5], text[:300], 40, 40, text[:600]] for at, text in enumerate(strings(stranger))]
