"""What the relay remembers of fields: counts and labels, never content."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.unit.relay.pages import field, keyframe

from beside.fields import MAX_FIELDS, FieldTally
from beside.protocol import Frame


def frame(raw: list[Any]) -> Frame:
    decoded: Frame = msgspec.json.decode(msgspec.json.encode(raw), type=Frame)
    return decoded


def test_most_masked_at_one_time_is_kept_over_pages() -> None:
    tally = FieldTally()

    tally.take(frame(keyframe(1, changes=(["field", 3, field("Name")], ["field", 4, field("Card")]))))
    tally.take(frame(["mutation", 1, 1, 9, [["field", 5, field("Code")], ["field", 3, field("Name", "show")]]]))
    tally.take(frame(keyframe(2, changes=(["field", 3, field("Name")],))))

    assert tally.most_masked == 2


def test_fields_told_alike_are_as_many() -> None:
    tally = FieldTally()

    tally.take(frame(["mutation", 1, 1, 9, [["fields", [3, 2, 1], field("")], ["field", 5, field("Name")]]]))

    assert tally.most_masked == 3
    assert tally.label(5) == "Name"


def test_form_rendered_again_is_not_counted_twice() -> None:
    tally = FieldTally()
    tally.take(frame(keyframe(1, changes=(["field", 3, field("Name")],))))

    for node in range(10, 20):
        tally.take(frame(["mutation", 1, 1, 99, [["field", node, field("Name")]]]))

    assert tally.most_masked == 1


def test_label_is_that_of_the_running_epoch() -> None:
    tally = FieldTally()
    tally.take(frame(keyframe(1, changes=(["field", 3, field("Name")],))))
    before = tally.label(3)

    tally.take(frame(keyframe(2)))

    assert (before, tally.label(3)) == ("Name", "")


def test_page_that_makes_fields_up_does_not_fill_the_memory() -> None:
    tally = FieldTally()

    for first in range(0, 3 * MAX_FIELDS, 1000):
        changes = [["field", node, field("x" * 300)] for node in range(first + 1, first + 1001)]
        tally.take(frame(["mutation", 1, 1, 9, changes]))

    held = [node for node in range(1, 3 * MAX_FIELDS) if tally.label(node)]
    assert len(held) == MAX_FIELDS


def test_page_that_names_fields_without_end_costs_no_more_than_those_that_are_kept() -> None:
    tally = FieldTally()
    alike = ["fields", [1] * 150_000, field("")]

    tally.take(frame(["mutation", 1, 1, 9, [alike, alike]]))

    assert tally.most_masked == MAX_FIELDS


def test_field_that_goes_is_masked_no_more() -> None:
    tally = FieldTally()

    tally.take(frame(keyframe(1, changes=(["field", 3, field("Name")],))))
    tally.take(frame(["mutation", 1, 1, 9, [["field", 3, None], ["field", 4, field("Card")]]]))

    assert (tally.most_masked, tally.label(3), tally.label(4)) == (1, "", "Card")


def test_new_label_takes_the_place_of_the_one_before() -> None:
    tally = FieldTally()
    tally.take(frame(keyframe(1, changes=(["field", 3, field("Name")], ["field", 4, field("Code", "show")]))))

    tally.take(frame(["mutation", 1, 1, 9, [["label", 3, "Name: too short"], ["label", 4, "Voucher"]]]))
    tally.take(frame(["mutation", 1, 2, 9, [["label", 5, "nobody's"], ["field", 3, field("Name: too short")]]]))

    assert [tally.label(node) for node in (3, 4, 5)] == ["Name: too short", "Voucher", ""]
    assert tally.most_masked == 1
