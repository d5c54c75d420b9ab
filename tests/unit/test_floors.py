"""The floors of the house hold: imports go down only, and what must have one place has one.

The floors themselves stand in pyproject.toml, `[tool.importlinter]`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server" / "beside"
# Library -> the only files (below server/beside) that may import it.
IMPORTERS = {
    "socketio": {"gateway.py"},
    "engineio": {"wires.py"},
    "redis": {"store/redis_servers.py"},
    "sqlite3": {"store/sqlite.py", "store/sqlite_schema.py", "store/sqlite_writer.py"},
    "itsdangerous": {"tokens.py"},
    "httpx": {"webhooks.py"},
    "uvicorn": {"bounded_protocols.py", "fast_lane.py", "passing.py", "serving.py"},
    "typer": {"cli.py", "policy_commands.py"},
    "playwright": {"audit/browser.py"},
    "cryptography": {"policy/signing.py"},
    "opentelemetry": {"traces.py"},
}
# A rule knows no clock but as an argument, does not wait and touches nothing.
NOT_IN_RULES = {
    "asyncio",
    "datetime.datetime.now",
    "os",
    "pathlib",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
}
# A clock's default, which tests replace.
RULES_WITH_A_CLOCK = {"tokens.py": {"time"}}


def sources(*, demo: bool = False) -> Iterator[Path]:
    """Our Python, without the demo: a shop and a helpdesk of their own, whose rules are theirs."""
    for path in sorted(SERVER.rglob("*.py")):
        if demo or "demo" not in path.relative_to(SERVER).parts:
            yield path


def imported_by(path: Path) -> set[str]:
    """Top-level names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def rules() -> list[str]:
    """The modules of the floor of rules, as pyproject.toml lists them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layer,) = [layer for layer in contracts[0]["layers"] if "tripwire" in layer]
    return [name.strip() for name in layer.split(":")]


def files_of(module: str) -> list[Path]:
    folder = SERVER / module
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [SERVER / f"{module}.py"]


def test_imports_go_down_only_and_every_module_has_its_floor() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "3 kept, 0 broken" in checked.stdout


@pytest.mark.parametrize("library", IMPORTERS)
def test_a_library_has_its_named_importers_and_no_other(library: str) -> None:
    importers = {path.relative_to(SERVER).as_posix() for path in sources() if library in imported_by(path)}

    assert importers == IMPORTERS[library]


@pytest.mark.parametrize("module", rules())
def test_rules_are_pure(module: str) -> None:
    for path in files_of(module):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        allowed = RULES_WITH_A_CLOCK.get(path.name, set())

        assert imported_by(path) & NOT_IN_RULES <= allowed, path.name
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)], path.name
        assert "datetime.now(" not in path.read_text(encoding="utf-8"), path.name


def test_only_the_commands_hand_the_environment_to_the_settings() -> None:
    readers = {
        path.relative_to(SERVER).as_posix()
        for path in sources(demo=True)
        if re.search(r"\bos\.environ\b|\bgetenv\b", path.read_text(encoding="utf-8"))
    }

    assert readers <= {"cli.py", "demo/run.py"}


def test_no_error_is_made_before_it_is_raised() -> None:
    """One that is raised again and again holds on to every frame it went through, and to the request in each."""
    errors = {
        node.name
        for path in sources(demo=True)
        if path.name == "errors.py"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }

    kept = [
        (path.name, node.lineno)
        for path in sources(demo=True)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id in errors
    ]

    assert errors >= {"Refused", "TooSoon", "StoreUnavailable"}
    assert kept == []


def test_only_a_connection_knows_the_socket_io_client() -> None:
    folders = [ROOT / "js-snippet/src", ROOT / "agent_console/src"]
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in sorted(folder.rglob("*.ts*"))
        if re.search(r"""from ["']socket\.io-client|import\(["']socket\.io-client""", path.read_text(encoding="utf-8"))
    }

    assert importers
    assert importers <= {"js-snippet/src/connection.ts", "agent_console/src/connection.ts"}


def test_the_typescript_side_of_the_wire_is_what_the_python_side_says() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "gen_protocol.py", "--check"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
