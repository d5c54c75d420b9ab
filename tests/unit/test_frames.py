"""The intake of frames: order, epochs, chunks, and refusals that name the place and never the content."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from tests.unit.relay.pages import keyframe, mutation

from beside.errors import Malformed, SequenceGap, TooLarge
from beside.frames import Arrived, Intake


def intake() -> Intake:
    fresh = Intake(max_frame_bytes=100_000, max_deflated_bytes=10_000)
    fresh.open(5)
    return fresh


def text(frame: Any) -> str:
    return json.dumps(frame, separators=(",", ":"))


def deflate(raw: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(raw) + deflater.flush()


def header(frame: Any, raw: bytes, **changes: int) -> str:
    return json.dumps({"epoch": frame[1], "seq": frame[2], "index": 0, "count": 1, "rawBytes": len(raw)} | changes)


def test_frames_in_order_go_on_as_the_very_text_that_came() -> None:
    taking = intake()

    arrived = [taking.take_frame(text(frame)) for frame in (keyframe(5), mutation(5, 1), mutation(5, 2))]

    assert [a.packets[0].args[0] if a else None for a in arrived] == [
        text(keyframe(5)),
        text(mutation(5, 1)),
        text(mutation(5, 2)),
    ]


@pytest.mark.parametrize(
    "wrong", [mutation(5, 0), mutation(5, 2), mutation(6, 1), mutation(4, 1)], ids=["again", "gap", "ahead", "behind"]
)
def test_frame_out_of_order_is_told_once_and_the_rest_is_dropped_until_a_keyframe(wrong: Any) -> None:
    taking = intake()
    taking.take_frame(text(keyframe(5)))

    with pytest.raises(SequenceGap):
        taking.take_frame(text(wrong))

    assert taking.take_frame(text(mutation(5, 1))) is None
    assert taking.take_frame(text(keyframe(6))) is not None


def test_mutation_before_any_keyframe_is_a_gap() -> None:
    with pytest.raises(SequenceGap) as gap:
        intake().take_frame(text(mutation(5, 1)))

    assert (gap.value.expected, gap.value.received) == (0, 1)


@pytest.mark.parametrize("epoch", [4, 1])
def test_keyframe_of_an_older_epoch_is_refused(epoch: int) -> None:
    with pytest.raises(SequenceGap):
        intake().take_frame(text(keyframe(epoch)))


def test_keyframe_opens_an_epoch_only_once() -> None:
    taking = intake()
    taking.take_frame(text(keyframe(5)))

    with pytest.raises(SequenceGap):
        taking.take_frame(text(keyframe(5)))


def test_keyframe_begins_at_seq_0() -> None:
    frame = keyframe(5)
    frame[2] = 1

    with pytest.raises(Malformed):
        intake().take_frame(text(frame))


def test_cut_drops_what_is_on_its_way_without_a_word() -> None:
    taking = intake()
    taking.take_frame(text(keyframe(5)))

    taking.cut()

    assert taking.take_frame(text(mutation(5, 1))) is None
    assert taking.take_frame(text(keyframe(6))) is not None


def test_refusal_names_the_place_and_never_the_content() -> None:
    secret = ["mutation", 5, 1, 7, [["text", "4111111111111111", "x"]]]

    with pytest.raises(Malformed) as refused:
        intake().take_frame(text(secret))

    assert refused.value.where == "$[4][0][1]"
    assert "4111" not in str(refused.value)


def test_frame_past_its_bound_is_refused() -> None:
    with pytest.raises(TooLarge):
        intake().take_frame(text(keyframe(5, text="x" * 100_001)))


def test_chunks_go_on_together_once_the_whole_frame_has_passed() -> None:
    taking, frame = intake(), keyframe(5, text="".join(str(n * n) for n in range(3000)))
    raw = text(frame).encode()
    deflated = deflate(raw)
    pieces = [deflated[:2000], deflated[2000:4000], deflated[4000:]]
    headers = [header(frame, raw, index=n, count=3) for n in range(3)]

    arrived = [taking.take_chunk(head, piece) for head, piece in zip(headers, pieces, strict=True)]

    assert arrived[:2] == [None, None]
    assert isinstance(arrived[2], Arrived)
    assert [packet.args for packet in arrived[2].packets] == list(zip(headers, pieces, strict=True))


def chunked(data: bytes, frame: Any, raw: bytes, **changes: int) -> None:
    assert intake().take_chunk(header(frame, raw, **changes), data) is None


@pytest.mark.parametrize("tail", [b"\x00", b"\x03\x00", deflate(b"more")])
def test_bytes_after_the_stream_are_refused(tail: bytes) -> None:
    raw = text(keyframe(5)).encode()

    with pytest.raises(Malformed):
        chunked(deflate(raw) + tail, keyframe(5), raw)


@pytest.mark.parametrize("wrong", [-1, 1])
def test_length_that_was_not_announced_is_refused(wrong: int) -> None:
    raw = text(keyframe(5)).encode()

    with pytest.raises(Malformed):
        chunked(deflate(raw), keyframe(5), raw, rawBytes=len(raw) + wrong)


def test_bomb_is_inflated_no_further_than_announced() -> None:
    bomb = deflate(b" " * 50_000_000)
    assert len(bomb) > 10_000
    taking = Intake(max_frame_bytes=100_000, max_deflated_bytes=100_000)

    with pytest.raises(Malformed):
        taking.take_chunk(header(keyframe(5), b"x" * 90_000), bomb)


def test_announced_length_past_the_bound_is_refused_at_the_first_chunk() -> None:
    with pytest.raises(TooLarge):
        intake().take_chunk(header(keyframe(5), b"", index=0, count=2, rawBytes=100_001), b"x")


def test_truncated_stream_is_refused() -> None:
    raw = text(keyframe(5)).encode()

    with pytest.raises(Malformed):
        chunked(deflate(raw)[:-3], keyframe(5), raw)


def test_chunks_of_two_frames_do_not_mix() -> None:
    taking, raw = intake(), text(keyframe(5)).encode()
    taking.take_chunk(header(keyframe(5), raw, count=3), b"x")

    with pytest.raises(Malformed):
        taking.take_chunk(header(keyframe(6), raw, index=1, count=3), b"y")


def test_chunks_together_are_bounded() -> None:
    taking, raw = intake(), text(keyframe(5)).encode()
    taking.take_chunk(header(keyframe(5), raw, count=9), b"x" * 9_000)

    with pytest.raises(TooLarge):
        taking.take_chunk(header(keyframe(5), raw, index=1, count=9), b"x" * 9_000)


def test_header_must_tell_the_frames_own_place() -> None:
    raw = text(keyframe(5)).encode()

    with pytest.raises(Malformed):
        chunked(deflate(raw), keyframe(5), raw, epoch=9)
