"""Bytes of the shopper's download beside the budgets of the design: loader, session bundle, languages, engine alone."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.bench.report import FOLDER, ROOT, publish

# Brotli for what every page or session loads; gzip for the engine, as its peer publishes it.
BUDGETS = {"beside.js": ("brotli_bytes", 2_000), "main.js": ("brotli_bytes", 25_000), "engine": ("gzip_bytes", 10_000)}


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
            "budget": f"{BUDGETS[name][1]:,} {BUDGETS[name][0]}" if name in BUDGETS else "",
            "kept": "yes" if name not in BUDGETS or size[BUDGETS[name][0]] <= BUDGETS[name][1] else "NO",
        }
        for name, size in sorted(sizes.items())
    ]
    publish("sizes", "Bytes of the shopper's download", rows)
