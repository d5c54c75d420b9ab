"""How often the tripwire trips on what shops honestly show: a corpus, and numbers made by the rules of their kinds."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from beside.protocol import Keyframe, Page, TextEntry
from beside.tripwire import trips

CORPUS = Path(__file__).parent / "golden" / "harmless_texts.txt"
DRAWS = 20_000


def is_tripped(text: str) -> bool:
    return trips(Keyframe(1, 0, Page(origin="", path="", quirks=False), [TextEntry(text)], [])) is not None


def corpus() -> list[str]:
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("text", corpus())
def test_nothing_of_the_corpus_trips(text: str) -> None:
    assert not is_tripped(text)


def digits(rng: random.Random, count: int) -> str:
    return f"{rng.randrange(10**count):0{count}d}"


def gtin(rng: random.Random, length: int, prefix: str = "") -> str:
    """GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    body = prefix + digits(rng, length - 1 - len(prefix))
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


KINDS: dict[str, tuple[Callable[[random.Random], str], float]] = {
    # Kind -> how it is made, and how many of 20,000 may trip. Nought where length or grouping rules cards out.
    "EAN-13": (lambda rng: gtin(rng, 13), 0),
    "EAN-13 of Germany, a Visa by prefix": (lambda rng: gtin(rng, 13, "40"), 0),
    "EAN-8": (lambda rng: gtin(rng, 8), 0),
    "UPC-A": (lambda rng: gtin(rng, 12), 0),
    "price list": (lambda rng: " ".join(f"{rng.randrange(1, 3000)}.{rng.randrange(100):02d}" for _ in range(8)), 0),
    "telephone": (lambda rng: f"+{rng.randrange(1, 999)} {digits(rng, 3)} {digits(rng, 4)} {digits(rng, 3)}", 0),
    "two telephones": (lambda rng: f"0{digits(rng, 3)}-{digits(rng, 6)} 0{digits(rng, 3)}-{digits(rng, 6)}", 0),
    "milliseconds": (lambda rng: str(rng.randrange(1_500_000_000_000, 1_999_999_999_999)), 0),
    "dates": (lambda rng: " ".join(f"20{digits(rng, 2)}-{digits(rng, 2)}-{digits(rng, 2)}" for _ in range(3)), 0),
    "decimals": (lambda rng: f"{digits(rng, 2)}.{digits(rng, 16)}", 0),
    "UPS": (lambda rng: f"1Z{digits(rng, 16)}", 0),
    "USPS": (lambda rng: f"94{digits(rng, 20)}", 0),
    "USPS in groups": (lambda rng: " ".join(["9400", *(digits(rng, 4) for _ in range(4)), digits(rng, 2)]), 0),
    "DHL parcel": (lambda rng: f"JJD0003{digits(rng, 13)}", 0),
    "SSCC": (lambda rng: f"00{gtin(rng, 18, '34')}", 0),
    "FedEx, 12 digits": (lambda rng: digits(rng, 12), 0),
    "order number, 10 digits": (lambda rng: f"#{digits(rng, 10)}", 0),
    "DHL, 20 digits in fours": (lambda rng: " ".join(["0034", *(digits(rng, 4) for _ in range(4))]), 0),
    # Here only Luhn and the prefix are left: what the schemes' ranges cover, by one in ten.
    "GTIN-14": (lambda rng: gtin(rng, 14), 0.005),
    "FedEx, 15 digits": (lambda rng: digits(rng, 15), 0.003),
    "any 16 digits": (lambda rng: digits(rng, 16), 0.035),
}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_a_kind_trip_no_oftener_than_stated(kind: str) -> None:
    make, bound = KINDS[kind]
    rng = random.Random(2026)

    tripped = sum(is_tripped(f"Item: {make(rng)} (details)") for _ in range(DRAWS))

    assert tripped <= bound * DRAWS


def calendar(first: int, last: int, *, blank: str) -> Keyframe:
    """The days of a month or a ticker's cells, one node a number."""
    entries = [TextEntry(f"{day}{blank}") for day in range(first, last + 1)]
    return Keyframe(1, 0, Page(origin="", path="", quirks=False), list(entries), [])


@pytest.mark.parametrize("blank", ["", " "])
def test_no_calendar_or_row_of_small_numbers_trips(blank: str) -> None:
    assert [start for start in range(100) if trips(calendar(start, start + 60, blank=blank)) is not None] == []
