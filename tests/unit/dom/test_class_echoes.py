"""Class names as echoes: an element may take on one that the page knows, and say by that what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

# The page uses each of the names before anything is typed.
KNOWN = "<ul><li class='city-london'>a<li class='digit-7'>b<li class='is-focused has-error'>c<li class='pl'>d</ul>"
BODY = f"{KNOWN}<p id=p class=field>x</p><p id=bare>y</p><main id=m></main><input id=v><button id=next>Next</button>"


def edited(page: Page, site: Site, value: str, script: str) -> Recording:
    """Types a value, and runs a script while it is edited; a keyframe is asked for meanwhile."""
    recording = Recording(page, site, BODY)
    page.locator("#v").focus()
    page.keyboard.insert_text(value)
    recording.run(script)
    recording.run("recording.capture.keyframe()")
    assert 'id="p" class="field"' in recording.outline or 'class="field" id="p"' in recording.outline
    return recording


def left(page: Page, recording: Recording) -> Recording:
    page.locator("#next").focus()
    recording.quiet()
    return recording


@pytest.mark.parametrize("at", ["p", "bare"])
@pytest.mark.parametrize(
    ("value", "name"), [("London", "city-london"), ("7", "digit-7"), ("Is Focused", "is-focused has-error")]
)
def test_known_name_that_an_element_takes_on_is_no_way_to_say_a_value(
    page: Page, site: Site, value: str, name: str, at: str
) -> None:
    script = f"document.querySelector('#{at}').className += ' {name}'"
    recording = left(page, edited(page, site, value, script))

    recording.run("recording.capture.keyframe()")

    for each in name.split():
        assert recording.text.count(each) == KNOWN.count(each) * recording.text.count('["keyframe"')


def test_known_name_of_a_new_element_is_no_way_to_say_a_value(page: Page, site: Site) -> None:
    known = "<city-london>a</city-london><city-rome>b</city-rome>"
    recording = Recording(page, site, f"{known}<main id=m></main><input id=v><button id=next>Next</button>")
    page.locator("#v").focus()
    page.keyboard.insert_text("London")
    recording.run("m.append(document.createElement('city-london'), document.createElement('city-rome'));")

    left(page, recording)

    assert recording.outline.count("city-london") == 1
    assert recording.outline.count("city-rome") == 2


def test_class_that_changes_during_an_edit_is_told_once_it_settles(page: Page, site: Site) -> None:
    script = "p.className = 'field is-focused has-error'; bare.className = 'city-london';"
    recording = edited(page, site, "Ada Lovelace", script + " p.textContent = 'z'; p.title = 'x'; p.lang = 'de'")
    assert recording.outline.count("has-error") == 1

    left(page, recording)

    assert 'class="field is-focused has-error"' in recording.outline
    assert recording.outline.count("city-london") == 2


def test_names_that_an_element_had_stay_whatever_they_say(page: Page, site: Site) -> None:
    script = "const li = document.querySelector('.city-london'); li.classList.add('is-focused');"

    recording = left(page, edited(page, site, "London", script))

    assert 'class="city-london is-focused"' in recording.outline


def test_what_is_new_on_the_page_is_made_of_its_own_names(page: Page, site: Site) -> None:
    add = "m.insertAdjacentHTML('beforeend', '<b class=\"city-london pl\">.</b>')"

    recording = left(page, edited(page, site, "London", add))
    in_the_frame_behind_the_edit = recording.outline.count("city-london")
    recording.run(add)

    assert in_the_frame_behind_the_edit == 1
    assert recording.outline.count("city-london") == 2
