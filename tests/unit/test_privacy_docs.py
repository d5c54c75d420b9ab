"""What docs/privacy.md calls its proof is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs/privacy.md"


def test_every_test_that_the_privacy_page_names_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", DOCS.read_text("utf-8")))

    assert len(named) > 5
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_every_kind_of_content_names_its_proof() -> None:
    kinds = DOCS.read_text("utf-8").split("| proved by ")[1]
    table = re.findall(r"^\| (?!---)(.+) \|$", kinds, re.MULTILINE)
    rows = [[cell.strip() for cell in row.split(" | ")] for row in table]

    assert len(rows) > 20
    assert {len(row) for row in rows} == {4}
    assert [row[0] for row in rows if "suite" not in row[3] and "tests/" not in row[3]] == []
