"""Draws the README picture anew: a shopper on the payment page and the console beside it, from the running demo."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import chromium  # noqa: E402 - the repository's root is on the path only now
from tests.e2e.people import Agent, Places, Shopper, meet  # noqa: E402
from tests.e2e.processes import running_demo  # noqa: E402

TARGET = ROOT / "docs/both-sides.png"
SHOPPER_SIZE = {"width": 860, "height": 800}
CONSOLE_SIZE = {"width": 1240, "height": 800}


def draw(folder: Path) -> None:
    demo = running_demo(folder)
    demo.start()
    try:
        with chromium() as browser:
            places = Places(demo.port)
            agent = Agent(browser.new_context(viewport=CONSOLE_SIZE), places)
            shopper = Shopper(browser.new_context(viewport=SHOPPER_SIZE).new_page(), places)
            shopper.fill_basket()
            meet(agent, shopper)
            shopper.fill_contact()
            shopper.go_on("/checkout/address")
            shopper.fill_address()
            shopper.go_on("/checkout/delivery")
            shopper.choose_delivery()
            shopper.go_on("/checkout/payment")
            agent.wait_for_picture("How would you like to pay?")
            shopper.fill_card(cvc="84")
            shopper.page.locator("#card_expiry").focus()
            agent.field("Security code").wait_for("Incomplete")
            agent.highlight("Security code", "The three digits on the back")
            shopper.ui.wait_for_text("The three digits on the back")
            shopper.page.wait_for_timeout(1200)
            shopper.page.screenshot(path=str(folder / "shopper.png"))
            agent.console.screenshot(path=str(folder / "console.png"))
    finally:
        demo.stop()
    join(folder / "shopper.png", folder / "console.png")


def join(left: Path, right: Path) -> None:
    with Image.open(left) as shopper, Image.open(right) as console:
        gap = 20
        both = Image.new("RGB", (shopper.width + gap + console.width, shopper.height), "white")
        both.paste(shopper, (0, 0))
        both.paste(console, (shopper.width + gap, 0))
        both.quantize(128).save(TARGET, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        draw(Path(name))
