"""A keyframe asked for while a masked field is edited: what was sent, once more, and nothing that came since."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.between_frames import COUNTED, ROWS, in_a_gap
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

# Told live, also during an edit, in every frame alike.
LIVE = {"focus", "pointer", "state"}

HEAD = """<style id=s>p { color: red } [mood] { color: green }</style><style media=print>p { color: blue }</style>
  <style id=off>i { color: red }</style>"""
BODY = """<input value="ann@shop.example"><p id=echo title=x>plain</p><p data-beside=mask>kept back</p>
  <x-ann>name of the page's own</x-ann>
  <label id=l for=n>Name</label><input id=n data-beside=show value=shown><select><option>one<option>two</select>
  <textarea></textarea><input type=checkbox><button>Pay</button>
  <ul id=list><li>a<li mood=glad>b<li>c</ul><table><tr><td>1</table>
  <svg viewBox="0 0 9 9"><use href="#u"/><symbol id=u><path d="M0 0h9"/></symbol></svg><math><mi>x</mi></math>
  <video></video><div data-beside=block>secret</div><iframe id=f data-beside=show srcdoc="<p>inside</p>"></iframe>
  <div id=host></div><dialog id=d>dialog</dialog><details open><summary>more</summary>open</details>
  <div id=scroller style="height:40px;overflow:auto"><div style="height:900px">tall</div></div>
  <input id=v><button id=b>x</button>"""
START = """off.sheet.disabled = true; s.sheet.insertRule("u { color: red }");
  const sheet = new CSSStyleSheet(); sheet.replaceSync("b { color: red }"); document.adoptedStyleSheets = [sheet];
  const root = host.attachShadow({ mode: "open" }); root.innerHTML = "<b>in the shadow</b><slot></slot>";
  root.adoptedStyleSheets = [sheet]; d.show(); scroller.scrollTop = 30;"""
# What a page may do at each key.
HABITS = """v.oninput = () => {
    const { length } = v.value;
    const find = (selector) => document.querySelector(selector);
    const add = (name, more) => document.body.append(Object.assign(document.createElement(name), more));
    echo.textContent = v.value; echo.title = v.value; echo.className = "n" + length;
    list.append(document.createElement("li")); list.firstChild.remove(); list.prepend(list.lastChild);
    add("hr"); add("input", { id: "more" + length }); add("x-" + length); document.body.append("more");
    s.append(`i:nth-child(${length}) { color: red }`); s.sheet.insertRule("em { color: red }");
    off.sheet.disabled = false; add("style", { textContent: "a { color: red }" });
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, new CSSStyleSheet()];
    l.textContent = "Name " + length; n.value = v.value; n.setAttribute("aria-label", length);
    find("select")?.remove(); find("textarea")?.remove(); find("details")?.remove();
    f.contentDocument.body.append("more");
    const late = document.createElement("div"); late.attachShadow({ mode: "open" }).append("late");
    document.body.append(late); host.shadowRoot.firstChild.replaceWith("other");
    find("video").style.width = length * 20 + "px"; find("svg").append(find("svg").firstChild.cloneNode());
    echo.previousElementSibling.dataset.beside = "show"; d.append(length);
    if (length > 2) find("table")?.remove();
  };"""


def open_shop(page: Page, site: Site) -> Recording:
    recording = Recording(page, site, BODY, head=HEAD)
    recording.run(START)
    recording.run("recording.capture.keyframe()")
    page.evaluate(f"() => {{ {HABITS} }}")
    return recording


def told(keyframe: list[Any]) -> tuple[Any, list[str]]:
    """What a keyframe says of the tree, its fields and styles, whether fields are told together or one by one."""
    assert keyframe[0] == "keyframe"
    changes = [change for change in keyframe[5] if change[0] not in {*LIVE, "fields"}]
    changes += [["field", node, change[2]] for change in keyframe[5] if change[0] == "fields" for node in change[1]]
    return keyframe[4], sorted(map(json.dumps, changes))


def type_key_by_key(page: Page, value: str) -> None:
    page.locator("#v").focus()
    # Where the focus is, and what it scrolled into view, is told before the first key.
    page.evaluate("beside.quiet()")
    page.keyboard.type(value)


def leave(page: Page, recording: Recording) -> None:
    page.locator("#b").focus()
    recording.quiet()


def test_it_says_just_what_was_sent_before(page: Page, site: Site) -> None:
    recording = open_shop(page, site)
    before = told(recording.told[-1])
    outline = recording.outline

    type_key_by_key(page, "4711")
    recording.run("recording.capture.keyframe()")

    assert told(recording.told[-1]) == before
    assert recording.outline == outline
    assert {json.loads(change)[0] for change in before[1]} >= {"field", "sheet", "adopted", "scroll"}


def test_it_is_the_same_however_much_was_typed(page: Page, site: Site) -> None:
    sent = []
    for value in ("4", "47110815"):
        recording = open_shop(page, site)
        type_key_by_key(page, value)
        recording.run("recording.capture.keyframe()")
        recording.run("recording.capture.keyframe()")
        sent.append([json.dumps(frame) for frame in recording.told])

    assert len(sent[0]) > 3
    assert sent[0] == sent[1]


def test_all_that_the_page_did_meanwhile_follows_the_edit(page: Page, site: Site) -> None:
    recording = open_shop(page, site)
    type_key_by_key(page, "4711")
    recording.run("recording.capture.keyframe()")
    assert "late" not in recording.outline
    leave(page, recording)
    followed = recording.outline

    recording.run("recording.capture.keyframe()")

    assert "4711" not in recording.text
    assert recording.outline == followed
    assert followed.count("late") == 4
    assert '<p data-beside="mask">' not in followed


def test_it_tells_again_what_scrolls_and_what_lies_on_top(page: Page, site: Site) -> None:
    recording = Recording(page, site, BODY)
    recording.run("d.append(v); d.showModal(); scroller.scrollTop = 30")
    type_key_by_key(page, "47")

    recording.run("recording.capture.keyframe()")

    assert recording.last("scroll") == ["scroll", recording.node("scroller"), 0, 30]
    assert recording.last("layer") == ["layer", recording.node("d"), "modal"]


def test_highlight_and_withholding_find_its_nodes(page: Page, site: Site) -> None:
    recording = open_shop(page, site)
    type_key_by_key(page, "47")
    recording.run("recording.capture.keyframe()")
    epoch, node = recording.told[-1][1], recording.node("scroller")

    found = page.evaluate(f"recording.capture.find({epoch}, {node}).id")
    recording.run(f"recording.capture.block({epoch}, {node})")

    assert found == "scroller"
    assert "tall" not in recording.outline
    assert '"inside"' in recording.outline
    leave(page, recording)
    assert "tall" not in recording.outline
    assert "late" in recording.outline


def test_what_is_paused_during_an_edit_goes_on_with_what_was_sent(page: Page, site: Site) -> None:
    recording = open_shop(page, site)
    before = told(recording.told[-1])
    type_key_by_key(page, "47")
    page.evaluate("recording.capture.pause()")
    page.keyboard.type("11")

    recording.run("recording.capture.resume()")

    assert told(recording.told[-1]) == before
    leave(page, recording)
    assert "late" in recording.outline
    recording.run("f.contentDocument.body.append('heard'); host.shadowRoot.append('heard too')")
    assert '"heard"' in recording.outline
    assert '"heard too"' in recording.outline


def test_page_that_was_a_box_stays_one_until_the_edit_is_over(page: Page, site: Site) -> None:
    body = "<input id=v><button id=b>x</button><main id=m></main>"
    recording = Recording(page, site, body, settings="{ maxNodes: 60 }")
    recording.run("m.innerHTML = '<i>x</i>'.repeat(90); v.oninput = () => { m.innerHTML = '' }")
    assert "page too large" in recording.outline
    type_key_by_key(page, "4")

    recording.run("recording.capture.keyframe()")
    assert "page too large" in recording.outline
    leave(page, recording)

    assert "page too large" not in recording.outline


def test_frame_that_came_to_nothing_is_no_base_for_it(page: Page, site: Site) -> None:
    """The page comes to a path that pauses sharing while a mutation is read, and the shopper types there."""
    body = "<input id=v><button id=b>x</button><main id=m></main>"
    recording = Recording(page, site, body, settings="{ ...beside.policed({ pause: ['/account/**'] }), slice_ms: 0 }")
    home = page.evaluate("location.pathname")
    page.evaluate(f"""async () => {{ {COUNTED}
        m.innerHTML = "<i>half</i>".repeat(400);
        while (reads < 3) await new Promise((done) => setTimeout(done));
        history.pushState(null, "", "/account/1");
        v.focus(); document.execCommand("insertText", false, "47");
    }}""")
    assert [len(recording.told), page.evaluate("recording.pauses.length")] == [1, 1], "read at once, or not yet"

    recording.run(f"history.pushState(null, '', '{home}'); recording.capture.resume()")
    assert "page cannot be shown" in recording.outline
    page.locator("#b").focus()
    page.wait_for_function("recording.model.outline().join().includes('half')")


def test_element_keeps_the_name_that_it_was_given(page: Page, site: Site) -> None:
    write = "m.replaceChildren(document.createElement('x-' + this.value))"
    body = f'<input id=one oninput="{write}"><main id=m></main><input id=v><button id=b>x</button>'
    recording = Recording(page, site, body)
    page.locator("#one").focus()
    page.keyboard.type("739")
    leave(page, recording)
    type_key_by_key(page, "4")

    recording.run("recording.capture.keyframe()")

    assert "x-masked" in recording.outline
    assert "739" not in recording.text


def test_what_another_field_caused_is_still_judged_behind_it(page: Page, site: Site) -> None:
    """As in boxes for a code: the next is edited before what the one before caused was ever read."""
    recording = Recording(page, site, "<p id=p>x</p><input id=one><input id=two><button id=next>Next</button>")
    page.evaluate("""() => {
        one.oninput = () => {
            p.textContent = "Hello " + one.value;
            two.focus();
            document.execCommand("insertText", false, "z");
            recording.capture.keyframe();
        };
    }""")
    page.locator("#one").focus()
    page.keyboard.insert_text("Kim")
    recording.quiet()

    page.locator("#next").focus()
    recording.quiet()

    assert page.locator("#p").inner_text() == "Hello Kim"
    assert "Kim" not in recording.text


def test_what_came_to_lie_on_top_meanwhile_keeps_its_order(page: Page, site: Site) -> None:
    body = "<p id=one popover=manual>1</p><p id=two popover=manual>2</p><input id=v><button id=b>x</button>"
    recording = Recording(page, site, body)
    page.evaluate("() => { v.oninput = () => { two.showPopover(); one.showPopover(); }; }")
    type_key_by_key(page, "4")
    recording.run("recording.capture.keyframe()")
    assert recording.last("layer") is None

    leave(page, recording)

    keyframe = recording.told[-1]
    assert keyframe[0] == "keyframe"
    told = [change[1] for change in keyframe[5] if change[0] == "layer"]
    assert told == [recording.node("two"), recording.node("one")]


@pytest.mark.parametrize("word", ["block", "mask"])
def test_what_is_kept_back_by_now_is_not_sent_again(page: Page, site: Site, word: str) -> None:
    recording = open_shop(page, site)
    page.evaluate("word => { v.addEventListener('input', () => { scroller.dataset.beside = word; }); }", word)
    type_key_by_key(page, "47")

    recording.run("recording.capture.keyframe()")

    assert "tall" not in recording.outline
    assert '"inside"' in recording.outline


def test_shown_field_that_is_masked_by_now_is_not_sent_again(page: Page, site: Site) -> None:
    recording = open_shop(page, site)
    assert recording.field("n")["content"]["text"] == "shown"
    page.evaluate("() => { v.addEventListener('input', () => { n.dataset.beside = 'mask'; }); }")
    type_key_by_key(page, "47")

    recording.run("recording.capture.keyframe()")

    assert recording.told[-1][0] == "keyframe"
    assert '"shown"' not in recording.bytes[-1]


def test_what_the_page_took_away_before_it_and_puts_back_stays_as_sent(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>Elmtree</p><p>x</p><input id=v><button id=b>x</button>")
    page.evaluate("() => { window.text = p.firstChild; v.oninput = () => text.remove(); }")
    type_key_by_key(page, "Elmtree")
    recording.run("recording.capture.keyframe()")
    leave(page, recording)
    assert "Elmtree" not in recording.outline

    recording.run("p.append(text)")

    assert '"Elmtree"' in recording.outline


def test_page_that_removes_our_frame_at_each_key_makes_no_frame(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>x</p><input id=v><button id=b>x</button>")
    page.evaluate("""() => { v.oninput = () => {
        p.textContent = v.value.length;
        for (const child of [...document.documentElement.children])
            if (!["HEAD", "BODY", "BESIDE-OWN"].includes(child.tagName)) child.remove();
    }; }""")
    page.locator("#v").focus()
    recording.quiet()
    count = len(recording.told)

    for key in "4711":
        page.keyboard.press(key)
        recording.quiet()

    assert len(recording.told) == count
    leave(page, recording)
    assert '"4"' in recording.outline
    recording.run("p.textContent = 'heard'")
    assert '"heard"' in recording.outline


def test_node_that_the_page_took_away_is_found_until_the_edit_is_over(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>x</p><input id=v><button id=b>x</button>")
    node = recording.node("p")
    page.evaluate("() => { v.oninput = () => p.remove(); }")
    type_key_by_key(page, "4")
    find = f"recording.capture.find(7, {node})?.id ?? null"

    assert page.evaluate(find) == "p"
    leave(page, recording)
    assert page.evaluate(find) is None


def test_keyframe_that_is_owed_at_the_first_key_says_nothing_of_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>x</p><input id=v><button id=b>x</button>")
    page.evaluate("""() => { v.onkeydown = (event) => {
        recording.capture.keyframe();
        p.textContent = `key ${event.key}`;
    }; }""")
    page.locator("#v").focus()
    recording.quiet()

    page.keyboard.press("7")
    recording.quiet()

    assert recording.told[-1][0] == "keyframe"
    assert '"x"' in recording.outline
    assert "key 7" not in recording.text
    leave(page, recording)
    assert "key 7" not in recording.text


# A key, as the page hears of it: the first of its listeners may print it before anything is typed.
KEY = """const f = find('#f'); f.addEventListener('keydown', () => { find('p').textContent = 'key 7'; });
    f.focus();
    f.dispatchEvent(new KeyboardEvent('keydown', { key: '7', bubbles: true, cancelable: true }));
    f.dispatchEvent(new InputEvent('beforeinput', { data: '7', bubbles: true, cancelable: true }));
    f.value = '7';
    f.dispatchEvent(new InputEvent('input', { data: '7', bubbles: true }));
