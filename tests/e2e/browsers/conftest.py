"""Browsers other than Chromium, each story in each of them, both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.browsers import firefox, webkit
from tests.e2e.browsers.firefox import Firefox
from tests.e2e.browsers.people import OtherAgent, OtherShopper
from tests.e2e.browsers.tab import Tab
from tests.e2e.browsers.webkit import WebKit
from tests.e2e.people import Places

BROWSERS: dict[str, Callable[[Path, int, int], Tab]] = {"firefox": Firefox, "webkit": WebKit}
IS_THERE = {"firefox": firefox.path, "webkit": webkit.driver}
# Where a failing story leaves what both sides saw last.
PICTURES = Path(__file__).resolve().parents[3] / "build" / "browsers"


@pytest.fixture(params=BROWSERS)
def new_tab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[int, int], Tab]]:
    """Starts browsers of one kind, with a viewport of this size in CSS px, each in a profile of its own."""
    if not IS_THERE[request.param]():
        pytest.skip(f"{request.param} is not installed, and only Debian's packages bring it by themselves")
    opened: list[Tab] = []

    def make(width: int, height: int) -> Tab:
        folder = tmp_path / f"profile-{len(opened)}"
        folder.mkdir()
        opened.append(BROWSERS[request.param](folder, width, height))
        return opened[-1]

    yield make
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, tab in enumerate(opened):
        (PICTURES / f"{request.node.name}-{number}.png").write_bytes(tab.screenshot())
        tab.close()


@pytest.fixture
def other_agent(new_tab: Callable[[int, int], Tab], places: Places) -> OtherAgent:
    return OtherAgent(new_tab(1400, 950), places)


@pytest.fixture
def other_shopper(new_tab: Callable[[int, int], Tab], places: Places) -> OtherShopper:
    return OtherShopper(new_tab(1100, 800), places)
