"""Drift from an earlier report: what counts, and what does not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.unit.audit.reports import field, page, report, sighting

from beside.audit.audited import AuditedPage, IdleRule, RuleFault
from beside.audit.baseline import drift_of
from beside.audit.errors import CannotAudit
from beside.audit.report_json import read_report, to_json

BEFORE = page(field("email"), field("name"))
IDLE = IdleRule(rule=2, kind="mask", name="loyalty", selectors=(".points",), pages=("/checkout",))
FAULT = RuleFault(word="shwo", place="p#a", fault="no word of Beside's")
DRIFT: dict[str, tuple[AuditedPage, str]] = {
    "a new field": (page(field("email"), field("name"), field("vat")), "a new field vat: mask (default-control)"),
    "a lost field": (page(field("email")), "the field name is gone"),
    "a verdict": (
        page(field("email"), field("name", "show", "site-show")),
        "the field name was mask (default-control) and is show (site-show)",
    ),
    "a reason": (
        page(field("email"), field("name", reason="floor-name")),
        "the field name was mask (default-control) and is mask (floor-name)",
    ),
    "a canary": (
        page(field("email"), field("name"), sightings=(sighting("name"),)),
        "the canary of name is found in text",
    ),
    "a mark": (page(field("email"), field("name"), rules=(FAULT,)), 'data-beside="shwo" at p#a: no word of Beside\'s'),
    "a box": (
        page(field("email"), field("name"), box="page too large"),
        "the mirror shows page too large instead of the page",
    ),
}


@pytest.mark.parametrize("what", DRIFT)
def test_each_kind_of_drift_is_one_sentence(what: str) -> None:
    now, sentence = DRIFT[what]

    assert drift_of(report(BEFORE), report(now)) == [f"page 1 /checkout: {sentence}"]


def test_what_was_accepted_before_and_new_values_are_no_drift() -> None:
    accepted = page(field("email"), sightings=(sighting(),), rules=(FAULT,))
    again = msgspec.structs.replace(accepted.sightings[0], canary="Another", form="base64", moment="typing")

    assert drift_of(report(accepted), report(page(field("email"), sightings=(again,), rules=(FAULT,)))) == []


def test_pages_come_and_go() -> None:
    drift = drift_of(report(BEFORE, page(path="/review")), report(BEFORE, page(path="/thanks")))

    assert drift == [
        "page 2 /review: was audited before, and is not any more",
        "page 2 /thanks: was not audited before",
    ]


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = report(page(field(), sightings=(sighting(),), rules=(FAULT,)))
    path = tmp_path / "report.json"

    path.write_bytes(to_json(written))

    assert read_report(path) == written
    assert path.read_bytes().endswith(b"}\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        (b"{}", "is no report"),
        (b"oh", "is no report"),
        (to_json(msgspec.structs.replace(report(), format=0)), "is of another version"),
    ],
)
def test_a_baseline_that_is_none_is_refused_in_words(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CannotAudit, match=sentence):
        read_report(path)


def test_rules_that_find_nothing_are_drift_where_they_found_something_before() -> None:
    policed = msgspec.structs.replace(BEFORE, policy="version 5", idle=(IDLE,))
    anywhere = msgspec.structs.replace(IDLE, name="chat", pages=None)
    further = msgspec.structs.replace(policed, idle=(msgspec.structs.replace(IDLE, rule=3), anywhere))
    found = msgspec.structs.replace(policed, path="/thanks", idle=())

    assert drift_of(report(BEFORE), report(policed)) == [
        "page 1 /checkout: the rule 'loyalty' of the policy finds nothing to mask"
    ]
    assert drift_of(report(policed), report(further)) == ["the rule 'chat' of the policy finds nothing to mask"]
    # One that holds on all pages need not find something on each.
    assert report(further, found).idle_everywhere == ()
    # Where a box stands for the page nothing was looked for.
    boxed = msgspec.structs.replace(found, box="paused by the policy")
    assert report(further, boxed).idle_everywhere == report(boxed, further).idle_everywhere == (anywhere,)
