"""What the relay remembers of fields: counts and labels, never content."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.unit.relay.pages import field, keyframe

from beside.fields import FieldTally
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
