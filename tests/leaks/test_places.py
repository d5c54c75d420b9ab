"""What no mirror needs never leaves the page, whatever stands in it and whether or not anything was typed."""

from __future__ import annotations

import pytest

from tests.leaks.carriers import Carrier
from tests.leaks.lives import Lives
from tests.leaks.places import PLACES
from tests.leaks.tables import chosen, searched, told_apart

TABLE = chosen(PLACES)


@pytest.mark.parametrize("carrier", searched(TABLE))
def test_what_stands_in_a_place_that_never_travels_is_in_no_byte(lives: Lives, carrier: Carrier) -> None:
    one, other = lives.of(carrier, TABLE)

    assert [one.leaks(), other.leaks()] == [{}, {}]


@pytest.mark.parametrize("carrier", told_apart(TABLE))
def test_two_values_in_a_place_leave_equal_frames(lives: Lives, carrier: Carrier) -> None:
    assert lives.told_apart(carrier, TABLE) == []
