"""The report as JSON, written and read again. Knows nothing of what a report means."""

from __future__ import annotations

from pathlib import Path

import msgspec

from beside.audit.audited import REPORT_FORMAT, Report
from beside.audit.errors import CannotAudit


def to_json(report: Report) -> bytes:
    """UTF-8, indented, ending in a line feed: fit to be kept in a repository."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def read_report(path: Path) -> Report:
    """Reads a report that was written before. Raises `CannotAudit` where it is none of this version's format."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise CannotAudit(f"The baseline {path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise CannotAudit(f"The baseline {path} is no report of `beside audit --json`: {error}.") from error
    if report.format != REPORT_FORMAT:
        raise CannotAudit(f"The baseline {path} is of another version: write it anew with --json {path}.")
    return report
