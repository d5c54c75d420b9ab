"""Fixtures of the leak suite: the pages and bundles of the browser tests, and a browser's tabs for the carriers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import without_mouse
from tests.leaks.lives import Lives
from tests.unit.dom.conftest import Site, bundles, context, page, site, web_server

__all__ = ["bundles", "context", "lives", "page", "site", "web_server"]


@pytest.fixture(scope="session")
def lives(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[Lives]:
    """Carriers' pages, captured by the real engine."""
    tabs = without_mouse(browser.new_context(viewport={"width": 400, "height": 300}, locale="en-GB"))
    yield Lives(tabs, web_server)
    tabs.close()
