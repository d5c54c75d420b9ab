"""Nothing that a control holds leaves the page, in any encoding, and nothing else depends on it."""

from __future__ import annotations

import pytest

from tests.leaks.carriers import Carrier
from tests.leaks.controls import CONTROLS
from tests.leaks.lives import Lives
from tests.leaks.tables import chosen, searched, told_apart

TABLE = chosen(CONTROLS)


@pytest.mark.parametrize("carrier", searched(TABLE))
def test_value_of_a_control_is_in_no_byte(lives: Lives, carrier: Carrier) -> None:
    one, other = lives.of(carrier, TABLE)

    assert [one.leaks(), other.leaks()] == [{}, {}]


@pytest.mark.parametrize("carrier", told_apart(TABLE))
def test_two_values_of_a_control_leave_equal_frames(lives: Lives, carrier: Carrier) -> None:
    assert lives.told_apart(carrier, TABLE) == []
