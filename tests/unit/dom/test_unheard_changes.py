"""Changes that no record tells of where they count: values that scripts set, moves between slices, and kinds and
labels that follow from another part of the page.

Most of these left in clear, or left a mirror that stayed wrong, before they were tests.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.between_frames import COUNTED, HOST, ROWS, held, in_a_gap, is_page, run
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

CHANGE = "find('#f').dispatchEvent(new Event('change', { bubbles: true }));"
FIELDS = "JSON.stringify([...recording.model.fields].map(([id, f]) => [f.kind, f.label, f.verdict, f.content]).sort())"


def is_told(recording: Recording) -> None:
    """Tree and fields as a keyframe would tell them."""
    recording.quiet()
    before, fields = recording.outline, recording.page.evaluate(FIELDS)
    recording.run("recording.capture.keyframe()")
    assert before == recording.outline
    assert fields == recording.page.evaluate(FIELDS)


# Values of controls that do not travel.


@pytest.mark.parametrize("first", ["", "12345"])
@pytest.mark.parametrize(
    "how", ["find('p').firstChild.data = 'jonathan'", "find('p').append('jonathan')", "find('img').alt = 'jonathan'"]
)
def test_a_value_set_by_script_in_what_does_not_travel(page: Page, site: Site, how: str, first: str) -> None:
    body = f"<section data-beside=block><input id=f value='{first}'></section><p>x</p><img>"
    recording = Recording(page, site, body)
    run(recording, f"find('#f').value = 'jonathan'; {how}")
    assert "jonathan" not in recording.text


@pytest.mark.parametrize("how", ["find('p').firstChild.data = 'jonathan'", "find('p').append('jonathan')"])
def test_a_value_set_in_a_root_within_a_box(page: Page, site: Site, how: str) -> None:
    recording = Recording(page, site, "<p>x</p><section data-beside=block></section>")
    run(recording, HOST + "find('section').append(host); window.field = field;")
    run(recording, f"field.value = 'jonathan'; {how}")
    assert "jonathan" not in recording.text


# Batch search.


def test_a_field_put_into_a_new_root_between_slices(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<ul></ul><main></main>", settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        f"""const host = made("div"); host.attachShadow({{ mode: "open" }}).append("x");
        find('ul').innerHTML = {ROWS}; find('main').append(host);""",
        """const field = made("input"); field.value = "jonathan"; host.shadowRoot.append(field);
        find('main').prepend(Object.assign(made("img"), { alt: "jonathan" }));""",
    )
    recording.quiet()
    assert "jonathan" not in recording.text


def test_a_field_put_into_a_new_frame_between_slices(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<ul></ul><main></main>", settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        f"""const frame = made("iframe"); frame.setAttribute("data-beside", "show");
        find('ul').innerHTML = {ROWS}; find('main').append(frame); frame.contentDocument.body.append("x");""",
        """const field = made("input"); field.value = "jonathan"; frame.contentDocument.body.append(field);
        find('main').prepend(Object.assign(made("img"), { alt: "jonathan" }));""",
    )
    recording.quiet()
    assert "jonathan" not in recording.text


def test_a_field_put_into_what_was_searched_and_taken_out_with_its_parent(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<ul></ul><main></main><section id=d></section>", settings="{ slice_ms: 3 }")
    run(recording, HOST + "Object.assign(window, { host, field, echo });")
    in_a_gap(
        page,
        f"""const c = made("div"), d = find("#d");
        find('ul').innerHTML = {ROWS}; find('main').append('x'); d.append(c);""",
        """field.value = "jonathan";
        await turn(() => d.remove());
        await turn(() => { c.remove(); c.append(host); });
        await turn(() => find("main").append(echo, c));""",
    )
    recording.quiet()
    assert "jonathan" not in recording.text


# First keyframe.


def test_a_field_put_into_a_root_while_the_first_keyframe_is_read(page: Page, site: Site) -> None:
    html = (
        "<!doctype html><html><body><ul>"
        + "<li>row</li>" * 30000
        + "</ul><div id=e></div><main><x-a></x-a></main></body></html>"
    )
    page.goto(site.page(html))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")
    page.evaluate(
        """async () => {
        const host = document.querySelector("x-a"); host.attachShadow({ mode: "open" }).append("x");
        window.recording = beside.record({ slice_ms: 3 });
        await new Promise((done) => setTimeout(done));
        if (recording.frames.length) throw new Error("told already");
        const field = document.createElement("input"); field.value = "jonathan"; host.shadowRoot.append(field);
        document.querySelector("#e").prepend(Object.assign(document.createElement("img"), { alt: "jonathan" }));
    }"""
    )
    page.wait_for_function("recording.frames.length > 0")
    page.evaluate("beside.quiet()")
    assert "jonathan" not in page.evaluate("recording.bytes.join()")


# Kinds that follow from what stands within.


def test_a_combobox_that_loses_its_input(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div role=combobox id=c><span id=s><input></span><p id=p>text</p></div>")
    run(recording, "find('#s input').remove()")
    run(recording, "find('#p').append('CANARY')")
    assert "CANARY" not in recording.text
    is_told(recording)


def test_a_combobox_that_gets_an_input(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div role=combobox id=c><span id=s></span><p id=p>text</p></div>")
    run(recording, "find('#s').append(made('input'))")
    is_told(recording)


def test_a_button_that_becomes_a_combobox_and_a_button_again(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<button id=b>Country</button><button id=r>Express</button>")
    run(recording, "find('#b').setAttribute('role', 'combobox'); find('#r').setAttribute('role', 'radio')")
    run(recording, "find('#b').textContent = 'CANARY'")
    assert "CANARY" not in recording.text
    assert [recording.field(name)["kind"] for name in ("b", "r")] == ["rich-text", "radio"]
    assert recording.field("b")["status"] == {"filled": True, "validity": "valid"}
    assert [recording.field(name)["label"] for name in ("b", "r")] == ["", "Express"]
    is_told(recording)

    run(recording, "find('#b').removeAttribute('role')")
    run(recording, "find('#b').textContent = 'Pay now'")

    assert '"Pay now"' in recording.outline
    assert recording.field("b") is None


# Labels.


def test_a_label_that_gets_its_id_later(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<p>Card number</p>"
        "<div contenteditable data-beside=show aria-labelledby=l id=e><div id=d><b>hello</b></div></div>",
    )
    run(recording, "find('p').id = 'l'")
    run(recording, "find('#d').append('CANARY')")
    assert "CANARY" not in recording.text
    is_told(recording)


@pytest.mark.parametrize("change", ["find('p').id = 'a'", "find('label').remove()", "find('p').before(copy)"])
def test_a_label_that_its_field_loses(page: Page, site: Site, change: str) -> None:
    recording = Recording(page, site, "<p>x</p><label for=a>Your note</label><input id=a>")
    run(recording, f"const copy = find('#a').cloneNode(); {change}")
    assert recording.page.evaluate("[...recording.model.fields.values()].at(0).label") == ""
    is_told(recording)


def test_a_label_around_two_fields_of_which_the_first_leaves(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label>Your note <input><input id=b></label>")
    run(recording, "find('input').remove()")
    assert recording.field("b")["label"] == "Your note"
    is_told(recording)


def test_a_field_that_gets_the_label_of_another_by_its_id(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label for=a>Your note</label><main><input id=a></main><input id=a class=own>")
    run(recording, "find('main').remove()")
    assert recording.field("a")["label"] == "Your note"
    is_told(recording)


def test_a_label_that_comes_to_be_blocked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label for=a>Your note</label><input id=a>")
    assert recording.field("a")["label"] == "Your note"
    run(recording, "find('label').dataset.beside = 'block'")
    assert recording.field("a")["label"] == ""
    is_told(recording)


def test_a_field_that_is_none_while_a_frame_ends(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main></main>", settings="{slice_ms: 0}")
    run(
        recording,
        COUNTED
        + """find('main').innerHTML = "<div id=e contenteditable></div>" + "<i>x</i>".repeat(60);
        const { bytes } = recording, count = bytes.length;
        while (reads < 8) await new Promise((done) => setTimeout(done));
        window.wasLate = bytes.length > count;
        find('#e').contentEditable = "false";
        bytes.push = (...more) => {
          find('#e').contentEditable = "true";
          return Array.prototype.push.apply(bytes, more);
        };""",
    )
    assert not page.evaluate("window.wasLate")
    assert recording.field("e")["verdict"] == "mask"
    is_told(recording)


def test_a_labels_for_that_changes(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label for=a>Your note</label><input id=a><input id=b>")
    run(recording, "find('label').htmlFor = 'b'")
    assert [recording.field(name)["label"] for name in "ab"] == ["", "Your note"]


def test_a_label_of_a_shown_select_that_changes(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<label for=a>Card number</label><select id=b data-beside=show><option>one</option></select>"
    )
    run(recording, "find('label').htmlFor = 'b'")
    run(recording, "find('option').append('CANARY')")
    assert "CANARY" not in recording.text
    is_told(recording)


def test_an_aria_label_that_comes_later(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=a aria-labelledby=l>")
    run(recording, "const p = made('p', 'Your note'); p.id = 'l'; document.body.append(p)")
    is_told(recording)


@pytest.mark.parametrize("kind", ["keyframe", "mutation"])
def test_a_label_that_changes_while_the_text_is_read(page: Page, site: Site, kind: str) -> None:
    body = "<p id=l>Notes</p><main></main><ul></ul>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    edit = "<div contenteditable data-beside=show aria-labelledby=l id=e><div id=d><b>hello</b></div></div>"
    in_a_gap(
        page,
        f"find('main').innerHTML = `{edit}`; find('ul').innerHTML = {ROWS};"
        + ("recording.capture.keyframe();" if kind == "keyframe" else ""),
        "find('#l').firstChild.data = 'Card number';",
    )
    recording.quiet()
    recording.run("document.querySelector('#d').append('CANARY')")
    assert "CANARY" not in recording.text
    is_told(recording)


def test_two_rich_texts_without_names(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<div contenteditable data-beside=show><b>hello</b></div><div contenteditable aria-label='Card number'></div>",
    )
    is_told(recording)


# Put off twice.


def test_what_left_a_part_whose_splice_was_put_off(page: Page, site: Site) -> None:
    body = "<ul></ul><section id=s><div id=a><p id=q>old</p></div><div id=b></div></section>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        f"const [s, a, b, q] = ['#s', '#a', '#b', '#q'].map(find); const box = made('div');"
        f"find('ul').innerHTML = {ROWS}; box.append(q); b.append(box);",
        "s.dataset.beside = 'mask';",
        """await turn(() => { delete s.dataset.beside; });
        await turn(() => q.remove());
        await turn(() => { q.firstChild.data = 'new'; });
        await turn(() => a.append(q));""",
    )
    assert is_page(recording)
    assert '"new"' in recording.outline


# Small things.


def test_a_blank_in_the_root_that_says_something(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")
    run(recording, "const t = document.createTextNode(' '); document.documentElement.append(t); window.t = t;")
    run(recording, "t.data = 'hello'")
    is_told(recording)


def test_a_number_made_by_taking_away_what_stands_between(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p><b>41111111</b><i> or so </i><b>11111111</b></p>")
    run(recording, "find('i').remove()")
    is_told(recording)


def test_a_number_made_by_moves(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p><b>11111111</b><i> or so </i><b>41111111</b></p>")
    run(recording, "find('p').prepend(find('p').lastChild); find('p').append(find('i'))")
    is_told(recording)


# Lost for good.


@pytest.mark.parametrize(
    "back",
    [
        "Z.append(made('section', X))",
        "const host = made('section'); host.attachShadow({ mode: 'open' }).append(X); Z.append(host)",
        "Z.append(X)",
    ],
)
def test_what_left_and_came_back_within_what_is_new_while_a_frame_is_read(page: Page, site: Site, back: str) -> None:
    body = f"<div id=A><i id=X>X</i><i>y</i></div><ol>{'<li>row</li>' * 20_000}</ol><div id=Z><i>z</i></div>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        """const [A, X, Z, list] = ['#A', '#X', '#Z', 'ol'].map(find);
        A.append('a'); for (const li of list.children) li.append(new Comment()); Z.append('b');""",
        f"await turn(() => X.remove()); await turn(() => {{ {back} }});",
        "await task();",
    )
    recording.quiet()
    held(recording)
    assert '"X"' in recording.outline
    assert is_page(recording)


def test_what_moves_within_what_is_new_while_a_frame_is_read(page: Page, site: Site) -> None:
    body = f"<div id=A><i id=X>X</i><i>y</i></div><ol>{'<li>row</li>' * 20_000}</ol><div id=Z><i>z</i></div>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        """const [A, X, Z, list] = ['#A', '#X', '#Z', 'ol'].map(find);
        A.append('a'); for (const li of list.children) li.append(new Comment()); Z.append('b');""",
        "const box = made('section'); box.append(X); Z.append(box);",
        "await task();",
    )
    held(recording)
    assert '"X"' in recording.outline
    assert is_page(recording)


# What is told beside the tree, by no rule.


@pytest.mark.parametrize(
    "change",
    [
        "find('#s').textContent = '.CANARY { color: red }'",
        "find('#s').sheet.insertRule('.CANARY { color: red }', 1)",
        "find('#h').shadowRoot.adoptedStyleSheets[0].replaceSync('.CANARY { color: red }')",
    ],
)
def test_a_style_sheet_that_changes_under_a_block_while_a_frame_is_read(page: Page, site: Site, change: str) -> None:
    body = "<ul></ul><div id=x><style id=s>.a { color: blue }</style><p id=h>old</p></div>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    run(
        recording,
        """const sheet = new CSSStyleSheet(); sheet.replaceSync('.b { color: red }');
        find('#h').attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];""",
    )
    in_a_gap(
        page,
        f"find('ul').innerHTML = {ROWS};",
        f"find('#x').setAttribute('data-beside', 'block'); await task(); {change};",
    )
    recording.quiet()
    assert "CANARY" not in recording.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("<input id=f>", "a", '"filled":true'), ("<input id=f data-beside=show value=old>", "CANARY", "CANARY")],
)
def test_a_field_whose_part_is_blocked_while_a_frame_is_read(
    page: Page, site: Site, field: str, value: str, told: str
) -> None:
    recording = Recording(page, site, f"<ul></ul><div id=x>{field}</div>", settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        f"find('ul').innerHTML = {ROWS}; find('#f').className = 'a';",
        f"find('#x').setAttribute('data-beside', 'block'); find('#f').value = '{value}';" + CHANGE,
    )
    recording.quiet()
    assert told not in recording.text


# Labels that hold.


def test_a_label_under_a_mask_that_comes_while_a_frame_is_read(page: Page, site: Site) -> None:
    body = "<ul></ul><div id=x><label id=l for=f>old</label></div><input id=f>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        f"find('ul').innerHTML = {ROWS}; find('#l').append('more');",
        "find('#x').setAttribute('data-beside', 'mask'); find('#l').firstChild.data = 'CANARY';"
        "find('#f').setAttribute('aria-label', 'plain');",
    )
    recording.quiet()
    assert "CANARY" not in recording.text
    assert recording.field("f")["label"] == "plain"


# Kinds.


def test_a_field_of_a_name_that_becomes_secret(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=f data-beside=show value=old>")
    run(
        recording,
        "find('#f').name = 'cardnumber'; find('#f').value = 'CANARY';" + CHANGE,
    )
    assert "CANARY" not in recording.text


@pytest.mark.parametrize(
    "how",
    [
        "e.id = 'cvc'",
        "e.setAttribute('aria-label', 'Card number')",
        "e.setAttribute('autocomplete', 'cc-number')",
        "find('p').id = 'l'; e.setAttribute('aria-labelledby', 'l')",
    ],
)
def test_a_rich_text_that_becomes_secret(page: Page, site: Site, how: str) -> None:
    recording = Recording(
        page, site, "<p>Card number</p><div contenteditable data-beside=show id=e><div id=d><b>hello</b></div></div>"
    )
    run(recording, f"const e = find('#e'); {how}; find('#d').append('CANARY'); find('b').firstChild.data = 'CANARY'")
    run(recording, "find('#d').append('CANARY'); find('b').firstChild.data = 'CANARY'")
    assert "CANARY" not in recording.text
    is_told(recording)


@pytest.mark.parametrize("how", ["s.name = 'cvc'", "s.setAttribute('autocomplete', 'cc-number')"])
def test_a_select_that_becomes_secret(page: Page, site: Site, how: str) -> None:
    recording = Recording(page, site, "<select data-beside=show id=s><option>one</option><option>two</option></select>")
    run(recording, f"const s = find('#s'); {how}; s.options[0].textContent = 'CANARY'; s.add(new Option('CANARY'))")
    assert "CANARY" not in recording.text
    is_told(recording)


def test_a_shown_field_that_held_an_echo_and_is_empty(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input value=jonathan><input id=f data-beside=show>")
    run(recording, "find('#f').value = 'jonathan';" + CHANGE)
    assert recording.field("f")["verdict"] == "mask"
    run(recording, "find('#f').value = '';" + CHANGE)
    assert recording.field("f")["verdict"] == "show"
    is_told(recording)


def test_a_place_where_a_secret_field_stood(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<form id=o><select data-beside=show name=a id=s><option>one</option></select></form>"
    )
    run(recording, "find('#o').append(Object.assign(made('input'), { name: 'a', type: 'password' }))")
    run(recording, "find('#s').options[0].textContent = 'CANARY'")
    is_told(recording)


# An element's own rule that passes.


@pytest.mark.parametrize("wait", ["", "await task();"])
@pytest.mark.parametrize(
    "change",
    [
        "find('#x').alt = 'new'",
        "find('#x').setAttribute('aria-hidden', 'true')",
        "find('#x').setAttribute('data-mood', 'new')",
    ],
)
def test_an_attribute_that_changed_under_its_elements_own_passing_rule(
    page: Page, site: Site, change: str, wait: str
) -> None:
    body = "<style>[data-mood] { color: red }</style><ul></ul><img id=x alt=old aria-hidden=false data-mood=old>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        f"find('ul').innerHTML = {ROWS}; {change};",
        "find('#x').dataset.beside = 'mask';",
        "delete find('#x').dataset.beside;",
    )
    recording.quiet()
    held(recording)
    assert is_page(recording)


# Nodes that come to stand in what they held.


def test_two_nodes_that_come_to_stand_in_each_other_between_slices(page: Page, site: Site) -> None:
    rows = "<li>row</li>" * 20_000
    body = f"<div id=W><div id=A><i>a</i></div></div><ol>{rows}</ol><div id=B><i>b</i></div>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")
    in_a_gap(
        page,
        """const [A, B, list] = ['#A', '#B', 'ol'].map(find);
        B.append(A); for (const li of list.children) li.append(new Comment()); A.append('x');""",
        "document.body.append(A); A.append(B);",
        "await task();",
    )
    assert is_page(recording)


def test_what_held_its_new_parent_and_is_told_anew_within_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><div id=d><address id=a>old</address></div></main>")
    run(recording, "const [d, a, m] = ['#d', '#a', 'main'].map(find); a.append('x'); m.append(a); a.append(d);")
    held(recording)
    assert is_page(recording)


def test_lists_that_name_each_other_while_they_are_brought_up_to_date(page: Page, site: Site) -> None:
    body = "<div id=W><div id=Z><div id=B><div id=A></div></div></div><i id=y>y</i></div>"
    recording = Recording(page, site, body)
    run(
        recording,
        "const [A, B, Z, y] = ['#A', '#B', '#Z', '#y'].map(find); A.append('x'); y.remove(); Z.append(A); A.append(B);",
    )
    held(recording)
    assert is_page(recording)


@pytest.mark.parametrize("how", ["find('#box').dataset.beside = 'block'", "find('#shut').append(find('#x'))"])
@pytest.mark.parametrize("field", ["<input id=x value='another one'>", "<input id=x data-beside=show value=old>"])
def test_a_value_set_in_a_field_that_was_known_before_its_part_was_blocked(
    page: Page, site: Site, field: str, how: str
) -> None:
    body = f"<p>For you</p><div id=box>{field}</div><section id=shut data-beside=block></section>"
    recording = Recording(page, site, body)
    run(recording, "find('p').append('!')")
    run(recording, how)
    run(recording, "find('#x').value = 'jonathan'; find('p').firstChild.data = 'For jonathan'")
    assert "jonathan" not in recording.text


def test_a_value_set_in_a_field_that_a_keyframe_boxed(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>For you</p><div id=box><input id=x value='another one'></div>")
    run(recording, "find('#box').dataset.beside = 'block'; recording.capture.keyframe();")
    run(recording, "find('#x').value = 'jonathan'; find('p').firstChild.data = 'For jonathan'")
    assert "jonathan" not in recording.text
