"""Writes the tables and the charts of docs/scaling.md from what was measured, and prints that. Measures nothing itself.

Figures are those of docs/benchmarks.md, or of build/bench/*.json where that page has none yet. The arithmetic stands in
`scaling_model.py`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from beside.settings import Settings
from tests.bench import publish
from tests.bench.report import FOLDER, ROOT
from tests.bench.scaling_chart import draw_needs, draw_walls
from tests.bench.scaling_model import Assumed, Measured, Model
from tests.bench.scaling_walls import Wall, walls

DOC = ROOT / "docs/scaling.md"
BENCHMARKS = ROOT / "docs/benchmarks.md"
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
# As Cobrowse.io publishes it for its self-hosted edition.
PEER_SESSIONS, PEER_CORES, PEER_GB = 100, 1, 1
CARRIED_SESSIONS = 10_000

MEANINGS = {
    "life_s": "a session, from its creation to its end, s",
    "active_share": "of it the page changes",
    "mutations_per_s": "mutations a second while it does",
    "mutation_bytes": "bytes of one",
    "keyframe_bytes": "bytes of a keyframe, in memory and on the wire (deflated a tenth and less)",
    "page_s": "between page loads, each with a keyframe, s",
    "highlights": "highlights in a session",
    "acts_per_s": "pointer and other acts of the agent a second",
    "act_us": "CPU of one at the worker, us",
    "life_cpu_ms": "CPU of a life's HTTP requests and commits at the worker, ms",
    "sheets_kb": "style sheets kept, kB",
    "pictures_kb": "pictures kept, kB",
    "overhead_bytes": "TCP, TLS and WebSocket around a message, bytes",
    "requests": "HTTP connections of a session that reach the relay",
    "busy": "of a core that is used at the peak",
    "machine_cores": "vCPUs of a machine; one is the system's",
    "gb_a_core": "its memory, GB a vCPU",
    "memory_share": "of it that workers may use",
    "proxy_message_us": "CPU of a message at the proxy that ends TLS, us",
    "proxy_keyframe_ms": "CPU of a keyframe there, ms",
    "redis_busy": "of Redis' one core that is used at the peak",
    "round_trip_us": "from a worker to Redis and back, beyond what it takes on one machine, us",
    "redis_gb": "memory of one Redis that its data may use, GB",
    "index_bytes": "a session's part of Redis' lists and indexes, bytes",
    "mean_share": "mean load by peak load, over a month",
    "receiver_s": "until a webhook's receiver answers, s",
}

# What the walls depend on most.
OTHERWISE: dict[str, dict[str, float]] = {
    "nothing": {},
    "pages change all the time": {"active_share": 1.0},
    "a page load every 15 s": {"page_s": 15.0},
    "no page load, one keyframe": {"page_s": 600.0},
    "sessions of 5 minutes": {"life_s": 300.0},
    "sessions of 20 minutes": {"life_s": 1200.0},
    "the mean load is 60 % of the peak": {"mean_share": 0.6},
    "receivers of webhooks take 2 s": {"receiver_s": 2.0},
    "Redis 1 ms away": {"round_trip_us": 1000.0},
}

Row = Mapping[str, Any]


class NoFigure(SystemExit):
    """A figure that nobody has measured yet; says how to."""


def run() -> None:
    measured, sources = figures()
    model = Model(measured, Assumed())
    for source in sources:
        print(f"{source['figure']}: {fit(source['value']):,} ({source['from']})")
    text = DOC.read_text("utf-8")
    for name, block in blocks(model).items():
        text = publish.put(text, name, block)
    DOC.write_text(text, "utf-8")
    written = charts(model)
    for path, drawing in written.items():
        path.write_text(drawing, "utf-8")
    print(f"Wrote {', '.join(str(path.relative_to(ROOT)) for path in (DOC, *written))}.")


def charts(model: Model) -> dict[Path, str]:
    needs = [model.need(sessions) for sessions in SIZES]
    return {
        DOC.with_name("scaling-needs.svg"): draw_needs(needs),
        DOC.with_name("scaling-walls.svg"): draw_walls(walls(model), SIZES),
    }


# -- What was measured


def figures(doc: Path = BENCHMARKS, folder: Path = FOLDER) -> tuple[Measured, list[Row]]:
    """The model's figures, and where each was found. Raises `NoFigure`."""
    sources: list[Row] = []

    def take(figure: str, name: str, column: str, /, **where: str) -> float:
        rows, place = rows_of(name, doc, folder)
        for row in rows:
            if all(str(row.get(key)) == value for key, value in where.items()):
                value = number(row[column])
                sources.append({"figure": figure, "value": value, "from": f"{place}, `{name}`"})
                return value
        raise NoFigure(f"{place} has no {column} where {where} in `{name}`. Measure it: {how_to(name)}")

    def of_life(column: str) -> float:
        rows, place = rows_of("store", doc, folder)
        once = [row for row in rows if row["step"] not in ("all of it", PAGE, HIGHLIGHT)]
        value = sum(number(row[column]) for row in once)
        sources.append({"figure": f"a session in Redis, {column}", "value": value, "from": f"{place}, `store`"})
        return value

    def store(column: str, step: str) -> float:
        return take(f"{step}: {column}", "store", column, step=step)

    def rest(what: str) -> float:
        return take(what, "store_rest", "value", what=what)

    relay, checks = {"relay": "beside"}, {"frame": "keyframe of 200 kB"}
    idle_kb = take("an idle session, kB", "relay_rest", "idle_kb_a_session", **relay)
    few = take("memory of a worker with 25 sessions, kB", "relay", "resident_kb", relay="beside", sessions="25")
    message = take("CPU of a mutation at 75 % of a core, us", "relay_shares", "cpu_us_per_message",
                   relay="beside", share_of_its_most="75 %")  # fmt: skip
    ramp, place = rows_of("relay", doc, folder)
    most = max(number(row["sessions"]) for row in ramp if row["relay"] == "beside" and is_yes(row["carried"]))
    sources.append({"figure": "sessions that a core carried", "value": most, "from": f"{place}, `relay`"})
    decode = take("typed decode of a keyframe, us", "relay_checks", "us_a_frame", check="typed decode", **checks)
    trip = take("tripwire of a keyframe, us", "relay_checks", "us_a_frame", check="tripwire", **checks)
    first, loaded = store("memory_bytes", "100 mutations"), store("memory_bytes", PAGE)
    highlighted = store("memory_bytes", HIGHLIGHT)
    measured = Measured(
        message_us=message,
        keyframe_ms=take("CPU of a keyframe to be carried, ms", "relay_rest", "keyframe_cpu_ms", **relay),
        keyframe_checks_ms=(decode + trip) / 1000,
        connects_per_s=take("connects a second of a core", "relay_rest", "connections_per_s", **relay),
        carried_sessions=most,
        idle_kb=idle_kb,
        worker_mb=(few - 25 * idle_kb) / 1000,
        together_us=take("a message, both sides at one worker, us", "workers", "cpu_us_per_message",
                         relays="beside, both at one"),
        apart_us=take("a message, a side at each, us", "workers", "cpu_us_per_message",
                      relays="beside, a side at each"),
        apart_redis_us=take("of it Redis, us", "workers", "redis_us", relays="beside, a side at each"),
        life_commands=of_life("commands"),
        life_writes=of_life("writes"),
        life_of_one_key=of_life("of_one_key"),
        page_commands=store("commands", PAGE),
        page_writes=store("writes", PAGE),
        highlight_commands=store("commands", HIGHLIGHT),
        highlight_writes=store("writes", HIGHLIGHT),
        erase_commands=store("commands", ERASED),
        life_log_bytes=of_life("log_bytes"),
        page_log_bytes=store("log_bytes", PAGE),
        highlight_log_bytes=store("log_bytes", HIGHLIGHT),
        open_bytes=highlighted,
        ended_bytes=store("memory_bytes", CLOSED),
        page_bytes=loaded - first,
        highlight_bytes=highlighted - loaded,
        worker_commands_per_s=rest("commands a second of a worker without sessions"),
        ask_us=rest("one question, one after the other, us"),
        scan_us=rest("one session of the scan for those that nobody holds, us"),
        erase_us=rest("one session of the erasure of ended ones, us"),
        write_us=rest("CPU of a write, 50 at once, us"),
        told_us=rest("CPU of a letter to all, for each worker that hears it, us"),
    )  # fmt: skip
    return measured, sources


