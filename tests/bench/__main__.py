"""Runs the benchmarks named as arguments, or all of them."""

from __future__ import annotations

import importlib
import sys

NAMES = ("sizes", "relay", "paint")


def main() -> int:
    asked = sys.argv[1:] or list(NAMES)
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        print(f"There is no benchmark called {', '.join(unknown)}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for name in asked:
        importlib.import_module(f"tests.bench.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
