"""A signed policy over the real capture: what its rules show, mask and block, and when they come to match."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.between_frames import COUNTED
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording


def record(
    page: Page, site: Site, body: str, *rules: dict[str, Any], private: bool = False, **stated: Any
) -> Recording:
    settings = f"{{...beside.policed({json.dumps({'rules': rules, **stated})}), privateMode: {json.dumps(private)}}}"
    return Recording(page, site, body, settings=settings)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/", True), ("/", "/a", False), ("/cart", "/cart/", True), ("/cart", "/carts", False),
        ("/cart/", "/cart", True), ("/a/*", "/a/b", True), ("/a/*", "/a/b/c", False), ("/a/*", "/a", False),
        ("/a/**", "/a", True), ("/a/**", "/a/b/c", True), ("/a/**", "/ab", False), ("/a-*", "/a-b", True),
        ("/**/pay", "/x/y/pay", True), ("/a.b", "/axb", False), ("/a/**", "//a///b", True), ("/a", "/%61", True),
        ("/%61", "/a", True), ("/طلب/*", "/%D8%B7%D9%84%D8%A8/1", True), ("/a", "/%E0%A4%A", False), ("/**", "/", True),
        ("/account/**", "/ac%63ount/%E0", True),
        ("/A", "/a", False), ("/(a|b)", "/a", False),
    ],
)  # fmt: skip
def test_path_patterns(page: Page, site: Site, pattern: str, path: str, fits: bool) -> None:
    page.goto(site.page("<p>x</p>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    assert page.evaluate("([pattern, path]) => beside.fits(pattern, path)", [pattern, path]) == fits


@pytest.mark.parametrize(
    "selector",
    [
        "a", "a, b", ":is(.a, #b > c) d", "a:where(:not(b), :is(c))", ":not(:not(a))", "[x=':is(']", r".a\:is\(b\)",
        ":has(> :is(a, b))", ":nth-child(2n + 1 of :is(a, b))", ":IS(a)", r".md\:w-1\/2", "a:is(:checked, [b]):hover",
    ],
)  # fmt: skip
def test_selector_that_the_browser_understands_holds_together(page: Page, site: Site, selector: str) -> None:
    page.goto(site.page("<p>x</p>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    assert page.evaluate("selector => beside.holdsTogether(selector)", selector) is True


@pytest.mark.parametrize(
    "selector",
    [
        # A browser drops these parts by itself and finds nothing.
        ":where(.card:hoover)", ":is(.a, :hoover)", ":is(:is(:hoover))", ":not(:is(.a:hoover, b))", "a:IS(b::before)",
        ":is()", ":is(a,)", ":has(:where(:hoover))", ":is(> a)", ":is(a:has(:has(b)))", ":-webkit-any(:hoover)",
        ":nth-child(1 of :is(a, :hoover))",
        # And these the whole of.
        "a:hoover", "a:is(b", "[x", "a)", "a,",
    ],
)  # fmt: skip
def test_selector_of_which_the_browser_drops_a_part_does_not(page: Page, site: Site, selector: str) -> None:
    page.goto(site.page("<p>x</p>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    assert page.evaluate("selector => beside.holdsTogether(selector)", selector) is False


def test_rules_show_mask_and_block_what_their_selectors_find(page: Page, site: Site) -> None:
    body = "<input id=qty value=SHOWN><p class=mine>MASKED</p><div class=box>BLOCKED<b>BLOCKED</b></div><p>plain</p>"
    rules = {"show": ["#qty"], "mask": [".mine", "#none"], "block": ["body > .box"]}

    recording = record(page, site, body, rules)

    assert "SHOWN" in recording.text
    assert "plain" in recording.text
    assert "MASKED" not in recording.text
    assert "BLOCKED" not in recording.text
    assert recording.field("qty")["reason"] == "site-show"


def test_rules_of_other_pages_do_not_count(page: Page, site: Site) -> None:
    here, elsewhere = {"mask": ["#a"], "pages": ["/made/**"]}, {"mask": ["#b"], "pages": ["/cart/**"]}

    recording = record(page, site, "<p id=a>CANARY</p><p id=b>seen</p>", here, elsewhere)

    assert "CANARY" not in recording.text
    assert "seen" in recording.text


def test_no_rule_lowers_the_floor_or_opens_what_an_ancestor_blocks(page: Page, site: Site) -> None:
    body = """<input id=pass type=password value=CANARY-1><input id=card name=cardnumber value=CANARY-2>
      <div id=box>CANARY-3<b class=in>CANARY-4</b></div><p id=number>4242 4242 4242 4242</p>"""

    recording = record(page, site, body, {"show": ["#pass", "#card", ".in", "#number", "*"], "block": ["#box"]})

    assert "CANARY" not in recording.text
    assert "4242" not in recording.text
    assert recording.field("pass")["reason"] == "floor-type"


def test_nearest_rule_wins_and_on_one_element_the_stricter(page: Page, site: Site) -> None:
    body = """<div class=mask>CANARY-1<p class=show>seen-1<b data-beside=mask>CANARY-2</b></p></div>
      <p class="mask show">CANARY-3</p><p class=show data-beside=mask>CANARY-4</p>
      <p class=mask data-beside=show>CANARY-5</p><p class=block data-beside=mask>CANARY-6</p>"""

    recording = record(page, site, body, {"show": [".show"], "mask": [".mask"], "block": [".block"]})

    assert "seen-1" in recording.text
    assert "CANARY" not in recording.text
    assert recording.outline.count("blocked") == 1


def test_private_mode_shows_what_a_rule_shows(page: Page, site: Site) -> None:
    recording = record(page, site, "<p>CANARY</p><p class=ok>seen</p>", {"show": [".ok"]}, private=True)

    assert "seen" in recording.text
    assert "CANARY" not in recording.text


def test_frame_is_opened_by_the_list_of_frames_and_by_nothing_else_in_it(page: Page, site: Site) -> None:
    inner = site.page("<!doctype html><p>inside</p><p class=mine>CANARY-1</p><input value=CANARY-2>")
    other = site.page("<!doctype html><p>CANARY-3</p>")
    body = f'<iframe id=sizes src="{inner}"></iframe><iframe src="{other}"></iframe><p id=no>CANARY-4</p>'

    recording = record(page, site, body, {"mask": [".mine", "#no"]}, frames=["#sizes, #no"])
    page.wait_for_function("recording.bytes.join('').includes('inside')")

    assert "CANARY" not in recording.text


def test_canvas_that_a_rule_names_is_shown_and_one_within_it_is_not(page: Page, site: Site) -> None:
    draw = "<script>for (const it of [a, b]) it.getContext('2d').fillRect(0, 0, 9, 9);</script>"
    body = f"<canvas id=a></canvas><div id=around><canvas id=b></canvas></div>{draw}"

    recording = record(page, site, body, {"show": ["#a", "#around"]})
    page.wait_for_function("recording.bytes.join('').includes('image/')")
    recording.quiet()

    bitmaps = [change for frame in recording.frames for change in frame[-1] if change[0] == "bitmap"]
    assert len({change[1] for change in bitmaps}) == 1


# -- What comes to match later.


@pytest.mark.parametrize(
    ("rules", "change"),
    [
        ({"mask": [".late #a"]}, "document.body.className = 'late'"),
        ({"block": ["#go:checked ~ #a"]}, "document.querySelector('#go').checked = true; document.body.append('x')"),
        ({"mask": ["p:has(+ .after)"]}, "document.querySelector('#b').className = 'after'"),
        ({"mask": [":nth-child(4)"]}, "document.querySelector('#b').before(document.createElement('hr'))"),
        ({"mask": ["#a"], "pages": ["/secret"]}, "history.pushState(0, '', '/secret'); document.body.append('x')"),
        ({"mask": ["#a"], "pages": ["/secret"]}, "location.hash = '#/secret'; document.body.append('x')"),
    ],
)
def test_tightening_blanks_before_anything_else_is_sent(
    page: Page, site: Site, rules: dict[str, Any], change: str
) -> None:
    body = "<input id=go type=checkbox><div><b></b><p id=a>seen</p></div><p id=b>other</p>"
    if "checked" in change or "has" in str(rules) or "nth" in str(rules):
        body = "<input id=go type=checkbox><b></b><p id=a>seen</p><p id=b>other</p>"
    if "nth" in str(rules):
        change = "document.querySelector('b').before(document.createElement('hr'))"
    recording = record(page, site, body, rules)
    count = len(recording.told)

    recording.run(f"{change}; document.querySelector('#a').firstChild.data = 'CANARY'")

    assert "seen" in recording.text
    assert "CANARY" not in recording.text
    # By a keyframe: what the relay holds for late joiners goes with it.
    assert [frame[0] for frame in recording.told[count:]] == ["keyframe"]
    assert "seen" not in json.dumps(recording.told[count:])


def test_what_ceases_to_match_stays_masked_until_the_next_page(page: Page, site: Site) -> None:
    body = "<body class=early><p id=a>CANARY</p><p class=b>CANARY</p>"
    recording = record(page, site, body, {"mask": [".early #a"], "block": [".b"]})

    recording.run("document.body.className = ''; document.querySelector('.b').className = 'c'")
    recording.run("recording.capture.keyframe()")

    assert "CANARY" not in recording.text


def test_show_counts_when_an_element_is_first_judged(page: Page, site: Site) -> None:
    recording = record(page, site, "<input id=a value=CANARY><div></div>", {"show": [".ok"]})

    recording.run("document.querySelector('#a').className = 'ok'")
    recording.run("recording.capture.keyframe()")
    recording.run("document.querySelector('div').innerHTML = '<input class=ok value=seen>'")

    assert "CANARY" not in recording.text
    assert "seen" in recording.text


def test_what_ceases_to_be_shown_is_blanked(page: Page, site: Site) -> None:
    body = "<div id=around class=open><input id=a value=seen></div>"
    recording = record(page, site, body, {"show": [".open > #a"]})
    assert recording.field("a")["verdict"] == "show"
    count = len(recording.told)

    recording.run("document.querySelector('#around').className = ''; document.querySelector('#a').value = 'CANARY'")

    assert recording.field("a")["verdict"] == "mask"
    assert recording.told[count][0] == "keyframe"
    assert "CANARY" not in recording.text


def test_new_parts_that_a_rule_masks_come_with_the_mutation_that_tells_of_them(page: Page, site: Site) -> None:
    recording = record(page, site, "<div></div>", {"mask": [".mine"]})
    count = len(recording.told)

    recording.run("document.querySelector('div').innerHTML = '<p class=mine>CANARY</p><p>seen</p>'")

    assert [frame[0] for frame in recording.told[count:]] == ["mutation"]
    assert "seen" in recording.text
    assert "CANARY" not in recording.text


def test_open_shadow_roots_are_looked_through(page: Page, site: Site) -> None:
    host = "<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML = '<p>first</p>'</script>"
    recording = record(page, site, host, {"mask": ["p.late"]})

    recording.run("const p = host.shadowRoot.querySelector('p'); p.className = 'late'; p.textContent = 'CANARY'")

    assert "first" in recording.text
    assert "CANARY" not in recording.text


def test_tightening_while_a_large_page_is_read_gives_up_what_was_read(page: Page, site: Site) -> None:
    body = "<p id=a>CANARY</p>" + "<p>text</p>" * 300
    policy = json.dumps({"rules": [{"mask": [".late #a"]}]})
    page.goto(site.page(f"<!doctype html><body>{body}"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    # A node a slice: the first of them has been read when the page tightens.
    page.evaluate(
        f"""async () => {{ {COUNTED}
          window.recording = beside.record({{...beside.policed({policy}), slice_ms: 0}});
          while (reads < 8) await new Promise((done) => setTimeout(done));
          window.early = recording.frames.length;
          document.body.className = 'late';
        }}"""
    )
    page.wait_for_function("recording.frames.length > 0", timeout=60_000)

    assert page.evaluate("early") == 0
    assert "CANARY" not in page.evaluate("recording.bytes.join('')")


def test_rules_hold_where_the_page_has_put_its_own_over_the_browsers_functions(page: Page, site: Site) -> None:
    override = """<script>Element.prototype.matches = () => false;
      for (const kind of [Document, DocumentFragment]) kind.prototype.querySelectorAll = () => [];</script>"""
    body = f"{override}<p id=a class=mine>CANARY</p><p id=b>seen</p>"
    recording = record(page, site, body, {"mask": [".mine", ".late #b"]})

    recording.run("document.body.className = 'late'; document.getElementById('b').textContent = 'CANARY'")

    assert "CANARY" not in recording.text


# -- Pauses and echoes.


def test_path_that_pauses_tells_nothing_more_and_says_so_once(page: Page, site: Site) -> None:
    recording = record(page, site, "<p id=a>seen</p>", pause=["/account/**"])
    count = len(recording.told)

    recording.run("history.pushState(0, '', '/account/orders'); a.textContent = 'CANARY'")
    recording.run("a.textContent = 'CANARY-2'")

    assert page.evaluate("recording.pauses") == [len(recording.frames)]
    assert len(recording.told) == count

    recording.run("history.pushState(0, '', '/cart'); a.textContent = 'back'; recording.capture.resume()")

    assert recording.told[count][0] == "keyframe"
    assert "back" in recording.text
    assert "CANARY" not in recording.text


def test_page_that_begins_on_a_pausing_path_sends_no_frame(page: Page, site: Site) -> None:
    page.goto(site.page("<!doctype html><p>CANARY</p>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    page.evaluate("() => { window.recording = beside.record(beside.policed({pause: ['/made/**']})); }")
    page.evaluate("beside.quiet()")

    assert page.evaluate("[recording.frames.length, recording.pauses.length]") == [0, 1]


# -- Routers that keep a page's path in the fragment.


def route(fragment: str) -> str:
    return f"<script>location.hash = '{fragment}'</script>"


@pytest.mark.parametrize("fragment", ["#/account/orders", "#!/account/", "#/ac%63ount?tab=CANARY", "#//account#top"])
def test_route_in_the_fragment_masks_and_blocks_as_a_path_does_and_does_not_travel(
    page: Page, site: Site, fragment: str
) -> None:
    rule = {"mask": [".mine"], "block": [".box"], "pages": ["/account/**"]}
    body = f"{route(fragment)}<p class=mine>CANARY</p><p class=box>CANARY</p>"

    recording = record(page, site, body, rule)

    assert "CANARY" not in recording.text
    assert "ount" not in recording.text


@pytest.mark.parametrize("fragment", ["#account", "#orders/account", "#?/account", "#x#/account", "#/accounts"])
def test_other_fragments_are_places_on_the_page(page: Page, site: Site, fragment: str) -> None:
    rule = {"mask": ["p"], "pages": ["/account/**"]}

    recording = record(page, site, f"{route(fragment)}<p>seen</p>", rule)

    assert "seen" in recording.text


@pytest.mark.parametrize(
    ("pages", "fragment", "is_shown"),
    [
        (["/made/**"], "", True), (["/made/**"], "#a", True), (["/made/**"], "#/open", False),
        (["/open"], "#/open", False), (["/made/**", "/open"], "#/open", True),
        (["/made/**", "/open"], "#/secret", False), (None, "#/secret", True),
    ],
)  # fmt: skip
def test_rule_shows_where_the_path_and_the_route_fit(
    page: Page, site: Site, pages: list[str] | None, fragment: str, is_shown: bool
) -> None:
    body = f"{route(fragment)}<input id=a value=shown>"

    recording = record(page, site, body, {"show": ["#a"], "pages": pages})

    assert recording.field("a")["verdict"] == ("show" if is_shown else "mask")


def test_route_shows_nothing_and_what_it_tightened_stays(page: Page, site: Site) -> None:
    show, mask = {"show": ["#a"], "pages": ["/open"]}, {"mask": ["#b"], "pages": ["/secret"]}
    recording = record(page, site, f"{route('#/open')}<input id=a value=CANARY-1><p id=b>seen</p>", show, mask)

    recording.run("location.hash = '#/secret'; b.textContent = 'CANARY-2'")
    recording.run("location.hash = '#/open'; b.textContent = 'CANARY-3'")

    assert "seen" in recording.text
    assert "CANARY" not in recording.text


def test_route_that_pauses_sends_nothing_more(page: Page, site: Site) -> None:
    recording = record(page, site, "<p id=a>seen</p>", pause=["/account/**"])
    count = len(recording.told)

    recording.run("location.hash = '#/account/cards'; a.textContent = 'CANARY'")

    assert page.evaluate("recording.pauses") == [len(recording.frames)]
    assert len(recording.told) == count


def typed(page: Page, recording: Recording, field: str, value: str) -> None:
    page.focus(field)
    page.keyboard.type(value)
    recording.run(f"document.querySelector('output').textContent = 'You look for {value}'")
    page.evaluate("document.activeElement.blur()")
    recording.quiet()


@pytest.mark.parametrize(("exempt", "is_echoed"), [(["#q"], True), (["#other"], False)])
def test_value_of_an_exempt_field_raises_no_echo_and_stays_masked(
    page: Page, site: Site, exempt: list[str], is_echoed: bool
) -> None:
    recording = record(page, site, "<input id=q><output></output>", exemptEchoes=exempt)

    typed(page, recording, "#q", "garden-hose")

    assert ("You look for garden-hose" in recording.text) is is_echoed
    assert recording.field("q")["verdict"] == "mask"
    assert recording.field("q")["content"] is None


def test_field_of_the_floor_is_never_exempt(page: Page, site: Site) -> None:
    recording = record(page, site, "<input id=q name=password><output></output>", exemptEchoes=["#q", "input"])

    typed(page, recording, "#q", "garden-hose")

    assert "garden-hose" not in recording.text
