"""The Chromium that every browser test drives: the machine's own, else the one that Playwright downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# --no-sandbox: containers run as root. The rest keeps the browser from talking to anybody but the test.
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def system_chromium() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromiums(count: int) -> Iterator[list[Browser]]:
    """That many browsers, each a process of its own."""
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browsers = [launch(executable_path=system_chromium(), args=list(CHROMIUM_ARGS)) for _ in range(count)]
        yield browsers
        for browser in browsers:
            browser.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    with chromiums(1) as (browser,):
        yield browser
