"""Frames of the page's origin that the site shows are captured with their documents; all others are boxes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Site
from .recording import ORIGIN, Recording

SHOWN = "<iframe id=f data-beside=show srcdoc='<!doctype html><p id=inner>Inside</p>'></iframe>"
FRAME = "const frame = document.getElementById('f'), inner = () => frame.contentDocument;"
LOADED = "await new Promise((done) => frame.addEventListener('load', done, { once: true }));"


def test_a_shown_frame_is_captured_with_its_document(page: Page, site: Site) -> None:
    recording = Recording(page, site, SHOWN)
    recording.quiet()

    assert re.search(
        r'<iframe id="f">\n +#document\n +dt\n +<html>\n +<head>\n +<body>\n +<p id="inner">\n +"Inside"',
        recording.outline,
    )


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe srcdoc='<p>secret'></iframe>",
        "<iframe data-beside=mask srcdoc='<p>secret'></iframe>",
        "<iframe data-beside=show sandbox srcdoc='<p>secret'></iframe>",
        "<iframe data-beside=show src='data:text/html,secret'></iframe>",
        "<iframe data-beside=show src='https://other.example/'></iframe>",
        "<div data-beside=show><iframe srcdoc='<p>secret'></iframe></div>",
        "<iframe data-beside=show srcdoc='<iframe srcdoc=secret></iframe>'></iframe>",
    ],
)
def test_frames_that_are_not_shown_or_not_ours_are_boxes(frame: str, page: Page, site: Site) -> None:
    page.route("https://other.example/", lambda route: route.fulfill(body="secret", content_type="text/html"))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    recording = Recording(page, site, frame)
    recording.quiet()

    assert "secret" not in recording.text
    assert "[frame 304x154" in recording.outline
    assert complaints == []


def test_each_nested_frame_needs_its_own_mark(page: Page, site: Site) -> None:
    inner = "<p>two</p><iframe srcdoc=three></iframe>".replace("'", "&#39;")
    site.add("/two", inner)
    site.add("/one", "<p>one</p><iframe data-beside=show src=/two></iframe>")

    recording = Recording(page, site, "<iframe data-beside=show src=/one></iframe>")
    page.wait_for_function("recording.model.outline().join().includes('two')")

    assert recording.outline.count("#document quirks") == 2
    assert "three" not in recording.text


def test_what_a_script_writes_into_an_empty_frame_is_followed(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<iframe id=f data-beside=show></iframe>")

    recording.run(f"{FRAME} inner().open(); inner().write('<!doctype html><p>Written'); inner().close()")
    assert '"Written"' in recording.outline

    recording.run(f"{FRAME} inner().querySelector('p').textContent = 'Changed'")
    assert '"Changed"' in recording.outline

    # `document.open()` takes all listeners away: what is typed after it must be noticed all the same.
    recording.run(f"{FRAME} inner().open(); inner().write('<!doctype html><input id=name>'); inner().close()")
    page.frames[1].locator("#name").click()
    page.keyboard.type("Ada Lovelace")
    recording.run(f"{FRAME} inner().body.append(inner().querySelector('input').value)")
    assert "Lovelace" not in recording.text

    page.frames[1].locator("#name").blur()
    recording.quiet()
    assert "Lovelace" not in recording.text
    assert recording.field("name")["status"] == {"filled": True, "validity": "valid"}


def test_a_frame_that_navigates_shows_its_next_document_and_no_more_of_the_last(page: Page, site: Site) -> None:
    recording = Recording(page, site, SHOWN)
    old = recording.node("inner")

    recording.run(f"{FRAME} frame.srcdoc = '<!doctype html><p id=next>Next</p>'; {LOADED}")

    assert '"Next"' in recording.outline
    assert '"Inside"' not in recording.outline
    assert page.evaluate("id => recording.capture.find(recording.model.epoch, id)", old) is None
    recording.run(f"{FRAME} inner().querySelector('p').textContent = 'Next again'")
    assert '"Next again"' in recording.outline


def test_a_frame_that_leaves_the_origin_becomes_a_box_and_one_that_returns_is_shown(page: Page, site: Site) -> None:
    page.route("https://bank.example/**", lambda route: route.fulfill(body="<p>theirs", content_type="text/html"))
    site.add("/paid", "<p>Paid</p>")
    recording = Recording(page, site, SHOWN)

    recording.run(f"{FRAME} frame.contentWindow.location = 'https://bank.example/pay'; {LOADED}")
    assert "[frame 304x154" in recording.outline
    assert '"Inside"' not in recording.outline

    page.evaluate(f"() => {{ {FRAME} frame.src = '/paid'; frame.removeAttribute('srcdoc') }}")
    page.wait_for_function("recording.model.outline().join().includes('Paid')")
    assert "theirs" not in recording.text


def test_a_mark_that_comes_or_goes_opens_or_closes_a_frame(page: Page, site: Site) -> None:
    recording = Recording(page, site, SHOWN)

    recording.run("document.getElementById('f').removeAttribute('data-beside')")
    assert "[frame 304x154 frame]" in recording.outline
    assert "Inside" not in recording.outline

    recording.run("document.getElementById('f').setAttribute('data-beside', 'show')")
    assert '"Inside"' in recording.outline


def test_frames_are_masked_as_the_page_is(page: Page, site: Site) -> None:
    frame = """<iframe id=f data-beside=show srcdoc="<!doctype html><p>ada@example.com</p><p>4111 1111 1111 1111</p>
    <label>Name <input id=name value='Ada'></label><label>Card number <input id=card></label>
    <p data-beside=block>blocked</p><input id=open data-beside=show value=shown>"></iframe>"""
    recording = Recording(page, site, f"<div data-beside=show>{frame}</div>")
    recording.quiet()

    for word in ("ada@", "4111", "Ada", '"blocked"', "srcdoc"):
        assert word not in recording.outline
        assert word not in recording.text.replace('"bx","blocked"', "")
    assert recording.field("name")["reason"] == "default-control"
    assert recording.field("card")["reason"] == "floor-name"
    assert recording.field("open")["content"]["text"] == "shown"


