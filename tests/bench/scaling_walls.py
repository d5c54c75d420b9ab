"""Where more sessions stop: walls of a worker, of a machine, and of all of them together, with what would move each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from beside.homes import LEAD_S
from beside.household import ADOPTION_PERIOD_S
from beside.supervising import STARTS_WITHIN_S
from beside.sweeper import RETENTION_PERIOD_S
from tests.bench.scaling_model import CONNECTIONS, WEBHOOKS_AT_ONCE, Model

# ip_local_port_range of Linux, 32768 to 60999: connections from one address to one address and port.
PORTS = 28_232
# From the end of a connection to the next use of its port, at the side that closed it (Linux: TCP_TIMEWAIT_LEN).
TIME_WAIT_S = 60.0
# Redis' own default of `maxclients`.
REDIS_CLIENTS = 10_000

Scope = Literal["a worker", "a machine", "all"]
SETTING, MORE, ONE = "a setting", "more of the same", "one for all"


@dataclass(frozen=True)
class Wall:
    """`sessions`: how many of a worker, of a machine or of all fit before it. `kind`: what stands there."""

    sessions: float
    of: Scope
    name: str
    kind: str
    change: str


def walls(model: Model) -> list[Wall]:
    """The lowest first."""
    return sorted([*_of_workers(model), *_of_machines(model), *_of_all(model)], key=lambda wall: wall.sessions)


def _of_workers(model: Model) -> list[Wall]:
    return [
        Wall(model.by_core, "a worker", "a worker's core", MORE, "another worker"),
        Wall(
            model.by_sockets,
            "a worker",
            "`BESIDE_MAX_SOCKETS` by default",
            SETTING,
            "raise it where a core carries more",
        ),
        Wall(model.by_memory, "a worker", "a worker's part of the memory", MORE, "more memory a core"),
    ]


def _of_machines(model: Model) -> list[Wall]:
    return [
        Wall(
            model.by_core * model.workers_a_machine,
            "a machine",
            "a machine's cores",
            MORE,
            "another machine, and a balancer that hashes on `?session=`",
        ),
        Wall(
            port_sessions(model),
            "a machine",
            "ports from one proxy to one machine",
            MORE,
            "keepalive towards the relay; a second address or port of the machine; a second proxy",
        ),
    ]


def _of_all(model: Model) -> list[Wall]:
    assumed = model.a
    return [
        Wall(
            reach(lambda sessions: model.open_gb(sessions) + model.ended_gb(sessions), assumed.redis_gb),
            "all",
            "one Redis' memory, by what ended within the retention",
            ONE,
            "a shorter `BESIDE_RETENTION_S`; a cluster; ended sessions to a database on disk",
        ),
        Wall(
            model.webhooks_per_s * assumed.life_s,
            "all",
            f"webhooks: one worker sends {WEBHOOKS_AT_ONCE} at once",
            ONE,
            "more at once, bounded a receiver; then a leader for each of some parts of the ids",
        ),
        Wall(
            reach(model.scan_core, 1 - assumed.busy),
            "all",
            "the scan takes all that its worker's core has to spare",
            ONE,
            "ask in one pipeline: it is the CPU of commands in Python; or a list a worker, and look at dead ones'",
        ),
        Wall(
            reach(model.scan_s, ADOPTION_PERIOD_S),
            "all",
            "the scan takes longer than its period",
            ONE,
            "as for that core",
        ),
        Wall(
            reach(model.scan_s, LEAD_S),
            "all",
            "the scan outlasts its lead, a second one begins",
            ONE,
            "as for that core; renew the lead",
        ),
        Wall(
            reach(model.scan_s, STARTS_WITHIN_S),
            "all",
            "a new worker scans, before it serves, for too long",
            ONE,
            "no scan at the start: the leader's comes within 5 s. Until then SIGHUP keeps the old workers",
        ),
        Wall(
            reach(model.redis_cores, assumed.redis_busy),
            "all",
            "one Redis' core",
            ONE,
            "a cluster",
        ),
        Wall(
            reach(model.one_key_cores, assumed.redis_busy),
            "all",
            "in a cluster, the core of the server with what is a key each",
            ONE,
            "lists of sessions and webhooks by parts of the ids; an end told to the leader alone",
        ),
        Wall(
            reach(model.erase_s, RETENTION_PERIOD_S),
            "all",
            "the hourly erasure takes an hour",
            ONE,
            "some at once, as the scan does",
        ),
        Wall(
            REDIS_CLIENTS / CONNECTIONS * model.sessions_a_worker,
            "all",
            f"one Redis' connections, {CONNECTIONS} a worker",
            SETTING,
            "`maxclients`.",
        ),
    ]


def port_sessions(model: Model) -> float:
    """Two sockets a session, and ports that wait behind closed connections: HTTP ones, and sockets of earlier pages."""
    assumed = model.a
    closed_per_s = (assumed.requests + model.pages + 2) / assumed.life_s
    return PORTS / (2 + closed_per_s * TIME_WAIT_S)


def reach(grows: Callable[[float], float], bound: float) -> float:
    """The least number of sessions at which something that grows with them reaches a bound."""
    low, high = 1.0, 1e12
    while high / low > 1.0001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if grows(middle) >= bound else (middle, high)
    return high
