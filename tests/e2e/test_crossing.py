"""A shop of two origins: the view goes along from `www.` to `checkout.` by one press there, and back by none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from beside import __version__
from beside.tokens import LaunchClaims, Signer
from tests.e2e.own_page import OwnPage
from tests.e2e.people import Agent, Places, Shopper
from tests.e2e.processes import running_relay

HERE = "Continue here"
# A guard against a form that is sent twice, as checkouts have.
SENT_ONCE = """() => {
  let isSent = false;
  document.querySelector("#post").addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
}"""
ASKED = "Let \u2068Sam Rivera\u2069 see this page?"
LAUNCH_SECRET = "a-launch-secret-of-the-tests-and-of-nobody-else"
# One page for both origins: its title tells which of them it is, and its ways lead to the other one.
BODY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Own shop</title><h1></h1>
<a id="link" href="{checkout}/pay?step=1#/card">To the checkout</a>
<button id="script" onclick="location.href = '{checkout}/pay'">Go</button>
<form id="get" action="{checkout}/pay"><input type="hidden" name="step" value="2"><button>Pay by GET</button></form>
<form id="post" action="{checkout}/pay" method="post"><input name="note"><button>Pay by POST</button></form>
<form id="shadowing" action="{checkout}/pay" method="post">
<input name="getAttribute"><input name="setAttribute"><input name="requestSubmit"><button>Pay</button></form>
<p id="address"></p>
<script>
  document.querySelector("h1").textContent = "This is " + location.hostname;
  addEventListener("load", () => (document.querySelector("#address").textContent = location.href));
</script>
<script src="{script}" crossorigin="anonymous" data-site="own-shop"></script>"""


class TwoOrigins:
    def __init__(self, places: Places, page: OwnPage) -> None:
        self.places = places
        self.page = page
        self.stranger = page.origin("stranger")
        self.www = page.origin("www.shop")
        self.checkout = page.origin("checkout.shop")

    def launch_link(self) -> str:
        claims = LaunchClaims(
            site="own-shop", ticket="T-1", subject="Help", agent_name="Sam Rivera", locale=None, id="own", session=None
        )
        return f"{self.places.console}/launch#{Signer((LAUNCH_SECRET,)).sign_launch(claims)}"


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoOrigins]:
    page = OwnPage()
    sites = f"""
[sites.own-shop]
name = "Own shop"
origins = ["{page.origin("www.shop")}", "{page.origin("checkout.shop")}"]
shop_url = "{page.origin("www.shop")}/"
launch_secrets = ["{LAUNCH_SECRET}"]
"""
    relay = running_relay(tmp_path_factory.mktemp("relay"), sites)
    relay.start()
    shop = TwoOrigins(Places(relay.port), page)
    page.body = BODY.format(checkout=shop.checkout, script=f"{shop.places.console}/v/{__version__}/beside.js")
    yield shop
    relay.stop()
    page.close()


@pytest.fixture
def people(shop: TwoOrigins, new_context: Callable[..., BrowserContext]) -> tuple[Agent, Shopper]:
    """A live view of the shop's first origin."""
    agent = Agent(new_context(), shop.places)
    shopper = Shopper(new_context().new_page(), shop.places)
    agent.open(shop.launch_link())
    shopper.page.goto(f"{shop.www}/")
    shopper.accept(agent.share_code())
    agent.wait_for_picture("This is www.shop.localhost")
    return agent, shopper


def press(shopper: Shopper, selector: str) -> None:
    """By the mouse alone: a click by selector asks the form's own methods, which its controls may hide."""
    box = shopper.page.locator(selector).bounding_box()
    assert box is not None
    shopper.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def ask_secret(shop: TwoOrigins, shopper: Shopper) -> str:
    """What somebody gets who has a view of their own, and no good in mind."""
    secret: str = shopper.page.evaluate(
        """async ([relay, target]) => {
          const { token } = JSON.parse(sessionStorage.getItem("beside:own-shop"));
          const body = JSON.stringify({ token, target });
          const headers = { "content-type": "application/json" };
          return (await (await fetch(`${relay}/join/hand-over`, { method: "POST", headers, body })).json()).secret;
        }""",
        [shop.places.console, shop.checkout],
    )
    return secret


def continue_here(agent: Agent, shopper: Shopper) -> None:
    """What a shopper does at an origin that their view has not been at; nothing of the page leaves before."""
    shopper.ui.wait_for_text(ASKED)
    agent.wait_for_state("Shopper away")
    assert "This is checkout" not in agent.received.everything()
    shopper.press_when_read(HERE)
    agent.wait_for_picture("This is checkout.shop.localhost")
    shopper.wait_for_view()
    agent.wait_for_state("Live")


