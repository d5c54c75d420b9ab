"""Canaries: values that nobody has, of the form that a field asks for, so that the page takes them and a search finds
them. Pure: draws from a generator that it is given. Knows nothing of browsers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from beside.audit.audited import FoundField
from beside.audit.shapes import shape_of

# How often a value is drawn anew because the page says it already.
MAX_DRAWS = 200
# Syllables that no language strings together like this: what is made of four of them stands on no page.
_ONSETS = [
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "t",
    "v",
    "w",
    "z",
    "br",
    "dr",
    "gl",
    "kr",
    "pl",
    "tw",
    "zw",
]
_VOWELS = ["a", "e", "i", "o", "u"]
_CODAS = ["", "", "n", "x", "lk", "rp", "nd", "sk", "mb"]


@dataclass(frozen=True)
class Canary:
    """`value` was typed into the field with this key. `forms`: other ways to write it that a page might choose."""

    field: str
    shape: str
    value: str
    typed_on: str = ""
    forms: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Of a card: its first six and last four digits count too."""
        return self.shape == "card number"


def canary_for(field: FoundField, random: Random, today: date, is_taken: Callable[[str], bool]) -> Canary | None:
    """A value for this field that `is_taken` says stands nowhere yet; None for a box, or a select without a choice.

    Where all of few possible values are taken the last one drawn is given all the same: the caller finds out by asking.
    """
    shape = shape_of(field)
    if shape is None or (shape == "choice" and not field.choices):
        return None
    value, forms = _fitted(field, shape, random, today)
    for _ in range(MAX_DRAWS):
        if not is_taken(value):
            break
        value, forms = _fitted(field, shape, random, today)
    return Canary(field.key, shape, value, forms=forms)


def _fitted(field: FoundField, shape: str, random: Random, today: date) -> tuple[str, tuple[str, ...]]:
    value, forms = _DRAWS[shape](field, random, today)
    if field.pattern and not _matches(field.pattern, value):
        lengths = [field.max_length] if field.max_length > 0 else [6, 8, 5, 4, 7, 3, 2, 10, 9, 11, 12]
        draws = [_digits(random, length) for length in lengths] + [_word(random), _word(random).upper()]
        value = next((drawn for drawn in draws if _matches(field.pattern, drawn)), value)
    bare = value.replace(" ", "").replace("-", "") if shape in ("card number", "IBAN", "phone number") else value
    if 0 <= field.max_length < len(value):
        value = bare if len(bare) <= field.max_length else value[: field.max_length]
    return value, forms


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        # Python does not know the `v` flag's syntax; what does not compile asks for nothing that we could make.
        return True


def _digits(random: Random, count: int) -> str:
    return str(random.randint(1, 9)) + "".join(str(random.randint(0, 9)) for _ in range(count - 1)) if count else ""


def _length(field: FoundField, usual: int) -> int:
    return field.max_length if field.max_length > 0 else usual


def _word(random: Random, syllables: int = 4) -> str:
    choose = random.choice
    return "".join(choose(_ONSETS) + choose(_VOWELS) + choose(_CODAS) for _ in range(syllables)).capitalize()


Drawn = tuple[str, tuple[str, ...]]


def _text(field: FoundField, random: Random, today: date) -> Drawn:
    # Two words: a page that greets by the first name repeats one of them.
    words = (_word(random, 3), _word(random, 3))
    if 0 <= field.max_length < len(" ".join(words)):
        return _word(random), ()
    return " ".join(words), words


def _card(field: FoundField, random: Random, today: date) -> Drawn:
    # Issuer number 400000 is the test range of the card networks' processors: no bank has issued one of it.
    body = "400000" + _digits(random, 9)
    return body + _luhn_digit(body), ()