def test_a_masked_part_masks_the_frames_in_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"<div data-beside=mask>{SHOWN}</div>")
    recording.quiet()

    assert "Inside" not in recording.text
    assert "***" in recording.outline


FIELDS = """<iframe id=f data-beside=show
srcdoc="<!doctype html><input id=in aria-label=In><p id=echoed>-</p>"></iframe>
<input id=out aria-label=Out><p id=echo>-</p>"""


@pytest.mark.parametrize("into_frame", [True, False], ids=["typed in the frame", "typed on the page"])
def test_values_typed_on_one_side_are_echoes_on_the_other(into_frame: bool, page: Page, site: Site) -> None:
    recording = Recording(page, site, FIELDS)
    recording.quiet()
    inner, outer = page.frames[1].locator("#in"), page.locator("#out")
    typed, other = (inner, outer) if into_frame else (outer, inner)

    typed.click()
    page.keyboard.type("Lovelace77")
    # While it is edited, neither document tells anything.
    before = len(recording.frames)
    recording.run(
        f"{FRAME} inner().getElementById('echoed').textContent = 'one';"
        "document.getElementById('echo').textContent = 'two'"
    )
    assert all(
        change[0] not in ("text", "texts", "children") for frame in recording.frames[before:] for change in frame[4]
    )
    other.click()
    recording.quiet()
    recording.run(
        f"{FRAME} inner().getElementById('echoed').textContent = 'Dear Lovelace77';"
        "document.getElementById('echo').textContent = 'Dear LOVELACE77'; document.body.append('Lovelace77')"
    )

    assert "ovelace" not in recording.text.lower()
    assert recording.last("focus")[1] == recording.node("out" if into_frame else "in")


def test_a_card_number_cut_up_between_page_and_frame_stays_masked(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<span>4111 1111</span><iframe data-beside=show srcdoc='<span>1111 1111</span>'></iframe>"
    )
    recording.quiet()

    assert "1111 1111" not in recording.outline or "4111" not in recording.outline


def test_scroll_focus_and_pointer_of_a_frame_are_told(page: Page, site: Site) -> None:
    body = """<p style='height:50px;margin:0'></p><iframe id=f data-beside=show style='border:5px solid;padding:7px;
    margin-left:40px' srcdoc="<!doctype html><body style='margin:0;height:2000px'><button id=b style='width:100px'>Go
    </button><div id=scroller style='height:50px;overflow:auto'><p style='height:900px'>long</p></div>"></iframe>"""
    recording = Recording(page, site, body, "<style>body{margin:0}</style>")
    recording.quiet()

    page.frames[1].locator("#b").focus()
    page.mouse.move(40 + 5 + 7 + 10, 50 + 5 + 7 + 4)
    recording.quiet()
    assert recording.last("focus")[1] == recording.node("b")
    assert recording.last("pointer") == ["pointer", 62, 66]

    recording.run(f"{FRAME} inner().getElementById('scroller').scrollTop = 70")
    assert recording.last("scroll") == ["scroll", recording.node("scroller"), 0, 70]
    recording.run(f"{FRAME} frame.contentWindow.scrollTo(0, 300)")
    assert recording.last("scroll") == ["scroll", recording.node("f") + 1, 0, 300]


