"""Forms and the texts that they are looked for in, for both matchers: a table, and a generator of more."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

from beside.payment_numbers import LINE_END, Effort
from beside.policy.forms import pieces_of
from beside.protocol import SitePattern
from beside.site_patterns import SitePatterns

# Of each: a form, texts (null: a line ends), and which of the texts take part in a number.
TABLE: list[dict[str, Any]] = json.loads((Path(__file__).parent / "golden/site_patterns.json").read_text("utf-8"))
# Deeper than any bound on blanks that a form could have.
_INDENTED = "\n" + " " * 60
_BETWEEN = ("", "", "", " ", "-", " - ", "\u2013", "\n  ", "\u00a0", "\u200b", *"/.x7\u00e9\ufdd0", _INDENTED)


def patterns_of(*forms: str) -> SitePatterns:
    return SitePatterns([SitePattern(f"form {at}", form) for at, form in enumerate(forms)])


def first_found(patterns: SitePatterns, texts: list[str | None]) -> int | None:
    """What the relay's matcher finds: which of the texts, line ends not counted, the first number begins in."""
    found = patterns.find([LINE_END if text is None else text for text in texts], Effort())
    return None if found is None else sum(text is not None for text in texts[: found.text])


def draw_form(rng: random.Random) -> str:
    """A form by its grammar alone, one that `check` would refuse among them."""
    parts = [rng.choice(("K", "d", "4", "#", "@", "*", "#{2}", "#{1,3}", "@{2,4}", "*{3}"))]
    for _ in range(rng.randrange(1, 5)):
        parts.append(rng.choice(("K", "4", "#", "@", "*", "#{2}", "#{1,3}", "-", "-", "/", ".")))
    return re.sub("-+", "-", "".join(parts)).rstrip("-./") + "#"


def draw_texts(rng: random.Random, forms: list[str]) -> list[str | None]:
    """Numbers by these forms, nearly right ones and other text, cut anywhere."""
    whole = "".join(
        rng.choice(_BETWEEN) + "".join(_written(rng, form)) + rng.choice(_BETWEEN)
        for form in rng.choices(forms, k=rng.randrange(1, 4))
    )
    texts: list[str | None] = []
    while whole:
        cut = rng.choice((1, 1, 2, 3, len(whole)))
        texts.append(whole[:cut])
        whole = whole[cut:]
        if rng.random() < 0.08:
            texts.append(None)
    return texts


def _written(rng: random.Random, form: str) -> list[str]:
    drawn: list[str] = []
    for piece in pieces_of(form) or []:
        count = rng.randrange(piece.least, piece.most + 1) + (rng.random() < 0.03)
        for _ in range(count):
            character = rng.choice(sorted(piece.characters) or ["", " ", "-"])
            drawn.append(rng.choice((character, character.lower())))
    return drawn
