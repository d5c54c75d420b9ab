"""Pictures that the agent's browser could not load appear in the console where the shop marks them, and no others."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import WebSocket

from beside import __version__
from beside.tokens import LaunchClaims, Signer
from tests.e2e.own_page import OwnPage
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import running_relay

LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"
STATIC = Path(__file__).parents[2] / "server/beside/static"
SIDES = {"login": 61, "blob": 62, "open": 63}
BODY = """<!doctype html><html lang="en"><title>Own shop</title><style>img {{ height: 40px }}</style>
<h1>Own shop</h1>
<img id="login" src="/me/photo.png?of=ada" data-beside="show">
<img id="open" src="{elsewhere}/open.png?of=ada" data-beside="show">
<img id="blob" data-beside="show">
<img id="unlisted" src="{elsewhere}/unlisted.png" width="40"><img id="plain" width="40">
<script>
  const blobOf = async (side, image) => {{
    const canvas = new OffscreenCanvas(side, side);
    canvas.getContext("2d").fillRect(0, 0, side, side);
    image.src = URL.createObjectURL(await canvas.convertToBlob());
  }};
  blobOf(62, document.querySelector("#blob"));
  blobOf(50, document.querySelector("#plain"));
</script>
<script src="{script}" integrity="{integrity}" crossorigin="anonymous" data-site="own-shop" defer></script>"""
# By the element's id, how wide the picture in it is; a box's picture has none of its own.
WIDTHS = """(doc) => Object.fromEntries([...doc.querySelectorAll("img")].map(
  (image) => [image.id || "box", image.src ? image.naturalWidth : null]))"""


def png(side: int) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(stream, "PNG")
    return stream.getvalue()


class PictureShop:
    """A shop with pictures behind a login and at a host that the relay does not list."""

    def __init__(self, folder: Path) -> None:
        self.page = OwnPage()
        origin, elsewhere = self.page.origin("shop"), self.page.origin("elsewhere")
        sites = f"""
[sites.own-shop]
name = "Own shop"
origins = ["{origin}"]
shop_url = "{origin}/"
launch_secrets = ["{LAUNCH_SECRET}"]
"""
        self.relay = running_relay(folder, sites)
        self.places = Places(self.relay.port)
        self.page.pictures = {
            "/me/photo.png": (png(SIDES["login"]), "login=ada"),
            "/open.png": (png(SIDES["open"]), None),
            "/unlisted.png": (png(49), "login=ada"),
        }
        self.page.body = BODY.format(
            elsewhere=elsewhere,
            script=f"{self.places.console}/v/{__version__}/beside.js",
            integrity=json.loads((STATIC / "manifest.json").read_text("utf-8"))["integrity"],
        )

    def launch_link(self) -> str:
        claims = LaunchClaims(
            site="own-shop", ticket="T-1", subject="Help", agent_name="Sam Rivera", locale=None, id="own", session=None
        )
        return f"{self.places.console}/launch#{Signer((LAUNCH_SECRET,)).sign_launch(claims)}"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PictureShop]:
    made = PictureShop(tmp_path)
    made.relay.start()
    yield made
    made.relay.stop()
    made.page.close()


class Uploads:
    """What a page's sockets send of pictures: offers, and bytes."""

    def __init__(self, shopper: Shopper) -> None:
        self.offers = 0
        self.sent = 0
        shopper.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note)

    def _note(self, payload: str | bytes) -> None:
        text = payload if isinstance(payload, str) else ""
        self.offers += text.startswith('42["offer-asset"')
        self.sent += text.startswith('451-["asset"')


def preview_widths(shopper: Shopper) -> Any:
    frame = next((frame for frame in shopper.page.frames if frame.url.endswith("/preview/own-shop")), None)
    inner = f"() => {{ const d = document.querySelector('iframe')?.contentDocument; return d?.body && ({WIDTHS})(d) }}"
    return frame and frame.evaluate(inner)


def shown(widths: Any) -> bool:
    """All three that are marked are there, at the size that they have on the page."""
    wanted = {"login": SIDES["login"], "open": SIDES["open"], "box": SIDES["blob"]}
    return bool(widths) and wanted.items() <= widths.items()


def test_marked_pictures_appear_and_go_with_the_session(agent: Agent, shopper: Shopper, shop: PictureShop) -> None:
    asked: list[str] = []
    agent.context.on("request", lambda request: asked.append(request.url))
    uploads = Uploads(shopper)
    shopper.page.context.add_cookies([{"name": "login", "value": "ada", "url": shop.page.origin("shop")}])
    agent.open(shop.launch_link())
    shopper.page.goto(shop.page.origin("shop"))
    shopper.open_help()
    shopper.type_code(agent.share_code())
    shopper.read_consent()

    # First they look, and nothing leaves for it.
    shopper.ui.press("See first what Sam Rivera would see")
    shopper.ui.wait(lambda: shown(preview_widths(shopper)), "the pictures in the preview")
    assert (uploads.offers, uploads.sent) == (0, 0)
    shopper.page.keyboard.press("Escape")
    shopper.ui.wait(lambda: preview_widths(shopper) is None, "the preview to be gone")
    shopper.allow()
    agent.wait_for_picture("Own shop")
    shopper.ui.wait(lambda: shown(agent.mirror(WIDTHS)), "the pictures in the mirror")
    shopper.ui.press("Preview")
    shopper.ui.wait(lambda: shown(preview_widths(shopper)), "the pictures in the preview of the view")

    widths = agent.mirror(WIDTHS)
    addresses = agent.mirror("(doc) => [...doc.images].map(({ src }) => src).filter(Boolean)")
    below = f"{agent.console.url}/assets/"
    assert widths == {"login": SIDES["login"], "open": SIDES["open"], "box": SIDES["blob"], "unlisted": None}
    assert len(addresses) == 3
    assert all(address.startswith(below) for address in addresses)
    assert uploads.sent == 3
    # Neither a marked picture's own address nor an unmarked one of another host was asked for, nor did it travel.
    assert not [url for url in asked if "elsewhere.localhost" in url or "/me/" in url]
    assert not any("of=ada" in text or "photo.png" in text or "open.png" in text for text in agent.received.texts)

    shopper.page.reload()
    shopper.wait_for_view()
    agent.wait_for_state("Live")
    shopper.ui.wait(lambda: uploads.offers >= 6, "the next page to offer its pictures")
    shopper.ui.wait(lambda: shown(agent.mirror(WIDTHS)), "the pictures of the next page")
    assert uploads.sent == 3

    agent.end()
    agent.wait_for_state("Ended")
    answers = agent.console.evaluate(
        "async (all) => Promise.all(all.map(async (url) => { const answer = await fetch(url);"
        " return [answer.status, (await answer.json()).code] }))",
        addresses,
    )
    assert answers == [[410, "ended"]] * 3
