"""What custom elements are by their internals: told as style sheets ask, and nothing of what a masked control holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.unit.dom.both_sides import BothSides
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

# `x-tick` is any component, `x-box` a form-associated one; each gives its internals away, as no real one does.
ELEMENTS = """<script>
    class Tick extends HTMLElement {
        internals = this.attachInternals();
        get states() { return this.internals.states; }
    }
    customElements.define("x-tick", class extends Tick {});
    customElements.define("x-box", class extends Tick { static formAssociated = true; });
</script>"""
CSS = "<style>:state(open) { color: red } :is(b, x-tick:state( wide )) { top: 1px } x-box:disabled { left: 0 }</style>"
HEAD = ELEMENTS + CSS

TOLD = """() => { const told = {}; let epoch = 0;
    for (const frame of recording.frames) {
        if (frame[0] === "keyframe") for (const node in told) delete told[node];
        for (const change of frame.at(-1)) if (change[0] === "internals") told[change[1]] = change.slice(2);
    }
    return told; }"""


def told(recording: Recording, element_id: str) -> Any:
    """The states of the element with this id, and whether it is disabled, as a mirror knows them; None: nothing."""
    return recording.page.evaluate(TOLD).get(str(recording.node(element_id)))


def touch(recording: Recording, script: str = "") -> None:
    """Lets the page change, so that a frame is made."""
    recording.run(f"{script}; document.body.append(document.createElement('hr'))")


def test_states_are_told_as_style_sheets_ask_for_them(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<x-tick id=a></x-tick><x-tick id=b></x-tick>", HEAD)
    touch(recording, "a.states.add('open'); a.states.add('unasked'); b.states.add('unasked')")
    assert told(recording, "a") == [["open"], None]
    assert told(recording, "b") is None
    assert "unasked" not in recording.text

    touch(recording, "a.states.add('wide')")
    assert told(recording, "a") == [["open", "wide"], None]
    recording.run("recording.capture.keyframe()")
    assert told(recording, "a") == [["open", "wide"], None]
    touch(recording, "a.states.clear()")
    assert told(recording, "a") == [[], None]


def test_state_that_changes_alone_is_found_by_and_by(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<x-tick id=a></x-tick>", HEAD)
    recording.quiet()

    page.evaluate("a.states.add('open')")
    page.wait_for_function("recording.frames.at(-1).at(-1).some(([tag]) => tag === 'internals')")

    assert told(recording, "a") == [["open"], None]


def test_late_rule_asks_of_elements_that_were_sent_before(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<x-tick id=a></x-tick>", ELEMENTS + "<style id=s></style>")
    touch(recording, "a.states.add('open')")
    assert told(recording, "a") is None

    recording.run("s.textContent = 'x-tick:state(open) { color: red }'")

    assert told(recording, "a") == [["open"], None]


def test_form_associated_element_tells_whether_it_is_disabled_also_where_it_is_masked(page: Page, site: Site) -> None:
    body = (
        "<form data-beside=mask><fieldset id=set disabled><x-box id=a></x-box></fieldset><x-tick id=b></x-tick></form>"
    )
    recording = Recording(page, site, body, HEAD)
    recording.quiet()
    assert told(recording, "a") == [[], True]

    recording.run("set.disabled = false")

    assert told(recording, "a") == [[], False]
    assert told(recording, "b") is None


MASKED = {
    "in a masked part": "<div data-beside=mask><x-tick id=x></x-tick></div>",
    "a control by its role": "<x-tick id=x role=switch></x-tick>",
    "a form-associated element": "<x-box id=x></x-box>",
    "of a masked control": "<p role=radio><template shadowrootmode=open><x-tick id=x></x-tick></template></p>",
    "of a form-associated element": "<x-box><template shadowrootmode=open><x-tick id=x></x-tick></template></x-box>",
    "around a masked field": "<x-tick id=x><p><input type=checkbox></p></x-tick>",
    "around one in its own tree": "<x-tick id=x><template shadowrootmode=open><input></template></x-tick>",
    "around a form-associated element": "<x-tick id=x><b><x-box></x-box></b></x-tick>",
    "in the label of a masked choice": "<label><input type=radio><x-tick id=x></x-tick></label>",
}
# Finds the element in whatever shadow root it stands.
FIND = """const find = (root) => root.querySelector("#x") ??
    [...root.querySelectorAll("*")].map((one) => one.shadowRoot && find(one.shadowRoot)).find((found) => found);
    const x = find(document)"""


@pytest.mark.parametrize("body", MASKED.values(), ids=MASKED)
def test_every_byte_is_the_same_whatever_state_a_masked_control_has(page: Page, site: Site, body: str) -> None:
    def sent(states: list[str]) -> list[str]:
        recording = Recording(page, site, body, HEAD)
        for state in states:
            touch(recording, f"{FIND}; x.states.clear(); if ('{state}') x.states.add('{state}')")
        recording.run("recording.capture.keyframe()")
        return recording.bytes

    assert sent(["open", "", "wide"]) == sent(["", "", ""])


@pytest.mark.parametrize(
    "body", ["<x-box id=x data-beside=show></x-box>", "<x-tick id=x data-beside=show role=switch>"]
)
def test_control_that_the_site_shows_tells_its_states(page: Page, site: Site, body: str) -> None:
    recording = Recording(page, site, body, ELEMENTS + "<style>:state(checked) { color: red }</style>")

    touch(recording, "x.states.add('checked')")

    assert told(recording, "x")[0] == ["checked"]


@pytest.mark.parametrize("name", ["checked", "unchecked", "selected", "pressed", "has-value"])
def test_state_that_is_named_like_a_choice_is_not_told(page: Page, site: Site, name: str) -> None:
    recording = Recording(
        page, site, "<x-tick id=x></x-tick>", f"{ELEMENTS}<style>:state({name}), :state(open) {{ top: 0 }}</style>"
    )

    touch(recording, f"x.states.add('{name}'); x.states.add('open')")

    assert told(recording, "x") == [["open"], None]


def test_masked_control_that_comes_into_an_element_ends_what_its_states_tell(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<x-tick id=x></x-tick>", HEAD)
    touch(recording, "x.states.add('open')")
    assert told(recording, "x") == [["open"], None]

    recording.run("x.append(document.createElement('input'))")
    assert told(recording, "x") == [[], None]
    sent = len(recording.frames)
    touch(recording, "x.states.clear()")
    assert "internals" not in json.dumps(recording.frames[sent:])


def test_state_that_repeats_a_masked_value_is_no_more_told_than_a_class_of_that_name(page: Page, site: Site) -> None:
    body = "<input id=f><x-tick id=x></x-tick>"
    recording = Recording(
        page, site, body, f"{ELEMENTS}<style>:state(open), :state(Lovelace), :state(li) {{ top: 0 }}</style>"
    )
    recording.quiet()
    page.evaluate("() => { f.onchange = () => { x.states.add(f.value); x.states.add('open') } }")

    for value in ("Lovelace", "li"):
        page.fill("#f", value)
        page.press("#f", "Tab")
        touch(recording)
        assert told(recording, "x") == [["open"], None]
    recording.run("recording.capture.keyframe()")
    assert told(recording, "x") == [["open"], None]


def test_nothing_is_told_while_a_masked_field_is_edited(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=f><x-tick id=x></x-tick>", HEAD)
    touch(recording, "x.states.add('open')")
    page.evaluate("() => { f.oninput = () => x.states.add('wide') }")

    page.focus("#f")
    page.keyboard.type("a")
    recording.run("recording.capture.keyframe()")
    assert told(recording, "x") == [["open"], None]
    page.keyboard.press("Tab")
    touch(recording)

    assert told(recording, "x") == [["open", "wide"], None]


def test_states_keep_to_the_bounds_of_the_wire(page: Page, site: Site) -> None:
    names = ["long" * 20, *(f"s{at}" for at in range(60))]
    rules = ",".join(f":state({name})" for name in names)
    recording = Recording(page, site, "<x-tick id=x></x-tick>", f"{ELEMENTS}<style>{rules} {{ top: 0 }}</style>")

    touch(recording, f"for (const name of {json.dumps(names)}) x.states.add(name)")

    assert told(recording, "x") == [names[1:51], None]


def test_page_of_very_many_elements_is_followed_in_turns(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<x-tick></x-tick>" * 2500 + "<x-tick id=x></x-tick>", HEAD)

    page.evaluate("x.states.add('open')")
    page.wait_for_function("JSON.stringify(recording.frames).includes('internals')")

    assert told(recording, "x") == [["open"], None]


def test_page_that_asks_for_no_state_is_not_looked_at(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<x-box id=a disabled></x-box>", ELEMENTS + "<style>x-box { top: 0 }</style>")

    touch(recording)

    assert told(recording, "a") is None


def test_the_mirror_paints_what_the_page_does(context: BrowserContext, site: Site) -> None:
    css = """x-tick, x-box { display: block; width: 50px; height: 20px; background: silver }
        x-tick:state(open) { background: red } x-tick:not(:state(open)) { border: 3px solid }
        x-box:disabled { opacity: 0.3 } x-box:enabled { border: 3px solid blue }"""
    both = BothSides(
        context,
        site,
        "<x-tick id=a></x-tick><fieldset id=set><x-box></x-box></fieldset>",
        f"{ELEMENTS}<style>{css}</style>",
    )

    for step in ("a.states.add('open')", "set.disabled = true", "a.states.clear(); set.disabled = false"):
        touch(both, step)
        both.sync()
        assert both.differing() == 0
