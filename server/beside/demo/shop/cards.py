"""Card numbers, expiry dates and security codes: the rules of the payment form. Pure; nothing is stored or logged.

The browser applies the same rules in `static/shop/card_rules.js`; a test holds the two against the same cases.
"""

from dataclasses import dataclass
from datetime import date

# A bank that always asks for confirmation and one that always declines, numbered as Stripe's public test cards are:
# https://docs.stripe.com/testing
NEEDS_BANK = "4000002760003184"
DECLINED = "4000000000000002"


@dataclass(frozen=True)
class Brand:
    """What the first digits tell: how long the number is, how it is grouped, how long the security code is."""

    name: str
    label: str
    lengths: tuple[int, ...]
    groups: tuple[int, ...]
    cvc_length: int = 3


UNKNOWN = Brand("unknown", "Card", (12, 13, 14, 15, 16, 17, 18, 19), (4, 4, 4, 4, 3))
VISA = Brand("visa", "Visa", (13, 16, 19), (4, 4, 4, 4, 3))
MASTERCARD = Brand("mastercard", "Mastercard", (16,), (4, 4, 4, 4))
AMEX = Brand("amex", "American Express", (15,), (4, 6, 5), cvc_length=4)


def brand_of(digits: str) -> Brand:
    """Tell the brand by issuer prefix (ISO/IEC 7812 ranges as the card schemes publish them)."""
    if digits.startswith("4"):
        return VISA
    if digits.startswith(("34", "37")):
        return AMEX
    if digits[:2] in {"51", "52", "53", "54", "55"} or (len(digits) >= 4 and 2221 <= int(digits[:4]) <= 2720):
        return MASTERCARD
    return UNKNOWN


def luhn_holds(digits: str) -> bool:
    """Check the last digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def bare_digits(text: str) -> str | None:
    """Take out the blanks and dashes people type; None if anything but ASCII digits is left."""
    bare = text.replace(" ", "").replace("-", "").replace("\u00a0", "")
    return bare if bare.isascii() and (bare.isdigit() or bare == "") else None


def number_error(text: str) -> str | None:
    """Give the locale key of what is wrong with a card number, or None."""
    digits = bare_digits(text)
    if not digits:
        return "error.required" if digits == "" else "error.card_number_characters"
    brand = brand_of(digits)
    if len(digits) not in brand.lengths:
        return "error.card_number_short" if len(digits) < max(brand.lengths) else "error.card_number_long"
    return None if luhn_holds(digits) else "error.card_number_wrong"


def expiry_error(text: str, today: date) -> str | None:
    """Give the locale key of what is wrong with an expiry `MM / YY` or `MM / YYYY`, or None.

    A card is good to the end of its month.
    """
    compact = text.replace(" ", "")
    if not compact:
        return "error.required"
    month, slash, year = compact.partition("/")
    if not slash or not _all_digits(month + year) or len(month) != 2 or len(year) not in {2, 4}:
        return "error.expiry_form"
    if not 1 <= int(month) <= 12:
        return "error.expiry_month"
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if (full_year, int(month)) < (today.year, today.month):
        return "error.expiry_past"
    return "error.expiry_far" if full_year > today.year + 20 else None


def cvc_error(text: str, brand: Brand) -> str | None:
    """Give the locale key of what is wrong with a security code for this brand, or None."""
    if not text:
        return "error.required"
    if not _all_digits(text) or len(text) != brand.cvc_length:
        return "error.cvc_four" if brand.cvc_length == 4 else "error.cvc_three"
    return None


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