def test_styles_of_a_frame_are_its_own(page: Page, site: Site) -> None:
    frame = """<iframe id=f data-beside=show srcdoc="<!doctype html><style id=s>p { color: red }</style>
    <p data-mood=good>In"></iframe>"""
    recording = Recording(page, site, frame)
    recording.quiet()

    recording.run(f"{FRAME} inner().getElementById('s').sheet.insertRule('[data-mood] {{ margin: 3px }}')")
    assert "[data-mood] { margin: 3px; }" in recording.text
    assert '<p data-mood="good">' in recording.outline

    recording.run(
        f"{FRAME} const Sheet = frame.contentWindow.CSSStyleSheet, sheet = new Sheet();"
        "sheet.replaceSync('p { top: 1px }'); inner().adoptedStyleSheets = [sheet]; window.sheet = sheet"
    )
    assert recording.last("adopted")[2] == ["p { top: 1px; }"]
    recording.run("sheet.cssRules[0].style.top = '2px'")
    assert recording.last("adopted")[2] == ["p { top: 2px; }"]


def test_shadow_roots_late_in_a_frame_are_captured(page: Page, site: Site) -> None:
    recording = Recording(page, site, SHOWN.replace("p id", "div id").replace("/p", "/div"))
    recording.quiet()

    recording.run(f"{FRAME} inner().getElementById('inner').attachShadow({{ mode: 'open' }}).append('late')")
    assert '"late"' in recording.outline
    recording.run(
        f"{FRAME} const d = inner().body.appendChild(inner().createElement('div'));"
        "d.attachShadow({ mode: 'closed' }).append('closed text')"
    )
    assert "closed text" not in recording.text


def test_addresses_in_a_frame_are_those_of_its_document(page: Page, site: Site) -> None:
    site.add("/deep/frame", "<img id=i src=a.png><p id=p style='background:url(b.png)'>")
    recording = Recording(page, site, "<iframe data-beside=show src=/deep/frame></iframe>")
    page.wait_for_function("recording.model.idOf('i')")

    assert f"{ORIGIN}/deep/a.png" in recording.text
    assert f"{ORIGIN}/deep/b.png" in recording.text


def test_a_frame_in_a_shadow_root_and_one_that_is_not_displayed_are_captured(page: Page, site: Site) -> None:
    body = """<div id=host></div><iframe style='display:none' data-beside=show srcdoc='unseen'></iframe><script>
    document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML =
      "<iframe data-beside=show srcdoc='in a root'></iframe>"</script>"""
    recording = Recording(page, site, body)
    recording.quiet()

    assert '"unseen"' in recording.outline
    assert '"in a root"' in recording.outline


def test_a_frame_whose_root_the_relay_withholds_becomes_a_box(page: Page, site: Site) -> None:
    recording = Recording(page, site, SHOWN)
    recording.quiet()
    root = page.evaluate("[...recording.model.nodes.values()].filter((n) => n.entry[1] === 'html').at(-1).id")

    page.evaluate("id => recording.capture.block(recording.model.epoch, id)", root)
    recording.quiet()

    assert "Inside" not in recording.outline
    assert "[blocked" in recording.outline


COUNT = "[...recording.model.nodes.values()].length"


def test_five_hundred_mounts_and_navigations_leave_no_document(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div id=stage></div>")
    recording.quiet()
    before = page.evaluate(COUNT)
    recording.run(
        """window.refs = [];
        const stage = document.getElementById('stage');
        const next = () => new Promise((done) => requestAnimationFrame(done));
        for (let n = 0; n < 500; n++) {
          const frame = document.createElement('iframe');
          frame.dataset.beside = 'show';
          stage.append(frame);
          frame.contentDocument.body.append('mounted ' + n, frame.contentDocument.createElement('input'));
          refs.push(new WeakRef(frame.contentDocument));
          if (n % 5 === 0) {
            await next();
            if (n % 10 === 0) {
              frame.srcdoc = '<p>navigated';
              await new Promise((done) => frame.addEventListener('load', done, { once: true }));
              refs.push(new WeakRef(frame.contentDocument));
            }
          }
          if (n % 100 === 0) recording.capture.keyframe();
          frame.remove();
        }"""
    )
    client: Any = page.context.new_cdp_session(page)
    recording.run("document.body.append('over')")

    assert "mounted" in recording.text
    assert page.evaluate(COUNT) == before + 1
    for _ in range(3):
        client.send("HeapProfiler.collectGarbage")
        recording.quiet()
    assert page.evaluate("refs.filter((ref) => ref.deref()).length") <= 2
