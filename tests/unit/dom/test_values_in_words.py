"""A name of few letters is known where a word begins with it, and masks no word that merely holds its letters.

Each is typed and left, and the page writes HTML once the frame behind the edit has left: names of five to seven letters
count for the rest of the document.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

BODY = "<p id=said>For you</p><main id=m></main><input id=x><button id=b>x</button>"


def typed(page: Page, site: Site, value: str) -> Recording:
    """A page whose field was typed into and left, and of which all has been told."""
    recording = Recording(page, site, BODY)
    page.locator("#x").focus()
    page.keyboard.insert_text(value)
    page.locator("#b").focus()
    recording.quiet()
    recording.run("m.append('x')")
    return recording


def masks(recording: Recording, html: str) -> bool:
    """Is some text of HTML that the page writes masked?"""
    before = len(recording.bytes)
    recording.page.evaluate("html => { window.html = html; }", html)
    recording.run("said.innerHTML = html; m.append('more');")
    sent = "".join(recording.bytes[before:])
    assert "more" in sent
    return '["mt"]' in sent or ",null]" in sent


# What is typed, and how the page writes it.
WRITTEN = {
    "in capitals": ("Essen", "Lieferung nach ESSEN"),
    "with an ending": ("Stein", "Steins Bestellung"),
    "its first letter apart": ("Essen", "<b>E</b>ssen"),
    "a letter an element": ("Halle", "<i>H</i><i>a</i><i>l</i><i>l</i><i>e</i>"),
    "letters apart": ("Halle", "H A L L E"),
    "in two words": ("Ann Lee", "For Ann Lee, with love"),
    "with a sign in it": ("O'Neill", "Mr O’Neill's order"),
    "of two words, with an ending": ("Jo Ann", "Jo Anns Konto"),
    "with a sign in it, and an ending": ("O'Neill", "O’Neills Bestellung"),
    "its first letter apart, with an ending": ("Meier", "<b>M</b>eiers Korb"),
    "beside a digit": ("Essen", "Depot 2Essen"),
    "in Cyrillic": ("Иванов", "Иванову И."),
    "with an Arabic prefix": ("السلامي", "للطلب والسلامي"),
    "of more letters, in a word": ("Schneider", "Oberschneider"),
    "with a digit, in a word": ("Ann42", "JoAnn42"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_name_is_known(page: Page, site: Site, how: str) -> None:
    value, html = WRITTEN[how]

    assert masks(typed(page, site, value), html)


@pytest.mark.parametrize("value", ["Essen", "Stein", "Halle", "Insel"])
def test_words_that_hold_its_letters_are_shown(page: Page, site: Site, value: str) -> None:
    recording = typed(page, site, value)

    for html in (
        *("Passwort vergessen?", "Adressen", "Das ist ein Angebot", "Edelstein", "auch alle anderen", "Metalle"),
        *("in Selters", "in <b>Selters</b>", "<b>auch</b> <i>alle</i>"),
    ):
        assert not masks(recording, html)
    recording.run("m.innerHTML = '<img src=x alt=Adressen><input aria-label=Adressen>'")
    assert recording.text.count('"alt":"Adressen"') == 1


def test_name_of_a_product_is_not_known_by_the_number_behind_it(page: Page, site: Site) -> None:
    recording = typed(page, site, "Whisky 0.7")

    assert not masks(recording, "All about Whisky")
    assert masks(recording, "You looked for Whisky 0.7")


def test_names_and_addresses_of_the_page_may_not_hold_its_letters_anywhere(page: Page, site: Site) -> None:
    recording = typed(page, site, "Essen")

    recording.run("m.innerHTML = '<b class=goessen id=toessen>.</b><img src=/toessen.png>'; m.append('more');")

    assert "more" in recording.text
    assert "essen" not in recording.text.lower()
