"""Controls that a cheaper search for them would lose: their values come unheard, and the page prints them.

Each is empty at first, or comes while nobody listens to its tree, and is filled by a script in a turn in which
something else of it changes: the rule that holds for it, the box around it, or the keyframe that it is told with.
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

NAME = "Ann Example"
FILL = "x.value = 'Ann Example'; said.textContent = 'For Ann Example';"
FILL_LATE = FILL.replace("x.value", "late.value")
BOX = "<p id=said>For you</p><main id=m></main><div id=box><input id=x autocomplete=name></div>"
SHOWN = """<p id=said title=x>For you</p><img id=pic alt=pic><main id=m></main>
  <section id=shut data-beside=block></section>
  <div id=box data-beside=show><label id=l for=x>Name</label><input id=x></div>"""


def policy(**rules: list[str]) -> str:
    return f"beside.policed({json.dumps({'rules': [rules]})})"


def check(recording: Recording) -> None:
    """Nothing that left holds the name, and the mirror goes on."""
    recording.run("m.append('more')")

    assert NAME not in recording.text
    assert "more" in recording.text


def test_control_that_a_stricter_policy_rule_boxed(page: Page, site: Site) -> None:
    recording = Recording(page, site, BOX, settings=policy(block=[".gone"]))

    recording.run("box.className = 'gone'")
    recording.run(FILL)

    check(recording)


def test_control_boxed_during_an_edit_in_which_our_frame_was_removed(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"<input id=v><button id=b>x</button>{BOX}")
    page.locator("#v").focus()
    page.keyboard.type("hello there")

    recording.run("document.documentElement.lastElementChild.remove(); await beside.frames(9);")
    recording.run("box.dataset.beside = 'block'")
    page.locator("#b").focus()
    recording.quiet()
    recording.run(FILL)

    check(recording)


MASKED = {
    "its ancestor shows it no more": "box.removeAttribute('data-beside');",
    "its ancestor masks it": "box.dataset.beside = 'mask';",
    "it is to hold a password": "x.autocomplete = 'new-password';",
    "its name says a card": "x.name = 'cardNumber';",
    "its label says an account": "l.textContent = 'IBAN';",
}
HIDDEN = {
    "moved into a box": "shut.append(x);",
    "its ancestor is boxed": "box.dataset.beside = 'block';",
    "boxed by the policy": "box.className = 'gone';",
    "masked by the policy": "box.className = 'veiled';",
    "moved out": "m.append(x);",
    "its ancestor moved into a box": "shut.append(box);",
}
PRINTED = {
    "text": "said.textContent = 'For Ann Example';",
    "characters": "said.firstChild.data = 'For Ann Example'; m.append('x');",
    "attribute of a new element": "said.innerHTML = '<img alt=\"For Ann Example\">';",
}


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("how", [*MASKED, *HIDDEN])
def test_shown_control_that_is_filled_as_it_comes_to_be_masked(page: Page, site: Site, how: str, printed: str) -> None:
    recording = Recording(page, site, SHOWN, settings=policy(block=[".gone"], mask=[".veiled"]))

    recording.run(f"{PRINTED[printed]} x.value = 'Ann Example'; {(MASKED | HIDDEN)[how]}")

    check(recording)


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("how", [*MASKED, *HIDDEN])
def test_shown_control_that_is_filled_once_more_as_it_comes_to_be_masked(
    page: Page, site: Site, how: str, printed: str
) -> None:
    recording = Recording(page, site, SHOWN, settings=policy(block=[".gone"], mask=[".veiled"]))
    recording.run("x.value = 'a gift'; m.append('x');")

    recording.run(f"{PRINTED[printed]} x.value = 'Ann Example'; {(MASKED | HIDDEN)[how]}")

    check(recording)


@pytest.mark.parametrize("how", [*MASKED, *HIDDEN])
def test_shown_control_whose_value_was_looked_at_and_not_told(page: Page, site: Site, how: str) -> None:
    recording = Recording(page, site, SHOWN, settings=policy(block=[".gone"], mask=[".veiled"]))
    recording.run("x.value = 'Ann Example'; scrollTo(0, 1);")
    page.mouse.move(9, 9)
    recording.quiet()
    assert NAME not in recording.text

    recording.run(f"said.textContent = 'For Ann Example'; {(MASKED | HIDDEN)[how]}")

    check(recording)


@pytest.mark.parametrize("was", ["type=submit value=Go", "type=checkbox checked", "type=hidden value=v1"])
@pytest.mark.parametrize("printed", PRINTED)
def test_control_that_becomes_another_kind_as_it_is_filled(page: Page, site: Site, was: str, printed: str) -> None:
    recording = Recording(page, site, f"<p id=said title=x>For you</p><main id=m></main><input id=x {was}>")
    recording.run("m.append('x')")

    recording.run(f"{PRINTED[printed]} x.type = 'text'; x.value = 'Ann Example';")

    check(recording)


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("was", ["type=checkbox checked", "type=submit value=Go"])
@pytest.mark.parametrize(
    "between",
    ["recording.capture.pause(); {} recording.capture.resume();", "{} recording.capture.keyframe();"],
)
def test_control_that_became_another_kind_before_a_keyframe(
    page: Page, site: Site, between: str, was: str, printed: str
) -> None:
    recording = Recording(page, site, f"<p id=said title=x>For you</p><main id=m></main><input id=x {was}>")
    recording.run("m.append('x')")

    recording.run(between.format(f"x.type = 'text'; x.value = 'Ann Example'; {PRINTED[printed]}"))

    check(recording)


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize(
    "control",
    [
        "<input id=x data-beside=block>",
        "<input id=x class=gone>",
        "<div id=x data-beside=block role=textbox></div>",
        "<div id=x class=closed contenteditable></div>",
        "<section data-beside=block><input id=x></section>",
    ],
)
def test_box_that_is_a_control_and_is_filled_twice(page: Page, site: Site, control: str, printed: str) -> None:
    body = SHOWN.replace("<input id=x>", "") + control
    recording = Recording(page, site, body, settings=policy(block=[".gone"]))
    fill = "'value' in x ? x.value = {0} : x.textContent = {0};"
    recording.run("if (x.matches('.closed')) x.attachShadow({ mode: 'closed' }).append('inside');")
    recording.run(f"{fill.format(repr('Bob Sample'))} m.append('x');")

    recording.run(f"{PRINTED[printed]} {fill.format(repr('Ann Example'))}")

    check(recording)


@pytest.mark.parametrize("how", ["typed", "set by a script"])
@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize(
    "field", ["<input id=x>", "<input id=x autocomplete=cc-name>", "<div id=x contenteditable></div>"]
)
def test_value_that_passed_through_a_field_during_one_edit(
    page: Page, site: Site, field: str, printed: str, how: str
) -> None:
    body = f"<p id=said title=x>For you</p><main id=m></main>{field}<button id=b>x</button>"
    recording = Recording(page, site, body)
    page.locator("#x").focus()
    page.keyboard.type("Ann Example" if how == "typed" else "Al")
    if how != "typed":
        page.evaluate("'value' in x ? x.value = 'Ann Example' : x.textContent = 'Ann Example'")
    page.evaluate(PRINTED[printed])
    recording.quiet()

    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Bob")
    page.locator("#b").focus()
    recording.quiet()

    check(recording)


# A root that comes while a page is read in slices, and a control that comes into it before it is listened to.
LATE = """recording.capture.pause();
  const root = host.attachShadow({ mode: "open" }); root.innerHTML = "<b>in the shadow</b>";
  const count = recording.frames.length;
  recording.capture.resume();
  window.late = document.createElement("input"); late.type = "hidden";
  window.wasLate = recording.frames.length > count;
  root.append(late);"""
WIDE = "<p id=said>For you</p><main id=m></main><p id=other>x</p>" + "<i>x</i>" * 3000 + "<div id=host></div>"


def test_control_that_came_to_a_shadow_root_before_it_was_watched(page: Page, site: Site) -> None:
    recording = Recording(page, site, WIDE, settings="{slice_ms: 1}")

    recording.run(LATE)
    assert not page.evaluate("window.wasLate")
    recording.run("m.className = 'a'")
    recording.run(FILL_LATE)

    check(recording)


def test_control_that_came_unheard_before_a_keyframe_that_a_stricter_rule_makes(page: Page, site: Site) -> None:
    recording = Recording(page, site, WIDE, settings=f"{{...{policy(block=['.gone'])}, slice_ms: 1}}")

    recording.run(
        LATE
        + """while (recording.frames.length === count) await new Promise((resolve) => setTimeout(resolve, 0));
        other.className = "gone";"""
    )
    assert not page.evaluate("window.wasLate")
    recording.run(FILL_LATE)

    check(recording)


# Ways in which an empty control comes to where nothing travels, each told of before it is filled.
COMES = {
    "added": ("box.innerHTML = '<input id=late>';",),
    "added to a form within": ("box.innerHTML = '<form></form>';", "box.firstChild.innerHTML = '<input id=late>';"),
    "added beside a text": (
        "m.append('a'); box.append(Object.assign(document.createElement('input'), {id: 'late'}));",
    ),
    "made one by its role": ("box.innerHTML = '<b id=late></b>';", "late.setAttribute('role', 'textbox');"),
    "made one that can be written in": ("box.innerHTML = '<b id=late></b>';", "late.contentEditable = 'true';"),
    "moved from where it travels": ("m.innerHTML = '<input id=late data-beside=show>';", "box.append(late);"),
    "put back with what it stands in": (
        "m.innerHTML = '<div id=gone><i></i></div>';",
        """window.was = gone; was.remove(); await new Promise((resolve) => setTimeout(resolve, 0));
        was.firstChild.innerHTML = '<input id=late data-beside=block>';
        await new Promise((resolve) => setTimeout(resolve, 0)); m.append(was);""",
    ),
    "in a shadow root": (
        "box.append(document.createElement('div')); box.lastChild.attachShadow({mode: 'open'});"
        "box.lastChild.shadowRoot.innerHTML = '<input>'; window.late = box.lastChild.shadowRoot.firstChild;",
    ),
    "with a keyframe": ("box.innerHTML = '<input id=late>'; recording.capture.keyframe();",),
    "while the view paused": (
        "recording.capture.pause(); box.innerHTML = '<input id=late>'; recording.capture.resume();",
    ),
    "in the place of the whole body": (
        "document.body.innerHTML = '<p id=said></p><main id=m></main><div data-beside=block><input id=late></div>';",
    ),
}


@pytest.mark.parametrize("filled", ["it is a list that changes", "only texts change"])
@pytest.mark.parametrize("comes", COMES)
def test_control_that_came_to_a_box_in_a_frame_before(page: Page, site: Site, comes: str, filled: str) -> None:
    body = "<p id=said>For you</p><main id=m></main><div id=box data-beside=block></div>"
    recording = Recording(page, site, body)
    recording.run("said.textContent = 'For nobody'")

    for step in COMES[comes]:
        recording.run(step)
        # What was found is kept for this.
        recording.run("said.textContent = `For ${recording.frames.length}`")
    write = "'value' in late ? late.value = 'Ann Example' : late.textContent = 'Ann Example';"
    again = "m.append(document.createElement('hr'));" if filled.startswith("it") else ""
    recording.run(f"{write} said.textContent = 'For Ann Example'; {again}")

    check(recording)


def test_hidden_value_that_changes_between_slices(page: Page, site: Site) -> None:
    body = "<main id=m></main><input id=hid type=hidden value='another one'>"
    recording = Recording(page, site, body, settings="{slice_ms: 1}")

    recording.run(
        """const part = document.createElement("div");
        part.innerHTML = "<i>x</i>".repeat(6000);
        const last = part.lastChild.firstChild; const count = recording.frames.length;
        m.append(part);
        await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
        await new Promise((resolve) => setTimeout(resolve, 20));
        window.wasLate = recording.frames.length > count;
        hid.value = "Ann Example"; last.data = "For Ann Example";"""
    )

    check(recording)


def test_capture_that_ended_keeps_no_control(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p><div id=box data-beside=block><input id=x></div>")
    assert recording.text

    page.evaluate("() => { recording.capture.stop(); window.ref = new WeakRef(x); box.remove(); }")
    cdp = page.context.new_cdp_session(page)

    for _ in range(20):
        page.wait_for_timeout(50)
        cdp.send("HeapProfiler.collectGarbage")
        if page.evaluate("() => window.ref.deref() === undefined"):
            break
    else:
        pytest.fail("the control is held")


@pytest.mark.parametrize(
    "before", ["x.setAttribute('type', 'text');", "m.append('a'); await null; m.append('b'); await beside.quiet();"]
)
def test_shown_value_of_a_control_that_leaves_is_no_echo(page: Page, site: Site, before: str) -> None:
    recording = Recording(page, site, SHOWN)

    recording.run(f"const x = document.querySelector('#x'); {before} x.value = 'Express delivery'; x.remove();")
    recording.run("said.textContent = 'Express delivery';")

    assert "Express delivery" in recording.text


def test_rules_by_functions_that_the_page_kept_are_seen(page: Page, site: Site) -> None:
    body = """<p>x</p><script>window.ins = CSSStyleSheet.prototype.insertRule;
      window.del = CSSStyleSheet.prototype.deleteRule;</script>"""
    recording = Recording(page, site, body, head="<style id=s></style>")
    recording.run("s.sheet.insertRule('p { color: red }', 0)")
    recording.run("await new Promise((resolve) => setTimeout(resolve, 1500))")

    recording.run("del.call(s.sheet, 0); ins.call(s.sheet, 'p { color: blue }', 0)")

    page.wait_for_function("recording.bytes.some((text) => text.includes('blue'))")


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("host", ["role=combobox", "role=textbox", "contenteditable"])
def test_control_in_a_shadow_root_of_a_masked_editor(page: Page, site: Site, host: str, printed: str) -> None:
    recording = Recording(page, site, f"<p id=said title=x>For you</p><main id=m></main><div id=box {host}></div>")
    recording.run("box.attachShadow({ mode: 'open' }).innerHTML = '<input>'; m.append('x');")
    recording.run("m.append('x')")

    recording.run(f"{PRINTED[printed]} box.shadowRoot.firstChild.value = 'Ann Example';")

    check(recording)


def test_control_of_a_box_that_comes_back_after_many_others_left(page: Page, site: Site) -> None:
    others = "<input value='Bob Sample'>" * 60
    body = f"<p id=said>For you</p><main id=m></main><div id=box data-beside=block><input id=x><i>{others}</i></div>"
    recording = Recording(page, site, body)
    recording.run(f"window.x = x; {FILL.split(';', maxsplit=1)[0]}; m.append('x');")

    recording.run("x.remove()")
    recording.run("box.querySelector('i').remove()")
    recording.run("box.append(x)")
    recording.run("said.textContent = 'For Ann Example'")

    check(recording)


@pytest.mark.parametrize(
    "becomes",
    ["x.type = 'password'", "x.autocomplete = 'cc-number'", "l.textContent = 'Card number'", "x.id = 'password'"],
)
def test_shown_control_of_a_name_that_turns_out_secret_in_the_same_frame(page: Page, site: Site, becomes: str) -> None:
    body = """<main id=m></main><form><div data-beside=show><label>Name <input id=a name=n></label></div>
      <label id=l for=x>City</label><input id=x name=n></form>"""
    recording = Recording(page, site, body)

    recording.run(f"a.value = 'Ann Example'; a.dispatchEvent(new Event('input')); {becomes};")

    check(recording)
    assert recording.field("a")["verdict"] == "mask"


PLACES = {
    "in the page": "",
    "in a shadow root": "box.attachShadow({mode: 'open'}).append(x); m.append('b');",
    "in a frame that the site shows": "f.contentDocument.body.append(x); m.append('b');",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("field", ["<input id=x>", "<textarea id=x></textarea>", "<div id=x contenteditable></div>"])
def test_value_that_is_typed_and_taken_away_while_the_view_pauses(
    page: Page, site: Site, field: str, place: str
) -> None:
    body = f"""<p id=said>For you</p><main id=m></main><div id=box></div>{field}<button id=b>x</button>
      <iframe id=f data-beside=show></iframe>"""
    recording = Recording(page, site, body)
    recording.run(f"window.x = document.querySelector('#x'); {PLACES[place]}")

    recording.run("recording.capture.pause(); x.focus();")
    page.keyboard.type(NAME)
    page.evaluate("() => document.querySelector('#b').focus()")
    page.evaluate(
        "() => { x.remove(); x.value = x.textContent = ''; said.innerHTML = '<img alt=\"For Ann Example\">'; }"
    )
    page.evaluate("() => recording.capture.resume()")

    check(recording)


def test_capture_that_ended_while_it_paused_hears_nothing(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=x>")
    cdp = page.context.new_cdp_session(page)

    def heard() -> set[str]:
        window = cdp.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
        listeners = cdp.send("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
        return {listener["type"] for listener in listeners if listener["passive"]}

    recording.run("recording.capture.pause(); recording.capture.pause();")
    assert {"input", "focusout"} <= heard()

    recording.run("recording.capture.stop()")

    assert heard() == set()


TELLS_ALT = "said.innerHTML = '<img alt=\\'For Ann Example\\'>';"


@pytest.mark.parametrize(
    "unseen",
    [
        "recording.capture.pause(); x.type = 'text'; y.focus(); press(); recording.capture.resume();",
        """y.focus(); press(); document.documentElement.lastElementChild.remove(); x.type = 'text';
        await beside.frames(9);""",
    ],
)
def test_control_that_became_another_kind_before_a_keyframe_during_an_edit(page: Page, site: Site, unseen: str) -> None:
    body = """<p id=said>For you</p><main id=m></main><input id=y><input id=x type=checkbox checked>
      <button id=b>x</button>"""
    recording = Recording(page, site, body)
    recording.run("m.append('x')")

    recording.run(
        """const x = document.querySelector('#x');
        const press = () => { for (const type of ['keydown', 'beforeinput', 'input']) {
          if (type === 'input') y.value = 'a';
          y.dispatchEvent(new Event(type, { bubbles: true })); } };"""
        + unseen
        + f"x.value = 'Ann Example'; {TELLS_ALT} await beside.frames(9); b.focus();"
    )

    check(recording)


@pytest.mark.parametrize("becomes", ["x.autocomplete = 'cc-name'", "x.name = 'cardNumber'"])
@pytest.mark.parametrize("printed", PRINTED)
def test_exempt_control_that_comes_to_be_on_the_floor_as_it_is_printed(
    page: Page, site: Site, becomes: str, printed: str
) -> None:
    body = "<p id=said title=x>For you</p><main id=m></main><input id=x class=q>"
    recording = Recording(page, site, body, settings="beside.policed({exemptEchoes: ['.q']})")
    recording.run("m.append('x')")

    recording.run(f"{becomes}; x.value = 'Ann Example'; {PRINTED[printed]}")

    check(recording)


def test_control_of_a_name_that_turns_out_secret_as_it_is_printed(page: Page, site: Site) -> None:
    body = """<p id=said>For you</p><main id=m></main><form><input id=x name=n>
      <div data-beside=show><input id=a name=n></div></form>"""
    recording = Recording(page, site, body)

    recording.run("x.value = '1234'; x.autocomplete = 'cc-csc'; a.value = 'Ann Example';" + TELLS_ALT)

    check(recording)


def test_what_is_typed_without_end_while_the_view_pauses_is_masked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=said>For you</p><main id=m></main><input id=x>")

    recording.run(
        """recording.capture.pause();
        for (let n = 0; n < 1000; n++) {
          x.value = n % 2 ? "Ann Example" : `v${n}`;
          x.dispatchEvent(new Event("input", { bubbles: true }));
        }
        said.append("v998"); recording.capture.resume();"""
    )
    recording.run(TELLS_ALT)

    check(recording)
    assert "v998" not in recording.text


def test_short_value_is_no_less_known_for_what_another_field_says_over_and_over(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=said>For you</p><main id=m></main><input id=x><input id=z value=same>")

    recording.run(
        """recording.capture.pause();
        const say = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
        x.value = "Bo"; say(x); said.textContent = "Hi Bo";
        for (let n = 0; n < 3000; n++) say(z);
        recording.capture.resume();"""
    )

    assert "Hi Bo" not in recording.text


def test_frame_is_heard_at_once_where_the_view_goes_on_without_our_frame(page: Page, site: Site) -> None:
    site.add("/late.css", "p { color: red }", "text/css")
    body = "<iframe id=f data-beside=show></iframe><main id=m></main>"
    recording = Recording(page, site, body)
    recording.run("f.contentDocument.body.innerHTML = '<p>For you</p><input>';")

    recording.run(
        f"""recording.capture.pause(); document.documentElement.lastElementChild.remove();
        const link = document.createElement("link"); link.rel = "stylesheet"; link.href = "{site.origin}/late.css";
        await new Promise((loaded) => {{ link.onload = loaded; document.head.append(link); }});
        recording.capture.resume();
        const inner = f.contentDocument; const field = inner.querySelector("input");
        field.value = "Bo"; field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        inner.querySelector("p").textContent = "Hi Bo";"""
    )

    assert "Hi Bo" not in recording.text


@pytest.mark.parametrize("how", ["document.documentElement.lastElementChild.remove()", "document.open()"])
def test_our_frame_that_goes_while_the_view_pauses_is_made_anew(page: Page, site: Site, how: str) -> None:
    recording = Recording(page, site, "<main id=m></main>")

    recording.run(f"recording.capture.pause(); {how}; await null;")
    page.evaluate("() => document.body || document.append(document.createElement('html'))")
    recording.run("recording.capture.resume(); await beside.frames(5);")
    recording.run("document.documentElement.append('not lost')")

    assert "not lost" in recording.text


def test_watch_that_ends_by_what_it_was_told_listens_no_more(page: Page, site: Site) -> None:
    settings = "{...beside.policed({pause: ['/account/**']}), slice_ms: 0}"
    Recording(page, site, "<main id=m></main><input id=x>", settings=settings)
    cdp = page.context.new_cdp_session(page)

    page.evaluate(
        """async () => {
        m.innerHTML = "<i>half</i>".repeat(400);
        await new Promise(requestAnimationFrame); await new Promise((resolve) => setTimeout(resolve, 60));
        history.pushState(null, "", "/account/1");
        x.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
        recording.capture.stop(); }"""
    )

    window = cdp.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
    listeners = cdp.send("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
    assert [listener["type"] for listener in listeners if listener["passive"]] == []
