"""The Chromium that every browser test drives: the machine's own, else the one that Playwright downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
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


def on_path(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def system_chromium() -> str | None:
    return on_path(CHROMIUM_NAMES)


def system_shell() -> str | None:
    """Chromium's engine without the windows around it, which cost a test three times what its page costs.

    Where there is none the whole browser does the same, only slower.
    """
    return on_path(SHELL_NAMES) or system_chromium()


@contextmanager
def chromiums(count: int, executable: str | None) -> Iterator[list[Browser]]:
    """That many browsers, each a process of its own; no executable means the one that Playwright downloaded."""
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browsers = [launch(executable_path=executable, args=list(CHROMIUM_ARGS)) for _ in range(count)]
        yield browsers
        for browser in browsers:
            browser.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The whole browser, as people have it."""
    with chromiums(1, system_chromium()) as (browser,):
        yield browser


@contextmanager
def headless_shell() -> Iterator[Browser]:
    with chromiums(1, system_shell()) as (browser,):
        yield browser
