# mypy: disable-error-code="import-untyped,import-not-found"
"""The shop's SQLite file: migrated and filled once for each version of Oscar, then copied.

Oscar's migrations take many seconds, which every story would pay. Knows nothing of what the tables mean.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from oscar import get_version

from tests.e2e.oscar.stock import fill_shop

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[2] / "build" / "oscar"


def prepare_database() -> None:
    """Make the database that the settings name, unless it is there already (a shop started again keeps its orders)."""
    target = Path(settings.DATABASES["default"]["NAME"])
    if target.exists():
        return
    cached = CACHE / f"shop-{get_version()}-{_fingerprint()}.sqlite3"
    if not cached.exists():
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        fill_shop()
        connection.close()
        _publish(target, cached)
        return
    shutil.copyfile(cached, target)


def _fingerprint() -> str:
    """Tell the stock and settings that a cached file was made from: an edit here must not meet yesterday's tables."""
    sources = b"".join((HERE / name).read_bytes() for name in ("stock.py", "settings.py", "database.py"))
    return hashlib.sha256(sources).hexdigest()[:12]


def _publish(made: Path, cached: Path) -> None:
    """Copy to a temporary name and rename: another process may look for the cache at any instant."""
    cached.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=cached.parent, suffix=".part")
    os.close(handle)
    shutil.copyfile(made, name)
    os.replace(name, cached)
