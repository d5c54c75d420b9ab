"""An edit ends where nothing says so by name: the form is sent, the page leaves, a script empties or fills a field."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording
from tests.unit.dom.test_fingerprints import KEY, later

REST = "<p id=said>For you</p><main id=m></main><button id=b type=button>x</button>"
NAME = "Ann Example"


def test_sent_form_ends_the_edit_though_the_focus_stays(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<form id=f><input id=x><input id=y></form>")
    page.evaluate(
        """() => f.addEventListener('submit', (event) => {
          event.preventDefault();
          m.append('found 3 for ' + x.value, 'three');
        })"""
    )
    page.locator("#x").focus()
    page.keyboard.type(NAME)

    recording.run("f.requestSubmit()")

    assert '"three"' in recording.outline
    assert page.evaluate("document.activeElement.id") == "x"
    assert "found 3" not in recording.text
    page.keyboard.type(" more")
    recording.run("m.append('held back')")
    assert "held back" not in recording.text, "the next key begins an edit again"


@pytest.mark.parametrize("field", ["<textarea id=x></textarea>", "<div id=x contenteditable></div>"])
def test_chat_that_empties_its_field_goes_on(page: Page, site: Site, field: str) -> None:
    recording = Recording(page, site, f"{REST}{field}")
    page.locator("#x").focus()
    page.keyboard.type("Hello, Ann Example here")

    recording.run(
        "const said = x.value ?? x.textContent; x.value = x.textContent = ''; m.append(said); m.append('sent');"
    )
    recording.run("m.append('and read')")

    assert page.evaluate("document.activeElement.id") == "x"
    assert '"sent"' in recording.outline
    assert '"and read"' in recording.outline
    assert "Ann Example" not in recording.text


@pytest.mark.parametrize("field", ["<textarea id=x></textarea>", "<div id=x contenteditable></div>"])
def test_who_takes_all_back_is_still_editing(page: Page, site: Site, field: str) -> None:
    recording = Recording(page, site, f"{REST}{field}")
    page.evaluate("() => x.addEventListener('input', () => m.append('key'))")
    page.locator("#x").focus()
    page.keyboard.type("four")

    for _ in "four":
        page.keyboard.press("Backspace")
    recording.run("m.append('waits')")

    assert "waits" not in recording.text
    assert '"key"' not in recording.text


def test_page_that_takes_each_character_away_tells_no_number(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>")
    page.evaluate("() => x.addEventListener('input', () => { x.value = ''; m.append('slot'); })")
    page.locator("#x").focus()
    before = len(recording.frames)

    page.keyboard.type("7294", delay=60)
    recording.quiet()

    assert not [frame for frame in recording.frames[before:] if "slot" in json.dumps(frame)]


def test_page_that_leaves_keeps_prints_of_what_was_being_typed(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>", echoes=json.dumps({"key": KEY, "kept": []}))
    page.locator("#x").focus()
    page.keyboard.type(NAME)

    recording.run("dispatchEvent(new PageTransitionEvent('pagehide'))")

    kept = page.evaluate("recording.prints()")
    assert "Ann" not in later(page, site, "<p>Results for Ann Example</p>", kept).text


@pytest.mark.parametrize("when", ["now", "while the view paused"])
def test_page_that_leaves_keeps_prints_also_of_what_is_typed_in_a_pause(page: Page, site: Site, when: str) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>", echoes=json.dumps({"key": KEY, "kept": []}))
    recording.run("recording.capture.pause()" if when != "now" else "")
    page.locator("#x").focus()
    page.keyboard.type(NAME)

    page.evaluate("() => { recording.capture.pause(); dispatchEvent(new PageTransitionEvent('pagehide')); }")

    assert page.evaluate("recording.prints().length") > 0


def test_choice_that_a_script_makes_is_a_cause(page: Page, site: Site) -> None:
    options = "<option value=''>Choose<option value=DE>Germany<option value=FR>France"
    recording = Recording(page, site, f"{REST}<select id=x>{options}</select>")

    recording.run(
        "x.value = 'DE'; x.dispatchEvent(new Event('change', {bubbles: true}));"
        "said.textContent = 'Germany'; m.append('more');"
    )

    assert '"more"' in recording.outline
    assert "Germany" not in recording.text


@pytest.mark.parametrize(
    "printed", ["passport_ada_lovelace.pdf", "passport_ada_lovelace", "Saved: Passport Ada Lovelace"]
)
@pytest.mark.parametrize(
    "event",
    ["new DragEvent('drop', { bubbles, dataTransfer })", "new ClipboardEvent('paste', { bubbles, clipboardData })"],
)
def test_name_of_a_file_that_is_dropped_or_pasted(page: Page, site: Site, event: str, printed: str) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>")
    page.locator("#x").focus()
    page.keyboard.type("an edit is open")

    recording.run(
        f"""const dataTransfer = new DataTransfer(), bubbles = true, clipboardData = dataTransfer;
        dataTransfer.items.add(new File(["x"], "passport_ada_lovelace.pdf"));
        m.dispatchEvent({event});"""
    )
    page.locator("#b").focus()
    recording.quiet()
    recording.run(f"said.textContent = '{printed}'; m.append('more');")

    assert '"more"' in recording.outline
    assert printed not in recording.text


OPENED = {
    "the page": (
        "document.open(); document.write(`<!doctype html><p id=said>For you</p><main id=m></main><input id=x>"
        "<button id=b>x</button>`); document.close();",
        "document",
    ),
    "a shown frame": (
        "const inside = f.contentDocument; inside.open(); inside.write('<input id=x>'); inside.close();",
        "f.contentDocument",
    ),
}


@pytest.mark.parametrize("what", OPENED)
def test_document_that_a_script_writes_anew_while_the_view_pauses_is_heard(page: Page, site: Site, what: str) -> None:
    opens, at = OPENED[what]
    recording = Recording(page, site, f"{REST}<iframe id=f data-beside=show></iframe>")

    page.evaluate(f"async () => {{ recording.capture.pause(); {opens} }}")
    page.wait_for_timeout(100)
    page.evaluate(f"() => {at}.getElementById('x').focus()")
    page.keyboard.type(NAME)
    recording.run(
        f"b.focus(); const x = {at}.getElementById('x'); x.value = ''; said.textContent = 'For Ann Example';"
        "recording.capture.resume();"
    )
    recording.run("m.append('more')")

    assert '"more"' in recording.outline
    assert "Ann Example" not in recording.text


def test_page_that_a_script_empties_and_writes_later_goes_on(page: Page, site: Site) -> None:
    recording = Recording(page, site, REST)

    page.evaluate("() => document.open()")
    page.wait_for_timeout(120)
    page.evaluate("() => { document.write('<!doctype html><main id=m>written</main>'); document.close(); }")
    page.wait_for_function("recording.model.outline().join().includes('written')")
    recording.run("m.append('more')")

    assert '"more"' in recording.outline
