"""The texts of style sheets: each kept under a hash of our own, bounded, and given to who lacks it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.unit.relay.pages import keyframe as keyframe_with

from beside.backlog import Packet, packet_of
from beside.errors import UnknownSheet
from beside.lane import Lane
from beside.protocol import MAX_SHEETS, Frame, SheetText
from beside.sheets import NOTHING, SheetTexts, hash_of, weight_of

RED = "p { color: red }"
BLUE = "p { color: blue }"
LARGE = 10_000_000


def name_of(text: str) -> str:
    return hash_of(text.encode())


class Kept:
    """A socket of a reader who keeps up, and all that was handed to it."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []

    def is_idle(self) -> bool:
        return True

    def offer(self, packet: Packet) -> bool:
        self.put(packet)
        return True

    def put(self, packet: Packet) -> None:
        self.packets.append(packet)

    async def drained(self) -> None:
        """It always is."""

    def close(self) -> None:
        """Nothing is held open."""


def sheet(text: str) -> Packet:
    return packet_of("sheet", SheetText(text=text))


def frame(message: list[Any]) -> Frame:
    return msgspec.convert(message, Frame)  # type: ignore[no-any-return,arg-type]


def keyframe(*sheets: Any, epoch: int = 1) -> Frame:
    return frame(keyframe_with(epoch, changes=(["adopted", 1, list(sheets)],)))


def mutation(*changes: Any, seq: int = 1) -> Frame:
    return frame(["mutation", 1, seq, 7, list(changes)])


def test_text_that_was_sent_once_may_be_named_by_every_later_page() -> None:
    texts = SheetTexts(LARGE)

    first = texts.take(keyframe(["keep", RED], "short"))
    second = texts.take(keyframe(["named", name_of(RED)], epoch=2))

    assert (dict(first.named), first.kept) == ({}, {name_of(RED)})
    assert (dict(second.named), second.kept) == ({name_of(RED): sheet(RED)}, set())
    assert texts.hashes == [name_of(RED)]


def test_text_is_written_once_for_all_readers_and_frames() -> None:
    """A page may name some MB in each of a hundred keyframes of 125 bytes a second, to eight agents."""
    texts = SheetTexts(LARGE)
    texts.take(keyframe(["keep", RED]))
    wire = Kept()

    for epoch in (2, 3):
        lane = Lane(wire, LARGE, lambda: None)
        shown = texts.take(keyframe(["named", name_of(RED)], epoch=epoch))
        lane.show([], is_keyframe=True, sheets=shown)

    assert [packet.event for packet in wire.packets] == ["sheet", "sheet"]
    assert wire.packets[0] is wire.packets[1]


def test_name_of_nothing_is_refused() -> None:
    texts = SheetTexts(LARGE)
    texts.take(keyframe(["keep", RED]))

    with pytest.raises(UnknownSheet):
        texts.take(mutation(["sheet", 3, ["named", name_of(BLUE)], None, "", False]))


def test_name_before_its_text_in_one_frame_is_refused() -> None:
    with pytest.raises(UnknownSheet):
        SheetTexts(LARGE).take(keyframe(["named", name_of(RED)], ["keep", RED]))


def test_reader_of_an_epoch_needs_what_it_names_and_not_what_it_brings() -> None:
    texts = SheetTexts(LARGE)
    texts.take(keyframe(["keep", RED]))

    texts.take(keyframe(["named", name_of(RED)], ["keep", BLUE], epoch=2))
    texts.take(mutation(["sheet", 3, ["named", name_of(BLUE)], None, "", False]))
    shown = texts.shown()

    assert shown is not None
    assert (dict(shown.named), shown.kept) == ({name_of(RED): sheet(RED)}, {name_of(BLUE)})


def test_what_was_named_longest_ago_goes_first() -> None:
    texts = SheetTexts(2 * weight_of(sheet(BLUE)))
    texts.take(keyframe(["keep", RED], ["keep", BLUE]))
    texts.take(keyframe(["named", name_of(RED)], epoch=2))

    texts.take(mutation(["adopted", 1, [["keep", "i { x: y }"]]]))

    assert texts.hashes == [name_of(RED), name_of("i { x: y }")]
    assert texts.size_bytes == weight_of(sheet(RED)) + weight_of(sheet("i { x: y }"))


