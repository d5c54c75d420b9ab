"""The shop's three languages say the same things, and every address format has its words."""

from __future__ import annotations

import string

import pytest

from beside.demo.shop.address import address_errors, address_lines
from beside.demo.shop.countries import DEFAULT_COUNTRY, FORMATS
from beside.demo.shop.words import LOCALES, WORDS


@pytest.mark.parametrize("lang", LOCALES)
def test_each_language_has_every_text_with_the_same_places(lang: str) -> None:
    places = {
        key: {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for key, text in WORDS[lang].texts.items()
    }

    expected = {
        key: {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for key, text in WORDS["en"].texts.items()
    }
    assert places == expected
    assert DEFAULT_COUNTRY[lang] in FORMATS


@pytest.mark.parametrize("code", FORMATS)
def test_each_country_accepts_its_own_example_and_writes_an_envelope(code: str) -> None:
    written = FORMATS[code]
    address = {"country": code, "line1": "1 Long Road", "line2": "", "city": "Town"}
    address |= {"region": next(iter(written.regions), ""), "postcode": written.example}

    errors = address_errors(address)
    lines = address_lines(address, WORDS["en"](f"country.{code}"))

    assert errors == {}
    assert lines[0] == "1 Long Road"
    assert lines[-1] == WORDS["en"](f"country.{code}")
    assert written.region is None or WORDS["en"](f"address.{written.region}")


def test_price_keeps_its_order_on_a_right_to_left_page() -> None:
    assert WORDS["en"].price(-790) == "-€7.90"
    assert WORDS["ar"].price(123456) == "\u2066€1,234.56\u2069"