PAGE, HIGHLIGHT = "a page load, with its keyframe", "a highlight"
CLOSED, ERASED = "sockets closed after the farewell", "erased after its retention"


def rows_of(name: str, doc: Path, folder: Path) -> tuple[list[Row], str]:
    """The published rows of a benchmark, else those that were measured here. Raises `NoFigure`."""
    found = re.search(rf"<!-- figures: {name} -->\n(.*?)\n<!-- end -->", doc.read_text("utf-8"), re.DOTALL)
    lines = found.group(1).splitlines() if found else []
    if len(lines) > 2:
        cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
        return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]], "docs/benchmarks.md"
    path = folder / f"{name}.json"
    if path.exists():
        return json.loads(path.read_text("utf-8"))["rows"], f"build/bench/{name}.json"
    raise NoFigure(f"docs/benchmarks.md has no figures called `{name}`, nor has build/bench. Measure: {how_to(name)}")


def how_to(name: str) -> str:
    """The benchmark that writes these figures."""
    measuring = {"relay_shares": "relay", "store_rest": "store"}.get(name, name)
    return f'`make bench ARGS="{measuring}"`.'


def number(cell: Any) -> float:
    return float(str(cell).replace(",", "").strip("*"))


def is_yes(cell: Any) -> bool:
    return cell in (True, "yes")


