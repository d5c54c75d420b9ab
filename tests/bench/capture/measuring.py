"""One recorder on one workload, once, in a fresh renderer: CPU, tasks, times, bytes and heap."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.capture.server import Places
from tests.bench.capture.trace import CATEGORIES, read_trace
from tests.bench.capture.wire_bytes import new_deflater, one_stream_bytes, permessage_deflate_bytes, websocket_bytes

RECORDERS = ("none", "ours", "rrweb", "openreplay")
# Of these, the start and its snapshot are what is measured; `throttled` goes on from there.
SNAPSHOTS = {"grid-snapshot", "throttled"}
CPU_SLOWDOWN = {"throttled": 4}
FIELDS = 20
KEYS = "margaret 7"
ARRIVAL_LIMIT_S = 10.0
VIEWPORT = {"width": 1280, "height": 800}


class NotWhole(Exception):
    """What Beside sent is not the page: its figures would prove nothing."""


class Unmeasured(Exception):
    """Something went on after the end of the measurement, whose figures are worth nothing then."""


@dataclass(frozen=True)
class Measured:
    """`bytes` by name, in the forms that `wire_bytes` knows; `own_bytes` of the page's text and CSS, deflated."""

    cpu_ms: float
    longest_ms: float
    longest_own_ms: float
    startup_ms: float
    snapshot_ms: float
    heap_bytes: int
    messages: int
    own_bytes: int
    bytes: dict[str, int]


def measure(browser: Browser, places: Places, workload: str, recorder: str) -> Measured:
    places.clear()
    context = browser.new_context(viewport=VIEWPORT, device_scale_factor=1)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(places.url(recorder))
        devtools = context.new_cdp_session(page)
        page.evaluate(
            "places => recorder.prepare(places)", {"relay": places.relay, "ingest": f"{places.origin}/ingest"}
        )
        page.evaluate("name => bench.setUp(name)", workload)
        measured = drive(page, devtools, places, workload, recorder)
        if errors:
            raise NotWhole(f"{recorder} on {workload}: {errors[0]}")
        if recorder == "ours":
            check(page, places, workload)
        return measured
    finally:
        context.close()


def drive(page: Page, devtools: CDPSession, places: Places, workload: str, recorder: str) -> Measured:
    assert page.context.browser is not None
    browser = page.context.browser
    own_before = ""
    sent_before = 0
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN.get(workload, 1)})
    if workload in SNAPSHOTS:
        browser.start_tracing(page=page, categories=CATEGORIES)
        times = page.evaluate("bench.start()")
    else:
        times = page.evaluate("bench.start()")
        own_before = page.evaluate("bench.ownText()")
        if recorder == "openreplay":
            page.evaluate("recorder.flush()")
            page.evaluate("bench.settle()")
        page.evaluate("recorder.take()")
        sent_before = len(places.messages)
        places.posts.clear()
        browser.start_tracing(page=page, categories=CATEGORIES)
    if workload == "typing":
        type_into_fields(page)
    elif workload != "grid-snapshot":
        page.evaluate("name => bench.run(name)", workload)
    told = page.evaluate("recorder.told.count")
    trace = read_trace(browser.stop_tracing(), recorder)
    if trace.longest_own_ms > trace.longest_ms:
        raise Unmeasured(f"{recorder} on {workload}: the trace ended within a task")
    if recorder == "ours":
        # All but the hello, which the relay keeps for itself; the last bytes may still be on their way.
        deadline = time.monotonic() + ARRIVAL_LIMIT_S
        while len(places.messages) < told - 1 and time.monotonic() < deadline:
            page.wait_for_timeout(20)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    own_after = page.evaluate("bench.ownText()")
    kept: list[str] = page.evaluate("recorder.take()")
    if recorder == "openreplay":
        page.evaluate("recorder.flush()")
        page.evaluate("bench.settle()")
    devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")["usedSize"]
    if recorder == "ours" and page.evaluate("recorder.told.count") != told:
        raise Unmeasured(f"ours on {workload} went on after the measurement had ended")
    messages = [m.encode() if isinstance(m, str) else m for m in places.messages[sent_before:]]
    if recorder == "rrweb":
        messages = [f'42["event",{event}]'.encode() for event in kept]
    return Measured(
        cpu_ms=trace.total_ms,
        longest_ms=trace.longest_ms,
        longest_own_ms=trace.longest_own_ms,
        startup_ms=times["startup_ms"],
        snapshot_ms=times["snapshot_ms"],
        heap_bytes=int(heap),
        messages=len(messages),
        own_bytes=deflated(own_after) - (deflated(own_before) if own_before else 0),
        bytes=bytes_of(recorder, messages, places.posts),
    )


def type_into_fields(page: Page) -> None:
    """200 keys by the browser's own input, as a keyboard gives them."""
    page.evaluate("bench.mark()")
    for n in range(FIELDS):
        page.locator(f"#field-{n}").focus()
        page.keyboard.type(KEYS, delay=12)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("bench.settle()")


def bytes_of(recorder: str, messages: Sequence[bytes], posts: Sequence[bytes]) -> dict[str, int]:
    if recorder == "openreplay":
        sent = sum(map(len, posts))
        raw = sum(len(inflated(post)) for post in posts)
        return {"raw": raw, "one_stream": one_stream_bytes([inflated(post) for post in posts]), "as_sent": sent}
    if recorder == "none":
        return {}
    return {
        "raw": sum(len(content) for content in plain(messages)),
        "one_stream": one_stream_bytes(plain(messages)),
        "as_sent": websocket_bytes(messages),
        "deflate_takeover": permessage_deflate_bytes(messages, takeover=True),
        "deflate_no_takeover": permessage_deflate_bytes(messages, takeover=False),
    }


def plain(messages: Sequence[bytes]) -> list[bytes]:
    """What the messages say: ours come in deflated chunks where they are large."""
    found: list[bytes] = []
    chunks = b""
    for message in messages:
        if message.startswith(b"4"):
            if chunks:
                found.append(zlib.decompress(chunks, -15))
                chunks = b""
            found.append(message)
        else:
            chunks += message
    if chunks:
        found.append(zlib.decompress(chunks, -15))
    return found


def inflated(post: bytes) -> bytes:
    return zlib.decompress(post, 47) if post.startswith(b"\x1f\x8b") else post


def deflated(text: str) -> int:
    deflater = new_deflater()
    return len(deflater.compress(text.encode()) + deflater.flush())


def check(page: Page, places: Places, workload: str) -> None:
    page.add_script_tag(url=f"{places.origin}/pages/check.js")
    found = page.evaluate("sent => check.difference(sent)", places.sent())
    if found:
        raise NotWhole(f"ours on {workload}: {found}")
