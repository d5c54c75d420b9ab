"""The fast lane under the WebSocket protocol: whatever bytes come, in whatever pieces, all is as without it.

uvicorn's own way stands for what is right: it runs on `websockets`, which passes the Autobahn suite.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.websocket_bytes import (
    BINARY,
    CLOSE,
    CONTINUATION,
    HANDSHAKE,
    PING,
    PONG,
    TEXT,
    Said,
    close,
    fragmented,
    frame,
    read_server,
)
from uvicorn.server import ServerState

from beside import bounded_protocols
from beside.bounded_protocols import LEAST_READ_BYTES, BoundedWebSocket
from beside.fast_lane import FastWebSocket
from beside.wires import SHORTCUT

# `make fuzz` looks at many more, and at others each time.
EXAMPLES = int(os.environ.get("BESIDE_FUZZ_EXAMPLES", "400"))
MAX_BYTES = 100_000
HOT = b'42["frame",["mutation",1,1,9,[]]]'


class Pipe(asyncio.Transport):
    """The socket: what is written to it is kept, and whoever reads from it can be made to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_paused = False
        self._is_closing = False

    def write(self, data: Any) -> None:
        if not self._is_closing:
            self.written += data

    def close(self) -> None:
        self._is_closing = True

    abort = close

    def is_closing(self) -> bool:
        return self._is_closing

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_write_buffer_size(self) -> int:
        return 0


@dataclass
class Outcome:
    said: Said
    # What the application was given, in order.
    heard: list[str | bytes]
    is_closed: bool
    # How many of these came by the fast lane.
    fast: int = field(compare=False)


