"""WebKit (GTK) by WebDriver over HTTP, on a screen of its own that nobody sees.

Source: https://www.w3.org/TR/webdriver2/
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.browsers.tab import WAIT_LIMIT_S, BrowserError, Tab
from tests.ports import free_port


def driver() -> str | None:
    return shutil.which("WebKitWebDriver")


def mini_browser() -> str | None:
    """The browser that comes with the driver; it is in no folder of the PATH."""
    return next((str(path) for path in sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))), None)


class WebKit(Tab):
    """One MiniBrowser with one window, its driver and its screen."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        program, browser, xvfb = driver(), mini_browser(), shutil.which("Xvfb")
        if not (program and browser and xvfb):
            raise AssertionError("The tests need WebKit: install `webkit2gtk-driver` and `xvfb`.")
        self._screen = subprocess.Popen(
            [xvfb, "-displayfd", "1", "-screen", "0", "2400x1600x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._screen.stdout is not None
        display = self._screen.stdout.readline().strip()
        homes = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        env = {**os.environ, **homes, "DISPLAY": f":{display}", "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}
        port = free_port()
        self._driver = subprocess.Popen(
            [program, f"--port={port}"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        self._wait_for_driver()
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        made = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"
        self._size_window(width, height)

    def _wait_for_driver(self) -> None:
        deadline = time.monotonic() + WAIT_LIMIT_S
        while True:
            try:
                self._http.get("/status")
                return
            except httpx.TransportError:
                assert time.monotonic() < deadline, "the WebKit driver does not answer"
                time.sleep(0.05)

    def _size_window(self, width: int, height: int) -> None:
        """Makes the viewport, without the window's own bars, this large."""
        outer = {"x": 0, "y": 0, "width": width, "height": height}
        self._send("POST", f"{self._session}/window/rect", outer)
        inner = self.wait_for("() => innerWidth && [innerWidth, innerHeight]")
        outer |= {"width": 2 * width - inner[0], "height": 2 * height - inner[1]}
        self._send("POST", f"{self._session}/window/rect", outer)
        self.wait_for("(width, height) => innerWidth === width && innerHeight === height", width, height)

    def _send(self, method: str, path: str, body: object = None) -> Any:
        content = None if method != "POST" else json.dumps(body or {}).encode()
        answer = self._http.request(method, path, content=content).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise BrowserError(f"{path}: {answer['error']}: {answer.get('message')}")
        return answer

    def open(self, url: str) -> None:
        self._send("POST", f"{self._session}/url", {"url": url})

    def evaluate(self, function: str, *arguments: Any) -> Any:
        script = (
            "const done = arguments[1];"
            f"(async () => ({function})(...JSON.parse(arguments[0])))().then("
            "(value) => done(JSON.stringify([value ?? null])), (error) => done(JSON.stringify({ error: `${error}` })))"
        )
        body = {"script": script, "args": [json.dumps(arguments)]}
        answer = json.loads(self._send("POST", f"{self._session}/execute/async", body))
        if isinstance(answer, dict):
            raise BrowserError(answer["error"])
        return answer[0]

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._send("POST", f"{self._session}/actions", {"actions": actions})

    def screenshot(self) -> bytes:
        return base64.b64decode(self._send("GET", f"{self._session}/screenshot"))

    def close(self) -> None:
        try:
            self._send("DELETE", self._session)
        finally:
            self._http.close()
            for process in (self._driver, self._screen):
                process.terminate()
                process.wait(timeout=15)
            assert self._screen.stdout is not None
            self._screen.stdout.close()
