"""Bytes of the shopper's download beside the budgets of the design: each file, what a session needs, engine alone."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.bench.report import FOLDER, ROOT, publish


def run() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / "sizes_raw.json"
    words = [sys.executable, "tools/node.py", "run", "tools/build.mjs", "--only=snippet", "--sizes", str(target)]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    sizes = json.loads(target.read_text())
    target.unlink()
    rows = [
        {
            "file": name,
            **size,
            "kept": "yes" if size[f"{size['by']}_bytes"] <= size["budget_bytes"] else "NO",
        }
        for name, size in sizes.items()
    ]
    publish("sizes", "Bytes of the shopper's download", rows)
