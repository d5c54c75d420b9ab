"""Sees to it that the tests have browsers, a redis-server and balancers, and says in words what to do where it cannot.

A Chromium that is already there is taken; else Playwright downloads its own; else, as root on Debian, apt brings one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser import SHELL_NAMES, on_path, system_chromium

# What Debian's packages ask before they start a service (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt).
POLICY = Path("/usr/sbin/policy-rc.d")


def playwright_chromium() -> str | None:
    """The Chromium that Playwright has downloaded, if it is there."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and only needed here

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def can_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str) -> bool:
    if not can_apt():
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    with no_service_started():
        return subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


@contextmanager
def no_service_started() -> Iterator[None]:
    """A package that the tests take a program from must not begin to listen on this machine's ports."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def playwright_install() -> bool:
    words = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    return subprocess.run(words, check=False).returncode == 0


def need_chromium() -> str | None:
    """None when a Chromium is there now, else the sentence to print."""
    if system_chromium() or playwright_chromium():
        return None
    if playwright_install() or (apt_install("chromium") and system_chromium()):
        return None
    return "The tests need Chromium: install `chromium` or `google-chrome`, or run `playwright install chromium`."


def want_headless_shell() -> None:
    """Browser tests take half as long in Chromium's headless shell; without it they run in the whole browser."""
    if not on_path(SHELL_NAMES) and system_chromium():
        apt_install("chromium-headless-shell")


def need_redis() -> str | None:
    if shutil.which("redis-server"):
        return None
    if apt_install("redis-server") and shutil.which("redis-server"):
        return None
    return "The tests start a redis-server of their own: install the package `redis-server` (or `redis`)."


def need_balancers() -> str | None:
    """nginx and HAProxy, before which the files of docs/deploy are run. Debian has them where only root looks."""
    path = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin"
    absent = [name for name in ("nginx", "haproxy") if not shutil.which(name, path=path)]
    left = [name for name in absent if not (apt_install(name) and shutil.which(name, path=path))]
    return f"The tests start balancers of their own: install {' and '.join(left)}." if left else None


def want_other_browsers() -> str | None:
    """Firefox and WebKit run some of the stories; where only other systems' installers have them, these are skipped."""
    wanted = {"firefox-esr": ("firefox-esr", "firefox"), "webkit2gtk-driver": ("WebKitWebDriver",), "xvfb": ("Xvfb",)}
    absent = [package for package, names in wanted.items() if not any(shutil.which(name) for name in names)]
    left = [package for package in absent if not apt_install(package)]
    return f"Stories in other browsers are skipped without: {', '.join(left)}." if left else None


def main() -> int:
    if sentence := want_other_browsers():
        print(sentence, file=sys.stderr)
    missing = [sentence for need in (need_chromium, need_redis, need_balancers) if (sentence := need())]
    want_headless_shell()
    for sentence in missing:
        print(sentence, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
