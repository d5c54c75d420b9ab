"""Ways to style a page, each driven through its changes, beside their mirrors."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.fidelity import report
from tests.e2e.fidelity.expected import bar_of
from tests.e2e.fidelity.listed import names_of
from tests.e2e.fidelity.walk import Walk


@pytest.mark.parametrize("name", names_of("styles"))
def test_style_looks_the_same_to_the_agent(walk: Walk, name: str) -> None:
    walked = walk.visit("styles", name, f"/pages/styles/{name}")

    report.keep(walked)
    assert walked.faults(bar_of(name)) == []


def test_the_agent_is_told_of_a_sheet_that_is_missing(walk: Walk) -> None:
    walk.visit("styles", "sheets_out_of_reach", "/pages/styles/sheets_out_of_reach")
    badge = walk.agent.console.locator(".badge", has_text="Look differs")

    expect(badge).to_have_attribute("title", "2 style sheets of the shop could not be loaded here")
    walk.visit("styles", "layers", "/pages/styles/layers")
    expect(badge).to_have_count(0)
