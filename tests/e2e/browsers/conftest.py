"""Browsers other than Chromium, each story in each of them, both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
# What both sides saw last in each story.
PICTURES = Path(__file__).resolve().parents[3] / "build" / "browsers"


@contextmanager
def starting(name: str, folder: Path) -> Iterator[Callable[[int, int], Tab]]:
    """Starts browsers of one kind, with a viewport of this size in CSS px, each in a profile of its own."""
    if not IS_THERE[name]():
        pytest.skip(f"{name} is not installed, and only Debian's packages bring it by themselves")
    opened: list[Tab] = []
    PICTURES.mkdir(parents=True, exist_ok=True)

    def start(width: int, height: int) -> Tab:
        profile = folder / f"profile-{len(opened)}"
        profile.mkdir()
        opened.append(BROWSERS[name](profile, width, height))
        return opened[-1]

    try:
        yield start
    finally:
        for number, tab in enumerate(opened):
            (PICTURES / f"{name}-{folder.name}-{number}.png").write_bytes(tab.screenshot())
            tab.close()


@pytest.fixture(params=BROWSERS)
def new_tab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[int, int], Tab]]:
    with starting(request.param, tmp_path) as start:
        yield start


@pytest.fixture
def other_agent(new_tab: Callable[[int, int], Tab], places: Places) -> OtherAgent:
    return OtherAgent(new_tab(1400, 950), places)


@pytest.fixture
def other_shopper(new_tab: Callable[[int, int], Tab], places: Places) -> OtherShopper:
    return OtherShopper(new_tab(1100, 800), places)
