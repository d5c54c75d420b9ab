"""Form controls and gauges: shown ones look as in the page, masked ones tell nothing."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import BrowserContext

from .both_sides import BothSides, count_differing
from .conftest import Site

CONTROLS = """
<select id=one {0}><optgroup label=Group><option>One<option selected>Two, and a wide one</optgroup>
  <option disabled>Three</select>
<select id=many multiple size=4 {0}><option selected>A<option>B<option selected>B, C<option>C</select>
<select size=3 {0}><option>x<option selected>y<option>z</select>
<input type=range id=range value=20 {0}><input type=color id=color value=#ff0000 {0}>
<input type=date id=date value=2026-03-04 {0}><input type=time value=12:30 {0}>
<input type=checkbox id=box {0}><input type=checkbox checked {0}><input type=checkbox id=partly {0}>
<input type=radio name=r checked {0}><input type=radio name=r id=radio {0}>
<input type=number value=5 {0}><textarea id=area {0}>text</textarea><input id=text value=hello {0}>
<input type=search value=q {0}><input type=button value=Press {0}>
<fieldset disabled><legend>Legend</legend><input value=disabled {0}></fieldset>"""
CHANGES = """
range.value = 70; color.value = "#00ff00"; date.value = "2027-12-01"; box.checked = true; partly.indeterminate = true;
area.value = "typed"; text.value = "new"; one.selectedIndex = 0; radio.checked = true;
many.options[1].selected = true; many.options[0].selected = false;
for (const changed of [range, color, date, box, partly, area, text, one, many, radio])
  changed.dispatchEvent(new Event("change", { bubbles: true }));"""


def test_shown_controls_look_as_in_the_page(context: BrowserContext, site: Site) -> None:
    # A file field is a secret one, and has neither name nor form: the others that have none are not.
    both = BothSides(context, site, CONTROLS.format("data-beside=show") + "<input type=file>")
    assert both.differing() == 0

    both.run(CHANGES)

    assert both.differing() == 0
    assert both.agree("[...doc.querySelector('#many').options].map(({ selected }) => selected)") == [
        False,
        True,
        True,
        False,
    ]


def test_masked_controls_look_the_same_whatever_they_hold(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, CONTROLS.format(""))
    before = both.pictures()[1]

    both.run(CHANGES)

    assert count_differing(both.pictures()[1], before) == 0
    for secret in ("Two, and", "hello", "2026", "ff0000"):
        assert secret not in both.text


def test_gauges_and_list_numbers_show_their_present_value(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        "<progress id=known value=30 max=100></progress>"
        "<meter id=meter value=.6 low=.3 high=.8 optimum=.9></meter><meter min=10 max=50 value=20></meter>"
        "<ol><li>1<li value=7>7</ol>",
    )
    assert both.differing() == 0

    both.run("known.value = 80; meter.value = .2")

    assert both.differing() == 0
    assert both.agree("[doc.querySelector('#known').value, doc.querySelector('#meter').value]") == [80, 0.2]


def test_a_masked_gauge_tells_no_value(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, "<div data-beside=mask><progress value=37 max=100></progress></div>")

    assert '"value"' not in both.text


def test_a_gauge_that_a_script_drives_by_a_masked_field_stands_still_during_the_edit(
    context: BrowserContext, site: Site
) -> None:
    both = BothSides(
        context,
        site,
        "<input id=secret oninput='strength.value = this.value.length'><progress id=strength max=20></progress>",
    )

    both.page.focus("#secret")
    both.page.keyboard.type("abcdefg")
    both.sync()

    assert '"value"' not in both.text


@pytest.mark.parametrize("prefers", ["dark", "light"])
@pytest.mark.parametrize(
    ("meta", "css"),
    [
        pytest.param("light dark", "", id="both"),
        pytest.param("dark", "", id="dark alone"),
        pytest.param("light", "", id="light alone"),
        pytest.param("dark", "html { color-scheme: light }", id="a style sheet says light"),
        pytest.param("dark", "@layer page { :root { color-scheme: light } }", id="a layer says light"),
    ],
)
def test_page_that_asks_for_dark_by_its_meta_is_painted_so(
    context: BrowserContext, site: Site, meta: str, css: str, prefers: Literal["dark", "light"]
) -> None:
    head = f"<meta name=color-scheme content='{meta}'><style>{css}</style>"
    body = "<p>Words</p><input data-beside=show value=shown><button>Go</button>"
    both = BothSides(context, site, body, head)

    # The agent's own browser stays light.
    both.page.emulate_media(color_scheme=prefers)
    both.run("recording.capture.keyframe()")

    assert both.differing() == 0


def test_page_that_changes_its_meta_is_followed_with_the_next_keyframe(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, "<p>Words</p>", "<meta name=color-scheme content=light>")
    assert both.differing() == 0

    both.run("document.querySelector('meta').content = 'dark'; recording.capture.keyframe()")

    assert both.differing() == 0
