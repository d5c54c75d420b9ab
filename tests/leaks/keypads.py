"""Keypads that the page paints: the value is in what the pointer is on and what has the focus."""

from __future__ import annotations

from tests.leaks.carriers import PRESSED, Carrier
from tests.leaks.scripts import KEYFRAME

KEYS = "".join(f"<button type=button data-key={key}>{key}</button>" for key in range(10))
PRESS = """addEventListener("click", ({ target }) => {
  if (target.dataset.key) document.querySelector("#x").value += target.dataset.key;
});"""
POINTED_AT = "where the pointer is, and what has the focus, is told of keys that the site does not block"
FOCUSED = "which key of a masked part has the focus is told"
KEYPADS = [
    Carrier(
        f"keypad on the screen{where}",
        f"<form id=f><input id=x type=password readonly></form><div {rule}>{KEYS}</div>",
        {"pressed": PRESSED, "keyframe": KEYFRAME},
        kind="short",
        page=PRESS,
        tells=tells,
    )
    for where, rule, tells in [
        ("", "", POINTED_AT),
        (", in a masked part", "data-beside=mask", FOCUSED),
        (", in a blocked part", "data-beside=block", ""),
    ]
]
