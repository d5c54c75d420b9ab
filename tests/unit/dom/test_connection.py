"""The shopper's socket against a real Socket.IO server: order, chunks, reconnects, refusals."""

from __future__ import annotations

import json
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import ScriptedRelay, scripted_relay, view
from tests.unit.dom.snippet_page import open_shop, told, wait_told

# The browser has no memory left for what is to be deflated.
FAIL_ONCE = """() => {
  const { prototype } = WritableStreamDefaultWriter, { write } = prototype;
  prototype.write = function () {
    prototype.write = write;
    return Promise.reject(new RangeError("Array buffer allocation failed"));
  };
}"""


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with scripted_relay() as running:
        yield running


def connect(page: Page, site: Site, relay: ScriptedRelay) -> None:
    open_shop(page, site)
    page.evaluate("(relay) => void (window.connection = beside.connection(relay))", relay.origin)


def test_the_connect_presents_protocol_version_and_token(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)

    wait_told(page, "welcome")

    assert relay.sessions == ["session1"]
    hello = relay.connects[0]
    assert (hello["protocol"], hello["token"]) == (1, "participant-token-1")
    assert hello["version"]


def test_small_frames_travel_as_they_are_and_large_ones_deflated_in_chunks_in_order(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    sent = page.evaluate(
        """() => {
          const frames = [beside.frame(1, 10), beside.frame(2, 900_000), beside.frame(3, 10), beside.frame(4, 1_000)];
          for (const frame of frames) connection.sendFrame(frame);
          return frames;
        }"""
    )

    relay.wait_heard("frame", 2)
    relay.wait_for(lambda relay: relay.heard[-1][0] == "chunk", "the last chunk")
    received = []
    deflated = b""
    for event, payload in relay.heard:
        if event == "frame":
            received.append(payload)
            continue
        header, data = payload
        assert len(data) <= 256 * 1024
        deflated += data
        if header["index"] == header["count"] - 1:
            raw = zlib.decompress(deflated, wbits=-15)
            assert len(raw) == header["rawBytes"]
            received.append(json.loads(raw))
            deflated = b""
    assert received == sent
    assert max(header["count"] for event, (header, _) in _chunks(relay)) > 1


def test_frame_of_a_very_large_page_is_made_into_bytes_in_pieces_and_arrives_whole(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    sent, turns, timers = page.evaluate(
        """async () => {
          const row = (_, n) => [["el", "p", { id: `row-${n}` }, 1], ["tx", "ö"]];
          const rows = (length) => Array.from({ length }, row);
          const page = { origin: location.origin, path: "/", quirks: false };
          const changes = [["children", 2, 0, 0, rows(1200).flat()], ["text", 9, null], ["children", 3, 0, 0, []]];
          const frames = [
            ["keyframe", 1, 0, page, rows(60_000).flat(), [["viewport", 1, 1, 1, 0, 0]]],
            ["mutation", 1, 1, 120_002, changes],
          ];
          // The page's own tasks come between the pieces that are deflated: each is noted by the turn it came in.
          let turn = 0, closed = 0;
          const { setTimeout } = window;
          let timers = 0;
          window.setTimeout = (...values) => { timers++; return setTimeout(...values); };
          const turns = new Set(), writer = WritableStreamDefaultWriter.prototype, { write, close } = writer;
          writer.write = function (piece) { turns.add(turn); return write.call(this, piece); };
          writer.close = function () { closed++; return close.call(this); };
          for (const frame of frames) connection.sendFrame(frame);
          for (; closed < frames.length; turn++) await new Promise((done) => setTimeout(done));
          window.setTimeout = setTimeout;
          return [frames.map((frame) => JSON.stringify(frame).length), turns.size, timers];
        }"""
    )

    relay.wait_for(lambda relay: [h for _, (h, _) in _chunks(relay) if h["seq"] == 1], "the second frame")
    assert turns > 1
    # Those of a hidden tab come once a second, and a library's over the page's does more than to wait.
    assert timers == 0
    deflated = {0: b"", 1: b""}
    for _, (header, data) in _chunks(relay):
        deflated[header["seq"]] += data
    frames = [json.loads(zlib.decompress(deflated[seq], wbits=-15)) for seq in (0, 1)]
    assert [len(json.dumps(frame, separators=(",", ":"), ensure_ascii=False)) for frame in frames] == sent
    assert len(frames[0][4]) == 120_000
    assert frames[1][4][1:] == [["text", 9, None], ["children", 3, 0, 0, []]]


def test_a_frame_beyond_the_wire_is_told_and_not_sent(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    page.evaluate("() => { connection.sendFrame(['mutation', 1, 1, 2, [['text', 2, 'x'.repeat(64 * 1024 * 1024)]]]); }")
    wait_told(page, "too-large")
    page.evaluate("connection.sendFrame(beside.frame(2, 10))")

    relay.wait_heard("frame")
    assert [name for name, _ in relay.heard] == ["frame"]


def test_a_frame_that_cannot_be_deflated_costs_a_keyframe_and_holds_up_none_behind_it(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    page.evaluate(FAIL_ONCE)
    page.evaluate("() => { for (const seq of [1, 2, 3]) connection.sendFrame(beside.frame(seq, 2_000)); }")
    wait_told(page, "keyframe-wanted")
    page.evaluate("connection.sendFrame(beside.frame(4, 10))")

    relay.wait_heard("frame")
    assert [name for name, _ in relay.heard] == ["frame"]
    assert relay.all_heard("frame")[0][2] == 4
    assert told(page, "keyframe-wanted") == [[[]]]
    assert told(page, "too-large") == []


def test_a_keyframe_that_cannot_be_deflated_is_told_and_not_tried_for_ever(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    page.evaluate(FAIL_ONCE)
    page.evaluate(
        """() => {
          const page = { origin: location.origin, path: "/", quirks: false };
          connection.sendFrame(["keyframe", 1, 0, page, [["tx", "x".repeat(2_000)]], []]);
        }"""
    )

    wait_told(page, "too-large")
    assert told(page, "keyframe-wanted") == []


@contextmanager
def narrow_uplink(relay: ScriptedRelay) -> Iterator[tuple[str, threading.Event]]:
    """The relay's origin behind a line that takes nothing from the page while the event is not set."""
    flows = threading.Event()
    flows.set()
    listener = socket.create_server(("127.0.0.1", 0))
    # Else the line itself would hold megabytes of what waits.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ends = [listener]
    threads: list[threading.Thread] = []

    def carry(source: socket.socket, sink: socket.socket, is_up: bool) -> None:
        with suppress(OSError):
            while (not is_up or flows.wait()) and (data := source.recv(65_536)):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def start(work: Callable[..., None], *given: object) -> None:
        threads.append(threading.Thread(target=work, args=given))
        threads[-1].start()

    def serve() -> None:
        with suppress(OSError):
            page, _ = listener.accept()
            ends.append(page)
            ends.append(socket.create_connection(("127.0.0.1", relay.port)))
            start(carry, page, ends[-1], True)
            start(carry, ends[-1], page, False)

    start(serve)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", flows
    flows.set()
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()
    for end in ends:
        end.close()


# Some four megabytes once deflated: more than may wait for the network.
LARGE_KEYFRAME = """(epoch) => {
  const [, , , , [[, , text]]] = beside.frame(1, 150_000);
  const page = { origin: location.origin, path: "/", quirks: false };
  return connection.sendFrame(["keyframe", epoch, 0, page, [["tx", text.repeat(40)]], []]);
}"""
WAITING = "connection.waitingBytes() > 1_500_000"


def test_what_follows_a_large_keyframe_waits_behind_it_and_asks_for_no_other(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    with narrow_uplink(relay) as (origin, flows):
        open_shop(page, site)
        page.evaluate("(relay) => void (window.connection = beside.connection(relay))", origin)
        wait_told(page, "welcome")

        flows.clear()
        page.evaluate(LARGE_KEYFRAME, 1)
        page.wait_for_function(WAITING)
        taken = page.evaluate("[1, 2, 3].map((seq) => connection.sendFrame(beside.frame(seq, 10)))")
        flows.set()
        relay.wait_heard("frame", 3)

        assert taken == [True, True, True]
        assert {header["seq"] for _, (header, _) in _chunks(relay)} == {0}
        assert told(page, "keyframe-wanted") == []


@pytest.mark.parametrize("more", ["mutations", "keyframe"])
def test_what_would_wait_for_too_long_behind_a_large_keyframe_is_dropped_and_asks_once_for_another(
    page: Page, site: Site, relay: ScriptedRelay, more: str
) -> None:
    with narrow_uplink(relay) as (origin, flows):
        open_shop(page, site)
        page.evaluate("(relay) => void (window.connection = beside.connection(relay))", origin)
        wait_told(page, "welcome")

        flows.clear()
        page.evaluate(LARGE_KEYFRAME, 1)
        page.wait_for_function(WAITING)
        if more == "mutations":
            page.evaluate("connection.sendFrame(beside.frame(1, 2_000_000))")
            page.wait_for_function("!connection.sendFrame(beside.frame(2, 10))")
        else:
            assert page.evaluate(LARGE_KEYFRAME, 2) is False
        assert page.evaluate("connection.sendFrame(beside.frame(3, 10))") is False
        assert told(page, "keyframe-wanted") == []
        flows.set()
        wait_told(page, "keyframe-wanted")

        assert told(page, "keyframe-wanted") == [[None]]
        assert page.evaluate(LARGE_KEYFRAME, 3) is True
        assert page.evaluate("connection.sendFrame(beside.frame(1, 10))") is True


def _chunks(relay: ScriptedRelay) -> list[tuple[str, tuple[dict[str, int], bytes]]]:
    return [(event, payload) for event, payload in relay.heard if event == "chunk"]


def test_messages_without_a_payload_and_with_one_arrive(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    page.evaluate("() => { connection.send('pause', { reason: 'shopper' }); connection.send('resume'); }")

    relay.wait_heard("resume")
    assert relay.heard == [("pause", {"reason": "shopper"}), ("resume", None)]


def test_it_comes_back_by_itself_with_the_next_token(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    relay.drop()

    wait_told(page, "lost")
    wait_told(page, "welcome", 2)
    assert [hello["token"] for hello in relay.connects] == ["participant-token-1", "participant-token-2"]


def test_what_was_not_sent_before_a_loss_is_not_sent_after_it(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")
    relay.refusals = ["store-unavailable"] * 1000
    relay.drop()
    wait_told(page, "lost")

    page.evaluate("connection.sendFrame(beside.frame(1, 10))")
    relay.refusals = []
    wait_told(page, "welcome", 2)
    page.evaluate("connection.sendFrame(beside.frame(2, 10))")

    relay.wait_heard("frame")
    assert [frame[2] for frame in relay.all_heard("frame")] == [2]


def test_dropped_frames_do_not_leave_although_they_wait_to_be_deflated(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")

    page.evaluate(
        """() => {
          connection.sendFrame(beside.frame(1, 100_000));
          connection.sendFrame(beside.frame(2, 10));
          connection.dropFrames();
          connection.send('pause', { reason: 'shopper' });
          connection.sendFrame(beside.frame(3, 10));
        }"""
    )

    relay.wait_heard("frame")
    assert [name for name, _ in relay.heard] == ["pause", "frame"]
    assert relay.all_heard("frame")[0][2] == 3


@pytest.mark.parametrize("code", ["opened-elsewhere", "wrong-protocol", "token-invalid", "ended"])
def test_a_refused_connect_ends_it_with_the_code(page: Page, site: Site, relay: ScriptedRelay, code: str) -> None:
    relay.refusals = [code]

    connect(page, site, relay)

    wait_told(page, "refused")
    assert told(page, "refused") == [[code]]
    assert told(page, "lost") == []


def test_a_relay_whose_store_is_away_is_tried_again(page: Page, site: Site, relay: ScriptedRelay) -> None:
    relay.refusals = ["store-unavailable"]

    connect(page, site, relay)

    wait_told(page, "welcome")
    assert told(page, "refused") == []


def test_opened_elsewhere_ends_an_open_connection(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")
    relay.wait_connects(1)

    relay.send("refusal", {"code": "opened-elsewhere", "message": "It goes on there."})

    wait_told(page, "refused")
    assert told(page, "refused") == [["opened-elsewhere"]]


def test_another_refusal_leaves_it_open(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")
    relay.wait_connects(1)

    relay.send("refusal", {"code": "too-fast", "message": "Send less."})

    wait_told(page, "refusal")
    page.evaluate("connection.send('resume')")
    relay.wait_heard("resume")


def test_a_relay_that_breaks_its_protocol_is_left(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")
    relay.wait_connects(1)

    relay.send("view", {**view(), "extra": True})

    wait_told(page, "refused")
    assert told(page, "refused") == [["wrong-protocol"]]


def test_events_that_are_not_of_the_protocol_are_passed_over(page: Page, site: Site, relay: ScriptedRelay) -> None:
    connect(page, site, relay)
    wait_told(page, "welcome")
    relay.wait_connects(1)

    relay.send("constructor", {"a": 1})
    relay.send("keyframe-wanted", {"sheets": []})

    wait_told(page, "keyframe-wanted")
    assert told(page, "refused") == []