# -- What is written


def blocks(model: Model) -> dict[str, str]:
    """Each table of the page, by the name between its comments."""
    needs = [model.need(sessions) for sessions in SIZES]
    return {
        "conclusions": conclusions(model),
        "assumed": publish.table(
            [
                {"parameter": f"`{name}`", "value": fit(value), "what": MEANINGS[name]}
                for name, value in dataclasses.asdict(model.a).items()
            ]
        ),
        "session": publish.table(
            [
                {"of a worker's core": name, "us a second": fit(us), "share": f"{us / model.worker_us:.0%}"}
                for name, us in {**model.worker_us_by, "all": model.worker_us}.items()
            ]
        ),
        "machines": columns(needs, "workers machines proxy_cores memory_gb files_a_worker mbit starts_per_s"),
        "redis": columns(
            needs,
            "redis_life redis_workers redis_homes redis_scan redis_commands letters_heard redis_writes redis_log_mb "
            "redis_cores",
        ),
        "redis-memory": columns(needs, "redis_open_gb redis_ended_gb redis_servers"),
        "walls": publish.table([wall_row(wall) for wall in walls(model)]),
        "otherwise": publish.table([otherwise_row(model, name, changes) for name, changes in OTHERWISE.items()]),
        "carried": publish.table([carried_row(model, share) for share in (0.0, 0.1, 0.5, 1.0)]),
        "letters": letters(model),
        "peer": peer(model),
    }


def columns(needs: Sequence[Any], names: str) -> str:
    return publish.table([{name: fit(getattr(need, name)) for name in ["sessions", *names.split()]} for need in needs])


def wall_row(wall: Wall) -> Row:
    return {
        "sessions": fit(wall.sessions),
        "of": wall.of,
        "wall": wall.name,
        "kind": wall.kind,
        "what changes it": wall.change,
    }


