""" "What the agent sees": the shopper looks at the mirror before they allow it and while it is open, and it is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Frame

from tests.e2e.own_shop import OwnShop
from tests.e2e.people import CARD_NUMBER, Agent, Shopper, meet

TICKET = "T-1036"


class Preview:
    """The preview on the shopper's page."""

    def __init__(self, shopper: Shopper, site: str = "fern-field") -> None:
        self.shopper = shopper
        self.path = f"/preview/{site}"

    @property
    def frame(self) -> Frame | None:
        return next((frame for frame in self.shopper.page.frames if frame.url.endswith(self.path)), None)

    def mirror(self, function: str) -> Any:
        """Calls a JavaScript function with the mirror's document; None where there is none."""
        frame = self.frame
        if not frame:
            return None
        return frame.evaluate(
            f"() => {{ const doc = document.querySelector('iframe')?.contentDocument;"
            f" return doc?.body ? ({function})(doc) : null }}"
        )

    def text(self) -> str:
        return str(self.mirror("(doc) => doc.body.innerText") or "")

    def wait_for(self, text: str) -> None:
        self.shopper.ui.wait(lambda: text in self.text(), f"the preview to show '{text}'")

    def wait_for_blank(self) -> None:
        self.shopper.ui.wait(lambda: self.text().strip() == "", "the preview to be blank")

    def is_open(self) -> bool:
        return self.frame is not None


def test_shopper_looks_first_and_nothing_leaves_for_it(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    shopper.fill_contact(email="wq.brandywine@quillmail.test")
    agent.start(TICKET)
    shopper.open_help()
    shopper.type_code(agent.share_code())
    shopper.read_consent()
    preview = Preview(shopper)

    shopper.ui.press(f"See first what {agent.name} would see")
    preview.wait_for("Contact")

    assert "brandywine" not in preview.mirror("(doc) => doc.documentElement.outerHTML")
    assert f"What {agent.name} sees" in shopper.ui.text()
    assert agent.received.frames == 0
    shopper.page.keyboard.press("Escape")
    shopper.ui.wait(lambda: not preview.is_open(), "the preview to be gone")
    shopper.allow()
    agent.wait_for_picture("Contact")


def test_preview_of_a_view_shows_what_the_mirror_shows(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    shopper.walk_to_payment()
    agent.wait_for_picture("How would you like to pay?")
    preview = Preview(shopper)

    shopper.ui.press("Preview")
    preview.wait_for("How would you like to pay?")
    shopper.page.locator("#card_number").press_sequentially(CARD_NUMBER)
    shopper.page.locator("#card_cvc").focus()
    agent.field("Card number").wait_for("Filled")

    outline = "(doc) => doc.body.outerHTML"
    shopper.ui.wait(
        lambda: preview.mirror(outline) == agent.mirror(outline), "preview and mirror to be built of the same nodes"
    )
    assert CARD_NUMBER.replace(" ", "")[-4:] not in preview.mirror(outline)
    # The bar stays free: what covers it would pause the view.
    agent.wait_for_state("Live")
    shopper.ui.press("Pause")
    preview.wait_for_blank()
    shopper.ui.press("Resume")
    preview.wait_for("How would you like to pay?")
    shopper.ui.press("Stop")
    shopper.ui.wait(lambda: not preview.is_open(), "the preview to go with the view")
    assert shopper.errors == []


def test_page_whose_policy_has_no_room_for_the_preview_says_so(agent: Agent, shopper: Shopper) -> None:
    shopper.fill_basket()
    meet(agent, shopper, TICKET)
    shopper.page.evaluate(
        """document.head.append(Object.assign(document.createElement("meta"), {
          httpEquiv: "Content-Security-Policy", content: "frame-src 'self'" }))"""
    )

    shopper.ui.press("Preview")

    shopper.ui.wait_for_text("The security policy (CSP) of this page blocks the help service.")
    agent.wait_for_state("Live")


def test_preview_opens_in_an_isolated_page(agent: Agent, shopper: Shopper, own_shop: OwnShop) -> None:
    agent.open(own_shop.launch_link())
    own_shop.show(shopper, headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    shopper.accept(agent.share_code())
    agent.wait_for_picture("Own shop")

    shopper.ui.press("Preview")

    Preview(shopper, "own-shop").wait_for("Own shop")


@pytest.mark.parametrize("path", ["/preview/fern-field", "/preview/fern-field/mirror"])
def test_preview_can_send_nothing_and_stands_in_the_shops_pages_alone(agent: Agent, path: str) -> None:
    with agent.places.http() as http:
        policy = http.get(path).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'")
    assert "connect-src" not in policy
    assert f"{agent.places.shop}" in policy.split("frame-ancestors")[1].split(";")[0]
    assert "*" not in policy


def test_no_other_site_is_previewed(agent: Agent, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    page.goto(f"{agent.places.desk}/")

    page.evaluate(
        """(src) => new Promise((loaded) => {
          const frame = Object.assign(document.createElement("iframe"), { src, onload: loaded });
          document.body.append(frame);
        })""",
        f"{agent.places.console}/preview/fern-field",
    )

    assert all("/preview/" not in frame.url for frame in page.frames)
    with agent.places.http() as http:
        assert http.get("/preview/other").status_code == 404
