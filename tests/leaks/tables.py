"""Tables of carriers as tests take them: a parameter each, and what is known to leak marked as that."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

from tests.leaks.carriers import Carrier
from tests.leaks.lives import CARRIERS_AT_ONCE

# Of each table, among the other browser tests: all of them take four minutes, which `make leaks` has.
ONE_IN = 1 if os.environ.get("BESIDE_LEAK_TABLE") else 6


def chosen(table: Sequence[Carrier]) -> Sequence[Carrier]:
    """The carriers that this run looks at."""
    return table[::ONE_IN]


def searched(table: Sequence[Carrier]) -> list[Any]:
    """For a search after the values: a carrier that is known to leak is expected to, until it is mended."""
    return [parameter(table, at, carrier.leaks) for at, carrier in enumerate(table)]


def told_apart(table: Sequence[Carrier]) -> list[Any]:
    """For a comparison of two values: what leaks one of them tells them apart too."""
    return [parameter(table, at, carrier.tells or carrier.leaks) for at, carrier in enumerate(table)]


def parameter(table: Sequence[Carrier], at: int, known: str) -> Any:
    # Carriers that live together are told of by one worker, or each would run all of them.
    marks = [pytest.mark.xdist_group(f"leaks {table[0].name} {at // CARRIERS_AT_ONCE}")]
    if known:
        marks.append(pytest.mark.xfail(strict=True, raises=AssertionError, reason=known))
    return pytest.param(table[at], id=table[at].name, marks=marks)
