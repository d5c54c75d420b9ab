"""What an audit finds. Frames made by hand carry a canary in each way a page could choose: no engine lets it out."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote

import pytest
from tests.unit.audit.frames import keyframe, mutation, text

from beside.audit.canaries import Canary
from beside.audit.finding import Found, is_by_chance, is_searchable, search
from beside.audit.leaves import leaves_of

MAIL = Canary("email", "e-mail address", "Zwalkendu@example.com", forms=("zwalkendu",))
NAME = Canary("name", "text", "Dreskina Plombulk", forms=("Dreskina", "Plombulk"))
CARD = Canary("card", "card number", "4000008261973455")
CODE = Canary("cvc", "security code", "847")
EXPIRY = Canary("expiry", "expiry", "09/31", forms=("09/2031", "2031-09", "09 / 31"))


def found_in(frame: list[Any], canary: Canary) -> list[Found]:
    return search(list(leaves_of(json.loads(json.dumps(frame)))), [canary])


def base64_within(value: bytes, before: int) -> str:
    return base64.b64encode(b"x" * before + value + b"yz").decode()


ENCODED = {
    "as it is": (MAIL, "We write to ZWALKENDU@example.com soon"),
    "its parts": (NAME, "Good evening, Plombulk!"),
    "without blanks and marks": (CARD, "4000 0082 6197 3455"),
    "full-width digits": (CARD, "".join(chr(ord(digit) + 0xFEE0) for digit in CARD.value)),
    "reversed": (CARD, CARD.value[::-1]),
    "percent-encoded": (MAIL, quote(MAIL.value, safe="")),
    "every byte percent-encoded": (NAME, "".join(f"%{byte:02X}" for byte in NAME.value.encode())),
    "percent-encoded twice": (NAME, quote("".join(f"%{byte:02X}" for byte in NAME.value.encode()))),
    "entities": (NAME, "".join(f"&#{ord(char)};" for char in NAME.value)),
    "escapes": (NAME, "".join(f"\\u{ord(char):04x}" for char in NAME.value)),
    "UTF-16 with its zero bytes": (NAME, NAME.value.encode("utf-16-le").decode("latin-1")),
    "base64": (MAIL, base64_within(MAIL.value.encode(), 0)),
    "base64, a byte on": (MAIL, base64_within(MAIL.value.encode(), 1)),
    "base64, two bytes on": (MAIL, base64_within(MAIL.value.encode(), 2)),
    "base64 for addresses": (CARD, base64.urlsafe_b64encode(b"??>" + CARD.value.encode()).decode()),
    "base64 of UTF-16": (NAME, base64_within(NAME.value.encode("utf-16-le"), 1)),
    "hexadecimal": (CARD, CARD.value.encode().hex().upper()),
    "md5 of the address in small letters": (MAIL, hashlib.md5(MAIL.value.lower().encode()).hexdigest()),
    "sha256": (MAIL, hashlib.sha256(MAIL.value.encode()).hexdigest()),
    "first six of a card": (CARD, "Bank: 400000"),
    "last four of a card": (CARD, "ends in 3455"),
    "a short value as a word": (CODE, "Code 847."),
    "a short value in the page's form": (EXPIRY, "valid 09 / 31"),
}
CARRIERS = {
    "text of a keyframe": lambda value: keyframe(text(value)),
    "attribute of a keyframe": lambda value: keyframe(["el", "img", {"alt": value}, 0]),
    "drawing": lambda value: keyframe(["svg", "svg", {"data-a": value}, 0]),
    "label of a box": lambda value: keyframe(["bx", "frame", value, 10, 10, ""]),
    "new node": lambda value: mutation(["children", 4, 0, 0, [text(value)]]),
    "changed text": lambda value: mutation(["text", 5, value]),
    "changed texts": lambda value: mutation(["texts", [[5, "a"], [6, value], [7, None]]]),
    "changed attribute": lambda value: mutation(["attributes", 5, {"title": value, "alt": None}]),
    "attributes alike": lambda value: mutation(["alike", [5, 1], {"title": value}]),
    "field's label": lambda value: mutation(["label", 5, value]),
    "field's content": lambda value: mutation(["field", 5, {"label": "", "content": {"text": value, "checked": None}}]),
    "fields alike": lambda value: mutation(["fields", [5, 1], {"label": value, "content": None}]),
    "style sheet": lambda value: mutation(
        ["sheet", 5, ["keep", f"a::after {{ content: '{value}' }}"], None, "", False]
    ),
    "adopted sheet": lambda value: mutation(["adopted", 1, [f"a {{ --x: '{value}' }}"]]),
    "address of a sheet": lambda value: mutation(["sheet", 5, None, f"https://shop.example/{value}.css", "", False]),
    "path of the page": lambda value: mutation(["page", {"origin": "", "path": f"/orders/{value}", "quirks": False}]),
    "a change of a later protocol": lambda value: mutation(["novel", 5, {"deep": [[value]]}]),
    "name of an attribute": lambda value: mutation(["attributes", 5, {f"data-{value}": ""}]),
    "name of an element": lambda value: keyframe(["el", f"x-{value}", {}, 0]),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_canary_is_found_in_each_encoding(encoding: str) -> None:
    canary, value = ENCODED[encoding]

    assert [found.canary for found in found_in(keyframe(text(value)), canary)] == [canary]


@pytest.mark.parametrize("encoding", ENCODED)
def test_nothing_of_one_canary_is_taken_for_another(encoding: str) -> None:
    canary, value = ENCODED[encoding]
    others = {MAIL, NAME, CARD, CODE, EXPIRY} - {canary}

    assert [found for other in others for found in found_in(keyframe(text(value)), other)] == []


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_canary_is_found_in_whatever_carries_it(carrier: str) -> None:
    (found,) = found_in(CARRIERS[carrier]("dreskinaplombulk"), NAME)

    assert found.form == "without blanks and marks"


def test_a_value_of_one_digit_a_node_is_found_over_its_texts() -> None:
    digits = [text(digit) for digit in CARD.value]

    (found,) = found_in(keyframe(text("Card "), *digits, text(" of yours")), CARD)

    assert (found.form, found.leaf.node) == ("over several texts", 6)


def test_what_is_found_says_which_node_carries_it() -> None:
    first = ["el", "p", {}, 1]
    spliced = mutation(
        ["children", 4, 0, 0, [first, text("one")]], ["children", 8, 0, 0, [["at", 6], text(NAME.value)]], first=20
    )

    nodes = [found_in(frame, NAME)[0].leaf.node for frame in (keyframe(first, text(NAME.value)), spliced)]

    assert nodes == [6, 22]


@pytest.mark.parametrize(
    "value",
    [
        "8477",  # a longer number
        "Order 1847-2",
        "Glad to see you",
        "4000 0082 6197 345",  # a digit short
        "4000",
        "example.com",
        "M10.847 4000.00 L8.47 0",
    ],
)
def test_what_only_looks_alike_is_not_found(value: str) -> None:
    leaves = list(leaves_of(keyframe(text(value))))

    assert search(leaves, [MAIL, NAME, CARD, CODE, EXPIRY]) == []


def test_short_values_are_not_looked_for_in_style_and_drawings() -> None:
    frame = mutation(
        ["sheet", 5, "a { z-index: 847 }", None, "", False], ["attributes", 5, {"style": "z-index: 847", "title": ""}]
    )
    drawing = keyframe(["svg", "path", {"d": "M 847 0 Z"}, 0])

    assert found_in(frame, CODE) + found_in(drawing, CODE) == []


def test_four_digits_that_the_page_showed_before_are_there_by_chance() -> None:
    (last,) = found_in(keyframe(text("Room 3455")), CARD)
    (whole,) = found_in(keyframe(text(CARD.value)), CARD)

    assert (is_by_chance(last, "room3455"), is_by_chance(last, "room12"), is_by_chance(whole, "3455")) == (
        True,
        False,
        False,
    )


def test_what_is_too_short_to_be_told_from_other_text_is_not_searchable() -> None:
    assert [is_searchable(value) for value in ("2", "1-2", "847", "09/31", "")] == [False, False, True, True, False]
