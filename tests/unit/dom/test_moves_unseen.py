"""What moves while nobody watches it, or under other rules than it was read by: told as it is, by what holds now."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.between_frames import COUNTED, HOST, ROWS, held, in_a_gap, is_page, run
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording


@pytest.mark.parametrize(
    "change",
    [
        ("part.querySelector('p').firstChild.data = 'new text'", '"new text"', '"old text"'),
        ("part.querySelector('p').className = 'late'", 'class="late"', 'class="early"'),
        ("part.className = 'late'", '<section class="late"', '<section id="part"'),
        ("part.append('behind')", '"behind"', None),
        ("part.querySelector('p').remove()", "<section", '"old text"'),
        ("part.setAttribute('data-beside', 'block')", "blocked", '"old text"'),
        ("part.querySelector('p').setAttribute('data-beside', 'mask')", "<p", '"old text"'),
        ("part.querySelector('style').textContent = '.late { color: red }'", ".late", None),
        ("part.querySelector('canvas').outerHTML = '<i>drawn</i>'", '"drawn"', "canvas"),
    ],
)
@pytest.mark.parametrize(
    "back",
    [
        "find('main').prepend(part)",
        "find('#after').append(part)",
        # Within what nobody knows, whose own coming is all that is told.
        "find('main').append(made('div', part))",
        # Within a root that nobody watches yet.
        "find('#after').attachShadow({ mode: 'open' }).append(part)",
    ],
)
def test_a_part_put_back_is_told_as_it_is_by_then(
    page: Page, site: Site, change: tuple[str, str, str | None], back: str
) -> None:
    away, told, untold = change
    recording = Recording(
        page,
        site,
        "<main><section id=part><p class=early>old text</p><style>.old { color: blue }</style>"
        "<canvas width=9 height=9></canvas></section><div id=after></div></main>",
    )

    run(
        recording,
        f"""const part = find("#part");
        await turn(() => part.remove());
        await turn(() => {{ {away} }});
        await turn(() => {{ {back} }});""",
    )

    outline = recording.outline
    assert told in outline or told in recording.text
    assert untold is None or untold not in outline
    assert {frame[0] for frame in recording.told[1:]} == {"mutation"}


def test_what_comes_back_by_itself_out_of_what_was_taken_out_is_told_as_it_is(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><section id=part><p><b>old text</b></p></section></main>")

    run(
        recording,
        """const part = find("#part"), inner = part.querySelector("b");
        await turn(() => part.remove());
        await turn(() => { inner.firstChild.data = "new text"; inner.remove(); });
        await turn(() => find("main").append(inner));""",
    )

    assert '"new text"' in recording.outline
    assert "<section" not in recording.outline


@pytest.mark.parametrize("between", ["", "}); await turn(() => {"])
def test_what_moves_on_out_of_what_came_back_is_told_as_it_is(page: Page, site: Site, between: str) -> None:
    recording = Recording(page, site, "<main><section id=part>old text</section><div id=after></div></main>")

    run(
        recording,
        f"""const part = find("#part"), box = made("div");
        await turn(() => part.remove());
        await turn(() => {{ part.firstChild.data = "new text"; box.append(part); }});
        await turn(() => {{ document.body.append(box); {between} find("#after").append(part); }});""",
    )

    assert '"new text"' in recording.outline


def test_a_node_that_moves_in_several_turns_of_a_frame_still_costs_its_id(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<ul id=a><li id=one>1</li></ul><ul id=b></ul><ul id=c></ul>")
    moved = recording.node("one")

    run(
        recording,
        """const one = find("#one");
        await turn(() => find("#b").append(one));
        await turn(() => find("#c").append(one));""",
    )

    assert recording.told[-1][4][-1][4] == [["at", moved]]


def test_what_is_written_into_a_part_on_its_way_into_a_masked_one_is_masked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div id=q></div><section data-beside=mask></section>")

    run(recording, "find('#q').append('CANARY'); find('section').append(find('#q'))")

    assert "CANARY" not in recording.text
    assert '<div id="q">' in recording.outline


def test_a_style_sheet_in_a_part_that_moves_under_a_mask_is_told_once(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div id=q></div><section data-beside=mask></section>")

    run(recording, "find('#q').append(made('style', '.a { color: red }')); find('section').append(find('#q'))")
    run(recording, "find('style').textContent = '.b { color: blue }'")

    held(recording)
    assert ".b" in recording.text


@pytest.mark.parametrize("slice_ms", ["3", "5"])
def test_a_rule_that_comes_while_a_frame_is_read_holds_for_what_is_read_then(
    page: Page, site: Site, slice_ms: str
) -> None:
    recording = Recording(page, site, "<ul></ul><div id=x><p>old</p></div>", settings=f"{{ slice_ms: {slice_ms} }}")

    in_a_gap(
        page,
        f"find('ul').innerHTML = {ROWS}; find('#x').append('more');",
        "find('#x').setAttribute('data-beside', 'mask'); find('#x').append('CANARY');",
    )
    recording.quiet()

    assert "CANARY" not in recording.text
    held(recording)


def test_a_number_put_into_texts_that_came_back_is_seen_as_one(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>" + "<span>x</span>" * 4 + "</p>")

    run(
        recording,
        """const spans = [...document.querySelectorAll("span")], texts = spans.map((span) => span.firstChild);
        await turn(() => texts.forEach((text) => text.remove()));
        await turn(() => texts.forEach((text, at) => spans[at].append(text)));
        await turn(() => spans.forEach((span, at) => { span.textContent = ["4111", "1111", "1111", "1111"][at]; }));""",
    )

    assert "1111" not in recording.text


def test_a_text_that_came_back_and_was_replaced_is_none_that_the_mirror_holds(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>old</p>")

    run(
        recording,
        """const p = find("p"), text = p.firstChild;
        await turn(() => text.remove());
        await turn(() => p.append(text));
        await turn(() => { p.textContent = "new"; window.last = p.firstChild; });""",
    )
    run(recording, "last.remove()")
    run(recording, "find('p').append(last)")

    held(recording)
    assert '"new"' in recording.outline


@pytest.mark.parametrize("turns", ["one", "two"])
def test_a_number_in_a_part_that_goes_into_a_new_root_is_masked(page: Page, site: Site, turns: str) -> None:
    recording = Recording(page, site, "<main><div id=q></div><section></section></main>")
    between = "}); await turn(() => {" if turns == "two" else ""

    run(
        recording,
        f"""const q = find("#q");
        await turn(() => {{
            q.append(...["4111", "1111", "1111", "1111"].map((digits) => made("b", digits)));
            {between}
            find("section").attachShadow({{ mode: "open" }}).append(q);
        }});""",
    )

    assert "1111" not in recording.text
    assert '<div id="q">' in recording.outline
    held(recording)


def test_a_style_sheet_that_goes_into_a_new_root_can_be_edited_there(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><div id=q></div><section></section></main>")

    run(
        recording,
        """await turn(() => find("#q").append(made("style", ".a { color: red }")));
        await turn(() => find("section").attachShadow({ mode: "open" }).append(find("#q")));""",
    )
    run(recording, "find('section').shadowRoot.querySelector('style').textContent = '.b { color: blue }'")

    held(recording)
    assert ".b" in recording.text


@pytest.mark.parametrize("slice_ms", ["0", "3"])
def test_a_part_that_moves_into_a_new_root_while_both_are_read_is_there(page: Page, site: Site, slice_ms: str) -> None:
    recording = Recording(page, site, "<main></main>", settings=f"{{ slice_ms: {slice_ms} }}")

    page.evaluate(
        """async () => {
            const list = document.createElement("ul");
            list.innerHTML = "<li>row</li>".repeat(400);
            const section = document.createElement("section");
            section.innerHTML = "<b id=x>moved</b><i>stays</i>";
            const host = document.createElement("div");
            host.attachShadow({ mode: "open" }).append("inside");
            const moved = section.firstChild;
            document.querySelector("main").append(section, list, host);
            for (let turn = 0; turn < 40; turn++) await new Promise((done) => setTimeout(done));
            host.shadowRoot.append(moved);
        }"""
    )
    page.wait_for_function("recording.model.outline().join().includes('inside')")
    recording.quiet()

    held(recording)
    assert recording.outline.count('"moved"') == 1
    shadow = recording.outline[recording.outline.index('"inside"') :]
    assert '"moved"' in shadow


def test_a_rule_set_on_a_part_that_nobody_watches_holds_for_all_that_comes_later(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><section id=sub><p>old text</p></section></main>")

    run(
        recording,
        """const sub = find("#sub"), wrap = made("div");
        await turn(() => sub.remove());
        await turn(() => sub.setAttribute("data-beside", "mask"));
        await turn(() => { wrap.append(sub); find("main").append(wrap); wrap.replaceWith(...wrap.childNodes); });""",
    )
    run(recording, "find('#sub').append('CANARY')")

    assert "CANARY" not in recording.text


def test_a_rule_set_within_a_frame_that_nobody_watches_yet_holds(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><section id=sub><p>old text</p></section><div id=o></div></main>")

    run(
        recording,
        """const sub = find("#sub"), frame = made("iframe");
        frame.setAttribute("data-beside", "show");
        await turn(() => { find("#o").append(frame); frame.contentDocument.body.append(sub); });
        await turn(() => sub.setAttribute("data-beside", "mask"));""",
    )
    run(recording, "find('iframe').contentDocument.getElementById('sub')?.append('CANARY')")

    assert "CANARY" not in recording.text


def test_rows_that_move_after_a_new_one_cost_their_ids(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<ul><li>r1</li><li>r2</li><li>r3</li></ul><p>x</p>")

    run(
        recording,
        """const list = find("ul");
        await turn(() => find("p").append("y"));
        await turn(() => {
            list.prepend(made("li", "new"));
            for (const row of [...list.children].slice(1).reverse()) list.append(row);
        });""",
    )

    assert recording.text.count('"r1"') == 1
    held(recording)


def test_a_part_that_is_wrapped_where_it_stands_costs_its_id(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><section id=q><p>text</p></section></main>")

    run(
        recording,
        """await turn(() => find("main").append("x"));
        await turn(() => { const q = find("#q"), wrap = made("div"); q.replaceWith(wrap); wrap.append(q); });""",
    )

    assert recording.text.count('"text"') == 1


def test_a_number_that_ends_where_texts_are_looked_through_in_parts_is_seen(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><p id=old>1111</p></main>")

    run(
        recording,
        """const said = (at) => made("p", at < 499 ? "word" : "411111111111");
        find("main").prepend(...Array.from({ length: 500 }, (_, at) => said(at)));""",
    )

    assert "411111111111" not in recording.text


def test_a_class_that_was_refused_stays_refused_where_its_part_comes_back(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<p class='jonathan other'>a</p><input id=n>"
        "<div data-beside=mask><div id=part><b id=e class=plain>t</b></div></div>",
    )
    page.focus("#n")
    page.keyboard.type("jonathan")
    run(recording, "find('#n').blur(); find('#e').className = 'plain jonathan'")

    run(
        recording,
        """const part = find("#part");
        await turn(() => part.remove());
        await turn(() => find("[data-beside]").append(part));""",
    )
    run(recording, "window.part = find('#part'); part.remove()")
    run(recording, "find('[data-beside]').append(part)")

    assert "plain jonathan" not in recording.text


def test_a_blocked_style_sheet_tells_nothing(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main></main>")

    run(
        recording,
        """const style = made("style", ".CANARY { color: red }");
        style.setAttribute("data-beside", "block");
        find("main").append(style);""",
    )
    run(recording, "find('style').dispatchEvent(new Event('load'))")

    assert "CANARY" not in recording.text


@pytest.mark.parametrize(
    "change",
    [
        "find('#x').append('more')",
        "find('#x').className = 'new'",
        "find('#x').firstChild.firstChild.data = 'newer'",
    ],
)
@pytest.mark.parametrize(
    ("comes", "goes"),
    [
        ("find('#a').dataset.beside = 'block'", "delete find('#a').dataset.beside"),
        ("find('#a').dataset.beside = 'mask'", "delete find('#a').dataset.beside"),
        ("find('#x').dataset.beside = 'mask'", "delete find('#x').dataset.beside"),
        ("find('#b').append(find('#x'))", "find('#a').append(find('#x'))"),
    ],
)
def test_what_changed_under_a_passing_rule_is_told_once_it_has_passed(
    page: Page, site: Site, change: str, comes: str, goes: str
) -> None:
    body = "<ul></ul><div id=a><div id=x><p>old</p></div></div><div id=b data-beside=block></div>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")

    in_a_gap(page, f"find('ul').innerHTML = {ROWS}; {change};", comes + ";", goes + ";")
    recording.quiet()

    held(recording)
    assert is_page(recording)


@pytest.mark.parametrize("rule", ["", "x.dataset.beside = 'mask';"])
def test_what_comes_out_of_a_part_that_went_while_it_is_read_is_told_anew(page: Page, site: Site, rule: str) -> None:
    body = "<ul></ul><section id=y><div id=x>old text</div></section><div id=q></div>"
    recording = Recording(page, site, body, settings="{ slice_ms: 3 }")

    in_a_gap(
        page,
        f"const x = find('#x'), q = find('#q'); find('ul').innerHTML = {ROWS}; q.append('a'); find('#y').remove();",
        f"x.className = 'new'; x.textContent = 'new text'; {rule} await task(); q.append(x);",
    )

    assert is_page(recording)
    assert '"old text"' not in recording.outline
    assert not rule or '"new text"' not in recording.text


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [
        # Cut between two lists, of which neither has anything to tell.
        ("A.append('a'); for (const li of list.children) li.append(new Comment()); B.append('b');", "B.append(X);"),
        # Back to where it stood, after it was told elsewhere.
        ("A.append('a'); list.innerHTML = '<li>row</li>'.repeat(30000); A.append(X);", "B.append(X);"),
    ],
)
@pytest.mark.parametrize("slices", [1, 2, 3])
def test_what_moves_on_while_lists_are_read_has_one_place(
    page: Page, site: Site, before: str, meanwhile: str, slices: int
) -> None:
    start = "B" if "A.append(X)" in before else "A"
    parts = {name: f"<div id={name}>{'<i id=X>X</i>' if name == start else ''}<i>y</i></div>" for name in "AB"}
    recording = Recording(
        page,
        site,
        f"{parts['A']}<ol>{'<li>row</li>' * 20_000}</ol>{parts['B']}",
        settings="{ slice_ms: 3 }",
    )

    in_a_gap(
        page,
        f"const [A, B, X, list] = ['#A', '#B', '#X', 'ol'].map(find); {before}",
        meanwhile,
        "await task();",
        slices=slices,
    )
    recording.quiet()

    held(recording)
    assert is_page(recording)


def test_a_value_in_what_comes_out_of_a_part_that_is_away_exists_before_its_frame(page: Page, site: Site) -> None:
    body = "<main><div id=q></div><section id=y><div id=x>x</div></section></main>"
    recording = Recording(page, site, body)

    run(
        recording,
        HOST
        + """field.value = "jonathan"; const x = find("#x");
        await turn(() => find("#y").remove());
        await turn(() => x.append(host));
        await turn(() => find("#q").append(echo, x));""",
    )

    assert "jonathan" not in recording.text


def test_a_value_in_a_box_that_opens_exists_before_its_frame(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><div id=q></div><section id=y data-beside=block></section></main>")
    run(recording, HOST + "find('#y').append(host); Object.assign(window, { field, echo });")

    run(recording, "field.value = 'jonathan'; find('#q').append(echo); delete find('#y').dataset.beside;")

    assert "jonathan" not in recording.text


def test_a_change_of_shape_during_an_edit_asks_for_no_frames(page: Page, site: Site) -> None:
    Recording(page, site, "<input id=n><p>x</p>")
    page.focus("#n")
    page.keyboard.type("jo")

    reads = page.evaluate(
        f"""async () => {{
            {COUNTED}
            document.querySelector("p").setAttribute("role", "note");
            await new Promise((done) => setTimeout(done, 1500));
            return reads;
        }}"""
    )

    # A frame each 50 ms would be some 150.
    assert page.evaluate("recording.capture.isHolding")
    assert reads < 40


def test_what_stood_in_a_rich_text_leaves_the_mirror_where_its_label_makes_it_secret(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<p id=l>Notes</p><div contenteditable data-beside=show aria-labelledby=l id=e>"
        "<div id=d><b>hello</b></div></div>",
    )
    assert '"hello"' in recording.outline

    run(recording, "find('#l').firstChild.data = 'Card number'")
    run(recording, "find('#d').append('CANARY')")

    assert '"hello"' not in recording.outline
    assert "CANARY" not in recording.text