"""


def test_first_key_is_not_printed_into_a_frame_that_is_half_read(page: Page, site: Site) -> None:
    body = "<ul></ul><p>plain</p><input id=f><button id=b>x</button>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")

    in_a_gap(page, f"find('ul').innerHTML = {ROWS}; find('p').append('!');", KEY)
    recording.quiet()
    leave(page, recording)

    assert recording.outline.count("<li>") == 6000
    assert '"!"' in recording.text
    assert "key 7" not in recording.text


def test_first_key_is_not_printed_where_the_page_leads_it_into_a_field(page: Page, site: Site) -> None:
    body = "<ul></ul><p>plain</p><input id=f><button id=b>x</button>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    lead = "document.body.addEventListener('keydown', () => { find('p').textContent = 'key 7'; find('#f').focus(); });"
    on_body = "document.body.dispatchEvent(new KeyboardEvent"
    press = KEY.replace("f.focus();", lead).replace("f.dispatchEvent(new KeyboardEvent", on_body)

    in_a_gap(page, f"find('ul').innerHTML = {ROWS};", press)
    recording.quiet()
    leave(page, recording)

    assert recording.outline.count("<li>") == 6000
    assert "key 7" not in recording.text


def test_edit_that_begins_where_a_frame_was_just_given_up_does_not_hide_the_page(page: Page, site: Site) -> None:
    rules = "...beside.policed({ rules: [{ block: ['.gone'] }] })"
    recording = Recording(page, site, "<ul></ul><p>plain</p><input id=f>", settings=f"{{ {rules}, slice_ms: 3 }}")

    in_a_gap(
        page,
        f"find('ul').innerHTML = {ROWS};",
        # A stricter rule in the middle of a frame: that is given up for a keyframe, which is still to come here.
        f"find('ul').classList.add('gone'); await task(); await task(); {KEY}",
    )
    recording.quiet()

    assert page.evaluate("recording.capture.isHolding")
    assert "blocked" in recording.outline
    assert "cannot be shown" not in recording.outline
    assert "key 7" not in recording.text
