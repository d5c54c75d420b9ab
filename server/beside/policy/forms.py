"""A site's own patterns: how a customer number is written, in a language small enough to be matched in one pass.

Reads a form into pieces, says what is wrong with one, and makes the regular expression that the snippet's
`policy/forms.ts` makes too, letter for letter: what one side finds, the other finds. Knows nothing of frames.

A form's pieces: `#` a digit, `@` a letter, `*` either, each with `{4}` or `{4,6}` behind it where it is repeated;
letters (in either case) and digits for themselves, and so `.`, `/`, `_` and `:`; `-` for a blank or a dash, or neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# Of one match, in letters and digits: an IBAN has 34, and every further one is looked at from every word's beginning.
MAX_FORM_CHARS = 40
# Fewer are a year, a size, a house number.
MIN_FORM_CHARS = 5
# A card number has three; each is looked at from every word that a number could begin at.
MAX_GAPS = 4
# Of all forms of a site (`cost_of`): twenty like KD-###### have as much. The worst that this lets by takes the relay
# about a second a megabyte, as text made of account numbers does.
MAX_COST = 60
# A product's name has one digit or two behind its words; a number that somebody goes by has more that is certain.
MIN_DIGITS = 2
MIN_CERTAIN_CHARS = 4
# What shops print everywhere: a form that takes one of them in would blank half the page.
ORDINARY = {
    "a date": ("2026-11-28", "28-11-2026", "28 11 26", "28.11.2026", "28/11/2026", "28 Nov 2026"),
    "a time": ("12:30:45", "09:00 - 18:00"),
    "a price": ("1 299 00", "1299.00", "12 499 kr", "EUR 1299"),
    "a size": ("1920 1080", "10 x 1000 mm", "256 GB"),
    "a product's name": ("iPhone 15 Pro 256", "COVID19", "MacBook Air 2026", "Summer 2026"),
}

# A blank, as browsers and Python agree on it; a dash; and what takes no room.
_BLANK = r" \t\n\f\r\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DASH = r"\u2010-\u2015\u2212\ufe63\uff0d-"
# Where one text ends and the next begins on the same line, and where a line ends: two that Unicode keeps from being
# characters (section 23.7), and that are taken out of the page's texts with the invisible ones.
EDGE = "\ufdd0"
LINE = "\ufdd1"
DROPPED = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufdd0\ufdd1]+"
_EDGE = r"\ufdd0"
# Digits of Arabic, of Persian and of full width, letters of full width: as browsers' keyboards and pages write them.
_DIGIT = r"0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19"
_LETTER = r"A-Za-z\uff21-\uff3a\uff41-\uff5a"
_CLASSES = {"#": _DIGIT, "@": _LETTER, "*": _DIGIT + _LETTER}
DIGIT = f"[{_DIGIT}]"
_WORD = f"[{_DIGIT}{_LETTER}]"
_TO_FULL_WIDTH = 0xFEE0
# What is shown as one blank, however many a page writes: a run of them in a text, and texts of nothing else behind each
# other. So no page moves a number's parts further apart than a form looks.
_RUN = re.compile(f"[{_BLANK}]{{2,}}")
BLANKS = re.compile(f"[{_BLANK}{EDGE}{LINE}]+")
_BLANK_TEXTS = re.compile(f"(?:{EDGE}[{_BLANK}])+(?={EDGE}[{_BLANK}])")
# Of those, with the edges around: blank, edge, blank, edge.
_MAX_BLANKS = 4

# Digits as browsers take them: `\d` would be those of every script here.
_PIECE = re.compile(r"([#@*])(?:\{([0-9]{1,2})(?:,([0-9]{1,2}))?\})?|([A-Za-z0-9./_:])|(-)")


class Piece(NamedTuple):
    """`kind`: "#", "@", "*", "-", or a character for itself. It stands at least and at most so often."""

    kind: str
    least: int
    most: int

    @property
    def characters(self) -> frozenset[str]:
        """What it takes, of ASCII and in capitals."""
        digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        return frozenset({"#": digits, "@": letters, "*": digits + letters, "-": ""}.get(self.kind, self.kind.upper()))


def pieces_of(form: str) -> list[Piece] | None:
    """A form's pieces in order; None where it is none."""
    pieces: list[Piece] = []
    at = 0
    while at < len(form):
        match = _PIECE.match(form, at)
        if match is None:
            return None
        kind, least, most, itself, gap = match.groups()
        pieces.append(Piece(kind or itself or gap, int(least or 1), int(most or least or 1)))
        at = match.end()
    return pieces


def fault_of_form(form: str) -> str | None:
    """What is wrong with a form, to be read after "the form …"; None where nothing is."""
    pieces = pieces_of(form)
    if pieces is None:
        return (
            "holds what no form has: write # for a digit, @ for a letter, * for either, {4} or {4,6} behind them, "
            "- for a blank or dash"
        )
    return _fault_of_shape(pieces) or _fault_of_width(form, pieces)


