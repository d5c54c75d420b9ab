"""Style sheets as they are captured: as written, as edited, as loaded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import ORIGIN, Recording

from beside.sheets import hash_of

pytestmark = pytest.mark.usefixtures("patient_with_sheets")


def sheets(recording: Recording) -> list[Any]:
    """The sheet changes that a mirror holds, in document order of their owners."""
    return [change[2:] for change in recording.page.evaluate("[...recording.model.sheets.values()]")]


def test_style_travels_as_it_was_written(page: Page, site: Site) -> None:
    # The rules alone would give back an empty `padding: ;` (rrweb #1734).
    css = ":root { --gap: 4px } p { padding: var(--gap) 2px; background: var(--gap) }"
    recording = Recording(page, site, "<p>x</p>", head=f"<style media=screen>{css} /* canary */</style>")

    assert sheets(recording) == [[css + " /**/", None, "screen", False]]
    assert recording.outline.count("<style>") == 1


# What Lit keeps beside a sheet that it constructed; the rules alone give back an empty `border-left-width: ;`.
LIT = """<script>
  const cssText = "p { border: solid var(--line) red; border-top-width: 3px }";
  const styleSheet = new CSSStyleSheet();
  styleSheet.replaceSync(cssText);
  customElements.define("shop-note", class extends HTMLElement {
    static elementStyles = [{ styleSheet, cssText }];
    constructor() { super(); this.attachShadow({ mode: "open" }).adoptedStyleSheets = [styleSheet]; }
  });
</script>"""


def test_sheet_of_lit_travels_as_it_was_written(page: Page, site: Site) -> None:
    recording = Recording(page, site, LIT + "<shop-note></shop-note>")

    assert recording.last("adopted")[2] == ["p { border: solid var(--line) red; border-top-width: 3px }"]


def test_sheet_of_lit_that_was_edited_since_travels_as_its_rules(page: Page, site: Site) -> None:
    recording = Recording(page, site, LIT + "<shop-note></shop-note>")

    recording.run("styleSheet.insertRule('.new { color: blue }')")

    assert recording.last("adopted")[2][0].startswith(".new { color: blue; }")


@pytest.mark.parametrize(
    "script",
    [
        "sheet.insertRule('.new { color: blue }', 0)",
        "style.textContent += '.new { color: blue }'",
        "style.append('.new { color: blue }')",
        "style.firstChild.appendData('.new { color: blue }')",
        "sheet.cssRules[0].style.setProperty('--new', 'blue')",
        "sheet.cssRules[0].selectorText = '.new'",
        "sheet.cssRules[1].insertRule('.new { color: blue }')",
    ],
)
def test_edit_of_a_sheet_is_read_again(page: Page, site: Site, script: str) -> None:
    recording = Recording(
        page, site, "<p>x</p>", head="<style>p { color: red } @media all { i { color: red } }</style>"
    )

    recording.run(f"const style = document.querySelector('style'), sheet = style.sheet; {script}")

    assert "new" in sheets(recording)[0][0]
    assert len(recording.told) == 2


def test_rules_that_were_inserted_before_the_start_are_there(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<style id=empty></style><style id=full>p { color: red }</style><script>
        document.querySelector("#empty").sheet.insertRule(".speedy { color: blue }");
        document.querySelector("#full").sheet.insertRule(".added { color: blue }");</script>""",
    )

    assert [".speedy" in sheets(recording)[0][0], ".added" in sheets(recording)[1][0]] == [True, True]


def test_sheet_switched_off_and_on(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head="<style>p { color: red }</style>")

    recording.run("document.querySelector('style').sheet.disabled = true")
    assert sheets(recording)[0][3] is True
    recording.run(
        "document.querySelector('style').sheet.disabled = false; document.querySelector('style').media = 'print'"
    )
    assert sheets(recording)[0][2:] == ["print", False]


