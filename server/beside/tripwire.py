"""The last line behind the mask: finds a payment card number, an IBAN, or a number of the site's own, in what a frame
would show an agent.

Stateless and linear in the frame. Reads text and attribute strings only, never CSS, URLs, SVG geometry or ids, whose
digits mean nothing. Which digits are a number is judged in `payment_numbers.py`, and by a site's policy in
`site_patterns.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from beside.payment_numbers import (
    CHARACTERS_AN_EFFORT,
    LINE_END,
    SHORTEST_NUMBER,
    Effort,
    clean,
    edges_of,
    find_number,
    may_hold_number,
)
from beside.protocol import (
    AlikeChange,
    AttributesChange,
    BoxEntry,
    Change,
    ChildrenChange,
    DocumentEntry,
    ElementEntry,
    Entry,
    Field,
    FieldChange,
    FieldsChange,
    Frame,
    FrameEntry,
    Keyframe,
    LabelChange,
    MathEntry,
    MovedEntry,
    Mutation,
    ShadowRootEntry,
    SvgEntry,
    TextChange,
    TextEntry,
    TextsChange,
)
from beside.site_patterns import WALL, SitePatterns

# Elements whose text runs on into the text around them: HTML's phrasing content, SVG's tspan. Custom elements do too,
# being inline unless styled. Between all others a line ends.
_INLINE = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp slot small span "
    "strike strong sub sup time tspan tt u var wbr"
)
INLINE = frozenset(_INLINE.split())
# Their text is not shown as text.
SILENT = frozenset(("style", "script", "noscript", "template"))
# Attributes of SVG and MathML that a person may read; the others are geometry, colours and references.
READ_OF_DRAWINGS = frozenset(
    ("title", "alt", "aria-label", "aria-description", "aria-valuetext", "aria-roledescription")
)
# Words in the names of attributes that hold no text: addresses, ids and what names a thing to a machine
# ("data-variant-id" holds 14 digits in half the web's shops), style, sizes and times.
_UNREAD = (
    "id ids idref uid uuid guid gid pid sku ean gtin upc isbn mpn variant product key hash token "
    "href src srcset url uri action formaction cite poster ping usemap background longdesc profile manifest "
    "class style name for form integrity nonce slot part exportparts is itemid itemref itemtype headers list "
    "lang hreflang media rel target method enctype accept coords shape width height pattern popovertarget commandfor "
    "controls labelledby describedby owns flowto activedescendant details errormessage "
    "time timestamp datetime date"
)
UNREAD = frozenset(_UNREAD.split())


_DRAWINGS = (SvgEntry, MathEntry)
_ELEMENTS = (ElementEntry, SvgEntry, MathEntry, FrameEntry)
_ROOTS = (ShadowRootEntry, DocumentEntry)
_HasAttributes = ElementEntry | SvgEntry | MathEntry | FrameEntry | AttributesChange | AlikeChange


class Trip(msgspec.Struct, frozen=True):
    """What tripped: the rule and the node that shows the number's beginning. Never the value.

    `pattern`: the name that the site's policy gives a number of its own.
    """

    rule: Literal["card", "iban", "digits", "pattern"]
    node: int
    pattern: str = ""


class _Search(Effort):
    """What is left to spend on a frame, and what it is looked through for besides payment numbers.

    Where a site has no patterns, which is the rule, nothing is set: this is made for each frame.
    """

    patterns: SitePatterns | None = None
    # Of the numbers that are looked for, in characters: shorter attributes are passed over.
    shortest: int = SHORTEST_NUMBER


def trips(frame: Frame, patterns: SitePatterns | None = None) -> Trip | None:
    """The first number that the frame would show: of a card, an account, or by one of the site's `patterns`."""
    first = 2
    search = _Search()
    if patterns is not None:
        search.patterns = patterns
        search.shortest = min(SHORTEST_NUMBER, patterns.shortest)
    if isinstance(frame, Keyframe):
        trip = _in_entries(frame.entries, first, search)
        if trip:
            return trip
        first += _nodes_made(frame.entries)
    else:
        first = frame.first
    changed: list[tuple[int, str | None]] = []
    for change in frame.changes:
        if type(change) is TextChange:
            changed.append((change.node, change.text))
        elif type(change) is TextsChange:
            changed += change.texts
        elif type(change) is ChildrenChange:
            trip = _in_entries(change.entries, first, search)
            if trip:
                return trip
            first += _nodes_made(change.entries)
        else:
            trip = _in_state(change, search)
            if trip:
                return trip
    return _in_changed(changed, search) if changed else None


def shows_number(text: str, patterns: SitePatterns | None = None) -> bool:
    """Does one line, by itself, show what `trips` looks for?"""
    return trips(Mutation(epoch=1, seq=1, first=2, changes=[LabelChange(node=2, label=text)]), patterns) is not None


