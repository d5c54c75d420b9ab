"""The policy that `beside audit --policy` puts into the pages: its source, or what `beside policy sign` made of it."""

from __future__ import annotations

from pathlib import Path

from beside.audit.errors import CannotAudit
from beside.errors import PolicyRefused
from beside.policy.reading import read_policy
from beside.policy.signing import is_signed, open_signed
from beside.protocol import SitePolicy


def policy_of(path: Path) -> SitePolicy:
    """Reads a policy file. Raises `CannotAudit`. Who signed it is not asked: it is the auditor's own file."""
    try:
        content = path.read_bytes()
        return open_signed(content) if is_signed(content) else read_policy(content.decode("utf-8"))
    except OSError as error:
        raise CannotAudit(f"The policy {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CannotAudit(f"The policy {path} is not UTF-8.") from error
    except PolicyRefused as error:
        raise CannotAudit(f"The policy {path} is refused. {error}") from error
