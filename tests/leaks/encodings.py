"""Searches what left a page for a value, in every form in which it could still be read. Knows nothing of pages.

What left is a list of JSON texts, one a frame (or, of another recorder, one an event). Each is searched as it is, with
its strings unescaped, and with the strings of one kind joined in order, as text that stands in several siblings.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

# Shorter pieces of a value stand in too many innocent places.
MIN_DIGITS = 8
MIN_ANYWHERE_CHARS = 5
# Any six in a row, the first six above all: what a card is known by, and enough of a word to read the rest.
PART = 6
LAST = 4
_BASE64_CHARS = 4
_BETWEEN = re.compile(r"[\W_]+")
_TAG = re.compile(r"[a-z][a-zA-Z-]*")


def squash(text: str) -> str:
    """Letters and digits alone, in one case."""
    return _BETWEEN.sub("", text.lower())


def base64_cores(content: bytes) -> Iterator[str]:
    """What stands in base64 of any text that holds `content`, at each of the three offsets that it may begin at."""
    for offset in range(3):
        padded = base64.b64encode(b"\0" * offset + content).decode().rstrip("=")
        # The first characters hold bits of what stands before, the last those of what follows.
        core = padded[(0, 2, 3)[offset] : len(padded) - 1]
        if len(core) > _BASE64_CHARS:
            yield core


def needles(value: str) -> Iterator[tuple[str, str]]:
    """Each encoding by its name, and how the value reads in it."""
    octets = value.encode()
    yield "raw", value
    yield "reversed", value[::-1]
    yield "percent-encoded", quote(value, safe="")
    yield "percent-encoded", quote_plus(value, safe="")
    yield "percent-encoded", "".join(f"%{octet:02X}" for octet in octets)
    for core in base64_cores(octets):
        yield "base64", core
    for order in ("utf-16-le", "utf-16-be"):
        wide = value.encode(order)
        yield "UTF-16", wide.decode("latin-1")
        yield "UTF-16", wide.hex()
        for core in base64_cores(wide):
            yield "UTF-16", core
    yield "UTF-16", "".join(f"\\u{ord(char):04x}" for char in value)
    yield "hexadecimal", octets.hex()
    yield "character references", "".join(f"&#{ord(char)};" for char in value)
    yield "character references", "".join(f"&#x{ord(char):x};" for char in value)


@lru_cache(maxsize=64)
def haystacks(sent: tuple[str, ...]) -> tuple[str, ...]:
    """What left: as it is; its strings; these in small letters; without blanks; and those of one kind joined."""
    strings: list[str] = []
    joined: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in sent:
        for path, string in strings_in(json.loads(text), ()):
            strings.append(string)
            joined[path].append(string)
    squashed = " ".join(map(squash, strings))
    siblings = " ".join(squash("".join(parts)) for parts in joined.values())
    lines = "\n".join(strings)
    return "\n".join(sent), lines, lines.lower(), squashed, siblings


def strings_in(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every string, keys included, with the kind of place that it stands in: tag and position, or key."""
    if isinstance(value, str):
        yield path[-2:], value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield ("key",), key
            yield from strings_in(item, (*path, key))
    elif isinstance(value, list):
        tag = value[0] if value and isinstance(value[0], str) and _TAG.fullmatch(value[0]) else ""
        for at, item in enumerate(value):
            yield from strings_in(item, (*path, tag, str(at)) if tag else (*path, ""))


def found(value: str, sent: Sequence[str]) -> list[str]:
    """The encodings in which the value stands in what left, each once, in the order of `needles`.

    A value of fewer than five letters and digits is looked for as it is, and only where no digit stands beside it.
    """
    raw, strings, lower, squashed, siblings = haystacks(tuple(sent))
    short = squash(value)
    names: dict[str, None] = {}
    if len(short) < MIN_ANYWHERE_CHARS:
        return ["raw"] if re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w.-])", strings) else []
    for name, needle in needles(value):
        if needle in raw or needle in strings or (name != "base64" and needle.lower() in lower):
            names[name] = None
    if short in squashed:
        names["without blanks"] = None
    if short[::-1] in squashed:
        names["reversed"] = None
    if short in siblings:
        names["across siblings"] = None
    digits = re.sub(r"\D", "", value)
    if len(digits) >= MIN_DIGITS and re.search(rf"(?<!\d){digits[-LAST:]}(?!\d)", strings):
        names["last four digits"] = None
    if any(short[at : at + PART] in squashed for at in range(len(short) - PART + 1)):
        names["six in a row"] = None
    return list(names)
