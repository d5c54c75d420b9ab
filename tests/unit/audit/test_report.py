"""The report in the terminal."""

from __future__ import annotations

from typing import get_args

from tests.unit.audit.reports import field, page, report, sighting

from beside.audit.audited import RuleFault
from beside.audit.report import REASONS, lines_of
from beside.protocol.fields import Reason


def test_every_reason_of_the_policy_has_its_words() -> None:
    assert set(get_args(Reason)) <= set(REASONS)


def test_a_leak_is_told_with_field_value_place_form_and_moment() -> None:
    lines = list(lines_of(report(page(field(), sightings=(sighting(),)))))

    assert (
        "  LEAK    email (typed: Dreskina Plombulk) in text at p#greeting, as it is, "
        "in a view that opened on the filled page" in lines
    )
    assert lines[-1] == "Not clean: 1 field, and 1 sighting of a masked one's canary."


def test_what_the_site_shows_is_listed_and_is_no_leak() -> None:
    shown = page(field("note", "show", "site-show"), sightings=(sighting("note", is_shown=True),))

    lines = list(lines_of(report(shown)))

    assert any(line.startswith("  shown   note") for line in lines)
    assert any(line.endswith("Fields shown: Note.") for line in lines)
    assert lines[-1].startswith("Clean: 1 field")


def test_fields_marks_text_and_refusals_have_a_line_each() -> None:
    fault = RuleFault(word="shwo", place="p#a", fault="no word of Beside's")
    lines = list(lines_of(report(page(field(), field("age", note="it is too short"), rules=(fault,)))))

    assert "  mask    Email  every control is masked unless the site shows it" in lines
    assert any(line.endswith("; left empty: it is too short") for line in lines)
    assert '  rule    data-beside="shwo" at p#a: no word of Beside\'s' in lines
    assert any("private mode would mask 39 of them (490 characters)" in line for line in lines)
    assert any(line.startswith("  refused POST https://shop.example/save") for line in lines)