def test_linked_sheet_of_the_shop_travels_as_written_with_absolute_addresses(page: Page, site: Site) -> None:
    site.add("/css/a.css", "p { margin: var(--a); background: url(img/x.png?v=1) }", "text/css")
    recording = Recording(page, site, "<p>x</p>", head='<link rel=stylesheet href="/css/a.css?token=canary">')

    assert sheets(recording) == [
        [f'p {{ margin: var(--a); background: url("{site.origin}/css/img/x.png") }}', None, "", False]
    ]
    assert "canary" not in recording.text


def test_linked_sheet_that_comes_later(page: Page, site: Site) -> None:
    site.add("/late.css", ".late { color: blue }", "text/css")
    recording = Recording(page, site, "<p>x</p>")

    recording.run("""const link = document.createElement("link"); link.rel = "stylesheet"; link.href = "/late.css";
        document.head.append(link); await new Promise((done) => link.addEventListener("load", done));""")
    page.wait_for_function("recording.model.sheets.size === 1")

    assert sheets(recording)[0][0] == ".late { color: blue }"


def test_sheet_of_another_origin_travels_by_address_without_query(page: Page, site: Site) -> None:
    other = site.origin.replace("127.0.0.1", "localhost")
    site.add("/other.css", "p { color: red }", "text/css")
    recording = Recording(page, site, "<p>x</p>", head=f'<link rel=stylesheet href="{other}/other.css?token=canary">')

    assert sheets(recording) == [[None, f"{other}/other.css", "", False]]
    assert "canary" not in recording.text


def test_removed_sheet_is_gone(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head="<style>p { color: red }</style>")

    recording.run("document.querySelector('style').remove()")

    assert sheets(recording) == []


