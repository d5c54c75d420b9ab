"""docs/scaling.md: its arithmetic at points that can be worked out by hand, and that it says what the script gives."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from tests.bench import scaling
from tests.bench.scaling_model import Assumed, Measured, Model
from tests.bench.scaling_walls import port_sessions, reach, walls

# Round figures: a core carries 1,000 sessions that send one message a second.
MEASURED = Measured(
    message_us=100.0,
    keyframe_ms=1.0,
    keyframe_checks_ms=2.0,
    connects_per_s=500.0,
    carried_sessions=1_000.0,
    idle_kb=100.0,
    worker_mb=100.0,
    together_us=100.0,
    apart_us=400.0,
    apart_redis_us=50.0,
    life_commands=60.0,
    life_writes=40.0,
    life_of_one_key=20.0,
    page_commands=3.0,
    page_writes=3.0,
    highlight_commands=2.0,
    highlight_writes=2.0,
    erase_commands=10.0,
    life_log_bytes=10_000.0,
    page_log_bytes=1_000.0,
    highlight_log_bytes=2_000.0,
    open_bytes=2_000.0,
    ended_bytes=3_000.0,
    page_bytes=100.0,
    highlight_bytes=200.0,
    worker_commands_per_s=2.0,
    ask_us=100.0,
    scan_us=96.0,
    erase_us=1_000.0,
    write_us=20.0,
    told_us=4.0,
)
ASSUMED = Assumed(
    life_s=600.0,
    active_share=0.5,
    mutations_per_s=10.0,
    mutation_bytes=350.0,
    keyframe_bytes=200_000.0,
    page_s=100.0,
    highlights=2.0,
    acts_per_s=1.0,
    act_us=100.0,
    life_cpu_ms=30.0,
    sheets_kb=100.0,
    pictures_kb=100.0,
    overhead_bytes=50.0,
    busy=0.5,
    machine_cores=5.0,
    round_trip_us=400.0,
    index_bytes=500.0,
    mean_share=0.5,
    redis_busy=0.5,
)


@pytest.fixture
def model() -> Model:
    return Model(MEASURED, ASSUMED)


def test_page_says_what_the_script_gives() -> None:
    measured, _ = scaling.figures()
    page = scaling.DOC.read_text("utf-8")
    said = dict(re.findall(r"<!-- figures: ([\w-]+) -->\n(.*?)\n<!-- end -->", page, re.DOTALL))

    assert said == scaling.blocks(Model(measured, Assumed())), "run `python -m tests.bench scaling`"


def test_charts_are_those_that_the_script_draws() -> None:
    drawn = scaling.charts(Model(scaling.figures()[0], Assumed()))

    assert {path: path.read_text("utf-8") for path in drawn} == drawn, "run `python -m tests.bench scaling`"


def test_page_rests_on_published_figures_alone() -> None:
    _, sources = scaling.figures()

    assert {row["from"].partition(",")[0] for row in sources} == {"docs/benchmarks.md"}


def test_one_session_costs_the_sum_of_what_it_does(model: Model) -> None:
    # 5 mutations, 3 ms of keyframe and 2 ms of connecting in 100 s, an act, 30 ms in 600 s.
    assert model.worker_us_by == {
        "mutations": 500.0,
        "keyframes": 30.0,
        "reconnects": 20.0,
        "acts of agents": 100.0,
        "HTTP and commits": 50.0,
    }
    assert model.by_core == pytest.approx(500_000 / 700)
    # Connections, a keyframe, 250 mutations of 350 bytes and 250 more each, sheets and pictures.
    assert model.session_kb == 100 + 200 + 150 + 100 + 100
    assert model.bytes_per_s == 5 * 400 + 50 + 2_000


def test_workers_are_as_many_as_the_first_of_three_walls_asks_for(model: Model) -> None:
    need = model.need(10_000)

    assert (need.workers_by_cpu, need.workers_by_memory, need.workers_by_sockets) == (14, 3, 5)
    # Four workers a machine, and one machine to spare.
    assert (need.workers, need.machines) == (14, 5)


def test_redis_is_asked_for_lives_workers_and_homes(model: Model) -> None:
    need = model.need(6_000)

    # Ten lives begin each second, of six pages and two highlights; nine workers.
    assert need.redis_life == 10 * (60 + 5 * 3 + 2 * 2)
    assert need.redis_workers == 18
    assert need.redis_homes == 400
    # Every 5 s the homes of 5,333 sessions of others, and whether eight workers are there.
    assert need.redis_scan == pytest.approx((5_333 + 8) / 5, rel=1e-3)
    assert need.redis_writes == 10 * (40 + 15 + 4)
    # Each of ten ends is told to eight.
    assert need.letters_heard == 80
    assert need.redis_cores == pytest.approx((790 + 18 + 400 + need.redis_scan) * 20e-6 + 80 * 4e-6)


def test_one_worker_scans_for_nothing_and_tells_nobody(model: Model) -> None:
    need = model.need(100)

    assert (need.workers, need.redis_scan, need.letters_heard) == (1, 0.0, 0.0)


def test_scan_asks_no_faster_than_its_worker_can(model: Model) -> None:
    # A session takes 96 us and a hundredth of a round trip of 400: 100,000 take 10 s and not 5.
    assert model.scan_s(100_000) == pytest.approx(10, rel=0.02)
    assert model.scan_core(100_000) == pytest.approx(0.96, rel=0.02)
    assert model.scan_per_s(100_000) == pytest.approx(10_000, rel=0.02)


def test_letters_to_all_grow_with_the_square_of_sessions(model: Model) -> None:
    for letters in (model.heard_per_s, model.tunnel_letters_per_s):
        assert letters(1_000_000) / letters(100_000) == pytest.approx(100, rel=0.02)


def test_cluster_leaves_with_one_server_what_is_of_one_key(model: Model) -> None:
    # Ten lives of twenty such commands, and 80 letters that are handed on.
    assert model.one_key_cores(6_000) == pytest.approx((200 * 20 + 80 * 4) / 1e6)


def test_ended_sessions_fill_memory_for_the_whole_retention(model: Model) -> None:
    # 5 end each second on the average, for 30 days; the first page and the first highlight are measured already.
    assert model.ended_bytes == 3_000 + 4 * 100 + 200 + 500
    assert model.ended_gb(6_000) == pytest.approx(5 * 2_592_000 * 4_100 / 1e9)


def test_walls_stand_where_their_arithmetic_says(model: Model) -> None:
    at = {wall.name: wall.sessions for wall in walls(model)}

    assert at["a worker's core"] == pytest.approx(714.3, rel=1e-3)
    assert at["a machine's cores"] == pytest.approx(4 * 714.3, rel=1e-3)
    # Half a core is to spare: 2.5 s of 5, and 96 us for each session of another worker.
    assert at["the scan takes all that its worker's core has to spare"] == pytest.approx(26_042 + 714, rel=0.01)
    assert at["the scan takes longer than its period"] == pytest.approx(50_000 + 714, rel=0.01)
    # Each session that ended costs 1 ms and ten round trips of 0.4 ms.
    assert at["the hourly erasure takes an hour"] == pytest.approx(720_000 / 3_600 / 0.5 * 600, rel=1e-3)
    # Eight webhooks take 0.2 s and 63 questions of 0.5 ms.
    assert at["webhooks: one worker sends 8 at once"] == pytest.approx(8 / 0.2315 * 600)
    # 98 workers have 102 connections each.
    assert at["one Redis' connections, 102 a worker"] == pytest.approx(10_000 / 102 * 714.3, rel=1e-3)
    assert port_sessions(model) == pytest.approx(28_232 / (2 + 15 / 600 * 60))
    assert list(at.values()) == sorted(at.values())


def test_a_wall_is_found_where_growth_reaches_it() -> None:
    assert reach(lambda sessions: sessions * 2, 3_000) == pytest.approx(1_500, rel=1e-3)


def test_carrying_is_charged_to_the_share_that_is_carried(model: Model) -> None:
    # Six messages a second, 250 us more at the workers and 50 at Redis.
    assert model.carried_worker_us(0.0) == 700
    assert model.carried_worker_us(0.5) == 700 + 0.5 * 6 * 250
    assert model.carried_redis_cores(10_000, 0.5) == pytest.approx(1.5)


def test_each_assumption_says_what_it_is() -> None:
    assert list(scaling.MEANINGS) == [field.name for field in dataclasses.fields(Assumed)]


def test_figure_that_nobody_measured_is_missed_in_words(tmp_path: Path) -> None:
    doc = tmp_path / "benchmarks.md"
    doc.write_text("<!-- figures: store -->\n_Not measured yet._\n<!-- end -->\n")

    with pytest.raises(scaling.NoFigure, match=r'no figures called `store`.*make bench ARGS="store"'):
        scaling.rows_of("store", doc, tmp_path)


def test_published_figures_come_before_those_that_were_measured_here(tmp_path: Path) -> None:
    doc = tmp_path / "benchmarks.md"
    doc.write_text("<!-- figures: relay -->\n| relay | value |\n| --- | ---: |\n| beside | 1,234 |\n<!-- end -->\n")
    for name in ("relay", "workers"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"rows": [{"relay": "measured here", "value": 1.5}]}))

    published, measured = scaling.rows_of("relay", doc, tmp_path), scaling.rows_of("workers", doc, tmp_path)

    assert published == ([{"relay": "beside", "value": "1,234"}], "docs/benchmarks.md")
    assert measured == ([{"relay": "measured here", "value": 1.5}], "build/bench/workers.json")
    assert scaling.number(published[0][0]["value"]) == 1_234