async def speak(kind: type[BoundedWebSocket], pieces: list[bytes], takes_s: float = 0.0) -> Outcome:
    """An application that says all back, spoken to in these pieces. `takes_s`: each message of the fast lane."""
    heard: list[str | bytes] = []
    fast = 0

    async def echo(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        if SHORTCUT in scope["extensions"]:
            scope["extensions"][SHORTCUT].hear = take
        while (message := await receive())["type"] == "websocket.receive":
            content = message.get("text") if message.get("text") is not None else message["bytes"]
            heard.append(content)
            kind = "text" if isinstance(content, str) else "bytes"
            # Of a connection that closed meanwhile.
            with contextlib.suppress(RuntimeError):
                await send({"type": "websocket.send", kind: content})

    def take(text: str) -> None:
        nonlocal fast
        fast += 1
        until = time.perf_counter() + takes_s
        while time.perf_counter() < until:
            pass
        heard.append("4" + text)
        assert isinstance(protocol, FastWebSocket)
        assert protocol.is_clear
        protocol.write(text)

    config = uvicorn.Config(echo, ws=kind, ws_max_size=MAX_BYTES, ws_per_message_deflate=False, log_config=None)
    config.ws_ping_interval = None
    config.load()
    pipe = Pipe()
    protocol = kind(config=config, server_state=ServerState(), app_state={})
    protocol.connection_made(pipe)
    protocol.data_received(HANDSHAKE)
    await turn()
    for piece in pieces:
        for _ in range(100):
            if not pipe.is_paused:
                break
            await asyncio.sleep(0)
        if pipe.is_closing():
            break
        protocol.data_received(piece)
        await asyncio.sleep(0)
    await turn()
    is_closed = pipe.is_closing()
    said = read_server(pipe.written)
    pipe.close()
    protocol.connection_lost(None)
    await asyncio.gather(*protocol.tasks, return_exceptions=True)
    return Outcome(said, heard, is_closed, fast)


def loaded() -> uvicorn.Config:
    """For a protocol that is spoken to without an application."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    config = uvicorn.Config(application, ws=FastWebSocket, ws_max_size=MAX_BYTES, log_config=None, lifespan="off")
    config.load()
    return config


async def turn() -> None:
    """Lets all that is ready run."""
    for _ in range(20):
        await asyncio.sleep(0)


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({at % (len(data) + 1) for at in cuts} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


def text(content: bytes) -> bytes:
    return frame(TEXT, content)


# By the sections of the Autobahn suite: what is sent, what is said back, and by which code it ends (None: it goes on).
CASES: dict[str, tuple[bytes, list[tuple[int, bytes]], int | None]] = {
    "1 empty text": (text(b""), [(TEXT, b"")], None),
    "1 text of 125": (text(b"*" * 125), [(TEXT, b"*" * 125)], None),
    "1 frame's packet": (text(HOT), [(TEXT, HOT)], None),
    "1 frame's packet of 125": (text(HOT.ljust(125)), [(TEXT, HOT.ljust(125))], None),
    "1 frame's packet of 126": (text(HOT.ljust(126)), [(TEXT, HOT.ljust(126))], None),
    "1 frame's packet of 65535": (text(HOT.ljust(65535)), [(TEXT, HOT.ljust(65535))], None),
    "1 frame's packet of 65536": (text(HOT.ljust(65536)), [(TEXT, HOT.ljust(65536))], None),
    "1 frame's packet of 65537": (text(HOT.ljust(65537)), [(TEXT, HOT.ljust(65537))], None),
    "1 binary": (frame(BINARY, HOT), [(BINARY, HOT)], None),
    "2 ping between": (text(HOT) + frame(PING, b"x") + text(HOT), [(TEXT, HOT)] * 2, None),
    "2 ping of 126": (frame(PING, b"x" * 126), [], 1002),
    "2 pong nobody asked for": (frame(PONG, b"x") + text(HOT), [(TEXT, HOT)], None),
    "3 reserved bit": (text(HOT) + frame(TEXT, HOT, reserved=4) + text(HOT), [(TEXT, HOT)], 1002),
    "3 reserved bits of a ping": (text(HOT) + frame(PING, b"", reserved=1), [(TEXT, HOT)], 1002),
    "4 reserved opcode": (text(HOT) + frame(3, HOT), [(TEXT, HOT)], 1002),
    "4 reserved control opcode": (text(HOT) + frame(0xB), [(TEXT, HOT)], 1002),
    "5 fragments": (fragmented(TEXT, [HOT[:7], HOT[7:]]), [(TEXT, HOT)], None),
    "5 fragments with pings between": (fragmented(TEXT, [HOT[:7], b"", HOT[7:]], frame(PING)), [(TEXT, HOT)], None),
    "5 fragments, then whole": (fragmented(TEXT, [b"a", b"b"]) + text(HOT), [(TEXT, b"ab"), (TEXT, HOT)], None),
    "5 whole text between fragments": (frame(TEXT, b"a", is_final=False) + text(HOT), [], 1002),
    "5 continuation of nothing": (text(HOT) + frame(CONTINUATION, HOT), [(TEXT, HOT)], 1002),
    "5 fragmented ping": (text(HOT) + frame(PING, b"", is_final=False), [(TEXT, HOT)], 1002),
    "6 what is no UTF-8": (text(b'42["frame","\xed\xa0\x80"]'), [], 1007),
    "6 UTF-8 cut over fragments": (fragmented(TEXT, [b"\xce", b"\xba"]), [(TEXT, "\u03ba".encode())], None),
    "7 close": (text(HOT) + close() + text(HOT), [(TEXT, HOT)], 1000),
    "7 close without a code": (close(None), [], None),
    "7 close with half a code": (frame(CLOSE, b"\x03"), [], 1002),
    "7 close with a code of nobody": (close(1005), [], 1002),
    "7 close whose reason is no UTF-8": (close(1000, b"\xff"), [], 1007),
    "9 too large": (text(HOT.ljust(MAX_BYTES + 1)), [], 1009),
    "9 too large in fragments": (fragmented(TEXT, [b"a" * 60_000] * 2), [], 1009),
    "not masked": (text(HOT) + frame(TEXT, HOT, mask=None), [(TEXT, HOT)], 1002),
    "a size that is written too long": (frame(TEXT, HOT, size_form=127), [(TEXT, HOT)], None),
}


@pytest.mark.parametrize("kind", [BoundedWebSocket, FastWebSocket])
@pytest.mark.parametrize("name", CASES)
async def test_messages_are_framed_as_the_standard_says(name: str, kind: type[BoundedWebSocket]) -> None:
    data, messages, code = CASES[name]

    for size in (len(data), 1) if len(data) < 1000 else (len(data), 4096):
        outcome = await speak(kind, [data[at : at + size] for at in range(0, len(data), size)])

        heard = [said.encode() if isinstance(said, str) else said for said in outcome.heard]
        expected = [content for _, content in messages]
        if outcome.is_closed:
            # uvicorn hands nothing on that comes in one piece with an error behind it.
            assert heard == expected[: len(heard)]
            assert len(heard) == len(expected) or len(data) == size
        else:
            assert heard == expected
            assert outcome.said.messages == messages
        assert outcome.said.close_codes == ([] if code is None and "close" not in name else [code])


async def test_frames_take_the_fast_lane_and_nothing_else_does() -> None:
    others = text(b'42["act",1]') + frame(BINARY, HOT) + fragmented(TEXT, [HOT[:9], HOT[9:]]) + text(b"3")

    assert (await speak(FastWebSocket, [text(HOT) * 5])).fast == 5
    assert (await speak(FastWebSocket, [others])).fast == 0


async def test_frame_does_not_overtake_what_came_before_it() -> None:
    outcome = await speak(FastWebSocket, [text(b"first") + text(HOT), text(HOT)])

    assert outcome.heard == ["first", HOT.decode(), HOT.decode()]
    assert outcome.fast == 1


async def test_of_a_flood_in_one_piece_most_goes_the_long_way() -> None:
    """Which stops reading from the socket until it is dealt with."""
    outcome = await speak(FastWebSocket, [text(HOT) * 1000])

    assert len(outcome.heard) == 1000
    assert outcome.fast < 100


@pytest.mark.parametrize("broken", [b"Sec-WebSocket-Version: 99", b"Sec-WebSocket-Version: 13\r\nUpgrade: no"])
async def test_refused_handshake_leaves_nothing_behind(broken: bytes) -> None:
    state = ServerState()
    protocol = FastWebSocket(config=loaded(), server_state=state, app_state={})
    protocol.connection_made(Pipe())
    protocol.data_received(HANDSHAKE.replace(b"Sec-WebSocket-Version: 13", broken))
    assert len(state.connections) == 1

    protocol.connection_lost(None)

    assert not state.connections


async def test_nothing_is_written_past_a_message_that_waits_for_a_slow_reader() -> None:
    protocol = FastWebSocket(config=loaded(), server_state=ServerState(), app_state={})
    pipe = Pipe()
    protocol.connection_made(pipe)
    protocol.data_received(HANDSHAKE)
    await protocol.send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    protocol.pause_writing()
    first = asyncio.create_task(protocol.send({"type": "websocket.send", "text": "first", "bytes": None}))
    await turn()
    protocol.resume_writing()

    # The transport takes more, and whoever waits has not been woken yet.
    assert not protocol.is_clear
    await protocol.cleared()
    protocol.write("second")
    await first

    assert read_server(pipe.written).messages == [(TEXT, b"first"), (TEXT, b"4second")]
    for task in protocol.tasks:
        task.cancel()
    protocol.connection_lost(None)
    await asyncio.gather(*protocol.tasks, return_exceptions=True)


async def test_a_connection_needs_no_dictionary_for_what_is_kept_of_it() -> None:
    """Once this fails, a new release of uvicorn keeps more: give it a place in `BoundedWebSocket.__slots__`."""
    protocol = FastWebSocket(config=loaded(), server_state=ServerState(), app_state={})
    protocol.connection_made(Pipe())
    protocol.data_received(HANDSHAKE)
    await protocol.send({"type": "websocket.accept", "subprotocol": None, "headers": []})

    assert vars(protocol) == {}
    for task in protocol.tasks:
        task.cancel()
    protocol.connection_lost(None)
    await asyncio.gather(*protocol.tasks, return_exceptions=True)


def test_many_reads_in_one_turn_of_the_loop_are_bounded_together() -> None:
    """uvloop reads a socket up to 32 times before it looks at the next, and its clock goes on meanwhile."""

    class Reread(FastWebSocket):
        def data_received(self, data: bytes) -> None:
            for _ in range(50 if data.startswith(text(HOT)[:2]) else 1):
                super().data_received(data)

    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(speak(Reread, [text(HOT) * 10], takes_s=1e-4))

    assert len(outcome.heard) == 500
    assert outcome.fast <= 64


@pytest.mark.parametrize("kind", [BoundedWebSocket, FastWebSocket])
async def test_who_speaks_before_they_are_answered_is_cut_off(kind: type[BoundedWebSocket]) -> None:
    protocol = kind(config=loaded(), server_state=ServerState(), app_state={})
    pipe = Pipe()
    protocol.connection_made(pipe)

    protocol.data_received(HANDSHAKE)
    assert not pipe.is_closing()
    protocol.data_received(text(HOT))

    assert pipe.is_closing()
    assert protocol.queue.qsize() == 1  # the connect
    assert pipe.written == b""
    protocol.connection_lost(None)
    for task in list(protocol.tasks):
        task.cancel()


class Unread(Pipe):
    """A socket whose other side reads so much each time that somebody looks."""

    def __init__(self, unread_bytes: int, reads_bytes: int) -> None:
        super().__init__()
        self._unread_bytes = unread_bytes
        self._reads_bytes = reads_bytes
        self.is_aborted = False

    def get_write_buffer_size(self) -> int:
        self._unread_bytes -= self._reads_bytes
        return self._unread_bytes

    def abort(self) -> None:
        self.is_aborted = True
        self.close()


@pytest.mark.parametrize(
    ("reads_bytes", "is_closed", "is_let_go"),
    [(0, False, True), (LEAST_READ_BYTES - 1, False, True), (LEAST_READ_BYTES, False, False), (0, True, True)],
)
async def test_who_does_not_read_is_let_go_and_who_reads_slowly_is_not(
    monkeypatch: pytest.MonkeyPatch, reads_bytes: int, is_closed: bool, is_let_go: bool
) -> None:
    """`is_closed`: by the application, with less in the buffer than makes the transport say that it is full."""
    monkeypatch.setattr(bounded_protocols, "UNREAD_WINDOW_S", 0.0)
    protocol = FastWebSocket(config=loaded(), server_state=ServerState(), app_state={})
    pipe = Unread(1_000 if is_closed else 50_000_000, reads_bytes)
    protocol.connection_made(pipe)
    protocol.data_received(HANDSHAKE)
    if is_closed:
        for task in list(protocol.tasks):
            task.cancel()
    else:
        protocol.pause_writing()

    await turn()

    assert pipe.is_aborted == is_let_go
    protocol.connection_lost(None)
    for task in list(protocol.tasks):
        task.cancel()


CONTENT = st.one_of(
    st.just(HOT),
    st.text(max_size=40).map(lambda said: f'42["frame",{said}]'.encode()),
    st.sampled_from([b"", b"3", b"42", b'42["frame",', b'42["act",1]', b"x" * 200, HOT.ljust(400), b"x" * 400]),
)
GOOD = st.one_of(
    CONTENT.map(text),
    CONTENT.map(lambda body: frame(BINARY, body)),
    st.sampled_from([frame(PING, b"ping"), frame(PONG), frame(PING, b"x" * 125)]),
    st.tuples(st.sampled_from([TEXT, BINARY]), st.lists(CONTENT, min_size=2, max_size=4), st.booleans()).map(
        lambda made: fragmented(made[0], made[1], frame(PING) if made[2] else b"")
    ),
)
BAD = st.one_of(
    st.sampled_from(
        [
            frame(PING, b"x" * 126),
            frame(PING, is_final=False),
            frame(3, HOT),
            frame(0xB),
            frame(CONTINUATION, HOT),
            frame(TEXT, HOT, reserved=4),
            frame(TEXT, HOT, mask=None),
            frame(TEXT, HOT, size_form=127),
            close(),
            close(None),
            close(1005),
            close(1000, b"\xff"),
            frame(CLOSE, b"\x03"),
        ]
    ),
    st.binary(max_size=3),
    st.binary(max_size=20).map(lambda said: frame(TEXT, b'42["frame",' + said)),
    CONTENT.map(lambda body: frame(TEXT, body, is_final=False)),
)


runs = settings(max_examples=EXAMPLES, deadline=None, derandomize="BESIDE_FUZZ_EXAMPLES" not in os.environ)
CUTS = st.lists(st.integers(0, 100_000), max_size=6)


@runs
@given(st.lists(GOOD, max_size=8), CUTS)
def test_messages_are_heard_and_answered_as_without_it(said: list[bytes], cuts: list[int]) -> None:
    compare(cut(b"".join(said), cuts))


@runs
@given(st.lists(st.tuples(st.one_of(GOOD, BAD), CUTS), max_size=8))
def test_errors_are_answered_as_without_it(said: list[tuple[bytes, list[int]]]) -> None:
    # uvicorn hands nothing on that comes in one piece with an error behind it, so each comes by itself.
    compare([piece for data, cuts in said for piece in cut(data, cuts)])


def compare(pieces: list[bytes]) -> None:
    class Narrow(FastWebSocket):
        max_bytes = 300

    async def both() -> tuple[Outcome, Outcome]:
        return await speak(BoundedWebSocket, pieces), await speak(Narrow, pieces)

    without, with_it = asyncio.run(both())

    assert with_it == without
