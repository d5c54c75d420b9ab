"""One participant's way out: a queue bounded in bytes, so that a slow reader delays nobody and grows nothing.

Control messages wait their turn and are never dropped; frames are dropped to the next keyframe. Knows nothing of
Socket.IO: the gateway gives a `Wire`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from beside.backlog import Packet, packet_of
from beside.protocol import MAX_SHEETS, Blank, Record
from beside.sheets import NO_NAMES, NOTHING, Shown

# Control messages are small; a reader who leaves this many unread is not reading.
MAX_CONTROL_ITEMS = 1000
# Of style sheets' texts that are remembered as sent; the relay keeps half as many.
MAX_NAMES = 2 * MAX_SHEETS
# Never added to.
_NO_NAMES: set[str] = set()


class Wire(Protocol):
    """One socket, as the gateway gives it."""

    def is_idle(self) -> bool:
        """Whether all that was put has been handed to the transport."""

    def offer(self, packet: Packet) -> bool:
        """Hands one packet over if this `is_idle`; False: it was not taken."""

    def put(self, packet: Packet) -> None:
        """Hands one packet over; returns at once."""

    async def drained(self) -> None:
        """Returns once `is_idle`; the transport's own buffer holds at most one packet more."""

    def close(self) -> None:
        """Closes the socket once what was put is sent."""


class _Item(NamedTuple):
    packets: tuple[Packet, ...]
    is_frame: bool
    size_bytes: int
    # Of the texts of style sheets that come with it.
    names: frozenset[str] = NO_NAMES


class Lane:
    """Sends to one participant in order.

    `max_bytes` bounds the frames that wait. `on_caught_up` is called once a reader that fell behind has taken
    everything else: time to give it a picture again.
    """

    __slots__ = (
        "_blanks",
        "_frame_bytes",
        "_is_closed",
        "_items",
        "_max_bytes",
        "_on_caught_up",
        "_pump",
        "_sheets",
        "_wire",
        "is_stale",
    )

    def __init__(self, wire: Wire, max_bytes: int, on_caught_up: Callable[[], None]) -> None:
        self._wire = wire
        self._max_bytes = max_bytes
        self._on_caught_up = on_caught_up
        # A deque, which takes 0.8 kB, while something waits.
        self._items: deque[_Item] | tuple[()] = ()
        self._frame_bytes = 0
        self._pump: asyncio.Task[None] | None = None
        # Counts blanks, so that a frame half sent can see that it must not go on.
        self._blanks = 0
        self._is_closed = False
        # Texts of style sheets that this reader has, or that wait for them. A set of their own once there are some.
        self._sheets: set[str] = _NO_NAMES
        # True while the reader has no picture that a mutation could change.
        self.is_stale = True

    @property
    def queued_bytes(self) -> int:
        return self._frame_bytes

    @property
    def is_idle(self) -> bool:
        return not self._items and self._pump is None and self._wire.is_idle()

    def tell(self, event: str, payload: Record | None = None) -> None:
        """A control message."""
        if self._is_closed:
            return
        if len(self._items) > MAX_CONTROL_ITEMS:
            self.close()
            return
        self._enqueue(_Item((packet_of(event, payload),), False, 0))

    def show(self, packets: Sequence[Packet], *, is_keyframe: bool, sheets: Shown = NOTHING) -> None:
        """A frame, or (as a keyframe) a whole backlog. A stale reader is given keyframes only.

        `sheets`: what the packets name; texts that this reader lacks go before them.
        """
        if self._is_closed or (self.is_stale and not is_keyframe):
            return
        if is_keyframe:
            # What waits is older than this picture.
            self._drop_frames()
            self.is_stale = False
        elif sheets is NOTHING and self._is_one_that_fits(packets) and self._offer(packets[0]):
            return
        names = sheets.kept
        if sheets.named:
            lacking = {name: text for name, text in sheets.named.items() if name not in self._sheets}
            packets = [*lacking.values(), *packets]
            names |= lacking.keys()
        size_bytes = sum(packet.size_bytes for packet in packets)
        if not is_keyframe and self._frame_bytes + size_bytes > self._max_bytes:
            self._drop_frames()
            self.is_stale = True
            return
        if sheets is not NOTHING:
            self._note_sheets(sheets)
        self._enqueue(_Item(tuple(packets), True, size_bytes, names))

    def distrust(self) -> None:
        """The reader says that they have no picture, and whatever they keep may be gone: the next is given whole."""
        self._drop_frames()
        self._sheets = _NO_NAMES
        self.is_stale = True

    def blank(self, blank: Blank) -> None:
        """Takes the picture away, before anything else that waits."""
        if self._is_closed:
            return
        self._drop_frames()
        # The newest says all that blanks before it would.
        waiting = deque(item for item in self._items if item.packets[0].event != "blank")
        self._items = waiting
        self._blanks += 1
        self._sheets = _NO_NAMES
        self.is_stale = True
        item = _Item((packet_of("blank", blank),), False, 0)
        if self.is_idle:
            self._enqueue(item)
        else:
            waiting.appendleft(item)
            self._start()

    def close(self) -> None:
        """Closes after what waits; a reader who does not take it is closed by the missing pong."""
        if self._is_closed:
            return
        self._is_closed = True
        self._drop_frames()
        if self._pump is None:
            self._wire.close()

    def abandon(self) -> None:
        """The socket is gone: nothing more is sent."""
        self._is_closed = True
        self._items = ()
        self._frame_bytes = 0
        if self._pump is not None:
            self._pump.cancel()

    def _note_sheets(self, sheets: Shown) -> None:
        """What is forgotten here is sent once more where it is named again; a page may name more without end."""
        if not self._sheets or len(self._sheets) > MAX_NAMES:
            self._sheets = set()
        self._sheets.update(sheets.named, sheets.kept)

    def _is_one_that_fits(self, packets: Sequence[Packet]) -> bool:
        return len(packets) == 1 and packets[0].size_bytes <= self._max_bytes

    def _offer(self, packet: Packet) -> bool:
        """The common case, a reader that keeps up, costs no task. False: the packet has to wait its turn."""
        return not self._items and self._pump is None and self._wire.offer(packet)

    def _enqueue(self, item: _Item) -> None:
        if len(item.packets) == 1 and self._offer(item.packets[0]):
            return
        if not self._items:
            self._items = deque()
        self._items.append(item)
        self._frame_bytes += item.size_bytes
        self._start()

    def _start(self) -> None:
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._items:
                await self._wire.drained()
                # A blank may have emptied the queue during the wait.
                if self._items:
                    await self._send(self._items.popleft())
            if self.is_stale:
                await self._wire.drained()
        finally:
            self._pump = None
        if self._items:
            self._start()
            return
        self._items = ()
        if self._is_closed:
            self._wire.close()
        elif self.is_stale:
            self._on_caught_up()

    async def _send(self, item: _Item) -> None:
        self._frame_bytes -= item.size_bytes
        blanks = self._blanks
        for number, packet in enumerate(item.packets):
            if number:
                await self._wire.drained()
            if item.is_frame and self._blanks != blanks:
                return
            self._wire.put(packet)

    def _drop_frames(self) -> None:
        kept: deque[_Item] = deque()
        for item in self._items:
            if item.is_frame:
                self._sheets.difference_update(item.names)
            else:
                kept.append(item)
        self._items = kept or ()
        self._frame_bytes = 0
