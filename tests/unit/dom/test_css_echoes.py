"""Echoes in CSS: what repeats a masked value leaves in no part of a sheet, and all else of the sheet does."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

BODY = "<p>x</p><input id=v><button id=b>x</button>"


def written(page: Page, site: Site, css: str) -> Recording:
    return Recording(page, site, BODY, head=f"<style>{css}</style>")


def inserted(page: Page, site: Site, css: str = ".first { color: red }") -> Recording:
    """A page with a sheet of one inserted rule."""
    recording = Recording(page, site, BODY, head="<style></style>")
    recording.run(f"document.querySelector('style').sheet.insertRule({json.dumps(css)}, 0)")
    return recording


def leave(recording: Recording, value: str) -> None:
    """Types into the masked field, and leaves it."""
    recording.page.locator("#v").fill(value)
    recording.page.locator("#b").focus()
    recording.quiet()


def edit(recording: Recording, script: str) -> None:
    recording.run(f"const style = document.querySelector('style'), {{ sheet }} = style; {script}")


def squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def sheets(frame: list[Any]) -> str:
    """All CSS that a frame tells."""
    texts: list[str] = []

    def collect(css: Any) -> None:
        texts.append(css if isinstance(css, str) else css[1])

    for change in frame[-1]:
        if change[0] in ("sheet", "rules") and change[2] is not None:
            collect(change[2])
        elif change[0] == "adopted":
            for css in change[2]:
                collect(css)
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("Lovelace", 'p::after { content: "lovelace" }'),
        ("Lovelace", 'p::after { content: "\\22 love\\6c ace" }'),
        ("Lovelace", 'p::after { content: "love" "lace" }'),
        ("Lovelace", "p { --x: a\\3b lovelace }"),
        ("Lovelace", "p { background: url(/img/lovelace.png) }"),
        ("Lovelace", "p { background: url(data:image/png;base64,lovelace) }"),
        ("Lovelace", 'p { background: url("data:image/svg+xml,<text>(lovelace)</text>") }'),
        ("Lovelace", 'p { background: url("data:image/svg+xml;base64,PHN2Zz5Mb3ZlbGFjZTwvc3ZnPg==") }'),
        ("Ada Lovelace", 'p { background: url("/img/Ada Lovelace.png") }'),
        ("Jürgen", 'p { background: url("/img/Jürgen.png") }'),
        ("Lovelace", 'p { background: image-set("/img/lovelace.png" 1x) }'),
        ("Love;lace", "p { background: u\\72l(love;lace) }"),
        ("Ada Lovelace", "p { --x: [ada;lovelace] }"),
        ("Ada Lovelace", "p { --x: {ada;lovelace} }"),
        ("Lovelace", 'p::after { content: "love" counter(q, none) "lace" }'),
        ("Lovelace", "p { --lovelace: tan }"),
        ("Lovelace", "p { --of-ada-lovelace: tan }"),
        ("Lovelace", ".is-love-lace { color: blue }"),
        ("Lovelace", "[data-name=Lovelace] { color: blue }"),
        ("Lovelace", '[data-name="Lovelace"] { color: blue }'),
        ("Lovelace", "p { animation-name: of-lovelace }"),
        ("Lovelace", "@keyframes lovelace { to { color: blue } }"),
        ("Lovelace", "@media (min-width: 1px) { .lovelace { color: blue } }"),
        ("ada@example.org", ".u-ada\\@example\\.org { color: blue }"),
        ("ada@example.org", 'p::after { content: "\\22 ada@example.org\\22" }'),
        ("4929123", ".of-4929-123 { color: blue }"),
        ("4929123", "p { z-index: 4929123 }"),
        ("4929123", "p { counter-reset: n 4929123 }"),
    ],
)
def test_rules_that_repeat_a_masked_value_are_left_out(page: Page, site: Site, value: str, rule: str) -> None:
    recording = inserted(page, site)
    leave(recording, value)

    edit(recording, f"sheet.insertRule({json.dumps(rule)}, 1); sheet.insertRule('.last {{ color: green }}', 2)")
    recording.run("recording.capture.keyframe()")

    assert squash(value) not in squash(recording.text)
    assert ".first" in sheets(recording.told[-1])
    assert ".last" in sheets(recording.told[-1])


@pytest.mark.parametrize(
    "css",
    [
        "p::after { content: 'lovelace' }",
        ".lovelace { color: blue }",
        "p { lovelace: 1 }",
        "p { color: lovelace; --y: 1 }",
        "} lovelace",
        "@lovelace;",
        "@import url(/lovelace.css);",
        "p { content: 'an open string\nlovelace",
        "lovelace",
        '.a\\"b{}p::after{content:"love"/*x*/"lace"}',
    ],
)
def test_style_that_comes_after_a_masked_value_goes_without_what_repeats_it(page: Page, site: Site, css: str) -> None:
    recording = inserted(page, site)
    leave(recording, "Lovelace")

    recording.run(
        f"""const style = document.createElement("style");
        style.textContent = {json.dumps(".other { color: tan }" + css)};
        document.head.append(style)"""
    )

    assert "lovelace" not in squash(recording.text)
    assert ".other" in recording.text


@pytest.mark.parametrize(
    "script",
    [
        "const made = new CSSStyleSheet(); made.replaceSync(css); document.adoptedStyleSheets = [made]",
        "style.media = '(min-width: 1px), lovelace'",
        "sheet.media.appendMedium('lovelace')",
        "style.setAttribute('data-lovelace', '1'); sheet.insertRule('[data-lovelace] { color: red }', 0)",
        r"document.querySelector('p').setAttribute('style', '--n: \'\\4c ovelace\'')",
    ],
)
def test_other_ways_of_a_value_into_a_sheet(page: Page, site: Site, script: str) -> None:
    recording = inserted(page, site)
    leave(recording, "Lovelace")

    recording.run(
        f"""const css = '.other {{ color: tan }} p::after {{ content: "Lovelace" }}';
        {{ const style = document.querySelector("style"), {{ sheet }} = style; {script} }}"""
    )
    recording.run("recording.capture.keyframe()")

    assert "lovelace" not in recording.text.lower()
    assert ".first" in sheets(recording.told[-1])


@pytest.mark.parametrize(
    "rule",
    [
        'p::after { content: "739" }',
        'p::after { content: "\\22 739\\22" }',
        'p::after { content: "7" "39" }',
        "p { --cvc: 739 }",
        "p { /* note */ --cvc: 739 }",
        "p { --cvc: {739} }",
        'p { --form: {"qty": 3, "cvc": 739} }',
        "@property --cvc { syntax: '*'; inherits: false; initial-value: 739 }",
        "p { counter-reset: n 739 }",
    ],
)
@pytest.mark.parametrize("way", ["inserted", "written"])
def test_rule_that_repeats_a_short_value_just_left_stays_out(page: Page, site: Site, rule: str, way: str) -> None:
    recording = inserted(page, site)
    recording.run(
        f"""const style = document.querySelector("style"), {{ sheet }} = style;
        document.querySelector("input").addEventListener("change", ({{ target }}) => {{
          const rule = {json.dumps(rule)}.replace("739", target.value);
          if ({json.dumps(way)} === "written")
            style.textContent = `.first {{ color: red }} ${{rule}} .last {{ color: tan }}`;
          else {{
            sheet.insertRule(rule, 1);
            sheet.insertRule(".last {{ color: tan }}", 2);
          }}
        }})"""
    )

    leave(recording, "739")
    recording.run("recording.capture.keyframe()")
    edit(recording, "sheet.insertRule('.later { color: tan }', 0)")

    told = "\n".join(map(sheets, recording.bytes))
    assert "739" not in told
    assert '"39' not in told
    assert ".later" in sheets(recording.told[-1])
    assert ".last" in sheets(recording.told[-1])


@pytest.mark.parametrize(
    "written",
    ["p:after{content:'739'}", "p{background:#fff url(739.png)}", "p{/*x*/--c:'739'}", "P{--c:'739'}"],
)
def test_short_value_stays_out_also_as_the_browser_writes_it(page: Page, site: Site, written: str) -> None:
    recording = inserted(page, site)
    recording.run(
        f"""const style = document.querySelector("style");
        const write = () => {{ style.textContent = {json.dumps(written)} }};
        document.querySelector("input").addEventListener("change", write);"""
    )
    leave(recording, "739")

    edit(recording, "sheet.insertRule('.later { color: tan }', 0)")

    assert "739" not in "\n".join(map(sheets, recording.bytes))
    assert ".later" in sheets(recording.told[-1])


def test_short_value_takes_no_part_in_what_css_counts(page: Page, site: Site) -> None:
    recording = inserted(page, site, ":root { --value: 75 }")
    recording.run(
        """const { sheet } = document.querySelector("style");
        document.querySelector("input").addEventListener("change", ({ target }) => {
          sheet.cssRules[0].style.setProperty("--value", target.value);
          sheet.insertRule(".last { flex: 7 7 0; opacity: 7 }", 1);
        })"""
    )

    leave(recording, "7")

    told = sheets(recording.told[-1])
    assert re.search(r"--value: ?75", told)
    assert "opacity: 7" in told


@pytest.mark.parametrize("value", ["White", "10011", "Paris", "Slate"])
@pytest.mark.parametrize(
    "script", ["sheet.insertRule('.then { margin: 0 }', 0)", "style.append('.then{margin:0}')", "sheet.deleteRule(3)"]
)
def test_what_was_sent_before_a_value_existed_stays(page: Page, site: Site, value: str, script: str) -> None:
    css = (
        ":root { --white: #fff; --slate: rgb(100 116 139) } p { color: white; background: rgb(100 116 139) }"
        " p::after { content: 'Paris' } .last { margin: 0 }"
    )
    recording = written(page, site, css)
    leave(recording, value)

    edit(recording, script)

    told = sheets(recording.told[-1])
    assert all(part in told for part in ("--white", "--slate", "color: white", "Paris"))


def test_other_property_of_a_rule_that_was_sent_is_told(page: Page, site: Site) -> None:
    recording = written(page, site, ":root{--white:#fff;--gap:1px}.last{margin:0}")
    leave(recording, "White")

    edit(recording, "sheet.cssRules[0].style.setProperty('--gap', '2px')")

    told = squash(sheets(recording.told[-1]))
    assert "whitefff" in told
    assert "gap2px" in told


def test_declaration_keeps_what_it_said_before_it_repeated_a_value(page: Page, site: Site) -> None:
    recording = written(page, site, ":root{--name:'nobody';--gap:1px}.last{margin:0}")
    leave(recording, "Lovelace")

    edit(recording, "sheet.cssRules[0].style.setProperty('--name', '\"Lovelace\"'); sheet.deleteRule(1)")

    assert "lovelace" not in recording.text.lower()
    told = sheets(recording.told[-1])
    assert "nobody" in told
    assert "gap" in told
    assert ".last" not in told


def test_string_that_was_sent_in_one_rule_is_an_echo_in_another(page: Page, site: Site) -> None:
    recording = inserted(page, site, ".city::after { content: 'Paris' }")
    leave(recording, "Paris")

    edit(recording, "sheet.insertRule('.yours::after { content: \"Paris\" }', 0)")

    told = sheets(recording.told[-1])
    assert told.count("Paris") == 1
    # A rule that says nothing else is not told at all: how many there are may count the keys.
    assert ".yours" not in told


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("White", "background: white"),
        ("Green", "color: green"),
        ("Opacity", "opacity: 1"),
        ("White", "/* c */ color: white"),
        ("10010", "transform: matrix(1, 0, 0, 1, 0, 0)"),
        ("10002", "unicode-range: U+0100-02BA"),
    ],
)
def test_words_of_css_itself_are_no_echo(page: Page, site: Site, value: str, rule: str) -> None:
    recording = inserted(page, site)
    leave(recording, value)

    recording.run(
        f"""const style = document.createElement("style");
        style.textContent = {json.dumps(".then { " + rule + "; }")};
        document.head.append(style)"""
    )

    assert rule.replace("/* c */", "/**/") in recording.text


def test_word_that_names_something_is_an_echo_though_css_has_it_too(page: Page, site: Site) -> None:
    recording = inserted(page, site)
    leave(recording, "Green")

    edit(recording, "sheet.insertRule('.then { font-family: green; color: tan; }', 1)")

    told = sheets(recording.told[-1])
    assert "green" not in told
    assert "tan" in told


def test_words_of_media_queries_are_no_echo(page: Page, site: Site) -> None:
    recording = inserted(page, site)
    leave(recording, "Screen")

    recording.run(
        """const style = Object.assign(document.createElement("style"), { media: "screen" });
        style.textContent = "@media screen and (min-width: 1px) { .then { color: tan } }";
        document.head.append(style)"""
    )

    assert ".then" in recording.text
    assert '"screen"' in recording.text


def test_sheet_that_is_put_in_again_is_what_it_was(page: Page, site: Site) -> None:
    recording = written(page, site, ".city::after { content: 'Paris' }")
    leave(recording, "Paris")

    edit(recording, "style.replaceWith(style.cloneNode(true))")

    assert "Paris" in sheets(recording.told[-1])


def test_rules_told_again_as_the_browser_writes_them_stay(page: Page, site: Site) -> None:
    css = ".city:after{content:'Paris'}@keyframes k{from{--at:Paris}to{opacity:1}}.a:hover>b{--b:Paris}"
    recording = written(page, site, css)
    leave(recording, "Paris")

    edit(recording, "sheet.insertRule('.later { color: tan }', 0)")

    assert sheets(recording.told[-1]).count("Paris") == 3


def test_page_that_has_a_name_of_the_browsers_for_its_own_is_captured(page: Page, site: Site) -> None:
    recording = inserted(page, site)
    recording.page.evaluate("() => void (window.CSS = {})")
    leave(recording, "White")

    edit(recording, "sheet.insertRule('.then { color: white; margin: 0 }', 1)")

    assert re.search(r"\.then ?\{ ?margin", sheets(recording.told[-1]))


def test_large_sheet_is_judged_in_a_time_that_grows_with_it(page: Page, site: Site) -> None:
    css = "".join(f".r{n}{{color:red;margin:{n}px}}@media (min-width:1px){{.m{n}{{color:tan}}}}" for n in range(5000))
    recording = written(page, site, css)
    leave(recording, "Lovelace")

    took_ms = recording.run(
        """const style = document.querySelector("style");
        const before = performance.now();
        style.append(".lovelace{color:red}.later{color:tan}");
        await beside.quiet();
        return performance.now() - before;"""
    )

    # Quadratic in its rules it would take half a minute, and more where it runs beside others.
    assert took_ms < 20_000
    assert "lovelace" not in recording.text
    assert ".later" in recording.text


def test_word_that_the_pages_css_used_before_it_was_typed_stays_the_pages_own(page: Page, site: Site) -> None:
    recording = inserted(page, site, ".is-white { --white: white }")
    leave(recording, "White")

    edit(recording, "sheet.insertRule('.is-white > p { animation-name: white }', 1)")

    assert ".is-white > p" in sheets(recording.told[-1])


def test_properties_that_a_browser_writes_empty_stay_as_written(page: Page, site: Site) -> None:
    css = "*{--tw-ring: ;--tw-blur: }.a{margin:var(--gap);margin-top:1px}"
    recording = written(page, site, css)
    leave(recording, "Lovelace")

    edit(recording, "style.append('.lovelace{color:red}.b{color:tan}')")

    told = sheets(recording.told[-1])
    assert "lovelace" not in recording.text.lower()
    assert "margin:var(--gap)" in told
    assert "--tw-ring: ;" in told
    assert ".b{color:tan}" in told


@pytest.mark.usefixtures("patient_with_sheets")
def test_sheet_that_the_shop_serves_keeps_its_names_and_not_what_it_paints(page: Page, site: Site) -> None:
    recording = inserted(page, site)
    leave(recording, "Greenwood")
    href = site.add("/served.css", ".text-greenwood { color: tan } .a::after { content: 'Greenwood' }", "text/css")

    recording.run(
        f"""const link = document.createElement("link");
        Object.assign(link, {{ rel: "stylesheet", href: {json.dumps(href)} }});
        const loaded = new Promise((resolve) => (link.onload = resolve));
        document.head.append(link);
        await loaded;"""
    )

    assert ".text-greenwood" in recording.text
    assert "Greenwood" not in recording.text


@pytest.mark.parametrize("when", ["before", "after"])
def test_sheet_of_the_shop_that_a_script_writes_to_is_the_pages(page: Page, site: Site, when: str) -> None:
    href = site.add("/served.css", ".a { color: tan }", "text/css")
    recording = Recording(page, site, BODY, head=f"<style>.first{{}}</style><link rel=stylesheet href={href}>")
    insert = "document.styleSheets[1].insertRule('.text-greenwood { color: tan }', 1);"
    if when == "before":
        recording.run(insert.replace("greenwood", "other"))
    leave(recording, "Greenwood")

    recording.run(insert)
    recording.run("recording.capture.keyframe()")

    assert "greenwood" not in recording.text
    assert ".first" in sheets(recording.told[-1])


def test_address_of_a_sheet_that_cannot_be_read_is_judged(page: Page, site: Site) -> None:
    recording = inserted(page, site)
    leave(recording, "Lovelace")

    recording.run(
        """const link = document.createElement("link");
        Object.assign(link, { rel: "stylesheet", href: "https://127.0.0.1:9/lovelace.css" });
        document.head.append(link);"""
    )
    recording.run("recording.capture.keyframe()")

    assert "lovelace" not in recording.text.lower()


def test_sheets_nested_without_end_are_judged_whole(page: Page, site: Site) -> None:
    recording = inserted(page, site)
    leave(recording, "Lovelace")

    recording.run(
        """const style = document.createElement("style");
        style.textContent = ".other{}" + ".a{".repeat(500) + "--x:lovelace";
        document.head.append(style)"""
    )

    assert "lovelace" not in recording.text.lower()
    assert ".other" in recording.text
