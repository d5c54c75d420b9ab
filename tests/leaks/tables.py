"""Tables of carriers as tests take them: a parameter each, and what is known to leak marked as that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.leaks.carriers import Carrier


def searched(table: Sequence[Carrier]) -> list[Any]:
    """For a search after the values: a carrier that is known to leak is expected to, until it is mended."""
    return [parameter(carrier, carrier.leaks) for carrier in table]


def told_apart(table: Sequence[Carrier]) -> list[Any]:
    """For a comparison of two values: what leaks one of them tells them apart too."""
    return [parameter(carrier, carrier.tells or carrier.leaks) for carrier in table]


def parameter(carrier: Carrier, known: str) -> Any:
    marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=known)] if known else []
    return pytest.param(carrier, id=carrier.name, marks=marks)
