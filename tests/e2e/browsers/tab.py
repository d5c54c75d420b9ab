"""One tab of a browser that Playwright does not drive here: what a story asks of it. Knows nothing of a protocol.

Keys and presses are the browser's own input events, so that what asks for a person's press (`isTrusted`) gets one.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any

# Browsers that render in software on a machine with two cores: a page of the shop takes a second or two.
WAIT_LIMIT_S = 30.0
# Code points by which both WebDriver protocols name keys (W3C WebDriver, section 17.4.2).
KEYS = {
    "Alt": "\ue00a",
    "ArrowDown": "\ue015",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Shift": "\ue008",
    "Space": "\ue00d",
    "Tab": "\ue004",
}


class Tab(ABC):
    """A window of its own in a profile of its own."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Goes there; returns once the page has loaded."""

    @abstractmethod
    def evaluate(self, function: str, *arguments: Any) -> Any:
        """Calls a JavaScript function in the page with JSON arguments; a promise is awaited."""

    @abstractmethod
    def perform(self, actions: list[dict[str, Any]]) -> None:
        """Input sources with their actions, in the form that both WebDriver protocols share."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """The viewport as a PNG."""

    @abstractmethod
    def close(self) -> None:
        """Ends the browser, and waits for it."""

    def press(self, combination: str) -> None:
        """A key, or several held together: "Tab", "Shift+Tab", "Alt+Shift+s"."""
        keys = [KEYS.get(key, key) for key in combination.split("+")]
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self.perform([{"type": "key", "id": "keyboard", "actions": down + up}])

    def type(self, text: str) -> None:
        strokes = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self.perform([{"type": "key", "id": "keyboard", "actions": strokes}])

    def click(self, x: float, y: float) -> None:
        """Presses a place of the viewport, in CSS px."""
        moves = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.perform([{"type": "pointer", "id": "mouse", "actions": moves}])

    def click_on(self, selector: str) -> None:
        """Scrolls to an element and presses its middle, once the page has loaded and the element stands still."""
        self.click_where("selector => document.querySelector(selector)", selector)

    def click_where(self, find: str, *arguments: Any) -> None:
        """The same for the element that a function finds."""
        look = f"""async (...words) => {{
          const element = document.readyState === 'complete' && ({find})(...words);
          if (!element || element.disabled) return null;
          element.scrollIntoView({{ block: 'nearest', behavior: 'instant' }});
          const place = () => (({{ x, y, width, height }}) => [x + width / 2, y + height / 2])(
            element.getBoundingClientRect());
          const before = place();
          await new Promise((done) => setTimeout(done, 100));
          const now = place();
          return now.join() === before.join() && element.getClientRects().length && now;
        }}"""
        x, y = self.wait_for(look, *arguments)
        self.click(x, y)

    def fill(self, selector: str, text: str) -> None:
        """Puts the caret into a field, and types over what is in it."""
        self.wait_for(
            "selector => { const field = document.querySelector(selector); field?.focus(); field?.select?.();"
            " return field === document.activeElement; }",
            selector,
        )
        self.type(text)

    def wait_for(self, function: str, *arguments: Any) -> Any:
        """Calls a function until it gives something true, also over page loads; gives that."""
        deadline = time.monotonic() + WAIT_LIMIT_S
        while True:
            try:
                if found := self.evaluate(function, *arguments):
                    return found
                seen = "nothing true"
            except BrowserError as error:
                # The page is just being replaced by the next one.
                seen = str(error)
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {WAIT_LIMIT_S} s for {function} {arguments}: {seen}")
            time.sleep(0.05)

    def is_soon(self, function: str, *arguments: Any) -> bool:
        """Whether a function gives something true within three seconds."""
        deadline = time.monotonic() + 3
        while not (found := bool(self.evaluate(function, *arguments))) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found


class BrowserError(Exception):
    """The browser refused a command; its own words."""
