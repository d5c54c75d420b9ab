"""The two words that shopper and agent compare before a view is allowed.

256 plain, concrete nouns a language, of one meaning on one line of `nouns.txt`; no two of them sound alike in English,
since they are read out over the telephone. Two words are 16 bits: a stranger who put their own consent before the
shopper shows the right pair once in 65,280 tries. Knows nothing of sessions.
"""

from __future__ import annotations

import random
from functools import cache
from importlib.resources import files

FALLBACK_LOCALE = "en"
WORDS_DRAWN = 2


@cache
def nouns() -> dict[str, tuple[str, ...]]:
    """Language subtag -> its nouns; the same index means the same thing in each."""
    lines = (files(__name__) / "nouns.txt").read_text(encoding="utf-8").splitlines()
    languages, *rows = (tuple(line.split("\t")) for line in lines)
    return dict(zip(languages, zip(*rows, strict=True), strict=True))


def language_of(locale: str | None) -> str:
    """The language of the words for a BCP 47 locale: its first subtag where we have it, else English."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in nouns() else FALLBACK_LOCALE


def draw(locale: str | None, rng: random.Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two different words at random: in the shopper's language, and the same two in English.

    `rng` is `random.SystemRandom()` outside tests: who can foretell the words can put up a consent that shows them.
    """
    drawn = rng.sample(range(len(nouns()[FALLBACK_LOCALE])), WORDS_DRAWN)
    words, english = (nouns()[language] for language in (language_of(locale), FALLBACK_LOCALE))
    return tuple(words[i] for i in drawn), tuple(english[i] for i in drawn)
