"""A participant's way out: order, bounds, blanks, and a reader who stops and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from beside.backlog import Packet, packet_of
from beside.lane import MAX_CONTROL_ITEMS, MAX_NAMES, Lane
from beside.protocol import Blank, SheetText
from beside.sheets import Shown

BLANK = Blank(reason="paused")


class SlowWire:
    """A socket whose other end reads when the test says so."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed = asyncio.Event()
        self._readable = asyncio.Event()
        self._readable.set()
        self._full = False

    def is_idle(self) -> bool:
        return self._readable.is_set() or not self._full

    def offer(self, packet: Packet) -> bool:
        if is_taken := self.is_idle():
            self.put(packet)
        return is_taken

    def put(self, packet: Packet) -> None:
        self.sent.append(f"{packet.event} {packet.args[0]}" if packet.args else packet.event)
        self._full = True

    async def drained(self) -> None:
        await self._readable.wait()
        self._full = False

    @property
    def is_closed(self) -> bool:
        return self.closed.is_set()

    def close(self) -> None:
        self.closed.set()

    def stall(self) -> None:
        self._readable.clear()

    def read(self) -> None:
        self._readable.set()


def frame(name: str, size_bytes: int = 10) -> Packet:
    return Packet("frame", (name,), size_bytes)


def lane(wire: SlowWire, on_caught_up: Callable[[], None] = lambda: None) -> Lane:
    opened = Lane(wire, 100, on_caught_up)
    opened.show([frame("key")], is_keyframe=True)
    return opened


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_page_that_names_style_sheets_without_end_fills_no_memory() -> None:
    wire = SlowWire()
    opened = lane(wire)

    for number in range(3 * MAX_NAMES):
        opened.show([frame("f")], is_keyframe=False, sheets=Shown({}, frozenset({f"sheet {number}"})))

    assert len(opened._sheets) <= MAX_NAMES + 1


async def test_reader_who_keeps_up_gets_everything_in_order() -> None:
    wire = SlowWire()
    opened = lane(wire)

    opened.show([frame("1")], is_keyframe=False)
    opened.tell("view", BLANK)
    opened.show([frame("2a"), frame("2b")], is_keyframe=False)
    opened.show([frame("3")], is_keyframe=False)
    await settle()

    assert [entry.partition(" {")[0] for entry in wire.sent] == [
        "frame key",
        "frame 1",
        "view",
        "frame 2a",
        "frame 2b",
        "frame 3",
    ]


async def test_slow_reader_is_dropped_to_the_next_keyframe_and_keeps_control_messages() -> None:
    wire, caught_up = SlowWire(), []
    opened = lane(wire, lambda: caught_up.append(True))
    wire.stall()

    for number in range(20):
        opened.show([frame(str(number))], is_keyframe=False)
    opened.tell("view", BLANK)
    queued = opened.queued_bytes
    opened.show([frame("after")], is_keyframe=False)
    wire.read()
    await settle()
    opened.show([frame("key 2")], is_keyframe=True)
    opened.show([frame("next")], is_keyframe=False)
    await settle()

    assert queued <= 100
    assert opened.is_stale is False
    assert caught_up == [True]
    assert [entry for entry in wire.sent if "after" in entry] == []
    assert [entry.partition(" {")[0] for entry in wire.sent][-3:] == ["view", "frame key 2", "frame next"]


async def test_keyframe_takes_the_place_of_what_waits() -> None:
    wire = SlowWire()
    opened = lane(wire)
    wire.stall()
    opened.show([frame("old 1")], is_keyframe=False)
    opened.show([frame("old 2")], is_keyframe=False)

    opened.show([frame("new", 5000)], is_keyframe=True)
    wire.read()
    await settle()

    assert wire.sent == ["frame key", "frame new"]


async def test_blank_overtakes_everything_that_waits() -> None:
    wire = SlowWire()
    opened = lane(wire)
    wire.stall()
    opened.tell("outcome", BLANK)
    opened.show([frame("secret")], is_keyframe=False)

    opened.blank(BLANK)
    opened.show([frame("late")], is_keyframe=False)
    wire.read()
    await settle()

    assert [entry.partition(" ")[0] for entry in wire.sent] == ["frame", "blank", "outcome"]


async def test_blanks_that_wait_are_one_blank() -> None:
    """A page that trips on and on, and an agent who does not read, must not fill the memory together."""
    wire = SlowWire()
    opened = lane(wire)
    wire.stall()

    for _ in range(500):
        opened.blank(BLANK)
    wire.read()
    await settle()

    assert [entry.partition(" ")[0] for entry in wire.sent].count("blank") == 1


