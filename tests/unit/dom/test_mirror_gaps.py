"""Bad frames, gaps and blanks: the mirror refuses whole, says so once, keeps the last picture and takes a keyframe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from beside.protocol.bounds import MAX_NODES

from .conftest import Site
from .mirror_page import Change, Entry, MirrorPage, document, el, field, keyframe, tx

PICTURE = '<ul><li id="one">1</li><li id="two">2</li></ul><div></div>'
# Nodes of that picture: ul 6, li 7, its text 8, li 9, its text 10, div 11; the next new one is 12.
ENTRIES = document(el("ul", {}, el("li", {"id": "one"}, tx("1")), el("li", {"id": "two"}, tx("2"))), el("div"))
ROOT = [["sr", 0]]


@pytest.fixture(scope="module")
def shared(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[MirrorPage]:
    """One page for all tests here: each puts a fresh mirror into it."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield MirrorPage(page, web_server[-1])
    page.close()
    assert errors == []


@pytest.fixture
def mirror(shared: MirrorPage) -> MirrorPage:
    shared.fresh()
    shared.apply(keyframe(ENTRIES))
    return shared


def splice(parent: int, index: int, removed: int, *entries: Entry) -> Change:
    return ["children", parent, index, removed, list(entries)]


BAD_CHANGES: dict[str, list[Change]] = {
    "an unknown parent": [splice(99, 0, 0)],
    "an unknown node": [["attributes", 99, {"id": "x"}]],
    "a node that comes later": [["attributes", 13, {"id": "x"}], splice(11, 0, 0, ["el", "b", {}, 0])],
    "an index past the end": [splice(6, 3, 0, ["tx", "x"])],
    "more removed than there is": [splice(6, 1, 2)],
    "children of a text": [splice(8, 0, 0, ["tx", "x"])],
    "too few entries": [splice(6, 0, 0, ["el", "b", {}, 2], ["tx", "x"])],
    "a moved node that stayed": [splice(11, 0, 0, ["at", 7])],
    "a moved node that is unknown": [splice(11, 0, 0, ["at", 77])],
    "a node moved twice": [splice(6, 0, 1), splice(11, 0, 0, ["at", 7], ["at", 7])],
    "a node moved into itself": [splice(6, 0, 1), splice(7, 0, 0, ["at", 7])],
    "two nodes moved into each other": [splice(6, 0, 2), splice(7, 0, 0, ["at", 9]), splice(9, 0, 0, ["at", 7])],
    "one child list changed twice": [splice(6, 0, 1), splice(6, 0, 1)],
    "the document moved": [splice(11, 0, 0, ["at", 1])],
    "a second root element": [splice(1, 2, 0, ["el", "html", {}, 0])],
    "text in the document": [splice(1, 0, 0, ["tx", "x"])],
    "a doctype after the root": [splice(1, 0, 1), splice(11, 0, 0, ["dt", "html"])],
    "a doctype in an element": [splice(11, 0, 0, ["dt", "html"])],
    "a shadow root where none can be": [splice(6, 0, 0, ["sr", 0])],
    "a shadow root that is not first": [splice(11, 0, 0, ["tx", "x"], ["sr", 0])],
    "a second shadow root": [splice(11, 0, 0, ["sr", 0], ["sr", 0])],
    "a shadow root of the document": [splice(1, 0, 0, ["sr", 0])],
    "attributes of a text": [["attributes", 8, {"id": "x"}]],
    "attributes of several, one of them a text": [["alike", [7, 1], {"id": "x"}]],
    "attributes of several, one of them unknown": [["alike", [6, 1, 92], {"id": "x"}]],
    "attributes of one node told without end": [["alike", [6] + [1] * 199_999, {"id": "x"}]],
    "a field of several, one of them a text": [["fields", [7, 1], field()]],
    "a field of several, one of them unknown": [["fields", [7, 92], field()]],
    "attributes of no node": [["alike", [], {"id": "x"}]],
    "attributes of one node twice": [["alike", [6, 0], {"id": "x"}]],
    "rules behind those of no sheet": [["rules", 7, "p {}"]],
    "text of an element": [["text", 7, "x"]],
    "texts, one of them of an element": [["texts", [[8, "x"], [7, "x"]]]],
    "texts, one of them of an unknown node": [["texts", [[8, "x"], [99, "x"]]]],
    "texts of one node told without end": [["texts", [[8, "x"]] * 200_000], ["texts", [[8, "x"]]]],
    "texts of no node": [["texts", []]],
    "a sheet of a list item": [["sheet", 7, "p {}", None, "", False]],
    "adopted sheets of an element": [["adopted", 7, ["p {}"]]],
    "a field that is a text": [["field", 8, field()]],
    "the status of what is no field": [["status", 6, {"filled": True, "validity": "valid"}]],
    "the label of what is no field": [["label", 6, "Name"]],
    "scroll of a text": [["scroll", 8, 0, 1]],
    "focus on a text": [["focus", 8]],
    "a depth bomb": [splice(11, 0, 0, *[["el", "b", {}, 1]] * 3000, ["tx", "x"])],
    # What the decoder refuses.
    "an unknown change": [["evil", 7]],
    "an unknown entry": [splice(6, 0, 0, ["comment", "x"])],
    "a count below zero": [splice(6, 0, 0, ["el", "b", {}, -1])],
    "a count that is a string": [splice(6, 0, 0, ["el", "b", {}, "1"])],
    "a text that is no string": [["text", 8, 5]],
    "an endless number": [["scroll", 7, 1e30, 0]],
    "half a character": [["text", 8, "\ud800"]],
    "a field too many": [["text", 8, "x", "y"]],
    "an empty name": [splice(6, 0, 0, ["el", "", {}, 0])],
}


