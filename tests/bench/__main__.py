"""Runs the benchmarks named as arguments, or all of them; options go to those that know them."""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from typing import Any

NAMES = (
    "sizes",
    "capture",
    "mirror",
    "relay",
    "relay_fixed",
    "relay_rest",
    "relay_checks",
    "workers",
    "store",
    "traces",
    "paint",
    "echoes",
)
# Not measurements: render what was measured into docs/benchmarks.md, and what follows from it into docs/scaling.md.
RENDERED = ("publish", "scaling")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(NAMES)}; all where none is given. `publish` renders them into docs/benchmarks.md, "
        "`scaling` what follows from them into docs/scaling.md",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        help="interleaved rounds of `capture`, `mirror`, `relay_fixed`, `relay_rest`, `workers`, `traces` and `echoes`",
    )
    parser.add_argument("--workloads", help="of `capture`, with commas")
    parser.add_argument("--recorders", help="of `capture`, with commas; the page without one is always measured")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in (*NAMES, *RENDERED)]
    if unknown:
        print(f"There is no benchmark called {', '.join(unknown)}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    given: dict[str, Any] = {key: value for key, value in vars(asked).items() if key != "names" and value is not None}
    for name in asked.names or NAMES:
        run = importlib.import_module(f"tests.bench.{name}").run
        known = inspect.signature(run).parameters
        run(**{key: value for key, value in given.items() if key in known})
    return 0


if __name__ == "__main__":
    sys.exit(main())
