"""How large each part of a message may be, and the plain types that carry these bounds; both decoders check them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

# A splice of one parent's children in a page at its node cap cannot be longer than the cap itself.
MAX_NODES = 200_000
# A style sheet is the longest single string a page honestly has; Tailwind's unpurged output is 4 MB.
MAX_TEXT_CHARS = 6_000_000
MAX_ATTRIBUTES = 128
# Frames of a page that are shown at a time; further ones are boxes. Each loads a document of its own from the relay.
# Pages that show more of their own frames are none we know.
MAX_SHOWN_FRAMES = 50
# Texts of style sheets that the relay keeps of a session. Large shops have some tens; frameworks that write a style
# element a component reach hundreds. Their names fill 10 kB of a welcome.
MAX_SHEETS = 500
# A hint that fits one line on a phone held upright.
MAX_HINT_CHARS = 140

NodeId = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Epoch = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Count = Annotated[int, Meta(ge=0, le=MAX_NODES)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Line = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
# Base64 of the 256 kB that the snippet keeps to. No SVG: its text and addresses would pass every judge.
Bitmap = Annotated[
    str, Meta(max_length=350_000, pattern=r"^data:image\/(?:webp|png|jpeg);base64,[A-Za-z0-9+\/]+={0,2}(?!\n)$")
]
Hint = Annotated[str, Meta(max_length=MAX_HINT_CHARS)]
# A pattern ends in `(?!\n)$`: in Python `$` alone also matches before a line's end at the end, in browsers it does not.
Identifier = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+(?!\n)$")]
# Whole numbers are bounded everywhere: beyond 2**53 a browser reads another number than the relay does.
Whole = Annotated[int, Meta(ge=0, le=2**31 - 1)]
# A shop's key, as its script tag and the sites file have it.
SITE_KEY = r"^(?:[a-z0-9][a-z0-9-]{0,38}[a-z0-9]|[a-z0-9])(?!\n)$"
# CSS pixels. A scroll height in a virtual list reaches tens of millions; browsers stop near 2**25.
# CRC-32 and Adler-32 of a text's UTF-8, in hex: what `zlib` and 20 lines of JavaScript both know. Who finds two texts
# with one name shows their own session a wrong colour; by accident it happens to one pair in 2**64.
SheetHash = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}(?!\n)$")]
# SHA-256 of a picture's bytes, in hex: what the agent's browser asks for it by.
AssetHash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
# 64 bits: what HalfSipHash takes.
EchoKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}(?!\n)$")]
SheetHashes = Annotated[list[SheetHash], Meta(max_length=MAX_SHEETS)]
Px = Annotated[float, Meta(ge=-(2**26), le=2**26)]
Attributes = Annotated[dict[Name, Text], Meta(max_length=MAX_ATTRIBUTES)]
ChangedAttributes = Annotated[dict[Name, Text | None], Meta(max_length=MAX_ATTRIBUTES)]
