"""Echoes of what was typed on an earlier page: known again by keyed fingerprints, of which nobody can read anything."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

KEY = "0123456789abcdef"
FIELDS = {
    "name": ("<input id=name autocomplete=name>", "Ada Lovelace"),
    "note": ("<textarea id=note></textarea>", "Please ring twice, " * 40),
    "holder": ("<input id=holder autocomplete=cc-name>", "Augusta King-Noel"),
}


def typed(page: Page, site: Site, *fields: tuple[str, str], key: str = KEY) -> list[int]:
    """The fingerprints that a page keeps of fields that were filled in and left."""
    body = "".join(html for html, _ in fields)
    recording = Recording(page, site, f"{body}<button id=b>x</button>", echoes=json.dumps({"key": key, "kept": []}))
    for n, (_, value) in enumerate(fields):
        page.locator("input, textarea").nth(n).fill(value)
    page.locator("#b").focus()
    recording.quiet()
    kept: list[int] = page.evaluate("recording.prints()")
    return kept


def later(page: Page, site: Site, body: str, kept: list[int], key: str = KEY) -> Recording:
    return Recording(page, site, body, echoes=json.dumps({"key": key, "kept": kept}))


@pytest.mark.parametrize(
    "body",
    [
        "<p>Thank you, Ada Lovelace!</p>",
        "<p>ADA-LOVELACE</p>",
        "<p>Ada <b>Lovelace</b></p>",
        "<p><i>A</i><i>d</i><i>a</i><i>L</i><i>o</i><i>v</i><i>e</i><i>l</i><i>a</i><i>c</i><i>e</i></p>",
        "<img alt='for Ada Lovelace' src=x>",
        "<p id=ada-lovelace class=u-ada-lovelace style='--n: Ada Lovelace'>x</p>",
        "<style>p::after { content: 'Ada Lovelace' }</style><p>x</p>",
        "<style>p { --n: Ada Lovelace }</style><p>x</p>",
        "<style>p { font-family: Ada Lovelace } .ada-lovelace { color: red }</style><p>x</p>",
        "<style>@keyframes AdaLovelace { from { color: red } }</style><p>x</p>",
        "<style media='screen and (ada-lovelace: 1)'>p { color: red }</style><p>x</p>",
        "<label for=i>Ada Lovelace</label><input id=i>",
    ],
)
def test_what_was_typed_on_the_page_before_is_masked_from_the_first_keyframe(page: Page, site: Site, body: str) -> None:
    kept = typed(page, site, FIELDS["name"])

    recording = later(page, site, body + "<p>Ada lives here, says Lace</p>", kept)

    assert "lovelace" not in recording.text.lower().replace("-", "")
    assert '"lovelace' not in recording.text.lower()
    assert "Ada lives here, says Lace" in recording.text


@pytest.mark.parametrize("field", FIELDS)
def test_each_kind_of_value_is_known_again(page: Page, site: Site, field: str) -> None:
    kept = typed(page, site, FIELDS[field])
    _, value = FIELDS[field]

    recording = later(page, site, f"<p id=p>So: {value}.</p>", kept)

    assert "So:" not in recording.text


def test_another_key_knows_nothing_of_them(page: Page, site: Site) -> None:
    kept = typed(page, site, FIELDS["name"])

    recording = later(page, site, "<p>Ada Lovelace</p>", kept, key="fedcba9876543210")

    assert "Ada Lovelace" in recording.text
    assert not set(kept) & set(typed(page, site, FIELDS["name"], key="fedcba9876543210"))


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<input type=password>", "correct horse battery"),
        ("<input autocomplete=cc-csc>", "7394215"),
        ("<input autocomplete=cc-number>", "4242 4242 4242 4242"),
        ("<input autocomplete=cc-exp>", "11 / 2031"),
        ("<input autocomplete=one-time-code>", "739421"),
        ("<input autocomplete=new-password>", "correct horse battery"),
        ("<input name=pin>", "739421"),
        ("<input name=card-security-code>", "739421"),
        ("<input name=qty>", "12345"),
        ("<select><option>Bristol<option>Somewhere else</select>", ""),
    ],
)
def test_nothing_is_kept_of_codes_passwords_and_what_is_short(page: Page, site: Site, html: str, value: str) -> None:
    if value:
        kept = typed(page, site, (html, value))
    else:
        recording = Recording(page, site, html, echoes=json.dumps({"key": KEY, "kept": []}))
        page.locator("select").select_option(index=1)
        recording.quiet()
        kept = page.evaluate("recording.prints()")

    assert kept == []


def test_nothing_is_kept_of_what_nobody_typed(page: Page, site: Site) -> None:
    body = "<input value='Ada Lovelace'><input id=later><button id=b>x</button>"
    recording = Recording(page, site, body, echoes=json.dumps({"key": KEY, "kept": []}))

    recording.run("document.querySelector('#later').value = 'Augusta King'")
    recording.run("recording.capture.keyframe()")

    assert page.evaluate("recording.prints()") == []


def test_part_of_a_value_is_none(page: Page, site: Site) -> None:
    kept = typed(page, site, ("<input autocomplete=street-address>", "12 Larkspur Lane, Bristol"))

    body = "<p>Our shop in Bristol</p><p>Larkspur Lane</p><p>12 Larkspur Lane (Bristol)</p>"
    recording = later(page, site, body, kept)

    assert "Our shop in Bristol" in recording.text
    assert '"Larkspur Lane"' in recording.text
    assert "12 Larkspur" not in recording.text


@pytest.mark.usefixtures("patient_with_sheets")
def test_what_a_sheet_of_the_shop_names_is_its_own_on_the_next_page_too(page: Page, site: Site) -> None:
    kept = typed(page, site, FIELDS["name"])
    css = ".ada-lovelace { color: teal } b::after { content: 'Ada Lovelace' } i { --for: 'Ada Lovelace'; color: red }"
    site.add("/shop.css", css, "text/css")

    recording = later(page, site, "<link rel=stylesheet href='/shop.css'><p>x</p>", kept)

    assert ".ada-lovelace { color: teal }" in recording.text
    assert "Ada Lovelace" not in recording.text
    assert "color: red" in recording.text


def test_what_was_typed_last_is_known_where_there_is_no_room_for_all(page: Page, site: Site) -> None:
    full = list(range(6000))
    first = typed(page, site, FIELDS["name"])
    recording = later(page, site, f"{FIELDS['name'][0]}<button id=b>x</button>", full)
    page.locator("#name").fill("Augusta King")
    page.locator("#b").focus()
    recording.quiet()
    kept: list[int] = page.evaluate("recording.prints()")

    recording = later(page, site, "<p>For Augusta King</p><p>For Ada Lovelace</p>", kept)

    assert len(kept) == len(full)
    assert not set(first) & set(kept)
    assert "Augusta" not in recording.text
    assert "For Ada Lovelace" in recording.text


def test_value_that_is_typed_again_is_as_young_as_the_last(page: Page, site: Site) -> None:
    first = typed(page, site, FIELDS["name"])
    full = [*first, *range(6000 - len(first))]
    body = "<input id=v><button id=b>x</button>"
    recording = later(page, site, body, full)
    for value in ("Ada Lovelace", "Augusta King"):
        page.locator("#v").fill(value)
        page.locator("#b").focus()
        recording.quiet()

    recording = later(page, site, "<p>For Ada Lovelace</p>", page.evaluate("recording.prints()"))

    assert "Ada" not in recording.text


def test_key_of_zeros_keeps_nothing_and_knows_nothing(page: Page, site: Site) -> None:
    none = "0" * 16
    kept = typed(page, site, FIELDS["name"], key=none)

    recording = later(page, site, "<p>For Ada Lovelace</p>", [1, 2, 3], key=none)

    assert kept == []
    assert "For Ada Lovelace" in recording.text


def test_long_run_of_a_character_that_a_value_repeats_is_read_once(page: Page, site: Site) -> None:
    kept = typed(page, site, ("<input id=name autocomplete=name>", "aaaaaaaaaaaab"))

    # Each of them begins what might be the value: taken up again at each of them this takes minutes.
    recording = later(page, site, f"<p>aaaaaaaaaaaab</p><p>{'a' * 20_000}</p>", kept)

    assert "a" * 20_000 in recording.text
    assert "aaaaaaaaaaaab" not in recording.text
