"""What many concurrent sessions need, as arithmetic: from what was measured (`Measured`) and assumed (`Assumed`).

Pure. Says nothing of where the figures come from or how they are shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from beside.backlog import PACKET_OVERHEAD_BYTES
from beside.carrying import LOOK_S as TUNNELS_LOOK_S
from beside.homes import AT_ONCE as HOMES_AT_ONCE
from beside.household import ADOPTION_PERIOD_S, LOOK_AROUND_PERIOD_S
from beside.serving import FILES_BESIDE
from beside.settings import Settings
from beside.store.redis_servers import MAX_CONNECTIONS
from beside.sweeper import RETENTION_PERIOD_S
from beside.webhooks import Options

WEBHOOKS_AT_ONCE = Options().max_at_once
# What the one worker that sends asks the store one after the other, of each delivery and of each batch of them: who
# leads, `due_deliveries`, `postpone_delivery` and `settle_delivery` of store/redis.py.
ASKED_A_WEBHOOK, ASKED_A_BATCH = 7, 7
# Of a worker at one Redis: all that the store may open, as by the scan and by people who come back at once, and letters
# both ways.
CONNECTIONS = MAX_CONNECTIONS + 2


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One core, one Redis, as the benchmark found them."""

    message_us: float
    keyframe_ms: float
    keyframe_checks_ms: float
    connects_per_s: float
    carried_sessions: float
    idle_kb: float
    worker_mb: float
    # Of a message, all processes together: both sides at one worker, a side at each; Redis' part of the latter.
    together_us: float
    apart_us: float
    apart_redis_us: float
    # Commands, writes and bytes of the log of a session without page loads and highlights, of each of these, of an
    # erasure; what of them a cluster does not spread; memory of a session with one of each, while it is open and once
    # it has ended.
    life_commands: float
    life_writes: float
    life_of_one_key: float
    page_commands: float
    page_writes: float
    highlight_commands: float
    highlight_writes: float
    erase_commands: float
    life_log_bytes: float
    page_log_bytes: float
    highlight_log_bytes: float
    open_bytes: float
    ended_bytes: float
    page_bytes: float
    highlight_bytes: float
    worker_commands_per_s: float
    ask_us: float
    scan_us: float
    erase_us: float
    write_us: float
    told_us: float


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What a session is like, what machines are like and what they cost. Change it and draw again."""

    # -- a session
    life_s: float = 600.0
    active_share: float = 0.5
    mutations_per_s: float = 10.0
    mutation_bytes: float = 400.0
    keyframe_bytes: float = 200_000.0
    page_s: float = 60.0
    highlights: float = 3.0
    acts_per_s: float = 1.0
    act_us: float = 150.0
    life_cpu_ms: float = 30.0
    sheets_kb: float = 150.0
    pictures_kb: float = 100.0
    overhead_bytes: float = 100.0
    requests: float = 8.0
    # -- machines
    busy: float = 0.6
    machine_cores: float = 8.0
    gb_a_core: float = 4.0
    memory_share: float = 0.75
    proxy_message_us: float = 25.0
    proxy_keyframe_ms: float = 1.0
    # -- Redis
    redis_busy: float = 0.5
    round_trip_us: float = 250.0
    redis_gb: float = 16.0
    index_bytes: float = 300.0
    mean_share: float = 0.3
    receiver_s: float = 0.2


@dataclass(frozen=True, kw_only=True)
class Need:
    """What `sessions` at once need. Rates are a second, at the peak."""

    sessions: int
    workers_by_cpu: int
    workers_by_memory: int
    workers_by_sockets: int
    workers: int
    machines: int
    proxy_cores: float
    memory_gb: float
    files_a_worker: int
    mbit: float
    starts_per_s: float
    redis_life: float
    redis_workers: float
    redis_homes: float
    redis_scan: float
    redis_commands: float
    letters_heard: float
    redis_writes: float
    redis_log_mb: float
    redis_cores: float
    redis_open_gb: float
    redis_ended_gb: float
    redis_servers: int


class Model:
    def __init__(self, measured: Measured, assumed: Assumed) -> None:
        self.m = measured
        self.a = assumed

    # -- One session

    @property
    def messages_per_s(self) -> float:
        return self.a.active_share * self.a.mutations_per_s

    @property
    def worker_us_by(self) -> dict[str, float]:
        """CPU of a worker for one session, us a second, by what it goes to."""
        m, a = self.m, self.a
        return {
            "mutations": self.messages_per_s * m.message_us,
            "keyframes": (m.keyframe_ms + m.keyframe_checks_ms) * 1000 / a.page_s,
            "reconnects": 1e6 / m.connects_per_s / a.page_s,
            "acts of agents": a.acts_per_s * a.act_us,
            "HTTP and commits": a.life_cpu_ms * 1000 / a.life_s,
        }

    @property
    def worker_us(self) -> float:
        return sum(self.worker_us_by.values())

    @property
    def proxy_us(self) -> float:
        a = self.a
        return (self.messages_per_s + a.acts_per_s) * a.proxy_message_us + a.proxy_keyframe_ms * 1000 / a.page_s

    @property
    def session_kb(self) -> float:
        """Memory at its home: connections, and the picture that is kept for whoever comes."""
        a = self.a
        # On the average half of what comes until the next keyframe.
        mutations_kb = a.page_s / 2 * self.messages_per_s * (a.mutation_bytes + PACKET_OVERHEAD_BYTES) / 1000
        return self.m.idle_kb + a.keyframe_bytes / 1000 + mutations_kb + a.sheets_kb + a.pictures_kb

    @property
    def bytes_per_s(self) -> float:
        """From the shopper to the relay; as much again from there to one agent."""
        a = self.a
        frames = self.messages_per_s * (a.mutation_bytes + a.overhead_bytes)
        return frames + a.acts_per_s * a.overhead_bytes + a.keyframe_bytes / a.page_s

    @property
    def pages(self) -> float:
        """Page loads behind the first page."""
        return self.a.life_s / self.a.page_s - 1

    def of_life(self, once: float, page: float, highlight: float) -> float:
        return once + self.pages * page + self.a.highlights * highlight

    @property
    def ended_bytes(self) -> float:
        return self.m.ended_bytes + self._more_bytes

    @property
    def open_bytes(self) -> float:
        return self.m.open_bytes + self._more_bytes

    @property
    def _more_bytes(self) -> float:
        m, a = self.m, self.a
        return (self.pages - 1) * m.page_bytes + (a.highlights - 1) * m.highlight_bytes + a.index_bytes

    # -- One worker, one machine

    @property
    def sessions_a_worker(self) -> float:
        return min(self.by_core, self.by_memory, self.by_sockets)

    @property
    def by_core(self) -> float:
        return self.a.busy * 1e6 / self.worker_us

    @property
    def by_memory(self) -> float:
        """Of a worker that has its core's part of the machine's memory."""
        return (self.a.gb_a_core * self.a.memory_share * 1e6 - self.m.worker_mb * 1000) / self.session_kb

    @property
    def by_sockets(self) -> float:
        return Settings.max_sockets / 2

    @property
    def workers_a_machine(self) -> float:
        """One core is the system's."""
        return self.a.machine_cores - 1

    # -- Redis

    def starts_per_s(self, sessions: float) -> float:
        return sessions / self.a.life_s

    def workers(self, sessions: float) -> int:
        return math.ceil(sessions / self.sessions_a_worker)

    def life_commands_per_s(self, sessions: float) -> float:
        m = self.m
        return self.starts_per_s(sessions) * self.of_life(m.life_commands, m.page_commands, m.highlight_commands)

    def heard_per_s(self, sessions: float) -> float:
        """Letters that Redis hands on: at each end every other worker is told."""
        return self.starts_per_s(sessions) * (self.workers(sessions) - 1)

    def homes_per_s(self, sessions: float) -> float:
        """Each worker looks whether what it holds is still its own."""
        return sessions / LOOK_AROUND_PERIOD_S

    def scan_s(self, sessions: float) -> float:
        """One worker asks for the home of each session of the others, by the hundred, then whether each is there."""
        asked_us = self.others(sessions) * (self.m.scan_us + self.a.round_trip_us / HOMES_AT_ONCE)
        return (asked_us + (self.workers(sessions) - 1) * (self.m.ask_us + self.a.round_trip_us)) / 1e6

    def others(self, sessions: float) -> float:
        return sessions * (1 - 1 / self.workers(sessions))

    def scan_core(self, sessions: float) -> float:
        """Of the core of the worker that does it: the asking is its own CPU nearly all."""
        return self.others(sessions) * self.m.scan_us / 1e6 / self._scan_period_s(sessions)

    def scan_per_s(self, sessions: float) -> float:
        return (self.others(sessions) + self.workers(sessions) - 1) / self._scan_period_s(sessions)

    def _scan_period_s(self, sessions: float) -> float:
        return max(ADOPTION_PERIOD_S, self.scan_s(sessions))

    def commands_per_s(self, sessions: float) -> float:
        fixed = self.workers(sessions) * self.m.worker_commands_per_s
        life = self.life_commands_per_s(sessions)
        return life + fixed + self.homes_per_s(sessions) + self.scan_per_s(sessions)

    def redis_cores(self, sessions: float) -> float:
        """As if a read cost what a write does: its group's log on disk is the smaller part of it."""
        handed_on_us = self.heard_per_s(sessions) * self.m.told_us
        return (self.commands_per_s(sessions) * self.m.write_us + handed_on_us) / 1e6

    def one_key_cores(self, sessions: float) -> float:
        """What of it a cluster leaves with one server, should all that it does not spread come to lie there."""
        commands = self.starts_per_s(sessions) * self.m.life_of_one_key
        return (commands * self.m.write_us + self.heard_per_s(sessions) * self.m.told_us) / 1e6

    def ended_gb(self, sessions: float) -> float:
        return self.starts_per_s(sessions) * self.a.mean_share * Settings.retention_s * self.ended_bytes / 1e9

    def open_gb(self, sessions: float) -> float:
        return sessions * self.open_bytes / 1e9

    def erase_s(self, sessions: float) -> float:
        """What one worker takes each hour to erase what ended a retention ago."""
        count = self.starts_per_s(sessions) * self.a.mean_share * RETENTION_PERIOD_S
        return count * (self.m.erase_us + self.m.erase_commands * self.a.round_trip_us) / 1e6

    @property
    def webhooks_per_s(self) -> float:
        """The most that the one worker sends that leads."""
        asked = WEBHOOKS_AT_ONCE * ASKED_A_WEBHOOK + ASKED_A_BATCH
        return WEBHOOKS_AT_ONCE / (self.a.receiver_s + asked * (self.m.ask_us + self.a.round_trip_us) / 1e6)

    # -- All of it

    def need(self, sessions: int) -> Need:
        m, a = self.m, self.a
        workers = self.workers(sessions)
        machines = math.ceil(workers / self.workers_a_machine)
        # One to spare, where there is more than one machine's work.
        machines += sessions > 100
        starts = self.starts_per_s(sessions)
        proxy_cores = sessions * self.proxy_us / 1e6 / a.busy
        open_gb, ended_gb = self.open_gb(sessions), self.ended_gb(sessions)
        servers = max(
            math.ceil((open_gb + ended_gb) / a.redis_gb), math.ceil(self.redis_cores(sessions) / a.redis_busy)
        )
        return Need(
            sessions=sessions,
            workers_by_cpu=math.ceil(sessions / self.by_core),
            workers_by_memory=math.ceil(sessions / self.by_memory),
            workers_by_sockets=math.ceil(sessions / self.by_sockets),
            workers=workers,
            machines=machines,
            proxy_cores=proxy_cores,
            memory_gb=(sessions * self.session_kb + workers * m.worker_mb * 1000) / 1e6,
            files_a_worker=math.ceil(2 * sessions / workers) + FILES_BESIDE,
            mbit=sessions * self.bytes_per_s * 8 / 1e6,
            starts_per_s=starts,
            redis_life=self.life_commands_per_s(sessions),
            redis_workers=workers * m.worker_commands_per_s,
            redis_homes=self.homes_per_s(sessions),
            redis_scan=self.scan_per_s(sessions),
            redis_commands=self.commands_per_s(sessions),
            letters_heard=self.heard_per_s(sessions),
            redis_writes=starts * self.of_life(m.life_writes, m.page_writes, m.highlight_writes),
            redis_log_mb=starts * self.of_life(m.life_log_bytes, m.page_log_bytes, m.highlight_log_bytes) / 1e6,
            redis_cores=self.redis_cores(sessions),
            redis_open_gb=open_gb,
            redis_ended_gb=ended_gb,
            redis_servers=servers,
        )

    # -- Carried over Redis

    @property
    def carried_extra_us(self) -> float:
        """Of a message: what it costs more where its sides sit at two workers and it goes over Redis."""
        return self.m.apart_us - self.m.together_us

    def carried_worker_us(self, share: float) -> float:
        """CPU of workers for one session, us a second, where this share of sessions has a side carried."""
        extra = self.carried_extra_us - self.m.apart_redis_us
        return self.worker_us + share * (self.messages_per_s + self.a.acts_per_s) * extra

    def carried_redis_cores(self, sessions: float, share: float) -> float:
        return sessions * share * (self.messages_per_s + self.a.acts_per_s) * self.m.apart_redis_us / 1e6

    def tunnel_letters_per_s(self, sessions: float) -> float:
        """Where each worker has tunnels to each other one, as without steering: it names them to it every second."""
        workers = self.workers(sessions)
        return workers * (workers - 1) / TUNNELS_LOOK_S
