"""What traces cost a relay: CPU a message without them, with some and with as many as it makes."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.bench.relay import SITES, Target, load, open_sessions, pin
from tests.bench.report import publish
from tests.e2e.processes import running_relay

SESSIONS = 400
SHARES = ("0", "0.01", "1")


class _Collector(BaseHTTPRequestHandler):
    """Takes everything and keeps nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def run(rounds: int = 3) -> None:
    measured: dict[str, list[dict[str, float]]] = {share: [] for share in SHARES}
    with _collecting() as endpoint:
        for number in range(rounds):
            for share, rows in measured.items():
                with _relay(share, endpoint) as target:
                    rows.append(load(target))
                print(
                    f"round {number + 1} of {rounds}, share {share}: {rows[-1]['cpu_us_per_message']:.1f} us",
                    flush=True,
                )
    what = ("messages_per_s", "cpu_us_per_message", "p99_ms")
    medians = [
        {
            "trace_share": share,
            "rounds": rounds,
            **{name: statistics.median(row[name] for row in rows) for name in what},
        }
        for share, rows in measured.items()
    ]
    publish("traces", f"What traces cost a relay of {SESSIONS} sessions", medians)


@contextmanager
def _relay(share: str, endpoint: str) -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as name:
        server = running_relay(Path(name), SITES, max_sockets=str(4 * SESSIONS + 100), trace_share=share)
        server.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
        server.start()
        try:
            pin(server.pid, 0)
            host = f"console.localhost:{server.port}"
            yield Target(server.pid, server.port, host, open_sessions(server, SESSIONS))
        finally:
            server.stop()


@contextmanager
def _collecting() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Collector) as collector:
        Thread(target=collector.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{collector.server_port}"
        collector.shutdown()
