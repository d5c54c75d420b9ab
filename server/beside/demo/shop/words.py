"""The shop's three languages: flat `key: text` files in `locales/`, read once. Knows nothing of requests."""

import json
from dataclasses import dataclass
from pathlib import Path

from beside.demo.shop.money import euros

# https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"
LOCALES = ("en", "ar", "zh")
NAMES = {"en": "English", "ar": "العربية", "zh": "中文"}


@dataclass(frozen=True)
class Words:
    """The texts of one language, as a template sees them: `words("basket.title")`."""

    lang: str
    texts: dict[str, str]

    @property
    def dir(self) -> str:
        return "rtl" if self.lang == "ar" else "ltr"

    def price(self, cents: int) -> str:
        """Write a price, set apart where the text around it runs right to left: `-€7.90` would else become `7.90-€`."""
        text = euros(cents)
        return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}" if self.dir == "rtl" else text

    def __call__(self, key: str, **values: object) -> str:
        """Give a text with its `{name}` places filled; an unknown key is a slip in a template and raises KeyError."""
        return self.texts[key].format(**values)


def _read(lang: str) -> Words:
    path = Path(__file__).parent / "locales" / f"{lang}.json"
    return Words(lang, json.loads(path.read_text(encoding="utf-8")))


WORDS = {lang: _read(lang) for lang in LOCALES}