async def test_blank_stops_a_frame_between_its_chunks() -> None:
    wire = SlowWire()
    opened = lane(wire)
    opened.show([frame("a"), frame("b"), frame("c")], is_keyframe=True)
    await asyncio.sleep(0)
    wire.stall()
    await settle()
    sent = len(wire.sent)

    opened.blank(BLANK)
    wire.read()
    await settle()

    assert [entry.partition(" ")[0] for entry in wire.sent[sent:]].count("frame") == 0
    assert wire.sent[-1].startswith("blank")


async def test_close_comes_after_what_waits_and_only_once_it_is_sent() -> None:
    wire = SlowWire()
    opened = lane(wire)
    wire.stall()
    opened.tell("refusal", BLANK)

    opened.close()
    before = wire.is_closed
    wire.read()
    await settle()

    assert (before, wire.is_closed) == (False, True)
    assert wire.sent[-1].startswith("refusal")


async def test_reader_who_leaves_a_thousand_messages_unread_is_closed() -> None:
    wire = SlowWire()
    opened = lane(wire)
    wire.stall()

    for _ in range(MAX_CONTROL_ITEMS + 5):
        opened.tell("view", BLANK)
    wire.read()

    async with asyncio.timeout(5):
        await wire.closed.wait()


async def test_socket_that_is_gone_is_sent_nothing_more() -> None:
    wire = SlowWire()
    opened = lane(wire)
    wire.stall()
    opened.tell("view", BLANK)

    opened.abandon()
    wire.read()
    opened.tell("view", BLANK)
    await settle()

    assert wire.sent == ["frame key"]


def named(*names: str, kept: str = "") -> Shown:
    texts = {name: packet_of("sheet", SheetText(text=name)) for name in names}
    return Shown(texts, frozenset(kept.split()))


async def test_reader_is_given_each_style_sheet_once_before_the_frame_that_names_it() -> None:
    wire = SlowWire()
    opened = lane(wire)

    opened.show([frame("1")], is_keyframe=False, sheets=named("red", kept="blue"))
    opened.show([frame("2")], is_keyframe=False, sheets=named("red", "blue"))
    await settle()
    opened.show([frame("key2")], is_keyframe=True, sheets=named("red", "green"))
    await settle()

    assert wire.sent == [
        "frame key",
        'sheet {"text":"red"}',
        "frame 1",
        "frame 2",
        'sheet {"text":"green"}',
        "frame key2",
    ]


async def test_keyframe_in_the_place_of_one_that_waits_brings_again_what_went_with_that_one_alone() -> None:
    """Else a page could have all its sheets sent again with each of a hundred keyframes a second."""
    wire = SlowWire()
    opened = lane(wire)
    opened.show([frame("1")], is_keyframe=False, sheets=named("red", kept="blue"))
    await settle()
    wire.stall()
    opened.tell("view", BLANK)

    opened.show([frame("key2")], is_keyframe=True, sheets=named("red", "blue", "green", kept="grey"))
    opened.show([frame("key3")], is_keyframe=True, sheets=named("red", "blue", "green", "grey"))
    wire.read()
    await settle()

    assert [entry for entry in wire.sent if not entry.startswith("view")] == [
        "frame key",
        'sheet {"text":"red"}',
        "frame 1",
        'sheet {"text":"green"}',
        'sheet {"text":"grey"}',
        "frame key3",
    ]


async def test_reader_whose_frames_were_dropped_or_blanked_is_given_sheets_again() -> None:
    wire = SlowWire()
    opened = lane(wire)
    opened.show([frame("1")], is_keyframe=False, sheets=named("red"))
    await settle()

    opened.blank(BLANK)
    opened.show([frame("key2")], is_keyframe=True, sheets=named("red"))
    await settle()
    wire.stall()
    opened.show([frame("2")], is_keyframe=False, sheets=named("blue"))
    opened.show([frame("3")], is_keyframe=False, sheets=named("green"))
    opened.show([frame("key3")], is_keyframe=True, sheets=named("blue", "green"))
    wire.read()
    await settle()
    opened.distrust()
    opened.show([frame("key4")], is_keyframe=True, sheets=named("green"))
    await settle()

    after = wire.sent[wire.sent.index('blank {"reason":"paused"}') :]
    assert [entry.removeprefix("frame ") for entry in after if not entry.startswith("blank")] == [
        'sheet {"text":"red"}',
        "key2",
        'sheet {"text":"blue"}',
        'sheet {"text":"green"}',
        "key3",
        'sheet {"text":"green"}',
        "key4",
    ]
