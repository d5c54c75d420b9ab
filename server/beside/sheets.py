"""The texts of style sheets that a session's pages sent to be kept, so that each travels once and is then only named.

Texts stand under a hash that is computed here, never one that was sent. Knows nothing of sockets and of who is given
what.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from beside.backlog import Packet, packet_of
from beside.errors import UnknownSheet
from beside.protocol import MAX_SHEETS, AdoptedChange, Css, Frame, KeptCss, Keyframe, NamedCss, SheetChange, SheetText

OF_SHEETS = frozenset({SheetChange, AdoptedChange})
# What CPython spends on a text beside its bytes (dict slot, key, packet).
TEXT_OVERHEAD_BYTES = 250


class Shown(NamedTuple):
    """What a reader of frames must have: `named` before the first of them, by hash; `kept` comes with them."""

    named: Mapping[str, Packet]
    kept: frozenset[str]


# Python makes a set of 0.2 kB each time that it is asked for an empty one.
NO_NAMES: frozenset[str] = frozenset()
NOTHING = Shown({}, NO_NAMES)


def hash_of(text: bytes) -> str:
    """The name of a text, given as UTF-8."""
    return f"{zlib.crc32(text):08x}{zlib.adler32(text):08x}"


def weight_of(text: Packet) -> int:
    """What a text takes of the memory, in bytes: up to four a character."""
    return sys.getsizeof(text.args[0]) + TEXT_OVERHEAD_BYTES


class SheetTexts:
    """One session's texts. `max_bytes` bounds them: what was named longest ago goes first.

    A text that went is named in vain by the next page, which then is told what is still here, and sends it again.
    """

    __slots__ = ("_kept", "_max_bytes", "_named", "_size_bytes", "_texts")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        # Least recently named first; as they are sent, for a text of some MB takes as many ms to be written, and a page
        # may name it in each of a hundred frames a second.
        self._texts: dict[str, Packet] = {}
        self._size_bytes = 0
        # Of the running epoch: what was named before it was sent, and what was sent.
        self._named = self._kept = NO_NAMES

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def hashes(self) -> list[str]:
        return list(self._texts)

    def take(self, frame: Frame) -> Shown:
        """Keeps what the frame sends to be kept. Raises `UnknownSheet` where it names what is not here.

        Of a frame that is refused stays what it sent before that, within the bounds: it need not come again.
        """
        is_keyframe = isinstance(frame, Keyframe)
        if not is_keyframe and OF_SHEETS.isdisjoint(map(type, frame.changes)):
            return NOTHING
        self._touch(frame)
        named: dict[str, Packet] = {}
        kept: set[str] = set()
        for css in _css_of(frame):
            if isinstance(css, KeptCss):
                kept.add(self._keep(css.text))
            elif css.hash not in self._texts:
                raise UnknownSheet
            elif css.hash not in kept:
                named[css.hash] = self._texts[css.hash]
        if is_keyframe:
            # Not before: while this one is refused, readers have the epoch before it.
            self._named = self._kept = NO_NAMES
        if not named and not kept:
            return NOTHING
        self._named |= named.keys() - self._kept
        # A page may send short texts without end: the names of what went are not worth keeping either.
        self._kept = (self._kept | kept).intersection(self._texts)
        return Shown(named, frozenset(kept))

    def shown(self) -> Shown | None:
        """What a reader of the whole epoch must have; None where some of it went."""
        if not self._named <= self._texts.keys():
            return None
        return Shown({name: self._texts[name] for name in self._named}, self._kept)

    def clear(self) -> None:
        """Forgets all: whenever the picture is forgotten."""
        self._texts.clear()
        self._named = self._kept = NO_NAMES
        self._size_bytes = 0

    def _touch(self, frame: Frame) -> None:
        """What a frame names makes no room for what it sends before it names that."""
        for css in _css_of(frame):
            if isinstance(css, NamedCss) and css.hash in self._texts:
                self._texts[css.hash] = self._texts.pop(css.hash)

    def _keep(self, text: str) -> str:
        name = hash_of(text.encode())
        packet = self._texts.pop(name, None)
        if packet is None:
            packet = packet_of("sheet", SheetText(text=text))
            self._size_bytes += weight_of(packet)
        self._texts[name] = packet
        # With each text, and not once all are here: a frame may send 16 MB of them and then be refused.
        self._shrink()
        return name

    def _shrink(self) -> None:
        while self._size_bytes > self._max_bytes or len(self._texts) > MAX_SHEETS:
            text = self._texts.pop(next(iter(self._texts)))
            self._size_bytes -= weight_of(text)


def _css_of(frame: Frame) -> Iterator[KeptCss | NamedCss]:
    for change in frame.changes:
        every: tuple[Css | None, ...] | list[Css] = ()
        if type(change) is SheetChange:
            every = (change.css,)
        elif type(change) is AdoptedChange:
            every = change.sheets
        for css in every:
            if isinstance(css, KeptCss | NamedCss):
                yield css
