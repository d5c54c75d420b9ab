"""The payment form's rules: the server's and the browser's must agree on every case."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from tools.node import node_and_npm

from beside.demo.shop.cards import brand_of, cvc_error, expiry_error, luhn_holds, number_error

TODAY = date(2026, 6, 30)
SCRIPT = Path(__file__).parents[3] / "server/beside/demo/static/shop/card_rules.js"

NUMBERS = {
    "4242 4242 4242 4242": None,
    "4242-4242-4242-4242": None,
    "5555 5555 5555 4444": None,
    "2223 0031 2200 3222": None,
    "3782 822463 10005": None,
    "6011 1111 1111 1117": None,
    "4242 4242 4242 4241": "error.card_number_wrong",
    "4242 4242 4242": "error.card_number_short",
    "3782 822463 100055": "error.card_number_long",
    "4242 4242 4242 424x": "error.card_number_characters",
    "٤٢٤٢": "error.card_number_characters",
}
EXPIRIES = {
    "06 / 26": None,
    "06/2026": None,
    "12 / 46": None,
    "05 / 26": "error.expiry_past",
    "13 / 30": "error.expiry_month",
    "00 / 30": "error.expiry_month",
    "1 / 30": "error.expiry_form",
    "0130": "error.expiry_form",
    "01 / 47": "error.expiry_far",
}
CODES = {
    ("123", "4242424242424242"): None,
    ("1234", "378282246310005"): None,
    ("1234", "4242424242424242"): "error.cvc_three",
    ("123", "378282246310005"): "error.cvc_four",
    ("12a", ""): "error.cvc_three",
}


@pytest.mark.parametrize(("text", "error"), NUMBERS.items())
def test_card_number(text: str, error: str | None) -> None:
    assert number_error(text) == error


@pytest.mark.parametrize(("text", "error"), EXPIRIES.items())
def test_expiry_date_is_good_to_the_end_of_its_month(text: str, error: str | None) -> None:
    assert expiry_error(text, TODAY) == error


@pytest.mark.parametrize(("case", "error"), CODES.items())
def test_security_code_length_depends_on_the_brand(case: tuple[str, str], error: str | None) -> None:
    assert cvc_error(case[0], brand_of(case[1])) == error


def test_every_single_wrong_digit_breaks_the_luhn_sum() -> None:
    good = "4242424242424242"

    wrong = [good[:at] + digit + good[at + 1 :] for at in range(16) for digit in "0123456789" if digit != good[at]]

    assert luhn_holds(good)
    assert not any(map(luhn_holds, wrong))


def test_browser_and_server_agree_on_every_case() -> None:
    node, _ = node_and_npm()
    cases = {"numbers": list(NUMBERS), "expiries": list(EXPIRIES), "codes": [list(case) for case in CODES]}
    script = f"""
      import {{ brandOf, cvcError, expiryError, groupDigits, numberError }} from {json.dumps(SCRIPT.as_uri())};
      const cases = {json.dumps(cases)};
      const today = new Date("{TODAY.isoformat()}T12:00:00Z");
      console.log(JSON.stringify({{
        numbers: cases.numbers.map(numberError),
        expiries: cases.expiries.map((text) => expiryError(text, today)),
        codes: cases.codes.map(([code, digits]) => cvcError(code, digits)),
        groups: groupDigits("378282246310005"),
      }}));
    """

    ran = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    said = json.loads(ran.stdout)

    assert [_key("card_number", word) for word in said["numbers"]] == list(NUMBERS.values())
    assert [_key("expiry", word) for word in said["expiries"]] == list(EXPIRIES.values())
    assert [_key("cvc", word) for word in said["codes"]] == list(CODES.values())
    assert said["groups"] == "3782 822463 10005"


def _key(field: str, word: str | None) -> str | None:
    return word and f"error.{field}_{word}"
