"""Canaries have the form that their field asks for, and are nobody's."""

from __future__ import annotations

import re
from datetime import date
from random import Random

import pytest

from beside.audit.audited import FoundField
from beside.audit.canaries import Canary, canary_for
from beside.audit.shapes import shape_of

TODAY = date(2026, 3, 1)
FIELDS = {
    "card number": FoundField(key="a", autocomplete="billing cc-number"),
    "security code": FoundField(key="a", words="CVC"),
    "expiry": FoundField(key="a", words="Expiry date"),
    "IBAN": FoundField(key="a", words="Your IBAN"),
    "e-mail address": FoundField(key="a", type="email"),
    "phone number": FoundField(key="a", type="tel"),
    "postal code": FoundField(key="a", words="ZIP"),
    "one-time code": FoundField(key="a", autocomplete="one-time-code"),
    "password": FoundField(key="a", type="password"),
    "date": FoundField(key="a", type="date"),
    "number": FoundField(key="a", type="number"),
    "choice": FoundField(key="a", tag="select", type="select-one", choices=("GB", "DE")),
    "file name": FoundField(key="a", type="file"),
    "digits": FoundField(key="a", input_mode="numeric"),
    "text": FoundField(key="a", words="Street"),
}
FORMS = {
    "card number": r"400000\d{10}",
    "security code": r"\d{3}",
    "expiry": r"(?:0[1-9]|1[0-2])/(?:2[89]|3[0-5])",
    "IBAN": r"DE\d{20}",
    "e-mail address": r"[a-z]+@example\.com",
    "phone number": r"\+447700900\d{3}",
    "postal code": r"\d{5}",
    "one-time code": r"\d{6}",
    "password": r"[A-Z][a-z]+-\d{4}",
    "date": r"19(?:5[1-9]|[67]\d|8\d)-\d\d-\d\d",
    "number": r"\d{1,6}",
    "choice": "GB|DE",
    "file name": r"[a-z]+\.pdf",
    "digits": r"\d{8}",
    "text": "[A-Z][a-z]{5,} [A-Z][a-z]{5,}",
}


def drawn(field: FoundField, seed: int = 1) -> Canary:
    canary = canary_for(field, Random(seed), TODAY, lambda value: False)
    assert canary is not None
    return canary


@pytest.mark.parametrize("shape", FIELDS)
def test_each_kind_of_field_gets_a_value_of_its_form(shape: str) -> None:
    canaries = [drawn(FIELDS[shape], seed) for seed in range(50)]

    assert {canary.shape for canary in canaries} == {shape}
    assert [canary.value for canary in canaries if not re.fullmatch(FORMS[shape], canary.value)] == []


def test_card_numbers_pass_luhn_and_ibans_mod_97() -> None:
    cards = [drawn(FIELDS["card number"], seed).value for seed in range(50)]
    ibans = [drawn(FIELDS["IBAN"], seed).value for seed in range(50)]

    def luhn(number: str) -> int:
        doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
        return sum(digit // 10 + digit % 10 for digit in doubled) % 10

    assert {luhn(card) for card in cards} == {0}
    assert {int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 for iban in ibans} == {1}
    assert len(set(cards)) == len(set(ibans)) == 50


def test_numbers_and_dates_keep_to_what_the_field_takes() -> None:
    number = FoundField(key="a", type="number", min="10", max="20", step="2.5")
    day = FoundField(key="a", type="date", min="2026-05-01", max="2026-05-03")

    assert {drawn(number, seed).value for seed in range(50)} == {"10", "12.5", "15", "17.5", "20"}
    assert {drawn(day, seed).value for seed in range(50)} == {"2026-05-01", "2026-05-02", "2026-05-03"}


@pytest.mark.parametrize("pattern", [r"\d{7}", "[A-Z]+", "[0-9]{4}"])
def test_a_field_s_pattern_is_met(pattern: str) -> None:
    assert re.fullmatch(pattern, drawn(FoundField(key="a", pattern=pattern)).value)


@pytest.mark.parametrize("most", [1, 4, 12, 40])
def test_no_value_is_longer_than_its_field(most: int) -> None:
    for field in FIELDS.values():
        shorter = FoundField(
            key="a", type=field.type, tag=field.tag, words=field.words, max_length=most, choices=("A",)
        )
        assert len(drawn(shorter).value) <= most or field.tag == "select" or field.type in ("file", "date", "number")


def test_what_the_page_says_already_is_not_drawn() -> None:
    first = drawn(FIELDS["text"], 7).value

    other = canary_for(FIELDS["text"], Random(7), TODAY, lambda value: value == first)

    assert other is not None
    assert other.value != first


def test_boxes_and_selects_without_a_choice_get_none() -> None:
    boxes = [FoundField(key="a", type="checkbox"), FoundField(key="a", type="radio"), FoundField(key="a", tag="select")]

    assert [canary_for(box, Random(1), TODAY, lambda value: False) for box in boxes] == [None, None, None]


def test_a_field_s_purpose_counts_more_than_its_type_and_that_more_than_its_words() -> None:
    by_purpose = FoundField(key="a", type="tel", autocomplete="cc-number", words="Phone")
    by_type = FoundField(key="a", type="tel", words="Card number")

    assert [shape_of(by_purpose), shape_of(by_type)] == ["card number", "phone number"]
