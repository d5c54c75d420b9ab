"""Hostile frames from a shopper with a client of their own: the agent's browser does nothing for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.hostile import odd_frames
from tests.e2e.hostile.people import WatchedAgent
from tests.e2e.hostile.recording import Document, el, read_entries
from tests.e2e.hostile.stranger import Stranger
from tests.e2e.hostile.tables import CARRIERS
from tests.e2e.hostile.watched import MARKS

VIEWPORT = ["viewport", 900, 700, 1, 0, 0]
# What stands in a mirror that refused nothing of a frame: what came before it is gone.
BUILT = "(doc, id) => doc.getElementById(id) !== null"


@pytest.fixture
def carriers(new_context: Callable[..., BrowserContext], stranger: Stranger) -> list[Any]:
    """All carriers as a recorder without a policy would send them."""
    reader = new_context().new_page()
    found = [entry for key, one in CARRIERS.items() for entry in read_entries(reader, one.write(key, stranger.origin))]
    reader.close()
    return found


def test_every_carrier_as_frames_does_nothing(agent: WatchedAgent, stranger: Stranger, carriers: list[Any]) -> None:
    page = Document.of(carriers)
    elements = page.ids(lambda entry: entry[0] in ("el", "svg", "math", "fr"))
    last = f"{agent.shop.origin}/allowed/last.png"
    with agent.meet_rogue() as rogue:
        # As a keyframe, then each by a mutation: its attributes anew, its sheet, its states; and all of it once more.
        rogue.keyframe(page.entries, *page.sheets(), VIEWPORT)
        rogue.mutate(
            *[["attributes", node, page.attributes(node)] for node in elements],
            *page.sheets(),
            ["adopted", 1, page.texts()],
            *[["rules", sheet[1], text] for sheet in page.sheets() if sheet[2] for text in page.texts()[:9]],
            *[["state", name, elements[-9]] for name in ("hover", "active", "target", "focus-visible")],
            ["focus", elements[-9]],
        )
        rogue.mutate(
            ["children", page.body(), 0, 0, carriers],
            ["children", page.body() - 1, 0, 0, el("img", {"src": last, "id": "last"})],
        )
        agent.wait_for_request(last)
        agent.touch_everything()
        agent.wait_for_state("Live")
        assert agent.mirror(BUILT, "last")

    assert agent.harm() == {}
    assert (stranger.asked, stranger.connections) == ([], 0)


def test_no_name_key_or_string_of_the_wire_does_anything(agent: WatchedAgent, stranger: Stranger) -> None:
    odd, boxes = odd_frames.entries(stranger.origin), odd_frames.boxes(stranger.origin)
    known = [*el("style", {}), *el("input", {}), *el("p", {}, el("b", {})), *boxes]
    fields = odd_frames.strings(stranger.origin)
    known += [["el", "input", {}, 0] for _ in fields]
    count = len(odd) // 2 + 3 + len(boxes) + len(fields)
    # Nodes 2 to 4 are the doctype, the root and the body: the first of what is known is 5.
    page = [["dt", '__proto__"'], ["el", "html", {}, 1], ["el", "body", {}, count], *known, *odd]
    changes = odd_frames.changes(stranger.origin, sheet=5, control=6, element=7, box=9)
    last = f"{agent.shop.origin}/allowed/last.png"
    with agent.meet_rogue() as rogue:
        rogue.keyframe(page, ["field", 6, odd_frames.field("a")], ["sheet", 5, "a {}", None, "", False], VIEWPORT)
        for change in changes:
            rogue.mutate(change)
        rogue.mutate(*[["field", 9 + len(boxes) + at, odd_frames.field(text)] for at, text in enumerate(fields)])
        rogue.mutate(["children", 4, 0, 0, el("img", {"src": last, "id": "last"})])
        agent.wait_for_request(last)
        agent.touch_everything()
        agent.wait_for_state("Live")
        assert agent.mirror(BUILT, "last")
        words = agent.console.locator("body").inner_text()

    assert agent.harm() == {}
    assert (stranger.asked, stranger.connections) == ([], 0)
    # What a plain object answers to such a key is no word for anybody.
    assert [word for word in ("native code", "[object Object]", "undefined") if word in words] == []


def test_what_an_allowed_host_leads_to_elsewhere_is_refused_by_the_mirrors_own_policy(
    agent: WatchedAgent, stranger: Stranger
) -> None:
    """What an asset's own answer asks for no allow-list of ours can see: the header is the only line there."""
    shop = agent.shop
    shop.page.redirects = {"/allowed/away.png": f"{stranger.origin}/redirected"}
    shop.page.headers = {"Content-Type": "text/css"}
    shop.page.body = f"""@import '{stranger.origin}/imported'; p {{ background: url({stranger.origin}/painted) }}
        @font-face {{ font-family: f; src: url({stranger.origin}/font) }} p {{ font-family: f }}"""
    body = [*el("link", {}), *el("p", {}, [["tx", "text"]]), *el("img", {"src": f"{shop.origin}/allowed/away.png"})]
    with agent.meet_rogue() as rogue:
        rogue.keyframe(
            [["el", "html", {}, 1], ["el", "body", {}, 3], *body],
            ["sheet", 4, None, f"{shop.origin}/allowed/sheet.css", "", False],
            VIEWPORT,
        )
        agent.wait_until(lambda: len(agent.watched.violations) >= 4)

    told = str(agent.watched.violations)
    assert [what for what in ("redirected", "imported", "painted", "font") if what not in told] == []
    assert (stranger.asked, stranger.connections) == ([], 0)


RAW = """(doc, entries) => {
  const spaces = { el: "http://www.w3.org/1999/xhtml", svg: "http://www.w3.org/2000/svg",
    math: "http://www.w3.org/1998/Math/MathML" };
  const build = (under) => {
    const [kind, name, attributes, children] = entries.shift();
    if (kind === "tx") return under.appendChild(doc.createTextNode(name));
    const node = doc.createElementNS(spaces[kind], name);
    for (const key of Object.keys(attributes)) Element.prototype.setAttribute.call(node, key, attributes[key]);
    for (let left = children; left; left--) build(node);
    return Node.prototype.appendChild.call(under, node);
  };
  while (entries.length) build(doc.body);
}"""


def test_sandbox_and_policy_hold_alone_and_the_watch_sees_what_they_hold_back(
    agent: WatchedAgent, stranger: Stranger, carriers: list[Any]
) -> None:
    with agent.meet_rogue() as rogue:
        rogue.keyframe([["el", "html", {}, 1], ["el", "body", {}, 0]], VIEWPORT)
        agent.wait_until(lambda: agent.mirror("(doc) => doc.body !== null"))

        # As if no allow-list had been there: every carrier is built in the mirror's document as it is.
        agent.mirror(RAW, carriers)
        agent.wait_until(lambda: len(agent.watched.violations) > 50)
        asked = [url for url in agent.watched.requests if url.startswith(stranger.origin)]

    assert agent.console.evaluate(MARKS) == []
    assert (agent.watched.dialogs, agent.watched.downloads, agent.watched.popups[2:]) == ([], [], [])
    assert len(asked) > 20
    assert (stranger.asked, stranger.connections) == ([], 0)
