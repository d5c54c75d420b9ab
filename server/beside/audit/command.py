"""The command `beside audit`: what it says before, what it writes, and the exit status. Typer's part is in `cli.py`.

0: clean. 1: a canary was found, or there is drift from the baseline. 2: it could not be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from beside.audit.baseline import drift_of
from beside.audit.errors import CannotAudit
from beside.audit.report import lines_of
from beside.audit.report_html import to_html
from beside.audit.report_json import read_report, to_json
from beside.audit.run import Order, host_of, run_audit
from beside.sites import is_loopback


@dataclass(frozen=True)
class Outcome:
    """What is written where; null: nowhere."""

    json: Path | None
    html: Path | None
    baseline: Path | None


def warning_of(order: Order) -> str | None:
    """What a person must know before a shop that is not on this machine is audited; None: it is on this machine."""
    host = host_of(order.url)
    if is_loopback(host):
        return None
    script = order.script
    allowed = script.allow_requests or any(step.allow_requests for step in script.steps)
    return (
        f"This opens {order.url} on a live host, types made-up values into every field, and lets its scripts run. "
        + (
            "The script lets requests through: what is typed or sent then reaches the shop."
            if allowed
            else "Requests that could change something, or that hold what was typed, are refused in the browser."
        )
    )


def audit(order: Order, outcome: Outcome, say: Callable[[str], None]) -> int:
    """Audits, writes and says what was found; returns the exit status. Raises `CannotAudit`."""
    baseline = read_report(outcome.baseline) if outcome.baseline else None
    report, pictures = run_audit(order)
    for line in lines_of(report):
        say(line)
    if outcome.json:
        _write(outcome.json, to_json(report))
    drift = drift_of(baseline, report) if baseline else None
    if outcome.html:
        _write(outcome.html, to_html(report, pictures, drift).encode())
    if drift is None:
        return 1 if report.leaks else 0
    for line in _lines_of_drift(drift):
        say(line)
    return 1 if drift else 0


def _lines_of_drift(drift: list[str]) -> Iterator[str]:
    yield "Drift from the baseline:" if drift else "No drift from the baseline."
    for line in drift:
        yield f"  {line}"


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise CannotAudit(f"{path} cannot be written: {error.strerror}.") from error
