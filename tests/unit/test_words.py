"""The two words: one meaning a line in three languages, drawn evenly, never the same twice in a pair."""

from __future__ import annotations

import random
import unicodedata

import pytest

from beside.words import draw, language_of, nouns

LANGUAGES = ("en", "ar", "zh")


def test_each_language_has_256_different_words() -> None:
    assert tuple(nouns()) == LANGUAGES
    for words in nouns().values():
        assert len(words) == len(set(words)) == 256


def test_words_are_single_words_of_their_own_script() -> None:
    scripts = {"en": "LATIN SMALL", "ar": "ARABIC", "zh": "CJK"}

    for language, words in nouns().items():
        for word in words:
            assert all(unicodedata.name(letter).startswith(scripts[language]) for letter in word), word


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("ar", "ar"),
        ("ar-EG", "ar"),
        ("AR_ae", "ar"),
        ("zh-Hant-TW", "zh"),
        ("de", "en"),
        ("arn", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_locale_gets_the_words_of_its_language_or_english(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize("locale", LANGUAGES)
def test_both_languages_say_the_same_two_words(locale: str) -> None:
    rng = random.Random(7)

    for _ in range(200):
        words, english = draw(locale, rng)
        assert len(set(words)) == 2
        assert [nouns()[locale].index(word) for word in words] == [nouns()["en"].index(word) for word in english]


def test_every_word_comes_up_in_both_places() -> None:
    rng = random.Random(7)

    pairs = [draw("en", rng)[1] for _ in range(20_000)]

    # 256 words in 20,000 draws: one is missed in one place once in 10**31.
    assert {first for first, _ in pairs} == {second for _, second in pairs} == set(nouns()["en"])
