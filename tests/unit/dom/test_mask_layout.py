"""What a mask leaves of a page's layout, so that the rest stands in the mirror where it stands on the page."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording


def test_blanks_between_masked_lines_stay_blanks(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<address>Canary Street 1<br>\n   <i>Canary</i>\n</address>")

    assert "canary" not in recording.text.casefold()
    # The two lines are masked; the blanks after the break and at the end are one blank each, however long.
    assert '["mt"],["el","br",{},0],["tx"," "],["el","i",{},1],["mt"],["tx"," "]' in recording.text


def test_blanks_tell_no_length_and_other_spaces_are_masked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p data-beside=mask id=p> \n\n  </p><p data-beside=mask>&nbsp;&nbsp;</p>")
    recording.run("document.getElementById('p').firstChild.data = ' \\n \\n \\n '")

    assert '["el","p",{"id":"p"},1],["tx"," "]' in recording.text
    assert '["mt"]' in recording.text
    assert len(recording.told) == 1


def test_shown_select_brings_its_options_and_a_masked_one_none(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<select data-beside=show id=order><option value=canary>Price, rising<option>Rating</select>
        <select><option>Canary</select>
        <select data-beside=show name=card-month><option>Canary</select>""",
    )
    recording.run("document.getElementById('order').append(new Option('Newest', 'canary'))")

    # As wide in the mirror as its longest option makes it on the page.
    assert all(label in recording.text for label in ("Price, rising", "Rating", "Newest"))
    assert "canary" not in recording.text.casefold()


def test_select_that_is_masked_later_loses_its_options_in_the_mirror(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<select data-beside=show id=order><option>Price, rising</select>")

    recording.run("document.getElementById('order').removeAttribute('data-beside')")

    assert "Price, rising" not in recording.outline


def test_frames_keep_their_size_and_blocked_parts_tell_it_coarsely(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<iframe style="width:101px;height:51px;border:0"></iframe>
        <div data-beside=block style="width:101px;height:51px"></div>""",
    )

    assert '["bx","frame","frame",101,51,""]' in recording.text
    assert '["bx","blocked","",104,56,"display:block"]' in recording.text


def test_masked_field_keeps_the_size_that_it_had_while_it_was_empty(page: Page, site: Site) -> None:
    style = "width: 200px; font-size: 16px; color: teal"
    recording = Recording(page, site, f"<input id=x size=30 style='{style}'><textarea id=t rows=5></textarea>")
    assert '<input id="x" size="30" style="color: teal;font-size: 16px">' in recording.outline

    page.locator("#x").fill("canary")
    recording.run(
        "x.size = 6; x.style.width = '66px'; x.style.fontSize = '6px'; x.style.display = 'none'; "
        "t.value = 'x'; t.rows = 1"
    )
    recording.run("recording.capture.keyframe()")

    # Whether it is there at all is no size.
    assert '<input id="x" size="30" style="color: teal;display: none;font-size: 16px">' in recording.outline
    assert '<textarea id="t" rows="5">' in recording.outline
    assert "6px" not in recording.text.replace("16px", "")
    # A length that a page sets anew as what is around it changes would not fit for long.
    assert "width" not in recording.outline


def test_masked_field_that_held_something_at_first_tells_no_size_of_its_own(page: Page, site: Site) -> None:
    style = "width: 100%; flex: 1 1 auto; background: #fff; --n: 3; font-size: 30px; max-width: 33%"
    recording = Recording(
        page, site, f"<input id=x size=3 value=abc style='{style}'><select size=4 id=s><option>a</select>"
    )

    recording.run("x.value = ''; x.size = 20; x.style.fontSize = '20px'")

    assert '<input id="x" style="width: 100%;flex: 1 1 auto;background: rgb(255, 255, 255)">' in recording.outline
    assert '<select id="s" size="4">' in recording.outline