def _fault_of_shape(pieces: Sequence[Piece]) -> str | None:
    if not pieces or not _is_word(pieces[0], pieces[-1]):
        return "does not begin and end with a letter or digit"
    if any(not 1 <= piece.least <= piece.most for piece in pieces):
        return "is repeated from more to fewer times, or never"
    if sum(piece.most for piece in pieces if piece.kind != "-") > MAX_FORM_CHARS:
        return f"takes more than {MAX_FORM_CHARS} characters"
    if gaps_of(pieces) > MAX_GAPS:
        return f"has more than {MAX_GAPS} dashes"
    for one, following in pairwise(pieces):
        if one.kind == following.kind == "-":
            return "has two dashes in a row: one stands for a blank, a dash or neither"
    solid = [piece for piece in pieces if piece.kind != "-"]
    for one, following in pairwise(solid):
        # A match never goes back: what may be longer must be able to tell where it ends.
        if one.least < one.most and one.characters & following.characters:
            return (
                f"does not say where {one.kind}{{{one.least},{one.most}}} ends, since '{following.kind}' behind it "
                "could be more of it: give it one length, and write a form a length"
            )
    return None


def _is_word(*pieces: Piece) -> bool:
    return all(any(character.isalnum() for character in piece.characters) for piece in pieces)


def _fault_of_width(form: str, pieces: Sequence[Piece]) -> str | None:
    """A form that words and prices fit would blank the page, and the relay would withhold it."""
    solid = [piece for piece in pieces if _is_word(piece)]
    certain = [piece for piece in solid if piece.kind not in "@*"]
    digits = sum(piece.least for piece in certain if piece.characters <= frozenset("0123456789"))
    if sum(piece.least for piece in solid) < MIN_FORM_CHARS:
        return f"is too short: {MIN_FORM_CHARS} letters and digits at least"
    if digits < MIN_DIGITS:
        return f"would be found in ordinary words: write # where a digit always stands, {MIN_DIGITS} at least"
    if sum(piece.least for piece in certain) < MIN_CERTAIN_CHARS:
        return f"would be found in ordinary words: # and characters for themselves are {MIN_CERTAIN_CHARS} at least"
    matcher = re.compile(source_of(form))
    for what, examples in ORDINARY.items():
        for example in examples:
            if matcher.search(example):
                return f"would be found in '{example}', {what}: add what only yours have"
    return None


def collapse(marked: str) -> str:
    """Texts that `EDGE` and `LINE` join, with one blank for several; every edge that a word begins or ends at stays."""
    return _BLANK_TEXTS.sub("", _RUN.sub(" ", marked))


def source_of(form: str) -> str:
    """The regular expression that finds a form in texts that `EDGE` and `LINE` join, bare and collapsed.

    At a text's edge a word begins and ends, where the match is within one text. One that goes across several has no
    letter or digit before or behind it, at an edge or not: a row of small numbers, one a cell, is no number.
    """
    return together([form])


def _branch_of(form: str) -> str:
    """The same at a word's beginning. Begins with its first character, for which engines pass over it at once."""
    pieces = pieces_of(form) or []
    first = _class_of(pieces[0].kind)
    within = _body(pieces, "", _BLANK).removeprefix(first)
    across = _body(pieces, f"{_EDGE}?", _BLANK + _EDGE).removeprefix(first)
    return f"{first}(?:{within}(?!{_WORD})|(?<!{_WORD}{_EDGE}[\\s\\S]){across}(?!{_EDGE}?{_WORD}))"


def together(forms: Iterable[str]) -> str:
    """The regular expression that finds any of some forms."""
    return f"(?<!{_WORD})(?:{'|'.join(map(_branch_of, forms))})"


def _body(pieces: Sequence[Piece], edge: str, blank: str) -> str:
    blanks = f"[{blank}]{{0,{_MAX_BLANKS}}}"
    source = ""
    joint = ""
    for piece in pieces:
        if piece.kind == "-":
            joint = f"{blanks}(?:[{_DASH}]{blanks})?"
            continue
        one = _class_of(piece.kind)
        source += joint + one
        joint = edge
        if piece.most > 1:
            source += f"(?:{edge}{one}){{{piece.least - 1},{piece.most - 1}}}"
    return source


def _class_of(kind: str) -> str:
    if kind in _CLASSES:
        return f"[{_CLASSES[kind]}]"
    written = "".join(f"\\u{code:04x}" for code in _codes_of(kind))
    return f"[{written}]"


def _codes_of(character: str) -> Iterator[int]:
    """A character for itself, in every way that it is written: both cases, full width, the digits of other scripts."""
    yield ord(character.upper())
    yield ord(character.upper()) + _TO_FULL_WIDTH
    if character.isdigit():
        yield from (0x0660 + int(character), 0x06F0 + int(character))
    else:
        yield ord(character.lower())
        yield ord(character.lower()) + _TO_FULL_WIDTH


def shortest_of(form: str) -> int:
    """How many characters the shortest text has that a form takes in."""
    return sum(piece.least for piece in pieces_of(form) or [] if piece.kind != "-")


def cost_of(form: str) -> int:
    """What looking for a form costs in the text that is worst for it: roughly a look a word, and one at every gap
    of a number begun, for each that could begin within another."""
    pieces = pieces_of(form) or []
    starts = [at for at, piece in enumerate(pieces) if at == 0 or not _is_word(pieces[at - 1])]
    begun = sum(bool(pieces[at].characters & pieces[0].characters) for at in starts)
    return 1 + begun * (1 + gaps_of(pieces))


def gaps_of(pieces: Sequence[Piece]) -> int:
    return sum(piece.kind == "-" for piece in pieces)
