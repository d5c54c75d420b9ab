"""One walk of two people for all pages of a file, and the report after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.fidelity import report
from tests.e2e.fidelity.listed import all_pages
from tests.e2e.fidelity.walk import Walk, walking


@pytest.fixture(scope="module")
def walk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with walking(browser, tmp_path_factory.mktemp("fidelity")) as walk:
        yield walk
    report.publish(all_pages())
