"""What moves while nobody watches it, or under other rules than it was read by: told as it is, by what holds now."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

# A step is a turn of the page's scripts, all of them between two frames.
STEPS = """const turn = async (step) => { step(); await new Promise((done) => queueMicrotask(done)); };
    const find = (selector) => document.querySelector(selector);
    const made = (name, ...children) => {
        const one = document.createElement(name); one.append(...children); return one; };
    await new Promise((done) => requestAnimationFrame(done));
"""


def run(recording: Recording, script: str) -> None:
    recording.run(STEPS + script)


def held(recording: Recording) -> None:
    """The mirror's model took every frame: none spoke of what it did not hold."""
    assert recording.page.evaluate("recording.frames.filter(([kind]) => kind === 'keyframe').length") == 1


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


@pytest.mark.parametrize("slice_ms", ["3", "20"])
def test_a_rule_that_comes_while_a_frame_is_read_holds_for_what_is_read_then(
    page: Page, site: Site, slice_ms: str
) -> None:
    rows = "".join("<li>row</li>" for _ in range(4000))
    recording = Recording(page, site, "<ul></ul><div id=x><p>old</p></div>", settings=f"{{ slice_ms: {slice_ms} }}")

    # Rules come in every gap, from the first on: before what waits to be read is read.
    page.evaluate(
        """async (rows) => {
            const list = document.querySelector("ul"), part = document.querySelector("#x");
            list.innerHTML = rows;
            part.append("more");
            await new Promise((done) => requestAnimationFrame(done));
            await new Promise((done) => setTimeout(done));
            part.setAttribute("data-beside", "mask");
            part.append("CANARY");
        }""",
        rows,
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
