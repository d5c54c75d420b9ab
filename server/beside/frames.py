"""What a shopper's page sends, checked before anything of it goes on: decoding, chunks, order.

The shopper's page is hostile until its frame has been inflated within a bound, decoded and found in order. Knows
nothing of sockets, agents or grants.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import msgspec

from beside.backlog import Packet
from beside.errors import Malformed, SequenceGap, TooLarge
from beside.protocol import ChunkHeader, Frame, Keyframe

# What decoding raises for what is no JSON, no UTF-8, too deep, or not of its type.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_FRAME = msgspec.json.Decoder(Frame)
_HEADER = msgspec.json.Decoder(ChunkHeader)


class Arrived(NamedTuple):
    """A whole frame that passed, and the packets that carry it on, unchanged. `size_bytes`: of these together."""

    frame: Frame
    packets: tuple[Packet, ...]
    size_bytes: int


class Intake:
    """The frames of one session's shopper, in order.

    `max_frame_bytes`: of a frame's JSON, inflated. `max_deflated_bytes`: of its chunks together.
    """

    __slots__ = ("_chunks", "_least_epoch", "_max_deflated_bytes", "_max_frame_bytes", "_next_seq", "_told")

    def __init__(self, *, max_frame_bytes: int, max_deflated_bytes: int) -> None:
        self._max_frame_bytes = max_frame_bytes
        self._max_deflated_bytes = max_deflated_bytes
        # The least epoch that the next keyframe may open, and the seq that must come next; None: a keyframe must.
        self._least_epoch = 1
        self._next_seq: int | None = None
        self._told = False
        self._chunks: list[tuple[ChunkHeader, str, bytes]] = []

    @property
    def next_epoch(self) -> int:
        """The least epoch that a keyframe may open now."""
        return self._least_epoch

    def open(self, epoch: int) -> None:
        """A new page connected and was told to begin with `epoch`."""
        self.cut()
        self._least_epoch = max(epoch, self._least_epoch)
        self._told = False

    def cut(self) -> None:
        """Nothing of the running epoch counts any more; what is still on its way is dropped without a word."""
        self._chunks = []
        self._next_seq = None
        self._told = True

    def take_frame(self, text: str) -> Arrived | None:
        """A frame that came as text. None: it belongs to an epoch that was cut.

        Raises `Malformed`, `TooLarge`, and `SequenceGap` once a gap; until the next keyframe the rest is dropped.
        """
        if len(text) > self._max_frame_bytes:
            raise TooLarge("The frame", len(text), self._max_frame_bytes)
        self._chunks = []
        size_bytes = len(text)
        return self._admit(_decode("frame", text), (Packet("frame", (text,), size_bytes),), size_bytes)

    def take_chunk(self, header_text: str, data: bytes) -> Arrived | None:
        """One chunk. None until the last has come, and where the frame belongs to an epoch that was cut.

        Raises as `take_frame` does, also for chunks that do not follow each other, more or fewer bytes than announced,
        bytes after the end of the DEFLATE stream and a second stream.
        """
        try:
            header = _HEADER.decode(header_text)
        except UNREADABLE as error:
            raise malformed("chunk", error) from None
        if header.raw_bytes > self._max_frame_bytes:
            self._chunks = []
            raise TooLarge("The frame", header.raw_bytes, self._max_frame_bytes)
        if header.index == 0:
            self._chunks = []
        elif not self._chunks:
            # The head of this frame was refused or cut already; a chunk alone says nothing.
            return None
        elif not _follows(self._chunks[-1][0], header):
            self._chunks = []
            raise Malformed("chunk", "$.index")
        self._chunks.append((header, header_text, data))
        deflated_bytes = sum(len(chunk) for _, _, chunk in self._chunks)
        if deflated_bytes > self._max_deflated_bytes:
            self._chunks = []
            raise TooLarge("The frame's chunks together", deflated_bytes, self._max_deflated_bytes)
        if header.index + 1 < header.count:
            return None
        chunks, self._chunks = self._chunks, []
        frame = _decode("chunk", _inflate(b"".join(chunk for _, _, chunk in chunks), header.raw_bytes))
        if (frame.epoch, frame.seq) != (header.epoch, header.seq):
            raise Malformed("chunk", "$.seq")
        packets = tuple(Packet("chunk", (text, chunk), len(text) + len(chunk)) for _, text, chunk in chunks)
        return self._admit(frame, packets, sum(packet.size_bytes for packet in packets))

    def _admit(self, frame: Frame, packets: tuple[Packet, ...], size_bytes: int) -> Arrived | None:
        if isinstance(frame, Keyframe):
            if frame.seq != 0:
                raise Malformed("frame", "$.seq")
            if frame.epoch < self._least_epoch:
                raise SequenceGap(self._least_epoch, frame.epoch)
            self._least_epoch = frame.epoch + 1
            self._next_seq = 1
        else:
            is_next = self._next_seq is not None and frame.epoch == self._least_epoch - 1
            if not is_next or frame.seq != self._next_seq:
                expected, was_told = self._next_seq or 0, self._told
                self.cut()
                if was_told:
                    return None
                raise SequenceGap(expected, frame.seq)
            self._next_seq += 1
        self._told = False
        return Arrived(frame, packets, size_bytes)


def raw_bytes_of_head(header_text: str) -> int:
    """How many bytes a frame inflates to at most, by its first chunk's header; 0 for the chunks behind it.

    What is no header costs nothing: it is refused when it is read.
    """
    try:
        header = _HEADER.decode(header_text)
    except UNREADABLE:
        return 0
    return header.raw_bytes if header.index == 0 else 0


def malformed(event: str, error: Exception) -> Malformed:
    """`Malformed` with the place that msgspec names (`$[4][0]`), and never the value it found there."""
    _, found, where = str(error).rpartition(" - at `")
    return Malformed(event, where.rstrip("`") if found else "")


def _decode(event: str, text: str | bytes) -> Frame:
    try:
        frame: Frame = _FRAME.decode(text)
    except UNREADABLE as error:
        raise malformed(event, error) from None
    return frame


def _follows(last: ChunkHeader, header: ChunkHeader) -> bool:
    return header == msgspec.structs.replace(last, index=last.index + 1)


def _inflate(deflated: bytes, raw_bytes: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # One byte more than announced is enough to see a lie, and all that a bomb ever gets.
        raw = inflater.decompress(deflated, raw_bytes + 1)
    except zlib.error:
        raise Malformed("chunk", "the deflated bytes") from None
    if len(raw) != raw_bytes or not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise Malformed("chunk", "$.rawBytes")
    return raw
