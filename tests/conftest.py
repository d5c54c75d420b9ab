"""What every kind of test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect

from tests.browser import headless_shell
from tests.closed_root import WAIT_LIMIT_S

expect.set_options(timeout=WAIT_LIMIT_S * 1000)
# How long one example takes is a matter of the machine. The same examples each run, unless more are asked for.
settings.register_profile("beside", deadline=None, derandomize="BESIDE_PROPERTY_EXAMPLES" not in os.environ)
settings.load_profile("beside")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run: Playwright's synchronous API allows one at a time in a process."""
    with headless_shell() as launched:
        yield launched
