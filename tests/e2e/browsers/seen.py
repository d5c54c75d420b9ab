"""A tab as the comparing tools see one: evaluate and screenshot in Playwright's words."""

from __future__ import annotations

import io
import time
from typing import Any

from PIL import Image

from tests.e2e.browsers.tab import Tab


class Seen:
    """What `pixels` and `trees` ask of a page, answered by another browser's tab."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    def evaluate(self, expression: str, argument: object = None) -> Any:
        """The value of an expression; where that is a function, what it gives for the argument."""
        value = f"(argument) => {{ const found = ({expression}); "
        return self.tab.evaluate(value + "return found instanceof Function ? found(argument) : found }", argument)

    def screenshot(self, *, clip: dict[str, float] | None = None, **_: object) -> bytes:
        png = self.tab.screenshot()
        if clip is None:
            return png
        left, top = round(clip["x"]), round(clip["y"])
        cut = Image.open(io.BytesIO(png)).crop((left, top, left + round(clip["width"]), top + round(clip["height"])))
        written = io.BytesIO()
        cut.save(written, "PNG")
        return written.getvalue()

    def wait_for_timeout(self, ms: float) -> None:
        time.sleep(ms / 1000)