@pytest.mark.parametrize(
    ("way", "arrives"),
    [
        ("#link", "/pay?step=1#/card"),
        ("#script", "/pay"),
        ("#get button", "/pay?step=2"),
        ("#post button", "/pay"),
        ("#shadowing button", "/pay"),
    ],
)
def test_view_goes_along_to_the_checkout_and_back(
    shop: TwoOrigins, people: tuple[Agent, Shopper], way: str, arrives: str
) -> None:
    agent, shopper = people
    asked: list[str] = []
    shopper.page.on("request", lambda request: asked.append(request.url))

    press(shopper, way)
    continue_here(agent, shopper)

    expect(shopper.page).to_have_url(f"{shop.checkout}{arrives}")
    # The secret is in no address that the page itself, or a server, ever sees.
    expect(shopper.page.locator("#address")).to_have_text(f"{shop.checkout}{arrives}")
    assert not [url for url in asked if "beside=" in url.split("#")[0]]
    # Pages of the checkout, and Back over all of them to the shop.
    shopper.page.goto(f"{shop.checkout}/done")
    shopper.wait_for_view()
    agent.wait_for_state("Live")
    shopper.page.goto(f"{shop.www}/returned")
    agent.wait_for_picture("This is www.shop.localhost")
    shopper.wait_for_view()
    agent.wait_for_state("Live")
    # Where the view has been, it goes on by itself.
    shopper.page.click("#link")
    agent.wait_for_picture("This is checkout.shop.localhost")
    shopper.wait_for_view()
    assert shopper.errors == []


def test_the_press_may_come_on_a_later_page_and_after_a_reload(shop: TwoOrigins, people: tuple[Agent, Shopper]) -> None:
    agent, shopper = people
    shopper.page.click("#link")
    shopper.ui.wait_for_text(ASKED)

    shopper.page.reload()
    shopper.ui.wait_for_text(ASKED)
    shopper.page.goto(f"{shop.checkout}/next")

    continue_here(agent, shopper)


def test_shopper_who_closes_the_question_shares_nothing_there_and_goes_on_where_they_came_from(
    shop: TwoOrigins, people: tuple[Agent, Shopper]
) -> None:
    agent, shopper = people
    shopper.page.click("#link")
    shopper.ui.wait_for_text(ASKED)

    shopper.ui.press("Close")
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help")
    shopper.page.reload()
    shopper.ui.wait(lambda: shopper.ui.find("Get help"), "the way to get help")
    agent.wait_for_state("Shopper away")
    shopper.page.goto(f"{shop.www}/returned")

    shopper.wait_for_view()
    agent.wait_for_state("Live")
    assert "This is checkout" not in agent.received.everything()


def test_stranger_whom_a_link_of_the_shop_leads_through_a_redirect_is_asked_first(
    shop: TwoOrigins, people: tuple[Agent, Shopper], new_context: Callable[..., BrowserContext]
) -> None:
    """Browsers keep the referrer over a redirect, so it does not tell a stranger's view from the shopper's own."""
    agent, shopper = people
    secret = ask_secret(shop, shopper)
    shop.page.redirects["/review"] = f"{shop.checkout}/pay#beside={secret}"
    victim = Shopper(new_context().new_page(), shop.places)
    victim.page.goto(f"{shop.www}/")
    victim.page.evaluate("(link) => void (document.querySelector('#link').href = link)", f"{shop.stranger}/review")

    victim.page.click("#link")

    victim.ui.wait_for_text(ASKED)
    victim.page.goto(f"{shop.checkout}/pay")
    victim.ui.wait_for_text(ASKED)
    victim.ui.press("Close")
    victim.ui.wait(lambda: victim.ui.find("Get help"), "the way to get help")
    assert "This is checkout" not in agent.received.everything()
    agent.wait_for_state("Live")
    shopper.wait_for_view()


def test_second_press_while_the_secret_is_on_its_way_goes_there_with_it(
    shop: TwoOrigins, people: tuple[Agent, Shopper]
) -> None:
    agent, shopper = people
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    shopper.page.route("**/join/hand-over", hold)
    shopper.page.dblclick("#link", no_wait_after=True)
    shopper.ui.wait(lambda: held, "the question for a secret")
    held[0].continue_()

    continue_here(agent, shopper)
    expect(shopper.page).to_have_url(f"{shop.checkout}/pay?step=1#/card")


def test_form_that_is_sent_once_only_is_sent(shop: TwoOrigins, people: tuple[Agent, Shopper]) -> None:
    agent, shopper = people
    shopper.page.evaluate(SENT_ONCE)

    # The secret is asked for with the focus, and is there when the form is sent.
    focus_for_secret(shopper, "#post button")
    shopper.page.click("#post button")

    continue_here(agent, shopper)


