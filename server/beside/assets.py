"""The pictures that a session's page uploaded, under the hash of their bytes, and which bytes are such a picture.

Pages paint what they upload onto a canvas first, so a picture comes in one of the two forms that browsers write from
there, with nothing in it but the picture. Knows nothing of sockets, of who may see it, and of where a page found it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from beside.errors import BadAsset

# What CPython spends on a picture beside its bytes (dict slot, key, tuple, bytes header).
ASSET_OVERHEAD_BYTES = 400
PNG_START = b"\x89PNG\r\n\x1a\n"
# What paints, and how its colours are meant (PNG 3, section 11). `eXIf` and `iDOT` are what Safari writes besides.
# Without: text, which may hold markup, and `acTL`, with which one file is many pictures.
PNG_CHUNKS = frozenset(
    ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "cICP", "gAMA", "iCCP", "sBIT", "sRGB", "pHYs", "eXIf", "iDOT"]
)
# https://developers.google.com/speed/webp/docs/riff_container; without animation, EXIF and XMP.
WEBP_CHUNKS = frozenset(("VP8 ", "VP8L", "VP8X", "ALPH", "ICCP"))


class TooManyPixels(BadAsset):
    """A whole picture, and more of it than this relay keeps: no offence."""


class Picture(NamedTuple):
    """An uploaded picture, as it is served."""

    data: bytes
    media_type: str


def read_picture(data: bytes, *, max_pixels: int) -> Picture:
    """What kind of picture these bytes are, by themselves: what the page says of them is not asked for.

    Raises `TooManyPixels` for more than `max_pixels`, and `BadAsset` for anything but one whole PNG or WebP with
    nothing behind it and no chunk that does not paint. What stands within a chunk is not read; it is served as a
    picture alone. No SVG: it is a document, with scripts and addresses that no rule here judges.
    """
    try:
        if data.startswith(PNG_START):
            media_type, (width, height) = "image/png", _size_of_png(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            media_type, (width, height) = "image/webp", _size_of_webp(data)
        else:
            raise BadAsset("it is no PNG and no WebP picture")
    except IndexError:
        raise BadAsset("it is cut short") from None
    # What a header announces is what the agent's browser reserves, however few bytes follow (a "decompression bomb").
    if not 0 < width * height <= max_pixels:
        raise TooManyPixels(f"it measures {width} by {height}, and {max_pixels} pixels are allowed")
    return Picture(data, media_type)


def _size_of_png(data: bytes) -> tuple[int, int]:
    at = len(PNG_START)
    kinds = []
    while at < len(data):
        length = _number(data, at, 4, "big")
        kinds.append(_name(data, at + 4, PNG_CHUNKS))
        at += 12 + length
        if kinds[-1] == "IEND":
            break
    if at != len(data) or kinds[0] != "IHDR" or kinds.count("IHDR") != 1 or kinds[-1] != "IEND":
        raise BadAsset("it is not one whole PNG picture and nothing else")
    start = len(PNG_START) + 8
    return _number(data, start, 4, "big"), _number(data, start + 4, 4, "big")


def _size_of_webp(data: bytes) -> tuple[int, int]:
    if _number(data, 4, 4, "little") + 8 != len(data):
        raise BadAsset("it is not one whole WebP picture and nothing else")
    sizes = {kind: _size_of_webp_chunk(data, kind, at) for kind, at in _webp_chunks(data)}
    painted = [size for kind, size in sizes.items() if kind in ("VP8 ", "VP8L")]
    if len(painted) != 1 or sizes.get("VP8X") not in (None, painted[0]):
        raise BadAsset("it is not one whole WebP picture and nothing else")
    return painted[0]


def _webp_chunks(data: bytes) -> Iterator[tuple[str, int]]:
    """Each chunk's kind, and where its content begins."""
    at = 12
    seen: set[str] = set()
    while at < len(data):
        kind = _name(data, at, WEBP_CHUNKS)
        length = _number(data, at + 4, 4, "little")
        if kind in seen or at + 8 + length > len(data):
            raise BadAsset("it is not one whole WebP picture and nothing else")
        seen.add(kind)
        yield kind, at + 8
        at += 8 + length + length % 2
    if at != len(data):
        raise BadAsset("it is cut short")


