"""An agent who guesses: what turns masked, and when, says nothing of a value to whoever knows the words of the page.

The attack is a real one: a page that holds the very words a shopper may type, watched over all frames. What a word that
comes *after* the value tells is stated in `docs/threat-model.md`, and held to it here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tests.leaks.lives import around_difference
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording
from tests.unit.dom.scripted_relay import AGENT, ScriptedRelay, view
from tests.unit.dom.shared_page import allow, field_id, frames, keyframes, shop_page, snippet_relay

CANDIDATES = ["London", "Bristol", "Ada Lovelace", "Kim", "4711", "80331"]
# A word, a short one and a number, two of each that the page holds, or one that it does not.
VALUES = [("London", "Kim", "80331"), ("Bristol", "4711", "10115")]

DICTIONARY = "".join(
    f"<li class='place place-{word.split()[0]}' id='to-{word.split()[0]}' data-place='{word}'>{word}"
    f"<img alt='{word}' width=9 height=9><svg width=9 height=9><text>{word}</text></svg></li>"
    for word in CANDIDATES
)
PAGE = f"""<style>[data-place]::after {{ content: attr(data-place) }} .place-London {{ --name: 'London' }}</style>
<h1>Shops</h1><ul id=list>{DICTIONARY}</ul><p id=ticker>12 people look at this</p><p id=chat></p>
<input id=v><input><input><button id=next>Next</button>"""

# What a page does by itself, and what an agent can make it do: to scroll, and to tell every part anew.
REASONS = [
    "recording.capture.keyframe();",
    "recording.capture.pause(); recording.capture.resume();",
    "list.children[0].classList.add('is-on'); list.children[1].classList.add('is-on');",
    "scrollTo(0, 90);",
    "ticker.textContent = '13 people';",
    "list.append(...[...list.children].reverse());",
    "list.hidden = true;",
    "list.hidden = false;",
    "list.dataset.beside = 'mask';",
    "list.removeAttribute('data-beside');",
    "document.styleSheets[0].insertRule('.is-on { color: red }');",
    "window.gone = list; list.remove();",
    "document.body.append(window.gone);",
    "list.innerHTML = list.innerHTML;",
    "list.replaceWith(list.cloneNode(true));",
    "list.setAttribute('role', 'textbox');",
    "list.removeAttribute('role');",
    "recording.capture.keyframe();",
]


def differences(one: list[str], other: list[str]) -> list[str]:
    """Where what left of two pages differs."""
    told = [around_difference(here, there) for here, there in zip(one, other, strict=False) if here != there]
    return told if len(one) == len(other) else [*told, f"{len(one)} frames, and {len(other)}"]


def guess(page: Page, site: Site, values: tuple[str, ...], script: str) -> Recording:
    """Types the values on the page of candidates, and lets what `script` says happen behind that."""
    recording = Recording(page, site, PAGE)
    for at, value in enumerate(values):
        page.locator("input").nth(at).focus()
        recording.quiet()
        page.keyboard.insert_text(value)
        recording.run("recording.capture.keyframe()")
    page.locator("#next").focus()
    recording.run(f"await beside.quiet(); {script}")
    return recording


def test_words_that_stood_there_before_never_tell_which_of_them_was_typed(page: Page, site: Site) -> None:
    script = " await beside.quiet(); ".join(REASONS)

    one, other = ([*map(json.dumps, guess(page, site, values, script).told)] for values in VALUES)

    assert len(one) > len(REASONS)
    assert differences(one, other) == []


def test_word_that_comes_behind_the_value_is_masked_where_it_is_the_value(page: Page, site: Site) -> None:
    # What the threat model says is left: who knows the word by another way learns that it was typed.
    recording = Recording(page, site, "<input id=v><button id=next>Next</button><p id=ticker>.</p>")
    page.locator("#v").fill("London")
    page.locator("#next").focus()
    recording.quiet()

    for word in CANDIDATES:
        recording.run(f"ticker.textContent = '{word}'")

    for word in CANDIDATES:
        assert (f'"{word}"' in recording.text) == (word != "London")


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


def acted_on(page: Page, site: Site, relay: ScriptedRelay, value: str) -> list[str]:
    """The frames of a view in which the shopper types a value, and the agent says it, is called so and asks anew."""
    page.goto(shop_page(site, relay))
    begun = len(relay.heard)
    root = allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")
    page.locator("#name").fill(value)
    page.locator("#next").focus()
    relay.wait_for(lambda relay: '"filled": true' in json.dumps(frames(relay)), "the field's status")
    field = field_id(keyframes(relay)[-1], "Name")

    # The name of who watches, in the bar, at a ring and at a pointer, and a message: all that an agent writes there.
    relay.send("view", view(agents=[{**AGENT, "name": "Ada Lovelace"}]))
    root.wait_for_text("Ada Lovelace can see this page")
    epoch = keyframes(relay)[-1][1]
    for act in (["highlight", "a1", epoch, field, "Ada Lovelace"], ["pointer", 60, 60], ["dismiss", "a1"]):
        relay.send("act", {"agent": AGENT["id"], "act": act})
    relay.wait_heard("outcome", 2)
    count = len(keyframes(relay))
    relay.send("keyframe-wanted", {"sheets": []})
    relay.wait_for(lambda relay: len(keyframes(relay)) > count, "a keyframe")
    del relay.heard[:begun]
    return [json.dumps([frame[0], *frame[2:]]) for frame in frames(relay)]


def test_what_an_agent_does_makes_no_text_change_its_state(page: Page, site: Site, relay: ScriptedRelay) -> None:
    value = acted_on(page, site, relay, "Ada Lovelace")

    # Nothing of theirs is captured, and so nothing of it is judged: neither shown nor masked.
    assert "Ada" not in "".join(value)
    assert '"mt"' not in "".join(value)
    assert "Two plants" in value[-1]


# Titles as shops write them: some hold what was typed, word for word, most only words of it.
TITLES = [
    *("Red running shoes", "Red shoes for the beach", "Shoes, red", "Canvas shoes in red", "Ruby red court shoes"),
    *("Sandals", "The classic brogue", "Boots over the knee", "Shoe care for the winter", "Laces, red", "Brown shoes"),
]
SHOP = f"""<form onsubmit="find(); return false"><label for=q>Search</label><input id=q name=q type=search></form>
<h1 id=said>All products</h1><ul id=list>{"".join(f"<li><b>{title}</b> <i>€ 49.00</i>" for title in TITLES)}</ul>
<button id=next>Next</button><script>
const all = list.innerHTML;
function find() {{ said.textContent = `Results for "${{q.value}}"`; list.innerHTML = all + all; }}
</script>"""


@pytest.mark.parametrize(
    ("typed", "masked"),
    [("red shoes", ["Red shoes for the beach"]), ("the", [title for title in TITLES if "the" in title.lower()])],
)
def test_masked_search_box_hides_of_a_page_of_results_what_repeats_it_and_no_more(
    page: Page, site: Site, typed: str, masked: list[str]
) -> None:
    recording = Recording(page, site, SHOP)

    page.locator("#q").focus()
    page.keyboard.type(typed)
    recording.quiet()
    for title in TITLES:
        assert f'"{title}"' in recording.outline
    page.keyboard.press("Enter")
    recording.quiet()

    shown = [title for title in TITLES if recording.outline.count(f'"{title}"') == 2]
    assert shown == [title for title in TITLES if title not in masked]
    assert "Results for" not in recording.text
    # The same list is the same list, made anew or not.
    recording.run("list.innerHTML = all + all")
    assert [title for title in TITLES if f'"{title}"' in recording.outline] == shown
    # Under five characters a word counts in that one frame: the next page of results is whole again.
    recording.run("list.innerHTML = all")
    assert [title for title in TITLES if f'"{title}"' in recording.outline] == (TITLES if typed == "the" else shown)
