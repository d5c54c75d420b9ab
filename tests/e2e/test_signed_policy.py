"""A shop's signed policy, and a relay that somebody has taken over: they swap the policy or a file of the snippet."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from beside import __version__
from beside.policy.reading import read_policy
from beside.policy.signing import draw_key, public_key_of, sign_policy
from beside.tokens import LaunchClaims, Signer
from tests.e2e.own_page import OwnPage
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import ServerProcess, running_relay

TICKET = "T-2001"
LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"
NOT_VERIFIED = "This shop’s privacy rules could not be verified, so nothing is shared. Please tell the shop."
UNREACHABLE = "Help cannot be reached right now. Please try again in a moment."
# The relay as it is, serving the snippet from a copy that the test may change.
RELAY = """import pathlib, sys
import beside.routes.static as static
static.ROOT = pathlib.Path(sys.argv.pop(1))
from beside.cli import main
main()"""
POLICY = """site = "own-shop"
version = {version}
pause = ["/account/**"]

[[rules]]
name = "loyalty"
mask = [".points"]
show = ["#note"]

[[patterns]]
name = "customer number"
form = "KD-######"
"""
BODY = """<!doctype html><html lang="en"><title>Own shop</title><h1>Own shop</h1>
<p class="points">CANARY-POINTS</p><input id="note" value="A gift note">{more}
<p>Customer <b>KD</b>-<i>471147</i></p>
<script src="{script}" integrity="{integrity}" crossorigin="anonymous" data-site="own-shop"{tag} defer></script>"""


class PolicedShop:
    """A shop with a policy of its own, and a relay whose policy and files change under it."""

    def __init__(self, folder: Path, page: OwnPage) -> None:
        self.folder = folder
        self.page = page
        self.pem = draw_key()
        self.static = folder / "static"
        shutil.copytree(Path(__file__).parents[2] / "server/beside/static", self.static)
        self.sign()
        origin = page.origin("shop")
        sites = f"""
[sites.own-shop]
name = "Own shop"
origins = ["{origin}"]
shop_url = "{origin}/"
launch_secrets = ["{LAUNCH_SECRET}"]
policy_file = "own-shop.policy"
"""
        made = running_relay(folder, sites)
        words = [sys.executable, "-c", RELAY, str(self.static), "serve"]
        self.relay = ServerProcess(words, port=made.port, host=made.host, log=made.log, env=made.env)
        self.places = Places(made.port)

    def sign(self, pem: bytes | None = None, version: int = 2, more: str = "") -> None:
        """Puts a policy in the relay's place for it; what a relay that runs serves, it has read before."""
        policy = read_policy(POLICY.format(version=version) + more)
        (self.folder / "own-shop.policy").write_bytes(sign_policy(policy, pem or self.pem))

    def restart(self) -> None:
        self.relay.stop()
        self.relay.start()

    def show(self, shopper: Shopper, path: str = "/", *, more: str = "", tag: str = "") -> None:
        """`tag` stands in the place of what the shop's tag says of its policy."""
        integrity = json.loads((self.static / "manifest.json").read_text("utf-8"))["integrity"]
        self.page.body = BODY.format(
            script=f"{self.places.console}/v/{__version__}/beside.js",
            integrity=integrity,
            tag=tag or f' data-policy-key="{public_key_of(self.pem)}" data-policy-version="2"',
            more=more,
        )
        shopper.page.goto(self.page.origin("shop") + path)

    def launch_link(self) -> str:
        claims = LaunchClaims(
            site="own-shop", ticket=TICKET, subject="Help", agent_name="Sam Rivera", locale=None, id="own", session=None
        )
        return f"{self.places.console}/launch#{Signer((LAUNCH_SECRET,)).sign_launch(claims)}"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PolicedShop]:
    page = OwnPage()
    made = PolicedShop(tmp_path, page)
    made.relay.start()
    yield made
    made.relay.stop()
    page.close()


def warnings_of(shopper: Shopper) -> list[str]:
    heard: list[str] = []
    shopper.page.on("console", lambda message: heard.append(message.text) if message.type == "warning" else None)
    return heard


def doings_of(shopper: Shopper) -> list[str]:
    """Addresses below the relay's /join and its sockets: what would be something of a view."""
    doings: list[str] = []
    shopper.page.on("request", lambda request: doings.append(request.url) if "/join/" in request.url else None)
    shopper.page.on("websocket", lambda socket: doings.append(socket.url))
    return doings


def test_agent_sees_the_page_as_the_signed_policy_says(agent: Agent, shopper: Shopper, shop: PolicedShop) -> None:
    agent.open(shop.launch_link())
    # Where the page has put its own over the browser's, the policy's file reads by a clean realm too.
    clobbered = "<script>Element.prototype.matches = () => false</script>"
    # A payment provider's part: its script, in the shop's page, says by class how the field in its frame stands.
    paid = f"<iframe src='{shop.places.console}/healthz'></iframe>"
    shop.show(shopper, more=f"<div id=card-number class='StripeElement StripeElement--invalid'>{paid}</div>{clobbered}")

    shopper.accept(agent.share_code())

    agent.wait_for_state("Live")
    agent.wait_for_picture("Own shop")
    card = agent.field("Card number (Stripe)")
    card.wait_for("Incomplete or malformed")
    card.wait_for("Masked: card number, a payment frame of Stripe: its content never reaches the page")
    assert any("A gift note" in text for text in agent.received.texts)
    assert not any("CANARY" in text or "471147" in text for text in agent.received.texts)


