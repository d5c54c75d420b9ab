"""Builds the pages on real libraries into build/fidelity/bundles/, each when its test asks for it.

Knows nothing of what is on them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = Path(__file__).resolve().parent / "libraries"
BUNDLES = ROOT / "build" / "fidelity" / "bundles"


def bundle(name: str) -> None:
    """Bundles `libraries/NAME.*` for production, style sheets beside it."""
    words = [sys.executable, str(ROOT / "tools/node.py"), "run"]
    made = subprocess.run(
        [*words, str(Path(__file__).with_name("bundle.mjs")), name, str(BUNDLES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, f"the page of {name} cannot be built:\n{made.stdout}{made.stderr}"


def library_names() -> list[str]:
    return sorted(path.stem for path in SOURCES.glob("*") if path.suffix in {".ts", ".tsx", ".js"})
