"""A token bucket, with the clock in the test's hand."""

from __future__ import annotations

from beside.rates import Rate


def test_burst_passes_at_once_and_then_the_average() -> None:
    rate = Rate(per_s=2, burst=3)

    assert [rate.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [rate.take(0.5), rate.take(0.5)] == [True, False]


def test_long_quiet_saves_no_more_than_the_burst() -> None:
    rate = Rate(per_s=2, burst=3)
    rate.take(0.0)

    assert [rate.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_clock_that_goes_back_gives_nothing() -> None:
    rate = Rate(per_s=1, burst=1)
    rate.take(100.0)

    assert rate.take(50.0) is False


def test_what_is_refused_costs_nothing() -> None:
    rate = Rate(per_s=1, burst=10)

    assert [rate.take(0.0, 11), rate.take(0.0, 10)] == [False, True]
