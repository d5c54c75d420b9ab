"""Looks for canaries in strings: as they are, in pieces, and in the encodings that pages put values into. Pure.

A canary that is found is a leak. One that is not found proves nothing of what cannot be searched for, such as how long
a value is; for that there is the test of non-interference (tests/e2e/test_noninterference.py).
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from beside.audit.canaries import Canary
from beside.audit.leaves import Leaf

# Letters and digits of a value; shorter ones stand in innocent places and are looked for as whole words only.
MIN_ANYWHERE_CHARS = 5
# Below this a whole word says nothing either: "2" stands on every page.
MIN_CHARS = 3
# Of base64's characters only those count that no neighbour has a part in; fewer than these are no evidence.
_MIN_BASE64_CHARS = 6
# The beginning of a value counts from here on: fewer letters begin many words, and years, sizes and numbers of products
# have four or five digits.
MIN_BEGINNING_LETTERS = 4
MIN_BEGINNING_DIGITS = 6
# The first name alone, a date in another order, a number in groups.
IN_PART = "a part of it, or written another way"


@dataclass(frozen=True)
class Found:
    """A canary in a leaf, in one form."""

    canary: Canary
    form: str
    leaf: Leaf


def squash(text: str) -> str:
    """Letters and digits alone, in one case: "4000 0012" and "4000-0012" are one value, and zero bytes are none."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def is_searchable(value: str) -> bool:
    """Is a value long enough to tell it from what stands on every page?"""
    return len(squash(value)) >= MIN_CHARS


# A way to look at a string, and the needles that are looked for there.
Look = Callable[[str], str]
_LOOKS: dict[str, Look] = {
    "plain": lambda text: unicodedata.normalize("NFKC", text).casefold(),
    "squashed": squash,
    "percent": lambda text: squash(_unquoted(text)) if "%" in text or "+" in text else "",
    "entities": lambda text: squash(_unescaped(text)) if "&" in text or "\\" in text else "",
    "exact": lambda text: text,
    "lower": str.lower,
}


def _unquoted(text: str) -> str:
    once = unquote(text.replace("+", " "))
    return unquote(once) if "%" in once else once


def _unescaped(text: str) -> str:
    plain = html.unescape(text)
    return re.sub(r"\\u\{?([0-9a-fA-F]{4,6})\}?|\\x([0-9a-fA-F]{2})", _char, plain)