def _luhn_digit(body: str) -> str:
    """The check digit that ISO/IEC 7812-1 asks for behind these digits."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return str(-sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10)


def _iban(field: FoundField, random: Random, today: date) -> Drawn:
    # ISO 13616: check digits over the rearranged number, letters as 10 to 35. D is 13, E is 14.
    account = "000000" + _digits(random, 12)
    check = 98 - int(account + "131400") % 97
    return f"DE{check:02}{account}", ()


def _expiry(field: FoundField, random: Random, today: date) -> Drawn:
    month, year = random.randint(1, 12), today.year + random.randint(2, 9)
    return f"{month:02}/{year % 100:02}", (f"{month:02}/{year}", f"{year}-{month:02}")


def _email(field: FoundField, random: Random, today: date) -> Drawn:
    # RFC 2606: nobody receives mail at example.com.
    name = _word(random).lower()
    return f"{name}@example.com", (name,)


def _phone(field: FoundField, random: Random, today: date) -> Drawn:
    # Ofcom keeps 07700 900000 to 900999 for fiction.
    last = _digits(random, 3)
    return f"+447700900{last}", (f"07700 900{last}",)


def _day(field: FoundField, random: Random) -> date:
    earliest, latest = _day_of(field.min) or date(1951, 1, 1), _day_of(field.max) or date(1989, 12, 31)
    latest = max(latest, earliest + timedelta(days=300) if not field.max else earliest)
    earliest = earliest if field.min else min(earliest, latest)
    return earliest + timedelta(days=random.randint(0, (latest - earliest).days))


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _date(field: FoundField, random: Random, today: date) -> Drawn:
    day = _day(field, random)
    return day.isoformat(), (day.strftime("%d.%m.%Y"), day.strftime("%m/%d/%Y"))


def _date_time(field: FoundField, random: Random, today: date) -> Drawn:
    value, forms = _date(field, random, today)
    return f"{value}T{random.randint(10, 23)}:{random.randint(10, 59)}", (value, *forms)


def _number(field: FoundField, random: Random, today: date) -> Drawn:
    try:
        step = float(field.step or 1) or 1.0
    except ValueError:
        step = 1.0
    low = _float(field.min)
    high = _float(field.max)
    first = low if low is not None else (0.0 if high is None else min(0.0, high))
    most = int(((high if high is not None else first + 900_000 * step) - first) / step + 1e-9)
    value = first + random.randint(0, max(most, 0)) * step
    return f"{value:.10g}", ()


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _fixed(make: Callable[[Random], str]) -> Callable[[FoundField, Random, date], Drawn]:
    return lambda field, random, today: (make(random), ())


_DRAWS: dict[str, Callable[[FoundField, Random, date], Drawn]] = {
    "card number": _card,
    "IBAN": _iban,
    "expiry": _expiry,
    "e-mail address": _email,
    "phone number": _phone,
    "date": _date,
    "date and time": _date_time,
    "number": _number,
    "choice": lambda field, random, today: (random.choice(field.choices), ()),
    "security code": lambda field, random, today: (_digits(random, 3), ()),
    "one-time code": lambda field, random, today: (_digits(random, _length(field, 6)), ()),
    "digits": lambda field, random, today: (_digits(random, _length(field, 8)), ()),
    "postal code": _fixed(lambda random: _digits(random, 5)),
    "month": _fixed(lambda random: f"{random.randint(1961, 1999)}-{random.randint(1, 12):02}"),
    "week": _fixed(lambda random: f"{random.randint(1961, 1999)}-W{random.randint(1, 52):02}"),
    "time": _fixed(lambda random: f"{random.randint(10, 23)}:{random.randint(10, 59)}"),
    "colour": _fixed(lambda random: f"#{random.randrange(0x100000, 0xFFFFFF):06x}"),
    "web address": _fixed(lambda random: f"https://{_word(random).lower()}.example.com/"),
    "password": _fixed(lambda random: f"{_word(random)}-{_digits(random, 4)}"),
    "file name": _fixed(lambda random: f"{_word(random).lower()}.pdf"),
    "text": _text,
}