@pytest.mark.parametrize("changes", BAD_CHANGES.values(), ids=BAD_CHANGES.keys())
def test_a_bad_frame_leaves_the_last_picture_and_asks_once(changes: list[Change], mirror: MirrorPage) -> None:
    # A good change before the bad one: the whole frame is refused, not its tail.
    frame = ["mutation", 1, 1, 12, [["attributes", 11, {"id": "touched"}], *changes]]

    mirror.apply(frame, frame, ["mutation", 1, 2, 12, [["text", 8, "after"]]])

    assert mirror.body == PICTURE
    assert len(mirror.reports("gap")) == 1
    assert mirror.reports("gap")[0].startswith("A frame ")

    mirror.apply(keyframe(document(tx("whole again")), epoch=2), ["mutation", 2, 1, 7, [["text", 6, "and live"]]])
    assert mirror.body == "and live"
    assert len(mirror.reports("gap")) == 1


@pytest.mark.parametrize(
    "frame",
    [
        ["mutation", 1, 2, 12, []],
        ["mutation", 1, 0, 12, []],
        ["mutation", 2, 1, 12, []],
        ["mutation", 1, 1, 13, []],
        ["mutation", 1, 1, 11, []],
        ["keyframe", 2, 1, {"origin": "", "path": "", "quirks": False}, [], []],
        ["keyframe", 2, 0, {"origin": "", "path": "", "quirks": False, "__proto__": 1}, [], []],
        keyframe(document(), splice(5, 0, 0, ["tx", "x"]), epoch=2),
        keyframe([["el", "html", {}, 1]], epoch=2),
        keyframe([["at", 2]], epoch=2),
        keyframe([*el("html"), *el("html")], epoch=2),
        ["keyframe"],
        ["unknown", 1],
        {"frame": 1},
        "frame",
        None,
    ],
    ids=str,
)
def test_a_frame_out_of_order_or_shape_is_a_gap(frame: Any, mirror: MirrorPage) -> None:
    mirror.apply(frame)

    assert mirror.body == PICTURE
    assert len(mirror.reports("gap")) == 1


def test_the_relays_last_keyframe_may_come_again(mirror: MirrorPage) -> None:
    change = ["mutation", 1, 1, 12, [["text", 8, "first"]]]
    mirror.apply(change)

    mirror.apply(keyframe(ENTRIES), change)

    assert mirror.inside("doc.getElementById('one').textContent") == "first"
    assert mirror.reports("gap") == []


