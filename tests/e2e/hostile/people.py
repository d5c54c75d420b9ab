"""The hostile shop, and the agent who looks at it with a watched browser and touches everything there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

from beside import __version__
from beside.tokens import LaunchClaims, Signer
from tests.closed_root import WAIT_LIMIT_S
from tests.e2e.hostile.rogue import Rogue
from tests.e2e.hostile.watched import MARKS, Watched
from tests.e2e.own_page import OwnPage
from tests.e2e.people import Agent, Places
from tests.e2e.processes import running_relay

# In the User-Agent of the agent's browser: the stranger tells by it who asks.
AGENT = "TheAgentsBrowser/1"
LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"
SITES = """
[sites.own-shop]
name = "Own shop"
origins = ["{origin}"]
shop_url = "{origin}/"
launch_secrets = ["{secret}"]
"""
# What the console and its mirror ask for by themselves, at the relay.
OWN = re.compile(
    r"/(?:launch(?:/redeem|/preview)?|s/[\w-]+(?:/(?:mirror|pass|state|claim|code|end|receipt))?"
    r"|[\w/.-]+\.(?:js|css|svg|woff2))$"
)
# What Chromium says of the empty address in a refused one's place, of a form that the sandbox keeps, and of what the
# relay's own answers are for a picture.
HARMLESS = (
    "Failed to decode downloaded font: data:,",
    "OTS parsing error",
    "Blocked form submission to '' because the form's frame is sandboxed",
    # The console's own word that a frame was refused, with the reason and nothing of the page.
    "Beside asks for a new picture. ",
)
# With the mouse gone past the overlay, which takes all input: each element is focused and pressed by script.
PRESS_ALL = """() => {
  const pressed = [];
  const press = (root) => {
    for (const node of root.querySelectorAll("*")) {
      node.focus?.();
      node.dispatchEvent(new MouseEvent("mouseover", { bubbles: true, composed: true }));
      const click = new MouseEvent("click", { bubbles: true, composed: true, cancelable: true });
      if (node.localName !== "input" || node.type !== "file") node.dispatchEvent(click);
      pressed.push(node.localName);
      if (node.shadowRoot) press(node.shadowRoot);
      const inner = node.localName === "iframe" && node.contentDocument;
      if (inner) press(inner);
    }
  };
  press(document.querySelector("iframe.mirror").contentDocument);
  return pressed;
}"""
FOCUS = """(at) => {
  const all = [];
  const find = (root) => {
    for (const node of root.querySelectorAll("a[href], button, input, [tabindex], summary")) all.push(node);
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) find(node.shadowRoot);
      if (node.localName === "iframe" && node.contentDocument) find(node.contentDocument);
    }
  };
  find(document.querySelector("iframe.mirror").contentDocument);
  all[at]?.focus();
  return all.length;
}"""


class HostileShop:
    """A shop whose every page is the test's, and a relay that knows it."""

    def __init__(self, folder: Path, page: OwnPage) -> None:
        self.page = page
        self.tickets = 0
        self.origin = page.origin("shop")
        self.relay = running_relay(folder, SITES.format(origin=self.origin, secret=LAUNCH_SECRET))
        self.places = Places(self.relay.port)

    @property
    def tag(self) -> str:
        script = f"{self.places.console}/v/{__version__}/beside.js"
        return f'<script src="{script}" crossorigin="anonymous" data-site="own-shop" defer></script>'

    def launch_link(self) -> str:
        self.tickets += 1
        claims = LaunchClaims(
            site="own-shop",
            ticket=f"T-{self.tickets}",
            subject="Help",
            agent_name="Sam Rivera",
            locale=None,
            id=f"own-{self.tickets}",
            session=None,
        )
        return f"{self.places.console}/launch#{Signer((LAUNCH_SECRET,)).sign_launch(claims)}"


class WatchedAgent(Agent):
    """An agent all of whose browser's doings are counted."""

    def __init__(self, context: BrowserContext, shop: HostileShop) -> None:
        self.watched = Watched()
        self.watched.listen(context)
        super().__init__(context, shop.places)
        self.shop = shop

    def meet_rogue(self) -> Rogue:
        self.open(self.shop.launch_link())
        return Rogue(self.places, "own-shop", self.shop.origin, self.share_code())

    def wait_for_request(self, address: str) -> None:
        """Until something that is allowed, and was to be asked for last, has been."""
        self.wait_until(lambda: address in self.watched.requests)

    def wait_until(self, holds: Callable[[], Any]) -> None:
        deadline = time.monotonic() + WAIT_LIMIT_S
        while not holds():
            assert time.monotonic() < deadline, f"it did not come; there is: {self.harm()!r:.2000}"
            self.console.wait_for_timeout(20)

    def touch_everything(self) -> None:
        """By mouse and keys over the overlay, as agents do; then past it, as if it had not been there."""
        console = self.console
        box = console.locator("iframe.mirror").bounding_box()
        assert box
        across, down = box["width"] / 7, box["height"] / 5
        spots = [(box["x"] + across * a, box["y"] + down * b) for a in range(1, 7) for b in range(1, 5)]
        for x, y in spots:
            console.mouse.click(x, y)
        console.locator(".overlay").focus()
        for key in ("Enter", "Space", "Escape", "ArrowDown", "Enter", "Escape", "Tab", "Tab", "a", "Enter"):
            console.keyboard.press(key)
        console.evaluate("document.querySelector('.overlay').style.pointerEvents = 'none'")
        for x, y in spots:
            console.mouse.click(x, y)
        assert "a" in console.evaluate(PRESS_ALL)
        for at in range(0, int(console.evaluate(FOCUS, -1)), 5):
            console.evaluate(FOCUS, at)
            console.keyboard.press("Enter")
        console.evaluate("document.querySelector('.overlay').style.pointerEvents = ''")

    def harm(self) -> dict[str, Any]:
        """Everything that happened in this browser and should not have, by kind; empty where nothing did."""
        watched, own = self.watched, self.places.console
        mirror = re.compile(re.escape(own) + r"/(?:launch|s/[\w-]+(?:/mirror(?:\?[\w=&]*)?)?)(?:#.*)?|about:blank")
        found = {
            "requests": [url for url in watched.requests if not self._may_ask(url)],
            "navigations": [url for url in watched.navigations if not mirror.fullmatch(url)],
            "dialogs": watched.dialogs,
            "popups": watched.popups[2:],
            "downloads": watched.downloads,
            "errors": watched.errors,
            "violations": watched.violations,
            "said": [text for text in watched.said if not text.startswith(HARMLESS)],
            "scripts": self.console.evaluate(MARKS),
        }
        return {kind: what for kind, what in found.items() if what}

    def _may_ask(self, url: str) -> bool:
        if url.startswith(f"{self.shop.origin}/allowed/"):
            return True
        path = url.removeprefix(self.places.console).split("?")[0]
        return url.startswith(f"{self.places.console}/") and OWN.fullmatch(path) is not None