def focus_for_secret(shopper: Shopper, selector: str) -> str:
    """Focuses a control of a form, until the secret that it is to be sent with has come."""
    with shopper.page.expect_response("**/join/hand-over") as answer:
        shopper.page.focus(selector)
    return str(answer.value.json()["secret"])


def pass_seconds(shopper: Shopper, seconds: int) -> None:
    """Lets the page believe that time has passed."""
    shopper.page.evaluate(
        """(seconds) => {
          const now = performance.now.bind(performance);
          performance.now = () => now() + seconds * 1000;
        }""",
        seconds,
    )


def test_form_that_was_filled_in_for_long_is_sent_once_with_the_secret_that_there_is(
    shop: TwoOrigins, people: tuple[Agent, Shopper]
) -> None:
    agent, shopper = people
    shopper.page.evaluate(SENT_ONCE)
    focus_for_secret(shopper, "#post input")
    pass_seconds(shopper, 40)
    # Another secret is asked for, and is not there yet when the form is sent.
    shopper.page.route("**/join/hand-over", lambda _: None)

    press(shopper, "#post button")

    continue_here(agent, shopper)


def test_form_that_is_sent_by_enter_after_long_typing_is_sent_once_with_a_good_secret(
    shop: TwoOrigins, people: tuple[Agent, Shopper]
) -> None:
    agent, shopper = people
    went: list[str] = []
    shopper.page.on("framenavigated", lambda frame: went.append(frame.url))
    shopper.page.evaluate(SENT_ONCE)
    focus_for_secret(shopper, "#post input")
    pass_seconds(shopper, 40)
    with shopper.page.expect_response("**/join/hand-over") as answer:
        shopper.page.keyboard.type("a")
    secret = answer.value.json()["secret"]
    pass_seconds(shopper, 25)

    shopper.page.keyboard.press("Enter")

    continue_here(agent, shopper)
    assert f"{shop.checkout}/pay#beside={secret}" in went


def test_secret_that_has_expired_does_not_travel(shop: TwoOrigins, people: tuple[Agent, Shopper]) -> None:
    agent, shopper = people
    went: list[str] = []
    shopper.page.on("framenavigated", lambda frame: went.append(frame.url))
    expired = focus_for_secret(shopper, "#post input")
    pass_seconds(shopper, 70)

    shopper.page.keyboard.press("Enter")

    continue_here(agent, shopper)
    assert not [url for url in went if expired in url]


def test_link_of_the_shop_is_left_as_it_was_and_a_used_address_opens_nothing(
    shop: TwoOrigins, people: tuple[Agent, Shopper], new_context: Callable[..., BrowserContext]
) -> None:
    agent, shopper = people
    went: list[str] = []
    shopper.page.on("framenavigated", lambda frame: went.append(frame.url))
    shopper.page.evaluate(
        """() => {
          window.written = [];
          new MutationObserver((records) => window.written.push(...records.map((record) => record.attributeName)))
            .observe(document.querySelector("main, body"), { subtree: true, attributes: true });
        }"""
    )
    shopper.page.hover("#link")
    shopper.page.mouse.down()
    assert shopper.page.evaluate("window.written") == []
    shopper.page.mouse.up()
    continue_here(agent, shopper)
    address = next(url for url in went if "#beside=" in url)

    thief = Shopper(new_context().new_page(), shop.places)
    thief.page.goto(address)

    thief.ui.wait_for_text("This link has expired or was used already.")
    agent.wait_for_state("Live")
    shopper.wait_for_view()


def test_handed_over_view_is_not_to_be_sent_to_somebody_else(
    shop: TwoOrigins, people: tuple[Agent, Shopper], new_context: Callable[..., BrowserContext]
) -> None:
    agent, shopper = people
    secret = ask_secret(shop, shopper)
    victim = Shopper(new_context().new_page(), shop.places)

    # By a link in a mail; and where a page of the shop is open already, of which only the fragment changes.
    victim.page.goto(f"{shop.checkout}/pay#beside={secret}")
    victim.ui.wait_for_text("This link has expired or was used already.")
    victim.page.goto(f"{shop.checkout}/cart", referer=f"{shop.www}/")
    victim.page.evaluate("(secret) => { location.hash = `beside=${secret}` }", secret)
    victim.ui.wait_for_text("This link has expired or was used already.")

    assert "This is www.shop.localhost" in agent.mirror_text()
    agent.wait_for_state("Live")
    shopper.wait_for_view()
