"""The backlog holds a whole picture or nothing."""

from __future__ import annotations

from beside.backlog import PACKET_OVERHEAD_BYTES, Backlog, Packet

KEYFRAME = [Packet("frame", ('["keyframe"]',), 100)]
CHUNKS = [Packet("chunk", ({"index": n}, b"x"), 200) for n in range(3)]


def mutation(number: int, size_bytes: int = 50) -> list[Packet]:
    return [Packet("frame", (f'["mutation",{number}]',), size_bytes)]


def test_an_empty_backlog_needs_a_keyframe_and_keeps_no_mutation() -> None:
    backlog = Backlog(10_000)

    assert backlog.append(mutation(1)) is False

    assert backlog.needs_keyframe
    assert backlog.replay() == []
    assert backlog.size_bytes == 0


def test_replay_is_the_keyframe_and_all_since_in_order() -> None:
    backlog = Backlog(10_000)

    assert backlog.restart(CHUNKS) is True
    assert backlog.append(mutation(1)) is True
    assert backlog.append(mutation(2)) is True

    assert not backlog.needs_keyframe
    assert backlog.replay() == [*CHUNKS, *mutation(1), *mutation(2)]


def test_a_new_keyframe_forgets_all_before_it() -> None:
    backlog = Backlog(10_000)
    backlog.restart(CHUNKS)
    backlog.append(mutation(1))

    backlog.restart(KEYFRAME)

    assert backlog.replay() == KEYFRAME
    assert backlog.size_bytes == 100 + PACKET_OVERHEAD_BYTES


def test_over_the_bound_nothing_is_kept_until_the_next_keyframe() -> None:
    backlog = Backlog(1000)
    backlog.restart(KEYFRAME)
    assert backlog.append(mutation(1)) is True

    assert backlog.append(mutation(2, size_bytes=600)) is False

    assert backlog.needs_keyframe
    assert backlog.replay() == []
    assert backlog.append(mutation(3)) is False
    assert backlog.restart(KEYFRAME) is True
    assert backlog.replay() == KEYFRAME


def test_a_keyframe_over_the_bound_is_not_kept_and_neither_is_the_one_before_it() -> None:
    backlog = Backlog(1000)
    backlog.restart(KEYFRAME)

    assert backlog.restart([Packet("frame", ("x",), 1001)]) is False

    assert backlog.replay() == []


def test_many_small_packets_count_with_what_they_cost_in_memory() -> None:
    backlog = Backlog(100_000)
    backlog.restart(KEYFRAME)
    kept = 0

    while backlog.append(mutation(kept, size_bytes=1)):
        kept += 1

    assert kept < 100_000 / PACKET_OVERHEAD_BYTES


def test_clearing_leaves_nothing() -> None:
    backlog = Backlog(10_000)
    backlog.restart(CHUNKS)

    backlog.clear()

    assert backlog.needs_keyframe
    assert backlog.replay() == []
    assert backlog.size_bytes == 0


def test_a_replay_is_not_changed_by_what_comes_after() -> None:
    backlog = Backlog(10_000)
    backlog.restart(KEYFRAME)

    replay = backlog.replay()
    backlog.append(mutation(1))
    backlog.clear()

    assert replay == KEYFRAME
