"""Names keep to the table of words in ARCHITECTURE.md: files, classes and functions of both languages.

Only words that have no other honest meaning in this house are looked for: `user`, `key` or `view` would find too much.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPESCRIPT = [path for folder in ("js-snippet/src", "agent_console/src") for path in (ROOT / folder).rglob("*.ts*")]
PYTHON = [path for path in (ROOT / "server/beside").rglob("*.py") if "demo" not in path.parts]
# Column "avoid" of the table, less what is plain English or a library's own word here.
AVOIDED = {
    "visitor", "guest", "otp", "jwt", "dump", "checkpoint", "delta", "incremental", "nid", "uid", "replay", "viewer",
    "redact", "sanitize", "sanitise", "obfuscate", "reflection", "annotation", "takeover", "broker", "hub", "manager",
}  # fmt: skip
HOMELESS = {"utils", "util", "helpers", "helper", "common", "types", "manager", "base", "misc"}
# Socket.IO's word, in the one place that speaks it; Backlog.replay plays kept frames again, which is not the mirror.
ALLOWED = {"replay"}


def words_of(name: str) -> set[str]:
    return {part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def python_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def typescript_names(path: Path) -> Iterator[str]:
    declared = r"\b(?:class|function|interface|type|enum)\s+([A-Za-z_]\w*)|\bexport\s+const\s+([A-Za-z_]\w*)"
    for found in re.finditer(declared, path.read_text(encoding="utf-8")):
        yield found[1] or found[2]


def table() -> set[str]:
    lines = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| **")]
    return {word for row in rows for word in re.findall(r"[a-z]+", row[3])}


def test_every_avoided_word_stands_in_the_table() -> None:
    assert table() >= AVOIDED - {"sanitise"}


@pytest.mark.parametrize("path", PYTHON + TYPESCRIPT, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_keep_to_the_table_of_words(path: Path) -> None:
    names = {path.stem, *(python_names(path) if path.suffix == ".py" else typescript_names(path))}

    strangers = {name for name in names if words_of(name) & (AVOIDED - ALLOWED)}

    assert strangers == set()
    assert path.stem not in HOMELESS


def test_file_names_are_snake_case() -> None:
    odd = [path.name for path in PYTHON + TYPESCRIPT if not re.fullmatch(r"[a-z0-9_]+(\.gen|\.css\.d)?", path.stem)]

    assert odd == []