def test_adopted_sheets_of_document_and_shadow_roots(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div id=host><template shadowrootmode=open><b>x</b></template></div>")

    recording.run("""window.sheet = new CSSStyleSheet(); sheet.replaceSync(".one { color: red }");
        document.adoptedStyleSheets = [sheet];""")
    assert recording.last("adopted") == ["adopted", 1, [".one { color: red; }"]]
    recording.run("document.querySelector('#host').shadowRoot.adoptedStyleSheets = [sheet]")
    assert recording.last("adopted")[1] != 1
    count = len(recording.told)
    recording.run("sheet.insertRule('.two { color: blue }')")
    changes = recording.told[count][4]
    assert [change[0] for change in changes] == ["adopted", "adopted"]
    assert all(".two" in change[2][0] for change in changes)


def test_text_of_a_style_is_no_text_of_the_page(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head="<style>p { color: red }</style>")

    assert '"p { color: red }"' not in recording.outline


def test_hooks_are_idle_after_stop(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head="<style>p { color: red }</style>")

    recording.run("""recording.capture.stop(); const { sheet } = document.querySelector('style');
        sheet.insertRule('i { color: blue }'); sheet.disabled = true;""")

    assert len(recording.told) == 1
    assert page.evaluate("document.querySelector('style').sheet.cssRules.length") == 2


LONG = "p { color: red } /**/" * 20


def test_long_text_is_sent_once_and_then_named(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head=f"<style>{LONG}</style><style>{LONG}</style>")

    first, second = (change[2] for change in recording.frames[0][5] if change[0] == "sheet")
    assert (first, second) == (["keep", LONG], ["named", hash_of(LONG.encode())])
    recording.run("recording.capture.keyframe()")
    assert [change[2][0] for change in recording.told[1][5] if change[0] == "sheet"] == ["named", "named"]
    assert sheets(recording)[0][0] == LONG


def test_roots_that_share_a_sheet_send_it_once(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run(f"""const sheet = new CSSStyleSheet(); sheet.replaceSync({LONG!r});
        for (let n = 0; n < 50; n++) {{ const host = document.createElement("div");
            host.attachShadow({{ mode: "open" }}).adoptedStyleSheets = [sheet]; document.body.append(host); }}""")

    assert recording.text.count('["keep",') == 1
    assert recording.text.count('["named",') == 49


def test_page_names_what_the_relay_says_it_holds_and_sends_all_else_again(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head=f"<style>{LONG}</style>")

    recording.run("recording.capture.keyframe([])")
    recording.run(f"recording.capture.keyframe(['{hash_of(LONG.encode())}'])")
    recording.run("recording.capture.pause(); recording.capture.resume()")

    ways = [change[2][0] for frame in recording.frames for change in frame[-1] if change[0] == "sheet"]
    assert ways == ["keep", "keep", "named", "keep"]


def test_text_of_a_frame_that_was_dropped_is_sent_again(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run("recording.taken = false; const style = document.createElement('style');"
                  f"style.textContent = {LONG!r}; document.head.append(style)")  # fmt: skip
    recording.run("recording.taken = true; recording.capture.keyframe(null)")

    assert recording.told[-1][0] == "keyframe"
    assert sheets(recording) == [[LONG, None, "", False]]


def test_page_that_writes_a_sheet_anew_again_and_again_names_no_more_than_the_relay_keeps(
    page: Page, site: Site
) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run(f"""document.adoptedStyleSheets = Array.from({{ length: 450 }}, (_, n) => {{
        const sheet = new CSSStyleSheet(); sheet.replaceSync({LONG!r} + `i {{ order: ${{n}} }}`); return sheet; }})""")

    assert recording.text.count('["keep",') == 400
    assert len(recording.last("adopted")[2]) == 450


@pytest.mark.parametrize("text", ["", "a", LONG * 500, "→ 💡 é\u0000", "\uffff" * 300])
def test_browser_and_relay_give_a_text_one_name(page: Page, site: Site, text: str) -> None:
    Recording(page, site, "<p>x</p>")

    assert page.evaluate("text => beside.sheetHash(text)", text) == hash_of(text.encode())


IN_PLACE = """<style>p { color: red }
    @media (min-width: 1px) { i { color: red } @supports (color: red) { b { top: 1px } } }
    @keyframes k { from { top: 0px } } @font-face { font-family: f; src: local("a") } @page { margin: 1px }
    @layer base { u { left: 1px } } q { s { color: red } }</style>"""


@pytest.mark.parametrize(
    ("edit", "shown"),
    [
        ("rules[1].media.appendMedium('(max-width: 77777px)')", "77777px"),
        ("rules[1].media.mediaText = '(max-width: 77777px)'", "77777px"),
        ("rules[1].cssRules[1].insertRule('.new { top: 2px }')", ".new"),
        ("rules[1].insertRule('@media print { .new { top: 2px } }')", ".new"),
        ("rules[2].appendRule('to { top: 77px }')", "77px"),
        ("rules[2].deleteRule('from')", "@keyframes k { }"),
        ("rules[2].cssRules[0].style.top = '77px'", "77px"),
        ("rules[2].cssRules[0].keyText = '77%'", "77%"),
        ("rules[2].name = 'renamed'", "renamed"),
        ("rules[3].style.setProperty('font-family', 'renamed')", "renamed"),
        ("rules[4].style.margin = '77px'", "77px"),
        ("rules[5].cssRules[0].style.left = '77px'", "77px"),
        ("rules[6].cssRules[0].selectorText = '.new'", ".new"),
        ("rules[6].insertRule('.new { top: 2px }')", ".new"),
        ("rules[0].styleMap.set('color', 'navy')", "navy"),
    ],
)
def test_rule_of_any_kind_edited_in_place_is_read_again(page: Page, site: Site, edit: str, shown: str) -> None:
    recording = Recording(page, site, "<p>x</p>", head=IN_PLACE)

    recording.run(f"const rules = document.querySelector('style').sheet.cssRules; {edit}")

    assert shown in " ".join(sheets(recording)[0][0].split())
    # Frames of what else a browser changes by itself, such as its viewport, are none of these.
    assert sum('["sheet",' in frame for frame in recording.bytes) == 2, "told once"


@pytest.mark.parametrize(
    "edit",
    [
        "kept.color = odd ? 'navy' : 'red'",
        "kept.setProperty('color', odd ? 'navy' : 'red')",
        "odd ? list.push(navy) : list.pop()",
        "list.splice(0, 1, odd ? navy : red)",
        "list[0] = odd ? navy : red",
    ],
)
def test_edit_of_what_was_kept_from_before_the_start_is_seen_by_itself(page: Page, site: Site, edit: str) -> None:
    Recording(
        page,
        site,
        """<p>x</p><script>const style = document.createElement("style"); style.textContent = "p { color: red }";
        document.head.append(style); const kept = style.sheet.cssRules[0].style;
        const red = new CSSStyleSheet(), navy = new CSSStyleSheet(); red.replaceSync("i { color: red }");
        navy.replaceSync("i { color: navy }"); document.adoptedStyleSheets = [red];
        const list = document.adoptedStyleSheets; let odd = false;</script>""",
    )

    # Edited again and again, since nobody tells when the first look was that has something to compare with.
    page.wait_for_function(
        f"() => {{ odd = !odd; {edit}; return recording.bytes.at(-1).includes('navy'); }}", polling=1100
    )


def test_array_of_adopted_sheets_changed_in_place(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div><template shadowrootmode=open><b>x</b></template></div>")

    recording.run("""window.one = new CSSStyleSheet(); one.replaceSync(".one { color: red }");
        document.adoptedStyleSheets.push(one);""")
    assert recording.last("adopted") == ["adopted", 1, [".one { color: red; }"]]
    recording.run("document.querySelector('div').shadowRoot.adoptedStyleSheets.push(one)")
    assert recording.last("adopted")[1] != 1
    recording.run("document.adoptedStyleSheets.splice(0, 1)")
    assert recording.last("adopted") == ["adopted", 1, []]


def test_sheet_that_was_only_looked_at_travels_as_written(page: Page, site: Site) -> None:
    css = ":root { --gap: 4px } p { padding: var(--gap) 2px; margin: 0 }"
    recording = Recording(page, site, "<p>x</p>", head=f"<style>{css}</style>")

    recording.run("document.querySelector('style').sheet.cssRules[1].style.margin")
    recording.run("recording.capture.keyframe()")
    assert sheets(recording)[0][0] == css
    recording.run("document.querySelector('style').sheet.cssRules[1].style.margin = '1px'")
    assert "1px" in sheets(recording)[0][0]


def test_style_element_switched_off_and_media_of_its_sheet(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>", head="<style>p { color: red }</style>")

    recording.run("document.querySelector('style').disabled = true")
    assert sheets(recording)[0][3] is True
    recording.run("document.querySelector('style').disabled = false")
    recording.run("document.querySelector('style').sheet.media.appendMedium('print')")
    assert sheets(recording)[0][2:] == ["print", False]


def test_alternate_sheets_travel_switched_off(page: Page, site: Site) -> None:
    site.add("/dark.css", "p { color: white }", "text/css")
    recording = Recording(
        page,
        site,
        "<p>x</p>",
        head="""<style title=light>p { color: red }</style>
        <link rel="alternate stylesheet" title=dark href="/dark.css">""",
    )

    assert [(sheet[0], sheet[3]) for sheet in sheets(recording)] == [
        ("p { color: red }", False),
        ("p { color: white }", True),
    ]
    recording.run("document.querySelector('style').disabled = true; document.querySelector('link').disabled = false")
    assert [sheet[3] for sheet in sheets(recording)] == [True, False]


def test_addresses_in_every_kind_of_sheet_are_absolute_by_the_base_that_counts(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<p style='background: url(d.png)'>x</p><div id=h></div>",
        head="""<base href="/base/"><style>p { background: url(a.png) } @import "i.css";</style>""",
    )

    recording.run("""const sheet = new CSSStyleSheet(); sheet.replaceSync("p { background: url(b.png) }");
        document.adoptedStyleSheets = [sheet];
        const style = document.createElement("style");
        style.textContent = "@import 'i.css'; p { mask: url('c.svg#m') }";
        document.querySelector("#h").attachShadow({ mode: "open" }).append(style)""")

    for name in ("a.png", "b.png", "c.svg#m", "d.png", "i.css"):
        assert f"{ORIGIN}/base/{name}" in recording.text


def assert_says(page: Page, css: str) -> None:
    """The text makes the rules that the page's own sheet has."""
    told = page.evaluate(
        """css => {
          const parsed = new CSSStyleSheet();
          parsed.replaceSync(css);
          return [...parsed.cssRules].map((rule) => rule.cssText);
        }""",
        css,
    )
    assert told == page.evaluate(
        '() => [...document.querySelector("style").sheet.cssRules].map((rule) => rule.cssText)'
    )


def test_rules_that_come_behind_the_others_alone_are_sent(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<style></style><p>x</p>")

    recording.run(
        """const { sheet } = document.querySelector("style");
        for (let n = 0; n < 40; n++) sheet.insertRule(`.first-${n} { margin: ${n}px }`, n);"""
    )
    before = len(recording.text)
    recording.run('document.querySelector("style").sheet.insertRule(".behind { color: blue }", 40)')
    recording.run(
        """const { sheet } = document.querySelector("style");
        sheet.insertRule(".last { color: red }", 41); sheet.insertRule("p { color: green }", 42);"""
    )

    assert len(recording.text) - before < 300
    [[css, *_]] = sheets(recording)
    assert_says(page, css)


@pytest.mark.parametrize(
    "edit",
    [
        "sheet.insertRule('.between { color: blue }', 1)",
        "sheet.deleteRule(0); sheet.insertRule('.between { color: blue }', 2)",
        "sheet.insertRule('.behind { color: red }', 3); sheet.cssRules[0].style.color = 'blue'",
        "sheet.insertRule('.behind { color: red }', 3); sheet.media.mediaText = 'screen'",
        "sheet.insertRule('.behind { color: red }', 3); document.querySelector('style').append('.new { color: blue }')",
    ],
)
def test_sheet_that_is_edited_otherwise_too_is_sent_whole(page: Page, site: Site, edit: str) -> None:
    recording = Recording(page, site, "<style></style><p>x</p>")
    recording.run(
        """const { sheet } = document.querySelector("style");
        for (let n = 0; n < 3; n++) sheet.insertRule(`.first-${n} { margin: ${n}px }`, n);"""
    )

    recording.run(f"const {{ sheet }} = document.querySelector('style'); {edit}")

    [[css, _, media, _]] = sheets(recording)
    assert_says(page, css)
    assert media == page.evaluate('() => document.querySelector("style").sheet.media.mediaText')


@pytest.mark.parametrize(
    "rule",
    [
        ".open { color: blue",
        ".open { color: rgb(1, 2, 3",
        ".open { color: blue } /* no end",
        ".open::after { content: 'no end",
        ".open { --x: [ }",
        ".open { color: blue; --y: \\",
        ".open::after { content: '}' }",
        ".open { color: blue; & i { color: red }",
        "@media print { .open { color: blue }",
        ".open:not(.shut) { color: blue; width: calc(1px + 2em) }",
        ".\ud800 { color: blue }",
        "{ toString: () => '.open { color: blue }' }",
    ],
)
def test_rule_that_closes_nothing_swallows_none_behind_it(page: Page, site: Site, rule: str) -> None:
    recording = Recording(page, site, "<style></style><p>x</p>")
    recording.run("document.querySelector('style').sheet.insertRule('.first { color: red }', 0)")

    written = rule if "toString" in rule else json.dumps(rule)
    recording.run(
        f"""const {{ sheet }} = document.querySelector("style");
        sheet.insertRule(({written}), 1); sheet.insertRule(".last {{ color: green }}", 2);"""
    )

    [[css, *_]] = sheets(recording)
    assert_says(page, css)
    assert ".last" in css


def test_edit_that_no_hook_sees_is_found_also_right_after_the_start(page: Page, site: Site) -> None:
    script = "<script>kept = document.styleSheets[0].cssRules[0].style</script>"
    html = f"<!doctype html><style>p {{ color: red }}</style><p>x</p>{script}"
    Recording(page, site, "", html=html)
    # By the page's own clock: a timer of the engine's that was due before has come before.
    page.evaluate("new Promise((done) => setTimeout(done, 300))")

    page.evaluate("() => void kept.setProperty('color', 'blue')")

    page.wait_for_function("recording.bytes.some((text) => text.includes('color: blue'))")