@pytest.mark.parametrize(
    ("swapped", "why"),
    [((draw_key(), 3), "another key signed it than data-policy-key"), ((None, 1), "its version is 1, below")],
    ids=["another key", "an older version"],
)
def test_relay_that_swaps_the_policy_gets_nothing_of_a_view(
    agent: Agent, shopper: Shopper, shop: PolicedShop, swapped: tuple[bytes | None, int], why: str
) -> None:
    agent.open(shop.launch_link())
    shop.show(shopper)
    shopper.accept(agent.share_code())
    agent.wait_for_picture("Own shop")
    shopper.page.goto("about:blank")
    shop.sign(*swapped)
    shop.restart()
    warnings = warnings_of(shopper)
    doings = doings_of(shopper)

    # The view would go on here.
    shop.show(shopper, more="<p>CANARY-NEXT</p>")

    shopper.ui.wait_for_text(NOT_VERIFIED)
    assert any(why in warning for warning in warnings)
    # There is no bar to stop it by: it ends, and nothing else is done.
    agent.wait_for_state("Ended")
    assert [doing.rsplit("/join/")[-1] for doing in doings] == ["stop"]
    doings.clear()
    # Nor does a view begin.
    shopper.page.evaluate("sessionStorage.clear()")
    shop.show(shopper)
    shopper.open_help()
    shopper.ui.wait_for_text(NOT_VERIFIED)
    assert doings == []
    assert not any("CANARY" in text for text in agent.received.texts)


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        (' data-policy-key="{key}" data-policy-version=""', "data-policy-version names no version"),
        (' data-policy-key="{key}"', "data-policy-version names no version"),
        (' data-policy-version="2"', "data-policy-key is no key"),
    ],
)
def test_tag_that_says_half_of_it_shares_nothing(
    agent: Agent, shopper: Shopper, shop: PolicedShop, tag: str, why: str
) -> None:
    warnings = warnings_of(shopper)
    shop.show(shopper, tag=tag.format(key=public_key_of(shop.pem)))

    shopper.open_help()

    shopper.ui.wait_for_text(NOT_VERIFIED)
    assert any(why in warning for warning in warnings)


def test_relay_without_a_policy_gets_nothing_either(agent: Agent, shopper: Shopper, shop: PolicedShop) -> None:
    sites = shop.folder / "sites.toml"
    sites.write_text(sites.read_text("utf-8").replace('policy_file = "own-shop.policy"\n', ""), "utf-8")
    shop.restart()
    shop.show(shopper)
    doings = doings_of(shopper)

    shopper.open_help()

    shopper.ui.wait_for_text(NOT_VERIFIED)
    assert doings == []


@pytest.mark.parametrize("name", ["main.js", "engine.js", "policy.js"])
def test_relay_that_changes_a_byte_of_a_file_has_it_not_run(
    agent: Agent, shopper: Shopper, shop: PolicedShop, name: str
) -> None:
    file = shop.static / "v" / __version__ / name
    code = file.read_bytes()
    agent.open(shop.launch_link())
    doings = doings_of(shopper)
    # It would say so, and it would still be the file that it was.
    file.write_bytes(b"console.warn('swapped');" + code)
    warnings = warnings_of(shopper)
    shop.show(shopper)

    shopper.open_help()

    if name == "engine.js":
        # Loaded while the shopper types the code: what cannot be captured cannot be allowed.
        shopper.type_code(agent.share_code())
        shopper.read_consent()
        shopper.press_when_read("Allow")
        shopper.ui.wait_for_text("The help service cannot be reached.")
        assert not [address for address in doings if address.startswith("ws")]
    else:
        shopper.ui.wait_for_text(UNREACHABLE)
        assert doings == []
    assert "swapped" not in warnings
    assert not any("CANARY" in text for text in agent.received.texts)


def test_loader_with_a_changed_byte_does_not_even_offer_help(shopper: Shopper, shop: PolicedShop) -> None:
    shop.show(shopper)
    shopper.ui.wait_for_text("Get help")
    file = shop.static / "v" / __version__ / "beside.js"
    file.write_bytes(file.read_bytes() + b";")

    # A file at a versioned address is kept for ever: somebody who comes for the first time.
    other = shopper.page.context.browser
    assert other is not None
    context = other.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(shop.page.origin("shop") + "/")
    page.wait_for_load_state("load")

    assert page.locator("beside-help").count() == 0
    assert any("integrity" in error for error in errors)
    context.close()


def test_page_that_the_policy_pauses_is_not_shared_and_the_next_goes_on_by_a_press(
    agent: Agent, shopper: Shopper, shop: PolicedShop
) -> None:
    agent.open(shop.launch_link())
    shop.show(shopper)
    shopper.accept(agent.share_code())
    agent.wait_for_picture("Own shop")

    shop.show(shopper, "/account/orders", more="<p>CANARY-ACCOUNT</p>")
    shopper.ui.wait_for_text("Paused. This page is not shared")
    agent.wait_for_state("Paused")
    # It cannot be made to go on here.
    shopper.ui.press("Resume")
    shop.show(shopper, "/cart", more="<p>In the cart</p>")
    shopper.ui.wait_for_text("Paused")
    shopper.ui.press("Resume")

    agent.wait_for_state("Live")
    agent.wait_for_picture("In the cart")
    assert not any("CANARY" in text for text in agent.received.texts)