def otherwise_row(model: Model, name: str, changes: Mapping[str, float]) -> Row:
    other = Model(model.m, dataclasses.replace(model.a, **changes))
    at = {wall.name.partition(":")[0]: fit(wall.sessions) for wall in walls(other)}
    return {
        "what is otherwise": name,
        "a worker's core": at["a worker's core"],
        "Redis' memory": next(value for wall, value in at.items() if "memory, by" in wall),
        "webhooks": at["webhooks"],
        "the scan": at["the scan takes all that its worker's core has to spare"],
        "Redis' core": at["one Redis' core"],
    }


def carried_row(model: Model, share: float) -> Row:
    us = model.carried_worker_us(share)
    cores = model.carried_redis_cores(CARRIED_SESSIONS, share)
    return {
        "sessions carried": f"{share:.0%}",
        "us a second and session": fit(us),
        f"cores of workers, {CARRIED_SESSIONS:,} sessions": fit(CARRIED_SESSIONS * us / 1e6 / model.a.busy),
        "cores of Redis for letters": fit(cores),
    }


def letters(model: Model) -> str:
    said = [f"{model.tunnel_letters_per_s(sessions):,.0f} a second at {sessions:,}" for sessions in SIZES[2:4]]
    return f"Besides, two workers with tunnels between them name these to each other every second: {', '.join(said)}."


def peer(model: Model) -> str:
    need = model.need(PEER_SESSIONS)
    cores = PEER_SESSIONS * model.worker_us / 1e6 / model.a.busy + need.proxy_cores
    cores += need.redis_cores / model.a.redis_busy
    gb = need.memory_gb + need.redis_open_gb + need.redis_ended_gb
    return (
        f"Cobrowse.io publishes {PEER_CORES} vCPU and {PEER_GB} GB for each {PEER_SESSIONS} concurrent sessions of its "
        f"self-hosted edition; ours come to {fit(cores)} vCPU and {fit(gb)} GB, proxy and Redis included."
    )


def conclusions(model: Model) -> str:
    whole = [wall for wall in walls(model) if wall.of == "all"]
    passed = sum(wall.sessions < 1_000_000 for wall in whole)
    low = [wall for wall in whole if wall.sessions < 100_000]
    small, large = model.need(1_000), model.need(1_000_000)
    carried = model.m.apart_us / model.m.together_us
    said = [
        f"**A core holds {fit(model.by_core):,} sessions** of the kind assumed here, {model.a.busy:.0%} busy. Measured "
        f"were {fit(model.m.carried_sessions):,} that do nothing but change, on nearly a whole core. Its part of "
        f"the memory would hold {fit(model.by_memory):,}: a worker's first wall is CPU.",
        f"**1,000 sessions need {small.workers} workers**, {small.machines} machines with one to spare, and one Redis. "
        f"1,000,000 would need {large.workers:,} workers on {large.machines:,} machines and {fit(large.redis_cores):,} "
        f"cores of Redis, once {passed} walls of all have been moved.",
        f"**Frames are not what stops the whole;** what one worker or one Redis does for all is. {len(low)} of the "
        f"{len(whole)} such walls that we know stand below 100,000 sessions, the first at {fit(whole[0].sessions):,}: "
        f"{whole[0].name}.",
        f"**Ended sessions fill Redis:** {fit(model.ended_bytes):,} bytes each, kept for "
        f"{Settings.retention_s / 86400:.0f} days, are {fit(model.ended_gb(1_000)):,} GB at 1,000 sessions.",
        f"**A message that is carried over Redis costs {carried:.1f} times** one that is not, all processes together; "
        f"{fit(model.m.apart_redis_us)} us of it are Redis'. One core of Redis is full of such letters alone at "
        f"{round(1 / model.carried_redis_cores(1, 1.0), -2):,.0f} carried sessions: steering is no luxury.",
    ]
    return "\n".join(f"- {sentence}" for sentence in said)


def fit(value: float) -> float:
    """As many digits as mean something."""
    return round(value) if value >= 100 or value == round(value) else round(value, 2 if value < 10 else 1)
