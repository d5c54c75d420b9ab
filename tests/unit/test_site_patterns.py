"""A site's own patterns on the relay: what a form finds, what a form may be, and what looking costs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.unit.form_cases import TABLE, first_found, patterns_of

from beside.errors import PolicyRefused
from beside.payment_numbers import Effort
from beside.policy.forms import ORDINARY, fault_of_form
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


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['form']} in {case['texts'][:8]}"[:90])
def test_form_is_found_as_the_table_says(case: dict[str, Any]) -> None:
    form, texts, found = case["form"], case["texts"], case["found"]

    assert first_found(patterns_of(form), texts) == (found[0] if found else None)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("(a+)+", "holds what no form has"),
        ("ÄB####", "holds what no form has"),
        ("KD-#{\u0666}", "holds what no form has"),
        ("K{2}####", "holds what no form has"),
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


USUAL = ["KD-######", "RE-####-######", "V-#{8}", "BST-#{6,8}", "##-@@-#####", "@@##-#####", "####-@@-##", "CU#{7}"]
DEAREST = ["*-*-*-*-*{32}####", "#-#-#-#-#{32}", "KD-######", "K#####", "L#####"]


def policy_of(forms: list[str]) -> str:
    return HEAD + "".join(f'[[patterns]]\nname = "n{at}"\nform = "{form}"\n' for at, form in enumerate(forms))


@pytest.mark.parametrize("forms", [[*USUAL, "A-#{10}", "*-####-###"], [f"K{at}-######" for at in range(20)], DEAREST])
def test_keyframe_of_a_megabyte_passes_whatever_forms_a_policy_may_have(forms: list[str]) -> None:
    patterns = SitePatterns(read_policy(policy_of(forms)).patterns)
    lines = [TextEntry("An ordinary line of a specification with the number 12 in it.") for _ in range(100)]
    sections = [part for _ in range(165) for part in (ElementEntry("p", {}, 100), *lines)]

    assert sum(len(part.text) for part in sections if isinstance(part, TextEntry)) > 1_000_000
    assert trips(keyframe(*sections), patterns) is None


@pytest.mark.parametrize("forms", [["*-*-*-*-@####"] * 3, ["*-#####"] * 15, [*DEAREST, "M##-####"]])
def test_policy_with_forms_too_dear_for_the_relay_is_refused(forms: list[str]) -> None:
    with pytest.raises(PolicyRefused, match=r"too long to look for: they cost \d+, and 60 is the most. 'n0' costs"):
        read_policy(policy_of(forms))


@pytest.mark.parametrize("length", [1_000_000, 4_000_000])
@pytest.mark.parametrize("text", ["1 ", "a ", "a1", "a-1 ", "1" + " " * 45, "KD", "1"])
def test_page_that_means_to_hold_up_the_relay_is_withheld_soon(text: str, length: int) -> None:
    patterns = SitePatterns(read_policy(policy_of(DEAREST)).patterns)
    start = time.process_time()

    found = patterns.find([(text * length)[:length], "1"], Effort())

    # An idle machine takes a fifth of this.
    assert time.process_time() - start < 5
    assert found == (None if length == 1_000_000 else FoundNumber(None, 0))


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
