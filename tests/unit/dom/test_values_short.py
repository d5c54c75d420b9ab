"""A value of few characters counts in the frame that follows its edit, and there as the page writes it.

In the middle of a text, in a language without blanks, a character a box; what looks like it and is no echo stays.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

REST = "<p id=said>For you</p><main id=m></main><button id=b>x</button>"
EXPIRY = "<input id=x autocomplete=cc-exp>"


def after_edit(page: Page, site: Site, field: str, value: str, script: str) -> str:
    """What leaves in the frame in which a script runs as the field is left."""
    recording = Recording(page, site, f"{REST}{field}")
    page.evaluate(f"() => x.addEventListener('blur', () => {{ {script} }})")
    page.locator("#x").focus()
    page.keyboard.insert_text(value)
    before = len(recording.bytes)
    page.locator("#b").focus()
    recording.quiet()
    return "".join(recording.bytes[before:])


SAID = {
    "an expiry": (EXPIRY, "12/27", "Expires 12/27"),
    "an expiry with blanks": (EXPIRY, "12/27", "Good until 12 / 27, then no more"),
    "an expiry without its sign": (EXPIRY, "1227", "Good until 12/27"),
    "a name of two words": ("<input id=x>", "Li Wu", "Hello Li Wu!"),
    "a price": ("<input id=x>", "9,50", "You give €9.50 to us"),
    "a number between Chinese letters": ("<input id=x>", "3", "共3件商品"),
    "a number before a letter": ("<input id=x>", "3", "3x T-Shirt"),
    "a code between Chinese letters": ("<input id=x>", "1234", "您的验证码1234已发送"),
    "a room in an address": ("<input id=x>", "301室", "中山路5号楼301室"),
    "an amount with its currency": ("<input id=x>", "CHF5", "You give CHF 5 to us"),
    "a number before its currency": ("<input id=x>", "5", "You give CHF5 to us"),
    "a weight": ("<input id=x>", "12kg", "Parcel of 12kg."),
    "a weight with a blank": ("<input id=x>", "12kg", "Parcel of 12 kg."),
    "an amount in groups": ("<input id=x>", "1200", "You give €1,200.00 to us"),
    "an amount in another country's groups": ("<input id=x>", "1200", "Sie geben 1.200,00 €"),
    "an amount in groups by blanks": ("<input id=x>", "1200", "Vous donnez 1\u202f200 €"),
    "an amount in groups by plain blanks": ("<input id=x>", "1200", "Ni ger 1 200 kr"),
    "an amount in groups by apostrophes": ("<input id=x>", "1200", "Sie geben CHF 1’200.–"),
    "an amount that was typed in groups": ("<input id=x>", "1,200", "Sie geben 1.200 €."),
    "an amount whose fraction is none": ("<input id=x>", "50.00", "You give €50 to us"),
    "a day of a date": ("<input id=x>", "12", "Geboren am 12.05.1990"),
    "a day of a month": ("<input id=x>", "12", "Geboren am 12.05."),
    "a number of things of some size": ("<input id=x>", "2", "Bottles: 2 500 ml each"),
    "a Korean name": ("<input id=x>", "홍길동", "홍길동님, 안녕하세요"),
    "a Chinese name": ("<input id=x>", "王小明", "尊敬的王小明先生"),
    "a Japanese name": ("<input id=x>", "さくら", "さくら様のご注文"),
    "an Arabic name behind a preposition": ("<input id=x>", "علي", "الطلب لعلي"),
    "an Arabic name behind an article": ("<input id=x>", "علي", "مرحبا والعلي"),
    "a Thai name": ("<input id=x>", "มานี", "สวัสดีคุณมานีครับ"),
}


@pytest.mark.parametrize("what", SAID)
def test_short_value_is_known_in_a_text(page: Page, site: Site, what: str) -> None:
    field, value, text = SAID[what]

    sent = after_edit(page, site, field, value, f"said.textContent = '{text}'; m.append('more');")

    assert "more" in sent
    assert text not in sent


ACROSS = {
    "a box a character": (
        "<input id=x autocomplete=one-time-code maxlength=4>",
        "7294",
        "for (const a of x.value) m.append(Object.assign(document.createElement('div'), { textContent: a }))",
    ),
    "texts of one element": (EXPIRY, "12/27", "said.replaceChildren('Until ', '12', '/', '27')"),
}


@pytest.mark.parametrize("what", ACROSS)
def test_short_value_is_known_in_several_texts(page: Page, site: Site, what: str) -> None:
    field, value, script = ACROSS[what]

    sent = after_edit(page, site, field, value, f"{script}; m.append('more');")

    assert "more" in sent
    for piece in ("7", "2", "9", "4", "12", "27"):
        assert f'"{piece}"' not in sent


OTHERS = {
    "numbers of a drawing": (
        "<input id=x>",
        "123",
        'm.innerHTML = \'<svg><path d="M 1 2 3 4" transform="rotate(1 2 3)"/></svg>\'',
        ["M 1 2 3 4", "rotate(1 2 3)"],
    ),
    "names of classes": ("<input id=x>", "12", "m.innerHTML = '<i class=\"w-1/2\">wide</i>'", ["w-1/2"]),
    "cells of a table": (
        EXPIRY,
        "12/27",
        "m.innerHTML = '<table><tr><td>12</td><td>27</td></tr></table>'",
        ['"12"', '"27"'],
    ),
    "letters in a longer word": (
        "<input id=x>",
        "Li",
        "said.textContent = 'Delivery in Berlin'",
        ["Delivery in Berlin"],
    ),
    "another price": ("<input id=x>", "49", "said.textContent = 'Rated 4.9 by all'", ["Rated 4.9 by all"]),
    "an amount with the same first digit": (
        "<input id=x>",
        "2",
        "said.textContent = '2,499.00 €'; m.append('2\u00a0499,00 €', 'Now 2.499 €');",
        ["2,499.00 €", "2\u00a0499,00 €", "Now 2.499 €"],
    ),
    "an amount with the same fraction": ("<input id=x>", "50", "said.textContent = 'Only 4.50 €'", ["Only 4.50 €"]),
    "a digit in names of classes": ("<input id=x>", "3", "m.innerHTML = '<i class=\"mt3 h3x\">wide</i>'", ["mt3 h3x"]),
    "a digit in a style sheet": (
        "<input id=x>",
        "2",
        "document.head.insertAdjacentHTML('beforeend', `<style>@font-face { font-family: f; src: url(f.woff2) }"
        " i { background: url(a@2x.png); width: 2px }</style>`)",
        ["f.woff2", "a@2x.png", "2px"],
    ),
    "a digit in a drawing": ("<input id=x>", "3", "m.innerHTML = '<svg><path d=\"M1 2h3v4\"/></svg>'", ["M1 2h3v4"]),
    "Arabic letters in a longer word": ("<input id=x>", "علي", "said.textContent = 'سعر فعليا'", ["سعر فعليا"]),
    "a Chinese letter": ("<input id=x>", "中", "said.textContent = '中国制造'", ["中国制造"]),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_only_looks_like_a_short_value_stays(page: Page, site: Site, what: str) -> None:
    field, value, script, texts = OTHERS[what]

    sent = after_edit(page, site, field, value, f"{script}; m.append('more');")

    for text in texts:
        assert text in sent


CHOICES = {
    "a select": (
        "<select id=x><option>France<option selected>Germany<option>Austria</select>",
        "x.value = 'Austria'; x.dispatchEvent(new Event('change', { bubbles: true }));",
    ),
    "a combobox": ("<div role=combobox id=x>Germany</div>", "x.textContent = 'Austria';"),
}


@pytest.mark.parametrize("of", CHOICES)
def test_choice_counts_in_the_frame_behind_it_alone(page: Page, site: Site, of: str) -> None:
    """What can be chosen stands all over a page: kept as what is typed is, it would mask the page's own words."""
    field, choose = CHOICES[of]
    recording = Recording(page, site, f"{REST}<p>Delivering to Germany</p>{field}")
    assert "Delivering to Germany" in recording.outline

    recording.run(f"{choose} said.textContent = 'Delivering to Austria'; m.append('more');")
    assert "more" in recording.text
    assert "Delivering to Austria" not in recording.text
    recording.run("m.append('Ships to Austria, too');")

    assert "Ships to Austria, too" in recording.text


def test_choice_by_hand_counts_in_the_frame_behind_it_alone(page: Page, site: Site) -> None:
    field, _ = CHOICES["a select"]
    recording = Recording(page, site, REST + field)
    page.evaluate("() => void (x.onchange = () => (said.textContent = 'Delivering to Austria'))")

    page.locator("#x").select_option("Austria")
    recording.quiet()
    recording.run("m.append('Ships to Austria, too');")

    assert "Delivering to Austria" not in recording.text
    assert "Ships to Austria, too" in recording.text


@pytest.mark.parametrize(("chosen", "text", "is_sent"), [("北京", "寄往北京市", False), ("男", "男装新款", True)])
def test_choice_of_two_chinese_letters_that_a_script_makes(
    page: Page, site: Site, chosen: str, text: str, is_sent: bool
) -> None:
    recording = Recording(page, site, f"{REST}<select id=x><option>上海<option>{chosen}</select>")

    recording.run(
        f"x.value = '{chosen}'; x.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        f"said.textContent = '{text}'; m.append('more');"
    )

    assert "more" in recording.text
    assert (text in recording.text) is is_sent