def _char(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF else ""


def needles_of(canary: Canary) -> Iterator[tuple[str, str, str]]:
    """Form, look and needle of every way in which a value that is long enough counts anywhere."""
    for value in (canary.value, *canary.forms):
        small = squash(value)
        if len(small) < MIN_ANYWHERE_CHARS:
            continue
        yield "as it is" if value == canary.value else IN_PART, "plain", unicodedata.normalize("NFKC", value).casefold()
        yield "without blanks and marks", "squashed", small
        if small[::-1] != small:
            yield "reversed", "squashed", small[::-1]
        yield "percent-encoded", "percent", small
        yield "escaped", "entities", small
        yield from _encoded(value)
        if value.casefold() != value:
            yield from _encoded(value.casefold())
    if canary.is_number and len(squash(canary.value)) >= 12:
        for form, needle in _parts_of_number(canary):
            yield form, "word", needle


def _parts_of_number(canary: Canary) -> tuple[tuple[str, str], ...]:
    digits = squash(canary.value)
    return ("first six digits", digits[:6]), ("last four digits", digits[-4:])


def is_by_chance(found: Found, before: str) -> bool:
    """Did the page show these digits of a card's before it was typed? `before`: all its text, squashed."""
    return dict(_parts_of_number(found.canary)).get(found.form, "no digits") in before


def holds_beginning(address: str, canaries: Sequence[Canary]) -> bool:
    """Does a part of a path or query, or a word in one, say how one of them begins? As it is, or percent-encoded."""
    # Any address that is carried in another begins as one that was typed does.
    values = [value.partition("://")[2] or value for canary in canaries for value in (canary.value, *canary.forms)]
    whole = [squash(value) for value in values]
    for part in re.split(r"[/?&=#]", address):
        plain = _unquoted(part)
        for word in (plain, *re.findall(r"[^\W_]+", plain)):
            said = squash(word)
            least = MIN_BEGINNING_DIGITS if said.isdigit() else MIN_BEGINNING_LETTERS
            if len(said) >= least and any(value.startswith(said) for value in whole):
                return True
    return False


def _encoded(value: str) -> Iterator[tuple[str, str, str]]:
    for name, data in (("", value.encode()), (" of UTF-16", value.encode("utf-16-le"))):
        for shift in range(3):
            # Three alignments: bytes before ours shift it. The characters that it shares with neighbours are cut off.
            code = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
            own = code[-(-shift * 8 // 6) : len(code) if (len(data) + shift) % 3 == 0 else -1]
            if len(own) >= _MIN_BASE64_CHARS:
                yield f"base64{name}", "exact", own
                if "+" in own or "/" in own:
                    yield f"base64{name}", "exact", own.replace("+", "-").replace("/", "_")
        yield f"hexadecimal{name}", "lower", data.hex()
    for name in ("md5", "sha1", "sha256"):
        # Of an e-mail address, that of the address in small letters is what pictures of people are asked for by.
        yield f"its {name}", "lower", hashlib.new(name, value.encode(), usedforsecurity=False).hexdigest()


def search(leaves: Sequence[Leaf], canaries: Sequence[Canary]) -> list[Found]:
    """Every canary in every leaf: the first form of each that is found there."""
    looked = {name: [look(leaf.text) for leaf in leaves] for name, look in _LOOKS.items()}
    whole = {name: "\n".join(texts) for name, texts in looked.items()}
    found: list[Found] = []
    for canary in canaries:
        seen: set[int] = set()
        for form, look, needle in _all_needles(canary):
            if look == "word":
                places = _words(leaves, whole["plain"], looked["plain"], needle)
            elif needle in whole[look]:
                places = [at for at, text in enumerate(looked[look]) if needle in text]
            else:
                continue
            found += [Found(canary, form, leaves[at]) for at in places if at not in seen]
            seen.update(places)
        if not seen:
            found += _joined(leaves, looked["squashed"], canary)
    return found


@lru_cache(maxsize=1_000)
def _all_needles(canary: Canary) -> tuple[tuple[str, str, str], ...]:
    return (*needles_of(canary), *_words_of(canary))


def _words_of(canary: Canary) -> Iterator[tuple[str, str, str]]:
    for value in dict.fromkeys((canary.value, *canary.forms)):
        if MIN_CHARS <= len(squash(value)) < MIN_ANYWHERE_CHARS:
            yield "as a word", "word", value.casefold()


def _words(leaves: Sequence[Leaf], whole: str, texts: Sequence[str], needle: str) -> list[int]:
    if needle not in whole:
        return []
    # Not the decimals of a number; a full stop behind it may end a sentence.
    word = re.compile(rf"(?<!\w)(?<!\d[.,]){re.escape(needle)}(?!\w)(?![.,]\d)")
    return [at for at, text in enumerate(texts) if leaves[at].is_prose and needle in text and word.search(text)]


def _joined(leaves: Sequence[Leaf], squashed: Sequence[str], canary: Canary) -> list[Found]:
    """A value that is spread over text nodes that follow one another, as one digit a node."""
    texts = [(leaf, small) for leaf, small in zip(leaves, squashed, strict=True) if leaf.is_text and small]
    whole = "".join(small for _, small in texts)
    for value in (canary.value, *canary.forms):
        needle = squash(value)
        at = whole.find(needle) if len(needle) >= MIN_ANYWHERE_CHARS else -1
        if at < 0:
            continue
        start = 0
        for leaf, small in texts:
            if start + len(small) > at:
                return [Found(canary, "over several texts", leaf)]
            start += len(small)
    return []
