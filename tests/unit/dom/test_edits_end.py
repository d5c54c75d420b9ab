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


FORM = """<form id=f onsubmit="event.preventDefault(); m.append('found 3 for ' + x.value, 'three')">
  <input id=x><input id=y><button id=go onmousedown="event.preventDefault()">Go</button></form>"""


@pytest.mark.parametrize("press", ["page.keyboard.press('Enter')", "page.locator('#go').click()"])
def test_sent_form_ends_the_edit_though_the_focus_stays(page: Page, site: Site, press: str) -> None:
    recording = Recording(page, site, f"{REST}{FORM}")
    page.locator("#x").focus()
    page.keyboard.type(NAME)

    page.keyboard.press("Enter") if "Enter" in press else page.locator("#go").click()
    recording.quiet()

    assert '"three"' in recording.outline
    assert page.evaluate("document.activeElement.id") == "x"
    assert "found 3" not in recording.text
    page.keyboard.type(" more")
    recording.run("m.append('held back')")
    assert "held back" not in recording.text, "the next key begins an edit again"


def test_form_that_sends_itself_at_each_key_tells_no_number(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}{FORM}")
    page.evaluate("() => x.addEventListener('input', () => f.requestSubmit())")
    page.locator("#x").focus()
    before = len(recording.frames)

    page.keyboard.type("vinyl", delay=80)
    recording.quiet()

    assert "three" not in json.dumps(recording.frames[before:])


SENDS = """if (event.key !== 'Enter') return;
  event.preventDefault();
  window.said = x.value ?? x.textContent; x.value = x.textContent = ''; m.append(window.said, 'sent');"""


@pytest.mark.parametrize("field", ["<textarea id=x></textarea>", "<div id=x contenteditable></div>"])
def test_chat_that_empties_its_field_goes_on(page: Page, site: Site, field: str) -> None:
    recording = Recording(page, site, f"{REST}{field}")
    page.locator("#x").focus()
    page.keyboard.type("Hello, Ann Example here")

    page.evaluate(f"() => x.addEventListener('keydown', (event) => {{ {SENDS} }})")
    page.keyboard.press("Enter")
    recording.quiet()
    recording.run("m.append('and read')")

    assert page.evaluate("document.activeElement.id") == "x"
    assert '"sent"' in recording.outline
    assert '"and read"' in recording.outline
    assert "Ann Example" not in recording.text


