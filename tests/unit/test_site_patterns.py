"""A site's own patterns on the relay: what a form finds, what a form may be, and what looking costs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.unit.form_cases import TABLE, first_found, patterns_of

from beside.errors import PolicyRefused
from beside.payment_numbers import Effort
from beside.policy.forms import MAX_GAPS, ORDINARY, fault_of_form
from beside.policy.reading import read_policy
from beside.protocol import (
    AttributesChange,
    BoxEntry,
    ElementEntry,
    Entry,
    Field,
    FieldChange,
    FieldContent,
    Keyframe,
    MaskedTextEntry,
    Mutation,
    Page,
    SitePattern,
    TextChange,
    TextEntry,
)
from beside.site_patterns import FoundNumber, SitePatterns
from beside.tripwire import Trip, trips

HEAD = 'site = "my-shop"\nversion = 3\n'
PAGE = Page(origin="http://shop.localhost", path="/pay", quirks=False)
PATTERNS = SitePatterns([SitePattern("voucher", "GC-****-####"), SitePattern("customer number", "KD-######")])
FOUND = Trip("pattern", 2, "customer number")


def keyframe(*entries: Entry) -> Keyframe:
    return Keyframe(1, 0, PAGE, list(entries), [])


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['form']} in {case['texts'][:8]}")
def test_form_is_found_as_the_table_says(case: dict[str, Any]) -> None:
    form, texts, found = case["form"], case["texts"], case["found"]

    assert first_found(patterns_of(form), texts) == (found[0] if found else None)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("(a+)+", "holds what no form has"),
        ("ÄB####", "holds what no form has"),
        ("K{2}####", "holds what no form has"),
        ("KD-#{\u0666}", "holds what no form has"),
        ("-K####", "does not begin and end with a letter or digit"),
        ("K####/", "does not begin and end"),
        ("K####{3,2}", "from more to fewer times"),
        ("K#{0}###", "or never"),
        ("#{41}", "takes more than 40 characters"),
        ("K--####", "two dashes in a row"),
        ("K-#-#-#-#-#####", "more than 4 dashes"),
        ("K#{2,4}##", r"does not say where #\{2,4\} ends"),
        ("K#{2,4}-*####", r"does not say where #\{2,4\} ends"),
        ("####", "is too short"),
        ("@{9}", "ordinary words"),
        ("C*{8}", "ordinary words: write #"),
        ("C##*{6}", "are 4 at least"),
        ("####-##-##", "found in '2026-11-28', a date"),
        ("@@@-####", "a date"),
    ],
)
def test_form_that_is_none_or_too_wide_is_refused_in_words(form: str, says: str) -> None:
    with pytest.raises(PolicyRefused, match=rf"The pattern 'mine' has a bad form: .*{says}"):
        read_policy(f'{HEAD}[[patterns]]\nname = "mine"\nform = "{form}"\n')


@pytest.mark.parametrize(
    "form", ["KD-######", "@#######", "C##@##@##", "#{8}", "E-####", "#{2,6}.K####", "GC-*{4}-####"]
)
def test_form_as_shops_write_their_numbers_is_taken(form: str) -> None:
    assert fault_of_form(form) is None
    assert not any(first_found(patterns_of(form), [text]) is not None for texts in ORDINARY.values() for text in texts)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('[[patterns]]\nname = "x"', "The pattern 'x' has no form"),
        ('[[patterns]]\nform = "KD####"', "Pattern 1 of the policy has no name"),
        ('[[patterns]]\nname = "x"\nform = "KD####"\npages = []', "The pattern 'x' has an unknown option 'pages'"),
        ('[[patterns]]\nname = "x"\nform = 7', "The pattern 'x' is not right"),
        ('[[patterns]]\nname = "x"\nform = "KD####"\n' * 2, "The pattern 'x' is there twice"),
        (
            "".join(f'[[patterns]]\nname = "{n}"\nform = "A{n % 10}-####-####-####-####"\n' for n in range(20)),
            "The patterns are too many or too long to look for in every text: 1000 characters",
        ),
        ("patterns = 7", "The patterns of the policy are not tables"),
    ],
)
def test_pattern_that_says_half_or_too_much_is_refused(source: str, says: str) -> None:
    with pytest.raises(PolicyRefused, match=says):
        read_policy(HEAD + source)


@pytest.mark.parametrize(
    "entries",
    [
        [TextEntry("Customer KD-123456")],
        [TextEntry("KD-"), TextEntry("123456")],
        [ElementEntry("input", {"placeholder": "KD 123456"}, 0)],
        [ElementEntry("p", {"aria-label": "KD123456"}, 0)],
        [BoxEntry("frame", "kd-123456", 8, 8, "")],
    ],
)
def test_number_of_the_sites_own_trips_where_one_of_a_card_would(entries: list[Entry]) -> None:
    assert trips(keyframe(*entries), PATTERNS) == FOUND
    assert trips(keyframe(*entries)) is None


def test_mutations_trip_at_the_node_that_changed() -> None:
    content = FieldContent("KD-123456", None)
    field = Field("text", "Number", None, "show", "site-show", False, False, None, content)
    changes = (TextChange(7, "KD-123456"), AttributesChange(7, {"alt": "KD-123456"}), FieldChange(7, field))

    found = [trips(Mutation(1, 1, 50, [change]), PATTERNS) for change in changes]

    assert found == [Trip("pattern", 7, "customer number")] * 3


@pytest.mark.parametrize(
    "entries",
    [
        [ElementEntry("td", {}, 1), TextEntry("KD"), ElementEntry("td", {}, 1), TextEntry("123456")],
        [TextEntry("KD"), MaskedTextEntry(), TextEntry("123456")],
        [ElementEntry("img", {"src": "KD-123456", "data-product-id": "KD-123456"}, 0)],
        [ElementEntry("style", {}, 1), TextEntry("KD-123456")],
    ],
)
def test_number_that_nobody_reads_as_one_does_not_trip(entries: list[Entry]) -> None:
    assert trips(keyframe(*entries), PATTERNS) is None


def test_card_is_told_before_a_pattern_that_it_fits_too() -> None:
    patterns = SitePatterns([SitePattern("sixteen", "#{16}")])

    assert trips(keyframe(TextEntry("4111111111111111")), patterns) == Trip("card", 2)


WIDE = [SitePattern(str(at), "*-" * MAX_GAPS + "@##") for at in range(20)]


@pytest.mark.parametrize("length", [125_000, 4_000_000])
@pytest.mark.parametrize("text", ["1 ", "a ", "a1", "a-1 ", "1" + " " * 45, "KD", "1"])
def test_page_that_means_to_hold_up_the_relay_is_withheld_soon(text: str, length: int) -> None:
    """125,000 characters are what such forms may just be looked for in."""
    patterns = SitePatterns(WIDE)
    start = time.process_time()

    found = patterns.find([(text * length)[:length], "1"], Effort())

    # An idle machine takes half of this: twenty forms, each of which goes on for as long as one can.
    assert time.process_time() - start < 5
    assert found == (None if length == 125_000 else FoundNumber(None, 0))


@pytest.mark.parametrize("text", ["1 ", "KD-12345 ", "1" + " " * 45, "KD12345678"])
def test_time_is_linear_in_the_text(text: str) -> None:
    patterns = SitePatterns([SitePattern("wide", "*-" * 4 + "#{9}"), SitePattern("own", "KD-######")])

    def seconds(times: int) -> float:
        start = time.process_time()
        patterns.find([text * times], Effort(10**9))
        return time.process_time() - start

    short_s, long_s = (min(seconds(times) for _ in range(3)) for times in (1_000, 10_000))

    # Ten times the text: ten times the time, with room for a busy machine; quadratic would be a hundred.
    assert long_s < max(35 * short_s, 0.02)
