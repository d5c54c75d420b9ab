"""Firefox by WebDriver BiDi over its own socket: Debian has the browser and no driver for it, and it needs none.

Source: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.e2e.browsers.tab import BrowserError, Tab

NAMES = ("firefox-esr", "firefox")
# Nothing but the test's own addresses is asked for.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    # As on phones and tablets, and as the mirror paints: scroll bars that take no room.
    "ui.useOverlayScrollbars": 1,
}


def path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Firefox(Tab):
    """One headless Firefox with one tab, and all it keeps below `folder`."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        program = path()
        assert program, "The tests need Firefox: install the package `firefox-esr` (or `firefox`)."
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines))
        words = [program, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._numbers = itertools.count(1)
        self._socket = connect(f"{self._address()}/session", max_size=None, legacy=True)
        assert self._process.stderr is not None
        # A full pipe would stop the browser: what it says from here on is for nobody.
        self._drain = threading.Thread(target=self._process.stderr.read, daemon=True)
        self._drain.start()
        self._send("session.new", capabilities={})
        self._context = self._send("browsingContext.create", type="window")["context"]
        self._send("browsingContext.activate", context=self._context)
        self._send("browsingContext.setViewport", context=self._context, viewport={"width": width, "height": height})

    def _address(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "WebDriver BiDi listening on " in line:
                return line.split("listening on ")[1].strip()
        raise AssertionError("Firefox ended before it listened")

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") != number:
                continue
            if answer["type"] == "error":
                raise BrowserError(f"{method}: {answer['error']}: {answer['message']}")
            return dict(answer["result"])

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, function: str, *arguments: Any) -> Any:
        answer = self._send(
            "script.callFunction",
            functionDeclaration="async (words) => JSON.stringify(await ("
            + function
            + ")(...JSON.parse(words)) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._context},
            awaitPromise=True,
            userActivation=False,
        )
        if answer["type"] == "exception":
            raise BrowserError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._send("input.performActions", context=self._context, actions=actions)

    def screenshot(self) -> bytes:
        return base64.b64decode(self._send("browsingContext.captureScreenshot", context=self._context)["data"])

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=15)
        self._drain.join(timeout=15)
        assert self._process.stderr is not None
        self._process.stderr.close()
