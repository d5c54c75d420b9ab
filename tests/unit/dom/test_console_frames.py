"""Frames off the socket: chunks are put together, inflated within their bound, and order is kept."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site

# `run` feeds a reader with steps and gives what it delivered and refused, once nothing is under way any more.
SETUP = """
window.pack = async (frame) => {
  const stream = new Blob([JSON.stringify(frame)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};
window.chunked = async (frame, changes = {}) => {
  const bytes = await pack(frame);
  const half = Math.ceil(bytes.length / 2);
  const rawBytes = new TextEncoder().encode(JSON.stringify(frame)).length;
  return [bytes.slice(0, half), bytes.slice(half)].map((part, index) => [
    { epoch: frame[1], seq: frame[2], index, count: 2, rawBytes, ...changes }, part.buffer]);
};
window.large = (seq) => ["mutation", 1, seq, 5, [["text", 2, "tall ".repeat(5000)]]];
window.small = (seq) => ["mutation", 1, seq, 5, [["text", 2, "short"]]];
window.reader = () => {
  const told = [];
  const reader = new besideConsole.FrameReader((f) => told.push(f[2]), (reason) => told.push(reason));
  // Inflating takes no fixed number of turns: a frame sent after the others comes out after them.
  const settled = async (last) => {
    while (told.at(-1) !== last && typeof told.at(-1) !== "string") await new Promise((done) => setTimeout(done));
    return told;
  };
  return { reader, told, settled };
};
"""


@pytest.fixture
def bench(page: Page, site: Site) -> Page:
    page.goto(site.page('<!doctype html><title>t</title><script src="/build/console.js"></script>'))
    page.evaluate(f"() => {{{SETUP}}}")
    return page


def run(bench: Page, body: str) -> Any:
    return bench.evaluate(f"async () => {{ const {{ reader, told, settled }} = window.reader(); {body} }}")


def test_plain_frame_behind_a_large_one_waits_for_it(bench: Page) -> None:
    told = run(
        bench,
        """
        for (const [header, bytes] of await chunked(large(1))) reader.chunk(header, bytes);
        reader.plain(small(2));
        for (const [header, bytes] of await chunked(large(3))) reader.chunk(header, bytes);
        reader.plain(small(4));
        return settled(4);
        """,
    )

    assert told == [1, 2, 3, 4]


def test_plain_frame_with_nothing_before_it_is_delivered_at_once(bench: Page) -> None:
    assert run(bench, "reader.plain(small(1)); return [...told];") == [1]


def test_reset_drops_a_frame_that_still_inflates(bench: Page) -> None:
    told = run(
        bench,
        """
        for (const [header, bytes] of await chunked(large(1))) reader.chunk(header, bytes);
        reader.reset();
        for (const [header, bytes] of await chunked(large(2))) reader.chunk(header, bytes);
        return settled(2);
        """,
    )

    assert told == [2]


@pytest.mark.parametrize("raw_bytes", [100, 1_000_000])
def test_frame_of_another_size_than_announced_is_refused(bench: Page, raw_bytes: int) -> None:
    told = run(
        bench,
        f"""
        for (const [header, bytes] of await chunked(large(1), {{ rawBytes: {raw_bytes} }})) reader.chunk(header, bytes);
        return settled(1);
        """,
    )

    assert told == ["a frame that does not inflate as announced"]


def test_bytes_behind_the_end_of_a_frame_are_refused(bench: Page) -> None:
    told = run(
        bench,
        """
        const packed = await pack(small(1));
        const bytes = new Uint8Array([...packed, 0, 0, 0, 0]);
        const rawBytes = JSON.stringify(small(1)).length;
        reader.chunk({ epoch: 1, seq: 1, index: 0, count: 1, rawBytes }, bytes.buffer);
        return settled(1);
        """,
    )

    assert told == ["a frame that does not inflate as announced"]


@pytest.mark.parametrize("change", ["{ index: 0 }", "{ seq: 9 }", "{ count: 3 }", "{ epoch: 2 }", "{ rawBytes: 7 }"])
def test_second_chunk_that_does_not_follow_the_first_is_refused(bench: Page, change: str) -> None:
    told = run(
        bench,
        f"""
        const [first, [header, bytes]] = await chunked(large(1));
        reader.chunk(...first);
        reader.chunk({{ ...header, ...{change} }}, bytes);
        return [...told];
        """,
    )

    assert told == ["a chunk that does not fit its frame"]


def test_frame_that_is_not_the_announced_one_is_refused(bench: Page) -> None:
    told = run(
        bench,
        "for (const [header, bytes] of await chunked(large(1), { seq: 2 })) reader.chunk(header, bytes);"
        "return settled(1);",
    )

    assert told == ["a frame that does not inflate as announced"]


def test_chunk_larger_than_any_that_the_relay_sends_is_refused(bench: Page) -> None:
    told = run(
        bench,
        "reader.chunk({ epoch: 1, seq: 1, index: 0, count: 1, rawBytes: 9 }, new ArrayBuffer(256 * 1024 + 1));"
        "return [...told];",
    )

    assert told == ["a chunk that does not fit its frame"]


def test_reader_goes_on_after_a_refusal(bench: Page) -> None:
    told = run(bench, "reader.chunk({}, null); reader.plain(small(3)); return [...told];")

    assert told == ["a chunk that does not fit its frame", 3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("{ purpose: 'cc-number', reason: 'floor-autocomplete' }", "Masked: card number, by autocomplete"),
        ("{ reason: 'default-control' }", "Masked: fields are private by default"),
        ("{ verdict: 'show', reason: 'site-show', purpose: 'country' }", "Shown: country, by the shop's choice"),
        ("{ verdict: 'block', reason: 'tripwire' }", "Blocked: looks like a card number"),
        ("{ reason: 'site-pattern' }", "Masked: holds a number that the shop keeps private"),
        (
            "{ purpose: 'cc-number', reason: 'payment-frame', label: 'Card number (Stripe)' }",
            "Masked: card number, a payment frame of Stripe: its content never reaches the page",
        ),
    ],
)
def test_verdict_is_told_with_its_reason(bench: Page, changes: str, words: str) -> None:
    field = f"{{ verdict: 'mask', purpose: null, ...{changes} }}"

    assert bench.evaluate(f"besideConsole.verdictOf({field})") == words


@pytest.mark.parametrize(
    ("changes", "tone", "words"),
    [
        ("{ status: { filled: true, validity: 'malformed' } }", "attention", "Incomplete or malformed"),
        ("{ status: { filled: false, validity: 'missing' } }", "attention", "Empty, but required"),
        ("{ status: { filled: true, validity: 'valid' } }", "good", "Filled"),
        ("{ status: null, required: true }", "none", "Not settled yet, required"),
        ("{ kind: 'checkbox', content: { text: 'on', checked: true } }", "none", "Ticked"),
        ("{ content: { text: 'Peru', checked: null } }", "none", "“Peru”"),
    ],
)
def test_status_names_the_class_of_failure_and_no_content(bench: Page, changes: str, tone: str, words: str) -> None:
    field = "kind: 'text', verdict: 'mask', required: false, disabled: false, status: null, content: null"

    assert bench.evaluate(f"besideConsole.statusOf({{ {field}, ...{changes} }})") == {"tone": tone, "words": words}


def test_codes_and_clocks_are_written_as_people_read_them(bench: Page) -> None:
    assert bench.evaluate("['123456', '123 456', '12345678'].map(besideConsole.spacedCode)") == [
        "123 456",
        "123 456",
        "123 456 78",
    ]
    assert bench.evaluate("[-3, 0, 65.9, 3661].map(besideConsole.clockOf)") == ["0:00", "0:00", "1:05", "1:01:01"]
