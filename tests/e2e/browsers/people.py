"""The two people of a story in other browsers: by real presses and keys, and by what each can see.

Beside's own root is closed to these browsers' drivers, as it is to the shop: its buttons are found as people find
them, by their colour on the screen.
"""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass

from PIL import Image

from tests.e2e.browsers.tab import WAIT_LIMIT_S, Tab
from tests.e2e.people import Places

# `--accent` of the snippet's style sheet, and what no check mark or line of text is as wide as.
BLUE = bytes((0x17, 0x4E, 0xA6))
BUTTON_PX = 60
MIRROR = "document.querySelector('iframe.mirror')?.contentDocument"


@dataclass
class OtherAgent:
    """Somebody at the helpdesk, then in the console, in one tab."""

    tab: Tab
    places: Places

    def start(self, ticket: str) -> None:
        self.tab.open(f"{self.places.desk}/tickets/{ticket}")
        self.tab.click_on("#show-launch-link")
        self.open(self.tab.wait_for("() => document.querySelector('#launch-link')?.value"))

    def open(self, link: str) -> None:
        """From a launch link to the console."""
        self.tab.open(link)
        self.press("Open session")
        self.tab.wait_for("() => /\\/s\\/[\\w-]+$/.test(location.pathname)")

    def press(self, name: str) -> None:
        """Presses the button with these words, or this label."""
        self.tab.click_where(
            "name => [...document.querySelectorAll('button')].find((button) => button.getClientRects().length &&"
            " [button.textContent, button.getAttribute('aria-label')].some((words) => words?.trim() === name))",
            name,
        )

    def highlight(self, label: str) -> None:
        """From the field's row to the sent highlight; rows may still change places when the press comes."""
        composer = "() => !!document.querySelector('form.composer')"
        for _ in range(3):
            self.press(f"Highlight {label}")
            if self.tab.is_soon(composer):
                break
        self.tab.click_on("form.composer button[type=submit]")

    def share_code(self) -> str:
        return re.sub(r"\D", "", self.tab.wait_for("() => document.querySelector('.code')?.innerText"))

    def wait_for_text(self, text: str) -> None:
        """Until the console says so, wherever."""
        self.tab.wait_for("text => document.body.innerText.includes(text)", text)

    def wait_for_state(self, words: str) -> None:
        self.tab.wait_for("words => document.querySelector('.chip')?.innerText.trim() === words", words)

    def wait_for_picture(self, text: str) -> None:
        self.tab.wait_for(f"text => {MIRROR}?.body?.innerText.includes(text)", text)

    def wait_for_field(self, label: str, words: str) -> None:
        self.tab.wait_for(
            "(label, words) => [...document.querySelectorAll('li.field')].some("
            "(row) => row.innerText.includes(label) && row.innerText.includes(words))",
            label,
            words,
        )

    def everything_seen(self) -> str:
        """All text of the console and of its mirror, attributes and field values too."""
        return str(
            self.tab.evaluate(
                f"() => [document, {MIRROR}].filter(Boolean).map((seen) => seen.documentElement.outerHTML"
                " + [...seen.querySelectorAll('input, textarea')].map((field) => field.value).join()).join()"
            )
        )


@dataclass
class OtherShopper:
    """Somebody with the demo shop in a tab."""

    tab: Tab
    places: Places

    def fill_basket(self) -> None:
        self.tab.open(f"{self.places.shop}/")
        self.tab.click_on("a[href^='/products/']")
        self.tab.wait_for("() => location.pathname.startsWith('/products/')")
        self.tab.click_on("form[method=post] button.btn-primary")
        self.tab.wait_for("() => location.pathname.startsWith('/basket')")
        self.tab.open(f"{self.places.shop}/checkout/contact")

    def go_on(self, path: str) -> None:
        """Presses the step's main button and arrives at the next page."""
        self.tab.click_on(".step-buttons button")
        self.tab.wait_for("path => location.pathname.startsWith(path) && document.readyState === 'complete'", path)

    def open_help(self) -> None:
        """Until the dialog with the code field is there: it has a blue button of its own."""
        self.tab.wait_for("() => !!document.querySelector('beside-help')")
        before = self.press_blue()
        self._wait_for_blue(other_than=before)

    def press_blue(self) -> tuple[float, float]:
        """Presses the one large button in Beside's blue, where the screen shows it; gives the place."""
        place = self._wait_for_blue()
        self.tab.click(*place)
        return place

    def _wait_for_blue(self, other_than: tuple[float, float] | None = None) -> tuple[float, float]:
        """Until it is there and stands still."""
        deadline = time.monotonic() + WAIT_LIMIT_S
        before = None
        while not (place := blue_block(self.tab.screenshot())) or place != before or place == other_than:
            assert time.monotonic() < deadline, "the screen shows no blue button that stands still"
            before = place
        return place


def blue_block(png: bytes) -> tuple[float, float] | None:
    """The middle of the lowest block of Beside's blue that is large enough to be a button, in px of the picture."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    rows = [(y, run) for y in range(0, picture.height, 2) if (run := _longest_run(picture, y)) is not None]
    if not rows:
        return None
    lowest = rows[-1][0]
    block = [(y, run) for y, run in rows if lowest - y < BUTTON_PX]
    left, right = max((run for _, run in block), key=lambda run: run[1] - run[0])
    return (left + right) / 2, (block[0][0] + lowest) / 2


def _longest_run(picture: Image.Image, y: int) -> tuple[int, int] | None:
    """From where to where a row is blue without the white of letters between; None where that is no button's width."""
    row = picture.crop((0, y, picture.width, y + 1)).tobytes()
    blue = [row[at : at + 3] == BLUE for at in range(0, len(row), 3)]
    best = (0, 0)
    start = None
    for x, is_blue in enumerate([*blue, False]):
        if is_blue and start is None:
            start = x
        elif not is_blue and start is not None:
            best = max(best, (start, x), key=lambda run: run[1] - run[0])
            start = None
    return best if best[1] - best[0] >= BUTTON_PX else None