def _in_changed(texts: Sequence[tuple[int, str | None]], search: _Search) -> Trip | None:
    """Judges texts, each on its own line: which of a frame's changed ones stand beside each other is not known here."""
    # A blank is as good as a line's end to see that there is no number, which is what most frames come to.
    joined = " ".join([text for _, text in texts if text])
    if not search.spend((len(joined) + len(texts)) // CHARACTERS_AN_EFFORT):
        return Trip("digits", texts[0][0])
    may_hold = may_hold_number(joined)
    if not may_hold and search.patterns is None:
        return None
    lines = [part for node, text in texts for part in ((node, text or ""), (node, LINE_END))]
    return _in_parts(lines, search, may_hold_payment=may_hold)


def _nodes_made(entries: Sequence[Entry]) -> int:
    return sum(type(entry) is not MovedEntry for entry in entries)


def _in_state(change: Change, search: _Search) -> Trip | None:
    """Judges what a change tells of a node's state: attributes, label and content of a shown field."""
    if type(change) is AttributesChange:
        return _in_attributes(change, change.node, search)
    if type(change) is AlikeChange:
        return _in_attributes(change, change.nodes[0], search)
    if type(change) is FieldChange and change.field:
        return _in_field(change.field, change.node, search)
    if type(change) is FieldsChange:
        return _in_field(change.field, change.nodes[0], search)
    if type(change) is LabelChange:
        return _in_texts([(change.node, change.label)], search)
    return None


def _in_field(field: Field, node: int, search: _Search) -> Trip | None:
    shown = field.content.text if field.content else ""
    return _in_texts([(node, field.label), (node, LINE_END), (node, shown)], search)


def _in_entries(entries: Sequence[Entry], first: int, search: _Search) -> Trip | None:
    """Judges new subtrees: their attributes one by one, their text joined in document order."""
    texts: list[tuple[int, str]] = []
    # The elements that are open: entries still to come below each, whether its text ends a line, whether it is shown.
    open_elements: list[list[int]] = []
    silent_depth = 0
    node = first - 1
    for entry in entries:
        if not isinstance(entry, MovedEntry):
            node += 1
        if open_elements:
            open_elements[-1][0] -= 1
        if isinstance(entry, TextEntry):
            if not silent_depth:
                texts.append((node, entry.text))
        elif isinstance(entry, _ELEMENTS):
            trip = _in_attributes(entry, node, search)
            if trip:
                return trip
            ends_line, is_silent = _line_of("iframe" if isinstance(entry, FrameEntry) else entry.name)
            silent_depth += is_silent
            if ends_line:
                texts.append((node, LINE_END))
            open_elements.append([entry.children, ends_line, is_silent])
        elif isinstance(entry, _ROOTS):
            open_elements.append([entry.children, 0, 0])
        else:
            # A box, a masked text, a node that was here before: no number goes through it.
            label = entry.label if isinstance(entry, BoxEntry) else ""
            texts += ((node, WALL), (node, label), (node, WALL))
        while open_elements and open_elements[-1][0] <= 0:
            _, ends_line, is_silent = open_elements.pop()
            silent_depth -= is_silent
            if ends_line:
                texts.append((node, LINE_END))
    return _in_texts(texts, search)


# Pages use some dozens of names; the bound keeps one that makes names up from filling the memory.
@lru_cache(maxsize=4096)
def _line_of(name: str) -> tuple[int, int]:
    """Whether an element ends a line, and whether its text is not shown: 1 or 0."""
    name = name.lower()
    return int(name not in INLINE and "-" not in name), int(name in SILENT)


def _in_attributes(holder: _HasAttributes, node: int, search: _Search) -> Trip | None:
    is_drawing = isinstance(holder, _DRAWINGS)
    shortest = search.shortest
    for name, text in holder.attributes.items():
        if text and len(text) >= shortest and _is_read(name, is_drawing):
            trip = _in_texts([(node, text)], search)
            if trip:
                return trip
    return None


# Pages use some dozens of attribute names; the bound keeps one that makes names up from filling the memory.
@lru_cache(maxsize=4096)
def _is_read(name: str, is_drawing: bool) -> bool:
    return name in READ_OF_DRAWINGS if is_drawing else UNREAD.isdisjoint(name.lower().split("-"))


def _in_texts(texts: Sequence[tuple[int, str]], search: _Search) -> Trip | None:
    """Judges texts that stand beside each other, each with its node."""
    joined = "".join(text for _, text in texts)
    if not search.spend(len(joined) // CHARACTERS_AN_EFFORT):
        return Trip("digits", texts[0][0])
    return _in_parts(texts, search, may_hold_payment=may_hold_number(joined))


def _in_parts(texts: Sequence[tuple[int, str]], search: _Search, *, may_hold_payment: bool) -> Trip | None:
    if may_hold_payment:
        trip = _in_payment_texts(texts, search)
        if trip:
            return trip
    if search.patterns is None:
        return None
    number = search.patterns.find([text for _, text in texts], search)
    if number is None:
        return None
    node = texts[number.text][0]
    return Trip("digits", node) if number.pattern is None else Trip("pattern", node, number.pattern)


def _in_payment_texts(texts: Sequence[tuple[int, str]], effort: Effort) -> Trip | None:
    cleaned = [clean(text) for _, text in texts]
    edges = list(edges_of(cleaned))
    found = find_number("".join(cleaned), frozenset(edges), effort)
    return found and Trip(found.rule, texts[bisect_right(edges, found.at) - 1][0])
