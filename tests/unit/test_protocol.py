"""The wire: what one decoder accepts the other accepts with the same value, and what one refuses both refuse."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.wire_decoder import STRUCTS, BrowserDecoder, browser_decoder, decode_in_python

from beside import protocol

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> list[Any]:
    """(type, text) of each golden message; `text` stands for what is no JSON or would not survive a JSON library."""
    rows = json.loads((GOLDEN / f"{name}_messages.json").read_text(encoding="utf-8"))
    return [
        pytest.param(
            row["type"], row.get("text", json.dumps(row.get("message"))), id=f"{row['type']} {row.get('why', '')}"
        )
        for row in rows
    ]


GOOD = golden("good")
BAD = golden("bad")


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserDecoder]:
    with browser_decoder() as decoder:
        yield decoder


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_both_decoders_accept_a_good_message_with_the_same_value(browser: BrowserDecoder, name: str, text: str) -> None:
    in_python, in_browser = decode_in_python(name, text), browser(name, text)

    assert in_python.accepted
    assert in_browser == in_python
    assert in_python.value == json.loads(text)


@pytest.mark.parametrize(("name", "text"), BAD)
def test_both_decoders_refuse_a_bad_message(browser: BrowserDecoder, name: str, text: str) -> None:
    assert not decode_in_python(name, text).accepted
    assert not browser(name, text).accepted


def test_every_struct_of_the_wire_has_a_good_message() -> None:
    held = json.dumps([json.loads(param.values[1]) for param in GOOD])
    tagged = {name for name, cls in STRUCTS.items() if f'["{cls.__struct_config__.tag}"' in held}
    # What stands inside others, and has no tag: seen by its own fields' names.
    named = {
        name
        for name, cls in STRUCTS.items()
        if cls.__struct_encode_fields__
        and not cls.__struct_config__.tag
        and all(f'"{field}":' in held for field in cls.__struct_encode_fields__)
    }

    assert set(STRUCTS) - tagged - named == set()


def test_every_event_of_the_sockets_names_a_type_or_none() -> None:
    tables = (
        protocol.SHOPPER_EVENTS,
        protocol.AGENT_EVENTS,
        protocol.TO_SHOPPER_EVENTS,
        protocol.TO_AGENT_EVENTS,
    )
    known = {*STRUCTS.values(), protocol.Frame, protocol.Act, None}

    assert {kind for table in tables for kind in table.values()} <= known


# -- Mutated messages: whatever happens to a good one, both sides see the same.

ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, -1, 1, 255, 256, 2**26, 2**26 + 1, 2**31 - 1, 2**31, 2**53, 200_000, 200_001]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.5, 1.0, -0.0, 1e-320, 1e308, 100.0, 100.5]),
    st.text(max_size=8),
    st.sampled_from(
        ["", "a\n", "é" * 141, "a" * 64, "a" * 65, "123 456", "view", "tx", "mutation", "\u0000", "\u2028"]
    ),
    st.just([]),
    st.just({}),
    st.just(["tx", "x"]),
    st.just(["at", 4]),
)


def places_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """All places in a JSON value, as paths."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places_of(item, (*path, key))


def changed(message: Any, path: tuple[Any, ...], how: str, value: Any) -> Any:
    """A copy with one thing changed at `path`."""
    if not path:
        return value
    message = copy.deepcopy(message)
    holder = message
    for key in path[:-1]:
        holder = holder[key]
    key = path[-1]
    if how == "drop":
        del holder[key]
    elif how == "add":
        holder.insert(key, value) if isinstance(holder, list) else holder.update({f"{key}x": value})
    else:
        holder[key] = value
    return message


@st.composite
def mutated_messages(draw: st.DrawFn) -> tuple[str, str]:
    name, text = draw(st.sampled_from([param.values for param in GOOD]))
    message = json.loads(str(text))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(places_of(message))))
        how = draw(st.sampled_from(["replace", "replace", "drop", "add"]))
        message = changed(message, path, how, draw(ODD_VALUES))
    return str(name), json.dumps(message, ensure_ascii=draw(st.booleans()))


def see_the_same(browser: BrowserDecoder, name: str, text: str) -> bool:
    """Whether both decoders give one answer.

    One thing is seen by Python alone: 1.0 or 1e2 where a whole number belongs. A browser's numbers are all one kind,
    so decode.ts is given 1 and cannot know; what it accepts then is what Python reads from the number as browsers
    write it.
    """
    in_browser, in_python = browser(name, text), decode_in_python(name, text)
    if in_browser.accepted and not in_python.accepted and re.search(r"[0-9](\.[0-9]|[eE])", text):
        in_python = decode_in_python(name, as_browsers_write(json.loads(text)))
    return in_browser == in_python


def as_browsers_write(value: Any) -> str:
    """As JSON.stringify: no point or exponent in whole numbers below 1e21 (ECMAScript, Number::toString)."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key)}: {as_browsers_write(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_browsers_write, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(Decimal(repr(value))))
    return json.dumps(value)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=mutated_messages())
def test_whatever_happens_to_a_message_both_decoders_see_the_same(
    browser: BrowserDecoder, message: tuple[str, str]
) -> None:
    name, text = message

    assert see_the_same(browser, name, text)


# What a text may be broken with.
SHARDS = ["", '"', "\\", ",", "]", "}", "0", "-", "e5", ".0", "null", "\\ud800", "\\u0000", "\u0000", "\t", " "]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(original=st.sampled_from([param.values for param in GOOD]), at=st.floats(0, 1), shard=st.sampled_from(SHARDS))
def test_whatever_happens_to_its_text_both_decoders_see_the_same(
    browser: BrowserDecoder, original: tuple[str, str], at: float, shard: str
) -> None:
    name, text = str(original[0]), str(original[1])
    place = int(at * (len(text) - 1))

    assert see_the_same(browser, name, text[:place] + shard + text[place + 1 :])


def test_whole_numbers_with_an_exponent_are_read_as_browsers_write_them(browser: BrowserDecoder) -> None:
    text = '{"code": "123456", "token": "abc", "expiresInS": 4.328851677543557e+16}'

    assert see_the_same(browser, "AskedCode", text)