def test_number_of_texts_is_bounded() -> None:
    texts = SheetTexts(LARGE)

    texts.take(keyframe(*(["keep", f"p {{ order: {n} }}"] for n in range(400))))
    texts.take(keyframe(*(["keep", f"i {{ order: {n} }}"] for n in range(400)), epoch=2))

    assert len(texts.hashes) == MAX_SHEETS


@pytest.mark.parametrize("max_bytes", [LARGE, 20 * weight_of(sheet("p { order: 100 }"))])
def test_frames_that_are_refused_leave_no_more_than_the_bounds(max_bytes: int) -> None:
    """A page may end each of a hundred frames a second with a name of nothing."""
    texts = SheetTexts(max_bytes)

    for epoch in range(1, 4):
        sent = (["keep", f"p {{ order: {1000 * epoch + n} }}"] for n in range(400))
        with pytest.raises(UnknownSheet):
            texts.take(keyframe(*sent, ["named", name_of(RED)], epoch=epoch))

    assert len(texts.hashes) <= MAX_SHEETS
    assert texts.size_bytes <= max_bytes


def test_what_a_frame_names_makes_no_room_for_what_it_sends_before() -> None:
    texts = SheetTexts(2 * weight_of(sheet(BLUE)))
    texts.take(keyframe(["keep", RED], ["keep", BLUE]))

    texts.take(keyframe(["keep", "i { x: y }"], ["named", name_of(RED)], epoch=2))

    assert name_of(RED) in texts.hashes
    assert name_of(BLUE) not in texts.hashes


def test_keyframe_that_is_refused_leaves_what_the_epoch_before_it_needs() -> None:
    """Whoever comes before the next one is given that epoch."""
    texts = SheetTexts(LARGE)
    texts.take(keyframe(["keep", RED]))
    texts.take(keyframe(["named", name_of(RED)], ["keep", BLUE], epoch=2))
    before = texts.shown()

    with pytest.raises(UnknownSheet):
        texts.take(keyframe(["named", name_of("nothing")], epoch=3))

    assert texts.shown() == before
    assert before is not None
    assert set(before.named) == {name_of(RED)}


def test_text_weighs_what_it_takes_of_the_memory() -> None:
    """One emoji makes Python take four bytes for each character, and JSON writes some characters as six."""
    texts = SheetTexts(LARGE)

    texts.take(keyframe(["keep", "\N{FIRE}" + "x" * 10_000], ["keep", "\1" * 10_000]))

    assert texts.size_bytes > 100_000


def test_epoch_of_which_a_text_went_has_nothing_to_show() -> None:
    texts = SheetTexts(weight_of(sheet(BLUE)))
    texts.take(keyframe(["keep", RED]))
    texts.take(keyframe(["named", name_of(RED)], epoch=2))

    texts.take(mutation(["adopted", 1, [["keep", BLUE]]]))

    assert texts.shown() is None


def test_clear_forgets_all() -> None:
    texts = SheetTexts(LARGE)
    texts.take(keyframe(["keep", RED]))

    texts.clear()

    assert (texts.hashes, texts.size_bytes) == ([], 0)
    with pytest.raises(UnknownSheet):
        texts.take(keyframe(["named", name_of(RED)], epoch=2))


def test_frames_without_sheets_cost_nothing() -> None:
    assert SheetTexts(LARGE).take(mutation(["text", 5, "x"])) is NOTHING


def test_names_of_texts_that_went_are_not_kept() -> None:
    texts = SheetTexts(LARGE)
    texts.take(keyframe())

    texts.take(mutation(*(["adopted", 1, [["keep", f"p {{ order: {number} }}"]]] for number in range(MAX_SHEETS + 50))))
    shown = texts.shown()

    assert shown is not None
    assert len(shown.kept) == MAX_SHEETS
