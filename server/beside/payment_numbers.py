"""Judges whether a text holds a payment card number or an IBAN. Knows nothing of frames.

Sources: ISO/IEC 7812-1 (issuer prefixes, Luhn's check digit) and the schemes' published ranges; ISO 13616 and SWIFT's
IBAN registry (lengths, check digits mod 97). Linear: where a number may begin, at most 34 characters are judged.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence, Set
from typing import Literal, NamedTuple

# Ends a line inside a joined text: a number goes on behind it only where it is stacked, one group a line.
LINE_END = "\u2028"

# First digits (of 4) of each scheme's cards, and how many digits they have. Visa's 13 are left out on purpose: they
# went out of use in the 1990s, and every tenth German EAN-13 (400 to 440) would be one by Luhn.
_ISSUERS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (4000, 4999, (16, 19)),  # Visa
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),  # Mastercard
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),  # American Express
    (3000, 3059, (14, 16)),  # Diners Club
    (3095, 3095, (14, 16)),
    (3600, 3699, (14, 16)),
    (3800, 3999, (14, 16)),
    (3528, 3589, (16, 19)),  # JCB
    (6000, 6099, (16, 19)),  # Discover (6011), RuPay
    (6440, 6599, (16, 19)),  # Discover, RuPay
    (6200, 6299, (16, 17, 18, 19)),  # UnionPay
    (8100, 8299, (16,)),  # RuPay, UnionPay
    (5018, 5018, (16, 18, 19)),  # Maestro
    (5020, 5020, (16, 18, 19)),
    (5038, 5038, (16, 18, 19)),
    (5080, 5089, (16,)),  # RuPay
    (5893, 5893, (16, 18, 19)),  # Maestro
    (6304, 6304, (16, 18, 19)),
    (6759, 6759, (16, 18, 19)),
    (6761, 6763, (16, 18, 19)),
    (5888, 5888, (16,)),  # mada
    (6361, 6361, (16,)),
    (9682, 9682, (16,)),
    (2200, 2204, (16,)),  # Mir
    (9792, 9792, (16,)),  # Troy
)
_LENGTHS = {f"{prefix:04d}": lengths for low, high, lengths in _ISSUERS for prefix in range(low, high + 1)}
SHORTEST_CARD = 14
LONGEST_CARD = 19

# SWIFT IBAN registry, release 98: length -> countries.
_IBANS = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL SD FK",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC SM MR",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
IBAN_LENGTHS = {country: length for length, countries in _IBANS.items() for country in countries.split()}
SHORTEST_IBAN = min(_IBANS)
SHORTEST_NUMBER = min(SHORTEST_CARD, SHORTEST_IBAN)
# Every country's account number has more; words after a shoe size ("DE38 Leder …") have not.
MIN_IBAN_DIGITS = 10

# Characters that take no room: soft hyphen, zero-width ones, marks of direction.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_DASHES = "\u2010-\u2015\u2212-"
_GAP = rf"[\s{_INVISIBLE}{_DASHES}]*"
_LIKE_CARD = re.compile(rf"\d(?:{_GAP}\d){{{SHORTEST_CARD - 1}}}")
# The two letters alone: what follows may hold the beginning of the next.
_LIKE_IBAN = re.compile(rf"[A-Za-z]{{2}}(?={_GAP}\d{_GAP}\d(?:{_GAP}[0-9A-Za-z\d]){{{SHORTEST_IBAN - 4}}})")

# Characters beyond ASCII that are digits or gaps, and all beyond the first 65,536, some of which are digits. Where a
# text has none of them, its bytes tell what it may hold.
_BEYOND_ASCII = "".join(map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x10000)]))
_OF_NUMBERS = "".join(re.findall(rf"[\s\d{_INVISIBLE}{_DASHES}]", _BEYOND_ASCII))
_ODD = re.compile(f"[{_OF_NUMBERS}\U00010000-\U0010ffff]")
# Bytes by what they are: "0" a digit, "a" a letter, "." anything else; gaps are left out.
_GAPS = bytes(code for code in range(128) if re.match(rf"[\s{_DASHES}]", chr(code)))
_KINDS = bytes(
    b"0a."[0 if chr(code) in "0123456789" else 1 if code < 128 and chr(code).isalpha() else 2] for code in range(256)
)
_CARD_KINDS = b"0" * SHORTEST_CARD
# From the first of its check digits on, which are rarer than letters.
_IBAN_KINDS = re.compile(rb"0(?<=aa0)(?=0[a0]{%d})" % (SHORTEST_IBAN - 4))
_COUNTRIES = frozenset(country.encode() for country in IBAN_LENGTHS)

_DROPPED = re.compile(rf"[{_INVISIBLE}]+")
_BLANKS = re.compile(rf"[^\S{LINE_END}]+")
_ANY_DASH = re.compile(rf"[{_DASHES}]")
_NOT_ASCII_DIGIT = re.compile(r"[^\D0-9]")
_ASCII_DIGITS = {
    code: str(value) for code in range(128, sys.maxunicode) if (value := unicodedata.decimal(chr(code), -1)) >= 0
}

# One blank (texts that stand beside each other may bring one each), one dash, or a line's end with blanks around.
_SEPARATOR = rf"(?: *{LINE_END}[ {LINE_END}]*| +|-)"
# Not the digits behind a decimal point, nor a UPS parcel's (1Z and sixteen). It begins with what is rare in texts, a
# digit, for which the search skips ahead.
_FIRST_DIGIT = r"[0-9](?<![0-9][0-9])(?<![0-9][.,][0-9])(?<!1Z[0-9])"
_RUN = re.compile(rf"{_FIRST_DIGIT}(?:{_SEPARATOR}?[0-9]){{{SHORTEST_CARD - 1},}}")
# So does this; the country is looked up.
_IBAN_CHECK_DIGITS = re.compile(r"[0-9](?<=[A-Za-z][A-Za-z][0-9])[0-9]")
_IBAN_REST = {
    length: re.compile(rf"[A-Za-z]{{2}}[0-9]{{2}}(?:(?: +|-)?[0-9A-Za-z]){{{length - 4}}}") for length in _IBANS
}


# What judging costs, in about a third of a microsecond each. A page of 10,000 numbers takes a tenth of the whole, and
# so do 400 kB of text.
EFFORT = 1_000_000
CHARACTERS_AN_EFFORT = 4
_EFFORT_OF_WINDOW = 20
_EFFORT_OF_IBAN = 5


class Found(NamedTuple):
    """Which rule a text met, and at which character the number begins.

    `digits`: there were more digits to judge than there is time for. A page that means to hold up the relay, or to
    hide a number among millions, is withheld like one that shows a number.
    """

    rule: Literal["card", "iban", "digits"]
    at: int


class Effort:
    """What is left to spend on one frame, however many texts it has."""

    def __init__(self, left: int = EFFORT) -> None:
        self._left = left

    def spend(self, units: int) -> bool:
        """False once more was asked for than there was."""
        self._left -= units
        return self._left >= 0


def may_hold_number(text: str) -> bool:
    """A quick and final no for nearly every text."""
    if len(text) < SHORTEST_NUMBER:
        return False
    if not text.isascii():
        # A line's end is a gap as a blank is, and stands in most texts that are joined.
        text = text.replace(LINE_END, " ")
    if not text.isascii() and _ODD.search(text):
        return bool(_LIKE_CARD.search(text)) or _may_hold_iban(text)
    # Of bytes without their gaps, these looks cost a tenth of what the patterns do.
    raw = text.encode("ascii", "replace")
    squeezed = raw.translate(_KINDS, _GAPS)
    if squeezed.count(b"0") < MIN_IBAN_DIGITS:
        return False
    if _CARD_KINDS in squeezed:
        return True
    places = [digits.start() for digits in _IBAN_KINDS.finditer(squeezed)]
    if not places:
        return False
    # Most words before a figure are no country: "order 10 of them".
    solid = raw.translate(None, _GAPS).upper()
    return any(solid[at - 2 : at] in _COUNTRIES for at in places)


def _may_hold_iban(text: str) -> bool:
    # Most words before a figure are no country: "order 10 of them".
    return any(letters[0].upper() in IBAN_LENGTHS for letters in _LIKE_IBAN.finditer(text))


def clean(text: str) -> str:
    """The text as the finders read it: ASCII digits, one kind of dash and blank, nothing invisible."""
    if text == LINE_END:
        return text
    if text.isascii():
        # Nothing but the blanks can differ, and mostly they do not either.
        return text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)
    text = _ANY_DASH.sub("-", _BLANKS.sub(" ", _DROPPED.sub("", text)))
    return text.translate(_ASCII_DIGITS) if _NOT_ASCII_DIGIT.search(text) else text


def find_number(text: str, edges: Set[int], effort: Effort) -> Found | None:
    """The first card number or IBAN in a `clean` text. At each of `edges` a text began that the page holds apart."""
    for run in _RUN.finditer(text):
        if not effort.spend(run.end() - run.start()):
            return Found("digits", run.start())
        found = _card_in(text, run.span(), edges, effort)
        if found is not None:
            return found
    for check_digits in _IBAN_CHECK_DIGITS.finditer(text):
        at = check_digits.start() - 2
        is_country = text[at : at + 2].upper() in IBAN_LENGTHS
        if not effort.spend(_EFFORT_OF_IBAN if is_country else 1):
            return Found("digits", at)
        if is_country and _is_iban_at(text, at, edges):
            return Found("iban", at)
    return None


def _card_in(text: str, span: tuple[int, int], edges: Set[int], effort: Effort) -> Found | None:
    """Whether a card number begins somewhere in a run of digits and separators."""
    digits: list[str] = []
    places: list[int] = []
    # What stands before each digit: "" nothing, "|" only the edge of a text, "-" a blank or dash, "\n" a line's end.
    before: list[str] = []
    gap = "-"
    for at in range(*span):
        character = text[at]
        if not character.isdigit():
            gap = "\n" if LINE_END in (character, gap) or gap == "\n" else "-"
            continue
        digits.append(character)
        places.append(at)
        before.append(gap or ("|" if at in edges else ""))
        gap = ""
    before.append("-")
    number = "".join(digits)
    for first, mark in enumerate(before[:-SHORTEST_CARD]):
        if not mark or (places[first] not in edges and _follows_group_of_four(before, first)):
            continue
        for length in _LENGTHS.get(number[first : first + 4], ()):
            last = first + length
            if last >= len(before) or not before[last]:
                continue
            if not effort.spend(_EFFORT_OF_WINDOW):
                return Found("digits", places[first])
            if not passes_luhn(number[first:last]) or not _is_grouped(before[first + 1 : last]):
                continue
            if not _is_row_of_numbers([place in edges for place in places[first + 1 : last]]):
                return Found("card", places[first])
    return None


def _follows_group_of_four(before: Sequence[str], first: int) -> bool:
    """Whether four digits stand apart right before: parcel numbers of 20 and 22 digits are written in fours, and one
    in thirty would hold a card number from its second or third group on."""
    return first >= 4 and before[first] == "-" and before[first - 4] == "-" and not any(before[first - 3 : first])


def _is_row_of_numbers(starts: Sequence[bool]) -> bool:
    """Whether digits, of which these begin a text of their own, are small numbers side by side: a calendar, a ticker.

    A card number that the page holds apart has one digit a text, or four and more; some windows of small numbers pass
    Luhn.
    """
    sizes = [1]
    for is_start in starts:
        if is_start:
            sizes.append(1)
        else:
            sizes[-1] += 1
    return len(sizes) > 1 and max(sizes) > 1 and max(sizes[:-1]) <= 3


def _is_grouped(gaps: Sequence[str]) -> bool:
    """Whether digits with these gaps between them stand as people and pages write card numbers.

    On one line: in groups of one size (the last may be shorter), as 4-6-5 or 4-6-4, or in two groups. On several
    lines: digit by digit or in fours. That leaves alone telephone numbers, prices, years and quantities side by side.
    """
    sizes = [1]
    for gap in gaps:
        if gap in ("-", "\n"):
            sizes.append(1)
        else:
            sizes[-1] += 1
    *whole, last = sizes
    is_even = len(set(whole)) <= 1 and (not whole or last <= whole[0])
    if "\n" in gaps:
        return is_even and "-" not in gaps and whole[0] in (1, 4)
    return is_even or sizes in ([4, 6, 5], [4, 6, 4]) or (len(sizes) == 2 and min(sizes) >= 4)


def passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1 annex B, over ASCII digits."""
    odd = sum(int(digit) for digit in number[-1::-2])
    even = sum(int(digit) * 2 - 9 * (digit > "4") for digit in number[-2::-2])
    return (odd + even) % 10 == 0


def passes_mod97(iban: str) -> bool:
    """ISO 13616: the number without separators, its first four characters moved behind, leaves 1 by 97."""
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def _is_iban_at(text: str, at: int, edges: Set[int]) -> bool:
    length = IBAN_LENGTHS.get(text[at : at + 2].upper())
    if length is None or (at > 0 and at not in edges and _is_alnum(text[at - 1])):
        return False
    match = _IBAN_REST[length].match(text, at)
    if not match or (match.end() < len(text) and match.end() not in edges and _is_alnum(text[match.end()])):
        return False
    iban = match[0].replace(" ", "").replace("-", "")
    return sum(character.isdigit() for character in iban) >= MIN_IBAN_DIGITS and passes_mod97(iban)


def _is_alnum(character: str) -> bool:
    return character.isascii() and character.isalnum()


def edges_of(texts: Sequence[str]) -> Iterator[int]:
    """Where each of some texts begins in their join."""
    at = 0
    for text in texts:
        yield at
        at += len(text)