def test_a_keyframe_of_an_epoch_that_is_over_is_refused(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(tx("new page")), epoch=5), keyframe(document(tx("old page")), epoch=4))

    assert mirror.body == "new page"
    assert len(mirror.reports("gap")) == 1


def test_mutations_after_a_blank_ask_for_a_keyframe_once(mirror: MirrorPage) -> None:
    mirror.page.evaluate("mirror.blank()")

    mirror.apply(["mutation", 1, 1, 12, []], ["mutation", 1, 2, 12, []])

    assert mirror.inside("doc.childNodes.length") == 0
    assert len(mirror.reports("gap")) == 1


def test_removed_nodes_are_forgotten(mirror: MirrorPage) -> None:
    mirror.apply(["mutation", 1, 1, 12, [splice(6, 0, 1)]])

    mirror.apply(["mutation", 1, 2, 12, [["text", 8, "gone"]]])

    assert len(mirror.reports("gap")) == 1


def test_changes_of_a_node_that_the_same_frame_removes_are_passed_over(mirror: MirrorPage) -> None:
    mirror.apply(["mutation", 1, 1, 12, [["text", 8, "gone"], ["focus", 7], splice(6, 0, 1), ["scroll", 7, 0, 5]]])

    assert mirror.body == '<ul><li id="two">2</li></ul><div></div>'
    assert mirror.reports("gap") == []


def test_deep_but_honest_nesting_is_built(mirror: MirrorPage) -> None:
    mirror.apply(["mutation", 1, 1, 12, [splice(11, 0, 0, *[["el", "b", {}, 1]] * 900, ["tx", "deep"])]])

    assert mirror.inside("doc.querySelector('div').textContent") == "deep"
    assert mirror.reports("gap") == []


def chain(length: int) -> list[Entry]:
    return [["el", "b", {}, 1]] * (length - 1) + [["el", "b", {}, 0]]


def test_a_depth_bomb_in_steps_is_refused_at_the_step_too_deep(mirror: MirrorPage) -> None:
    mirror.apply(["mutation", 1, 1, 12, [splice(11, 0, 0, *chain(900))]])  # nodes 12 to 911
    mirror.apply(["mutation", 1, 2, 912, [splice(911, 0, 0, *chain(900))]])

    assert mirror.inside("doc.querySelectorAll('b').length") == 900
    assert len(mirror.reports("gap")) == 1


def test_a_depth_bomb_by_a_move_is_refused(mirror: MirrorPage) -> None:
    # Two chains beside one another, nodes 12 to 911 and 912 to 1811; then the second goes to the end of the first.
    mirror.apply(["mutation", 1, 1, 12, [splice(11, 0, 0, *chain(900), *chain(900))]])
    mirror.apply(["mutation", 1, 2, 1812, [splice(11, 1, 1), splice(911, 0, 0, ["at", 912])]])

    assert mirror.inside("doc.querySelector('div').children.length") == 2
    assert len(mirror.reports("gap")) == 1


def test_more_nodes_than_the_mirror_holds_are_refused_in_one_frame_and_in_many(mirror: MirrorPage) -> None:
    """The frames are made in the page: as texts they would take longer to hand over than to refuse."""
    flood = """([seq, first, count]) => mirror.apply(
      ["mutation", 1, seq, first, [["children", 11, 0, 0, Array.from({ length: count }, () => ["tx", "x"])]]])"""
    mirror.page.evaluate(flood, [1, 12, 1_000_000])
    assert mirror.body == PICTURE
    assert len(mirror.reports("gap")) == 1

    mirror.apply(keyframe(ENTRIES, epoch=2))
    half = MAX_NODES // 2
    for seq, first in ((1, 12), (2, 12 + half)):
        mirror.page.evaluate(flood.replace('"mutation", 1', '"mutation", 2'), [seq, first, half])

    assert mirror.inside("doc.querySelector('div').childNodes.length") == half
    assert len(mirror.reports("gap")) == 2

    mirror.apply(keyframe(document(tx("whole again")), epoch=3))
    assert mirror.body == "whole again"