def test_short_line_of_a_chat_is_known_for_as_long_as_one_writes_there(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<textarea id=x></textarea>")
    page.evaluate(f"() => x.addEventListener('keydown', (event) => {{ {SENDS} }})")
    page.locator("#x").focus()
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    recording.quiet()

    recording.run("m.innerHTML = '<p>1234</p><p>kept</p>'")
    page.keyboard.type("and on")
    page.keyboard.press("Enter")
    recording.quiet()
    recording.run("m.innerHTML = '<p>You said 1234</p><p>kept too</p>'")

    assert "kept too" in recording.outline
    assert "1234" not in recording.text


def test_next_key_in_a_chat_is_heard_before_the_page_hears_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<textarea id=x></textarea>", settings="{ slice_ms: 0 }")
    page.evaluate(f"() => x.addEventListener('keydown', (event) => {{ {SENDS} }})")
    page.locator("#x").focus()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    recording.quiet()
    page.evaluate(
        """() => x.addEventListener('beforeinput', (event) => {
          for (const row of m.querySelectorAll('b')) row.textContent = event.data;
        })"""
    )

    page.evaluate("() => { m.innerHTML = '<b>row</b>'.repeat(400); }")
    page.wait_for_function("recording.capture && document.querySelectorAll('b').length === 400")
    page.keyboard.insert_text("Q")
    recording.run("await beside.frames(3);")

    assert '"Q"' not in recording.text


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


PICKERS = [
    "<button id=x role=combobox><span>Choose one</span></button>",
    "<div id=x role=combobox tabindex=0><span>Choose one</span></div>",
]


@pytest.mark.parametrize("picker", PICKERS)
def test_what_a_combobox_shows_is_a_choice_and_no_secret_string(page: Page, site: Site, picker: str) -> None:
    recording = Recording(page, site, f"{REST}{picker}")

    recording.run("x.firstChild.textContent = 'Germany'; said.textContent = 'Delivery to Germany'; m.append('more')")
    assert '"more"' in recording.outline
    assert "Germany" not in recording.text, "as behind a select's change"

    recording.run("m.append('Featured in Germany', 'Choose one of them')")
    assert "Featured in Germany" in recording.text
    assert "Choose one of them" in recording.text


UNCHANGED = {
    "a number that the shopper stays in": (
        "x.outerHTML = '<input id=x type=number value=1>'; x.focus(); x.stepUp();"
        "x.dispatchEvent(new Event('input', {bubbles: true})); x.dispatchEvent(new Event('change', {bubbles: true}));"
        "await beside.quiet(); m.innerHTML = '<p class=mt-2>2 items</p>';",
        "2 items",
    ),
    "said of a choice that the page came with": (
        "m.innerHTML = '<select id=late><option>S<option selected>Medium</select><p>Size: Medium</p>';"
        "late.dispatchEvent(new Event('change', {bubbles: true}));",
        "Size: Medium",
    ),
    "a size": (
        "x.value = 'FR'; x.dispatchEvent(new Event('change', {bubbles: true})); said.textContent = 'Vive la FR!';",
        "Vive la FR!",
    ),
}


@pytest.mark.parametrize("what", UNCHANGED)
def test_choice_that_masks_nothing(page: Page, site: Site, what: str) -> None:
    script, text = UNCHANGED[what]
    recording = Recording(page, site, f"{REST}<select id=x><option>DE<option>FR</select>")

    recording.run(script)

    assert text in recording.text


def test_choice_that_a_script_makes_is_a_cause(page: Page, site: Site) -> None:
    options = "<option value=''>Choose<option value=DE>Germany<option value=FR>France"
    recording = Recording(page, site, f"{REST}<select id=x>{options}</select>")

    recording.run(
        "x.value = 'DE'; x.dispatchEvent(new Event('change', {bubbles: true}));"
        "said.textContent = 'Germany'; m.append('more');"
    )

    assert '"more"' in recording.outline
    assert "Germany" not in recording.text


@pytest.mark.parametrize("printed", ["passport_ada_lovelace.pdf", "Saved: Passport Ada Lovelace.pdf"])
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


def test_frame_that_reloads_at_each_key_ends_no_edit_of_the_page(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<iframe id=f data-beside=show srcdoc='<p>x'></iframe><input id=x>")
    page.evaluate("() => x.addEventListener('input', () => { f.srcdoc = '<p>' + x.value; m.append('key'); })")
    page.locator("#x").focus()
    before = len(recording.frames)

    page.keyboard.type("four", delay=100)
    recording.quiet()

    assert '"key"' not in json.dumps(recording.frames[before:])


def test_capture_that_ends_on_an_emptied_page_leaves_nothing(page: Page, site: Site) -> None:
    recording = Recording(page, site, REST)

    page.evaluate("async () => { document.open(); await null; recording.capture.stop(); }")
    page.wait_for_timeout(120)
    page.evaluate("() => { document.write('<!doctype html><main id=m>written</main>'); document.close(); }")
    page.wait_for_timeout(120)

    assert page.evaluate("document.documentElement.children.length") == 2, "head and body"
    assert "written" not in recording.text


def test_view_that_goes_on_while_the_page_is_empty_waits_for_what_is_written(page: Page, site: Site) -> None:
    Recording(page, site, REST)

    page.evaluate("async () => { recording.capture.pause(); document.open(); await null; recording.capture.resume(); }")
    page.wait_for_timeout(120)
    page.evaluate("() => { document.write('<!doctype html><main id=m>written</main>'); document.close(); }")
    page.wait_for_function("recording.model.outline().join().includes('written')")


def test_page_that_a_script_empties_and_writes_later_goes_on(page: Page, site: Site) -> None:
    recording = Recording(page, site, REST)

    page.evaluate("() => document.open()")
    page.wait_for_timeout(120)
    page.evaluate("() => { document.write('<!doctype html><main id=m>written</main>'); document.close(); }")
    page.wait_for_function("recording.model.outline().join().includes('written')")
    recording.run("m.append('more')")

    assert '"more"' in recording.outline
