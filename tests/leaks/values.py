"""The values that carriers hold: two of each kind, of one validity class and of other content and length.

Each carrier has its own in each state, so that what is found says where it came from. None looks like anything that a
rule of text masks (a phone, a card; an e-mail address only where that is the kind): nothing but that a masked control
holds it may keep it back. Knows nothing of pages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

# No x (`xx 4471` reads as a card's last digits), and no vowels: no word of any page.
LETTERS = "bdfghjklmnpqrstvwz"


def value_of(kind: str, key: str, which: int) -> str:
    """A value of a kind, by what it is for; `which` of two, 0 or 1. The same at every run.

    Raises KeyError for a kind that there is not.
    """
    return KINDS[kind](Dice(f"{kind} {key} {which}"), bool(which))


class Dice(random.Random):
    """Draws the parts of values."""

    def word(self, count: int) -> str:
        return "".join(self.choices(LETTERS, k=count)).capitalize()

    def digits(self, count: int, first: str = "23456789") -> str:
        return self.choice(first) + "".join(self.choices("0123456789", k=count - 1))

    def month(self, longer: bool) -> str:
        return f"{self.digits(5 if longer else 4, '2345')}-{self.randint(10, 12)}"

    def date(self, longer: bool) -> str:
        return f"{self.month(longer)}-{self.randint(10, 28)}"

    def time(self, longer: bool) -> str:
        seconds = f":{self.randint(10, 59)}.{self.digits(3)}" if longer else ""
        return f"{self.randint(10, 23)}:{self.randint(10, 59)}{seconds}"

    def text(self, longer: bool) -> str:
        if longer:
            return f"{self.word(9)} {self.word(8)}é {self.word(5)} {self.digits(10)}"
        return f"{self.word(6)} {self.word(4)}é {self.digits(8)}"


def lower(dice: Dice, count: int) -> str:
    return dice.word(count).lower()


KINDS: Mapping[str, Callable[[Dice, bool], str]] = {
    "text": Dice.text,
    "name": lambda dice, longer: dice.word(13 if longer else 8),
    "email": lambda dice, longer: f"{lower(dice, 9 if longer else 6)}@{lower(dice, 11 if longer else 7)}.test",
    "url": lambda dice, longer: f"http://{lower(dice, 11 if longer else 7)}.test/{dice.word(9 if longer else 6)}",
    "digits": lambda dice, longer: dice.digits(12 if longer else 9),
    # No issuer's prefix: no rule knows it for a card number.
    "card": lambda dice, longer: dice.digits(19 if longer else 16, "9"),
    "short": lambda dice, longer: dice.digits(4 if longer else 3),
    "date": Dice.date,
    "month": Dice.month,
    "week": lambda dice, longer: f"{dice.digits(5 if longer else 4, '2345')}-W{dice.randint(10, 52)}",
    "time": Dice.time,
    "datetime": lambda dice, longer: f"{dice.date(longer)}T{dice.time(longer)}",
    "color": lambda dice, _: f"#{dice.randrange(1 << 20, 1 << 24):06x}",
    "file": lambda dice, longer: f"{dice.word(9 if longer else 6)}{dice.digits(8)}.pdf",
}
