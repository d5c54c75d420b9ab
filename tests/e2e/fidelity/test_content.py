"""Kinds of content, each driven through its changes, beside their mirrors."""

from __future__ import annotations

import pytest

from tests.e2e.fidelity import report
from tests.e2e.fidelity.expected import bar_of
from tests.e2e.fidelity.listed import names_of
from tests.e2e.fidelity.walk import Walk


@pytest.mark.parametrize("name", names_of("content"))
def test_content_looks_the_same_to_the_agent(walk: Walk, name: str) -> None:
    walked = walk.visit("content", name, f"/pages/content/{name}")

    report.keep(walked)
    assert walked.faults(bar_of(name)) == []