def _size_of_webp_chunk(data: bytes, kind: str, at: int) -> tuple[int, int]:
    """Width and height by a chunk's own header; (0, 0) where it has none."""
    match kind:
        case "VP8 ":
            # RFC 6386, section 9.1: a key frame's start code, then two times 14 bits with a scale above them.
            if data[at + 3 : at + 6] != b"\x9d\x01\x2a":
                raise BadAsset("it is no picture that stands by itself")
            return _number(data, at + 6, 2, "little") & 0x3FFF, _number(data, at + 8, 2, "little") & 0x3FFF
        case "VP8L":
            if data[at] != 0x2F:
                raise BadAsset("it is no picture that stands by itself")
            bits = _number(data, at + 1, 4, "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case "VP8X":
            return _number(data, at + 4, 3, "little") + 1, _number(data, at + 7, 3, "little") + 1
    return 0, 0


def _number(data: bytes, at: int, size: int, order: str) -> int:
    piece = data[at : at + size]
    if len(piece) < size:
        raise BadAsset("it is cut short")
    return int.from_bytes(piece, "big" if order == "big" else "little")


def _name(data: bytes, at: int, known: frozenset[str]) -> str:
    name = data[at : at + 4].decode("latin-1")
    if name not in known:
        raise BadAsset("it holds more than a picture, or is cut short")
    return name


class Assets:
    """One session's uploaded pictures. Those of page loads before make room for more, offered longest ago first;
    of one load those that come when all is full are not kept, so that none goes that its frames have named.

    `max_bytes`: of one picture. `max_count` and `max_total_bytes`: of all. `max_pixels`: width times height of one.
    """

    __slots__ = ("_max_bytes", "_max_count", "_max_pixels", "_max_total_bytes", "_offered", "_pictures", "_size_bytes")

    def __init__(self, *, max_bytes: int, max_pixels: int, max_count: int, max_total_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels
        self._max_count = max_count
        self._max_total_bytes = max_total_bytes
        # Offered longest ago first.
        self._pictures: dict[str, Picture] = {}
        self._size_bytes = 0
        # Since the page that is shared now was loaded.
        self._offered: set[str] = set()

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def __len__(self) -> int:
        return len(self._pictures)

    def offer(self, name: str) -> bool:
        """Is the picture of this hash here already?"""
        found = self._pictures.pop(name, None)
        if found is None:
            return False
        self._pictures[name] = found
        self._offered.add(name)
        return True

    def begin_page(self) -> None:
        """A page was loaded, and offers anew what it shows; what is kept of those before it may go."""
        self._offered.clear()

    def take(self, name: str, data: bytes) -> bool:
        """Keeps a picture; False where it is larger than what is kept, or all is full: an honest page may try.

        Raises `BadAsset` where `name` is not its SHA-256 or it is no picture.
        """
        if len(data) > self._max_bytes:
            return False
        if hashlib.sha256(data).hexdigest() != name:
            raise BadAsset("its bytes are not those that it was offered by")
        try:
            picture = read_picture(data, max_pixels=self._max_pixels)
        except TooManyPixels:
            return False
        if self.offer(name):
            return True
        if not self._make_room(len(data) + ASSET_OVERHEAD_BYTES):
            return False
        self._pictures[name] = picture
        self._offered.add(name)
        self._size_bytes += len(data) + ASSET_OVERHEAD_BYTES
        return True

    def _make_room(self, size_bytes: int) -> bool:
        while len(self._pictures) >= self._max_count or self._size_bytes + size_bytes > self._max_total_bytes:
            oldest = next(iter(self._pictures), None)
            if oldest is None or oldest in self._offered:
                return False
            self._size_bytes -= len(self._pictures.pop(oldest).data) + ASSET_OVERHEAD_BYTES
        return True

    def find(self, name: str) -> Picture | None:
        return self._pictures.get(name)

    def clear(self) -> None:
        """Forgets all: whenever the session's picture is forgotten."""
        self._pictures.clear()
        self._offered.clear()
        self._size_bytes = 0
