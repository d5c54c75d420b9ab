"""Pages larger and deeper than any: refused in words, a keyframe is asked for, and the console goes on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.hostile.people import WatchedAgent
from tests.e2e.hostile.recording import el

PAGE = [["el", "html", {}, 1], ["el", "body", {}, 1], *el("p", {}, [["tx", "A page as others"]])]
VIEWPORT = ["viewport", 900, 700, 1, 0, 0]
DEEP = 100_000


@pytest.mark.parametrize(
    "page",
    [
        [["el", "html", {}, 1], ["el", "body", {}, 200_000], *[["mt"]] * 1_000_000],
        [["el", "html", {}, 1], ["el", "body", {}, 1], ["el", "p", dict.fromkeys(map(str, range(10_000)), "x"), 0]],
    ],
    ids=["a million nodes", "ten thousand attributes"],
)
def test_what_outgrows_the_wire_is_refused_in_words_by_the_relay(agent: WatchedAgent, page: list[Any]) -> None:
    with agent.meet_rogue() as rogue:
        rogue.keyframe(PAGE, VIEWPORT)
        agent.wait_for_picture("A page as others")

        rogue.keyframe(page, VIEWPORT)
        refused = rogue.wait_for("refusal")
        rogue.keyframe(PAGE, VIEWPORT, path="/next")
        agent.wait_for_picture("A page as others")
        agent.console.get_by_role("button", name="100 %").click()

    assert refused["message"].endswith(".")
    assert agent.harm() == {}


def test_what_the_mirror_refuses_twice_is_asked_of_the_shopper_and_seen_to_be_old(agent: WatchedAgent) -> None:
    """A tree of this depth passes the relay, which knows no structure, and would be given again for ever."""
    with agent.meet_rogue() as rogue:
        rogue.keyframe(PAGE, VIEWPORT)
        agent.wait_for_picture("A page as others")

        rogue.keyframe([*PAGE[:2], *[["el", "div", {}, 1]] * DEEP, ["tx", "bottom"]], VIEWPORT)
        rogue.wait_for("keyframe-wanted")
        expect(agent.console.get_by_text("Resyncing")).to_have_count(1)
        rogue.keyframe(PAGE, VIEWPORT, path="/next")
        agent.console.get_by_text("/next").wait_for()
        agent.wait_for_picture("A page as others")
        agent.console.get_by_role("button", name="100 %").click()

    assert agent.harm() == {}
