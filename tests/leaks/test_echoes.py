"""What the page repeats of a masked control leaves in no byte, wherever it repeats it and whenever."""

from __future__ import annotations

import pytest

from tests.leaks.carriers import Carrier
from tests.leaks.echoes import ECHOES
from tests.leaks.lives import Lives
from tests.leaks.tables import chosen, searched, told_apart

TABLE = chosen(ECHOES)


@pytest.mark.parametrize("carrier", searched(TABLE))
def test_repeated_value_is_in_no_byte(lives: Lives, carrier: Carrier) -> None:
    one, other = lives.of(carrier, TABLE)

    assert [one.leaks(), other.leaks()] == [{}, {}]


@pytest.mark.parametrize("carrier", told_apart(TABLE))
def test_two_repeated_values_leave_equal_frames(lives: Lives, carrier: Carrier) -> None:
    assert lives.told_apart(carrier, TABLE) == []
