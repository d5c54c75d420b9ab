"""What the agent's socket receives does not depend on what is typed: the proof that canaries only diagnose.

The same edits are made in two sessions with values of the same validity class and of other content and length. The
frames must be equal: their number, their order, their sizes and their bytes.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page, WebSocket

from tests.browser import SHEET_CAP_MS, with_patience, without_mouse
from tests.e2e.people import EXPIRY_YEAR, Agent, Places, Shopper, meet

# More animation frames than the engine leaves between two of its own (50 ms).
_REST = """async () => {
  for (let frame = 0; frame < 8; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}"""


@dataclass(frozen=True)
class Typed:
    """What one shopper types, key by key; `expiry` without what the shop puts between month and year."""

    name: str
    too_short: str
    number: str
    expiry: str
    malformed_cvc: str
    cvc: str


# All Visa: which brand it is the shop paints, and the agent sees. 13 and 19 digits, that pass the check digit.
ONE = Typed("Ana Li", "422", "4222 2222 2222 2", f"11{EXPIRY_YEAR % 100:02}", "7", "123")
OTHER = Typed(
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "4929 1234 5678",
    "4000 1234 5678 9010 305",
    f"03{EXPIRY_YEAR + 3}",
    "98",
    "506",
)


class Frames:
    """The frames on a page's sockets, each with its sizes on the wire."""

    def __init__(self, page: Page) -> None:
        self.seen: list[tuple[list[int], list[Any]]] = []
        self._chunks: list[bytes] = []
        self._count = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            self._chunks.append(payload)
            if len(self._chunks) == self._count:
                text = zlib.decompress(b"".join(self._chunks), wbits=-15).decode()
                self.seen.append(([len(chunk) for chunk in self._chunks], json.loads(text)))
                self._chunks = []
        elif payload.startswith('42["frame"'):
            self.seen.append(([len(payload)], json.loads(payload[2:])[1]))
        elif found := re.match(r'451-(\["chunk",.*\])$', payload, re.DOTALL):
            self._count = json.loads(found[1])[1]["count"]


def record(new_context: Callable[..., BrowserContext], places: Places, ticket: str, typed: Typed) -> list[Any]:
    """A whole session of two people of its own; gives the frames of the payment page."""
    agent = Agent(new_context(), places)
    frames = Frames(agent.console)
    # The shop scrolls smoothly; where a frame meets it on its way depends on the clock, not on what is typed.
    context = with_patience(without_mouse(new_context(reduced_motion="reduce")), SHEET_CAP_MS)
    shopper = Shopper(context.new_page(), places)
    shopper.fill_basket()
    try:
        meet(agent, shopper, ticket)
        return pay(agent, shopper, frames, typed)
    finally:
        agent.leave()


def pay(agent: Agent, shopper: Shopper, frames: Frames, typed: Typed) -> list[Any]:
    """Fills in the payment page, from a picture of the page at rest to one of the page filled in."""
    page, keyboard = shopper.page, shopper.page.keyboard
    shopper.walk_to_payment()
    agent.wait_for_picture("How would you like to pay?")

    def rest() -> None:
        seen = -1
        while seen != len(frames.seen):
            seen = len(frames.seen)
            page.evaluate(_REST)
            agent.console.evaluate(_REST)

    def renew() -> int:
        """A keyframe of the page as it is; gives how many frames there were before it."""
        # At rest before the press and within it, which takes the focus from the page: whether a frame still tells of
        # the way there, or of that, is a matter of the clock.
        place = shopper.ui.wait(lambda: shopper.ui.find("Pause"), "the button 'Pause'")
        page.mouse.move(place["x"], place["y"])
        rest()
        page.mouse.down()
        rest()
        page.mouse.up()
        agent.wait_for_blank()
        before = len(frames.seen)
        shopper.ui.press("Resume")
        agent.wait_for_picture("How would you like to pay?")
        rest()
        return before

    def write(field: str, text: str) -> None:
        page.locator(field).focus()
        keyboard.press("Control+A")
        keyboard.type(text)
        rest()
        keyboard.press("Tab")
        rest()

    start = renew()
    write("#card_name", typed.name)
    write("#card_number", typed.too_short)
    write("#card_expiry", typed.expiry)
    write("#card_cvc", typed.malformed_cvc)
    agent.field("Card number").wait_for("Incomplete or malformed")
    write("#card_number", typed.number)
    write("#card_cvc", typed.cvc)
    agent.field("Card number").wait_for("Filled")
    renew()
    assert page.locator(".is-invalid").count() == 0
    assert shopper.errors == []
    return [bound_to_nothing(frame) for frame in frames.seen[start:]]


def bound_to_nothing(frame: tuple[list[int], list[Any]]) -> tuple[list[int], str, list[Any]]:
    """A frame without its epoch, which counts a session's keyframes."""
    sizes, (kind, _, *rest) = frame
    return sizes, kind, rest


def test_two_cards_of_one_class_give_equal_frames(new_context: Callable[..., BrowserContext], places: Places) -> None:
    one = record(new_context, places, "T-1047", ONE)
    other = record(new_context, places, "T-1046", OTHER)
    # Nothing is typed before the first keyframe. Where it differs something of the page came late, and two pages that
    # differ by themselves say nothing of what was typed.
    if one[0] != other[0]:
        other = record(new_context, places, "T-1046", OTHER)

    # Two keyframes, and between them what the fields told: there is something to compare.
    assert [kind for _, kind, _ in one].count("keyframe") == 2
    assert '"filled": true, "validity": "malformed"' in json.dumps(one)
    for at, (here, there) in enumerate(zip(one, other, strict=False)):
        assert here == there, f"frame {at} of {len(one)} differs"
    assert len(one) == len(other)
