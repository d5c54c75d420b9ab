"""Pictures as browsers write them from a canvas, and files that only look like one. Made here, byte by byte."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def png(width: int = 4, height: int = 3, colour: str = "red") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "PNG")
    return stream.getvalue()


def webp(width: int = 4, height: int = 3, *, lossless: bool = False, alpha: bool = False) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA" if alpha else "RGB", (width, height), (255, 0, 0, 90)[: 4 if alpha else 3]).save(
        stream, "WEBP", lossless=lossless
    )
    return stream.getvalue()


def saved(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(stream, kind)
    return stream.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_with(kind: bytes, content: bytes) -> bytes:
    """A good picture with one more chunk, before its end."""
    whole = png()
    return whole[:-12] + png_chunk(kind, content) + whole[-12:]


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that announce a picture of any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def webp_of(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2) for kind, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
# Files that are refused, by why.
NO_PICTURES = {
    "nothing": b"",
    "a page": HTML,
    "a drawing with a script": SVG,
    "a drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
    "a GIF": saved("GIF"),
    "a JPEG": saved("JPEG"),
    "a script that begins as a picture": b"\x89PNG\r\n\x1a\n/*" + HTML,
    "a page behind a PNG": png() + HTML,
    "an archive behind a PNG": png() + b"PK\x03\x04" + b"\0" * 40,
    "a page behind a WebP": webp() + HTML,
    "a page within a PNG's text": png_with(b"tEXt", b"Comment\0" + HTML),
    "an animated PNG": png_with(b"acTL", b"\0" * 8),
    "a PNG with a second header": png_with(b"IHDR", b"\0" * 13),
    "a PNG cut short": png()[:-6],
    "a PNG without its end": png()[:-12],
    "a PNG chunk longer than all": png()[:8] + b"\xff\xff\xff\xffIHDR" + png()[16:],
    "a WebP cut short": webp()[:-4],
    "a WebP with EXIF": webp_of((b"VP8L", webp(lossless=True)[20:]), (b"EXIF", b"GPS.")),
    "an animated WebP": webp_of((b"VP8X", b"\x02" + b"\0" * 9), (b"ANIM", b"\0" * 6)),
    "a WebP of two pictures": webp_of((b"VP8L", webp(lossless=True)[20:]), (b"VP8 ", webp()[20:])),
    "a WebP whose frame says less than it measures": webp_of(
        (b"VP8X", b"\0" * 4 + b"\0\0\0\0\0\0"), (b"VP8 ", webp()[20:])
    ),
    "a WebP without a picture": webp_of((b"ICCP", b"\0" * 8)),
    "a PNG of four billion pixels": png_bomb(65_535, 65_535),
    "a PNG without room": png_bomb(0, 5),
}
