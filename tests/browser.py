"""The Chromium that every browser test drives: the machine's own, else the one that Playwright downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

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

# On a busy machine Chromium says, some time after a page has opened, that the mouse rests in the window's corner.
NO_MOUSE_IN_THE_CORNER = """for (const type of ["pointermove", "pointerover"])
  addEventListener(type, event => {
    if (event.isTrusted && !event.clientX && !event.clientY) event.stopImmediatePropagation();
  }, true);"""

# For which the engine waits for the text of a linked sheet (sheets.ts); its rules as the browser writes them come then.
SHEET_CAP_MS = 400


def on_path(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def system_chromium() -> str | None:
    return on_path(CHROMIUM_NAMES)


def system_shell() -> str | None:
    """Chromium's engine without the windows around it, which cost a test three times what its page costs.

    Where there is none the whole browser does the same, only slower.
    """
    return on_path(SHELL_NAMES) or system_chromium()


def without_mouse(context: BrowserContext) -> BrowserContext:
    """Lets its pages hear of the mouse only what a test does with it: for tests that compare every frame."""
    context.add_init_script(NO_MOUSE_IN_THE_CORNER)
    return context


def with_patience(context: BrowserContext, hurried_ms: int) -> BrowserContext:
    """Lets its pages wait ten seconds where they wait for exactly so long: for what is late on a busy machine only."""
    context.add_init_script(f"""{{
      const {{ setTimeout }} = window;
      window.setTimeout = function (run, ms, ...more) {{
        return setTimeout.call(this, run, ms === {hurried_ms} ? 10_000 : ms, ...more);
      }};
    }}""")
    return context


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
