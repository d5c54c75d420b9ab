"""The whole path on a shop that nobody here wrote: no page of it gives the agent what the shopper typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.oscar import walk
from tests.e2e.oscar_story import OscarStory, running_story
from tests.e2e.people import Agent, Shopper
from tests.e2e.received import Received

# Distinctive, so that none of it occurs by chance; a code of four digits, for three occur anywhere.
ADDRESS = walk.Address(
    first_name="Xanthyppq",
    last_name="Quylbruxvorth",
    line1="77 Wyvmoorth Krescqant",
    line4="Zouchbrixley",
    postcode="ZX7 9QJ",
    phone="+44 113 496 0461",
    notes="Jaqdawz vexq brigqandz twyce",
)
CARD = walk.Card(ccv="8472")
PURCHASE = walk.Purchase(email="xq.vandersnoqt@quilmayl.test", address=ADDRESS, card=CARD)

# Never printed by the shop as text, and the floor under every option.
NEVER = {"card number": CARD.number, "security code": CARD.ccv}
TYPED = {
    "e-mail": PURCHASE.email,
    "first name": ADDRESS.first_name,
    "last name": ADDRESS.last_name,
    "street": ADDRESS.line1,
    "town": ADDRESS.line4,
    "postcode": ADDRESS.postcode,
    "phone": ADDRESS.phone,
    "notes": ADDRESS.notes,
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OscarStory]:
    with running_story(tmp_path_factory.mktemp("oscar")) as running:
        yield running


@pytest.fixture
def agent(new_context: Callable[..., BrowserContext], story: OscarStory) -> Agent:
    return Agent(new_context(), story.places)


@pytest.fixture
def shopper(new_context: Callable[..., BrowserContext], story: OscarStory) -> Iterator[Shopper]:
    person = Shopper(new_context().new_page(), story.places)
    yield person
    assert person.errors == []


def test_agent_helps_through_a_shop_that_nobody_here_wrote(  # noqa: PLR0915 - one walk, page after page
    story: OscarStory, agent: Agent, shopper: Shopper
) -> None:
    page = shopper.page
    opened = story.open_session("HD-2207")
    printed: set[str] = set()
    walk.open_catalogue(page, story.shop)
    agent.open(opened.console_link)
    assert re.sub(r"\D", "", opened.code) == agent.share_code()
    shopper.accept(opened.code)
    agent.wait_for_state("Live")

    def check(name: str) -> None:
        """Once the agent has seen the page, nothing typed has arrived but what the shop itself printed as text."""
        agent.wait_for_picture(page.get_by_role("heading", level=1).inner_text())
        caught_up(agent, shopper)
        printed.update(what for what, value in TYPED.items() if value in texts_of(page))
        for what, value in NEVER.items():
            assert agent.received.traces(value) == [], f"the agent received the {what} on the page '{name}'"
        for what, value in TYPED.items():
            if what not in printed:
                assert agent.received.traces(value) == [], f"the agent received the {what} on the page '{name}'"
        assert expiry_traces(agent.received) == [], f"the agent received the expiry on the page '{name}'"

    check("catalogue")
    walk.add_to_basket(page, PURCHASE.article)
    check("added")
    walk.open_basket(page)
    check("basket")
    walk.open_checkout(page)
    check("gateway")
    highlight_and_see(agent, shopper, "My email address is", "The one of your order")
    walk.checkout_as_guest(page, PURCHASE.email)
    check("address")
    highlight_and_see(agent, shopper, "Phone number", "With its country, please")
    walk.fill_shipping_address(page, ADDRESS)
    page.locator("#id_first_name").focus()
    agent.field("Phone number").wait_for("Filled")
    check("address filled")
    walk.continue_to_delivery(page)
    check("delivery")
    walk.choose_delivery(page, PURCHASE.delivery)
    check("payment")

    # A number that fails the shop's own check is served again in the form; the agent hears only that it is wrong.
    highlight_and_see(agent, shopper, "Card number", "The long one on the front")
    highlight_and_see(agent, shopper, "CCV number", "On the back")
    walk.fill_card(page, walk.Card(number="4539 5787 6362 1487", ccv=CARD.ccv))
    walk.submit_refused_card(page)
    agent.field("Card number").wait_for("Incomplete or malformed")
    assert agent.received.traces("4539 5787 6362 1487") == []
    check("payment refused")
    walk.fill_card(page, CARD)
    page.locator("#id_number").focus()
    agent.field("CCV number").wait_for("Filled")
    check("payment filled")
    walk.preview(page)
    expect(page.locator("#id_number")).to_have_value(CARD.number)
    check("preview")
    assert "Preview order" in agent.mirror_text()
    walk.place_order(page)
    check("confirmation")

    # What was searched is what the agent lives on: the shop's own words did arrive.
    assert agent.received.holds("Stoneware teapot")
    assert {"street", "town"} <= printed
    agent.end()
    shopper.ui.wait_for_text("has ended the shared view")
    report = story.ask("GET", f"/api/sessions/{opened.id}").json()
    assert report["state"] == "ended"
    assert "/checkout/preview/" in [visit["path"] for visit in report["receipt"]["pages"]]


def highlight_and_see(agent: Agent, shopper: Shopper, label: str, message: str) -> None:
    agent.highlight(label, message)
    shopper.ui.wait_for_text(message)
    # Read, and out of the way of the page's buttons.
    shopper.page.keyboard.press("Escape")
    shopper.ui.wait(lambda: not shopper.ui.find("Dismiss"), "the bubble to go")


def caught_up(agent: Agent, shopper: Shopper) -> None:
    """Waits until what the page did last is in the mirror: an attribute of its body that style rules look at."""
    count = shopper.page.evaluate(
        "document.body.setAttribute('tabindex', -2 - (window.besideTestCount = (window.besideTestCount ?? 0) + 1))"
        " ?? document.body.getAttribute('tabindex')"
    )
    agent.console.wait_for_function(
        "count => document.querySelector('iframe.mirror')?.contentDocument?.body?.getAttribute('tabindex') === count",
        arg=count,
    )


def texts_of(page: Page) -> str:
    """What the shop prints as text; what it puts into controls is none."""
    return str(page.evaluate("document.body.innerText"))


def expiry_traces(received: Received) -> list[str]:
    """Month and year are too short to search for in all bytes: they are searched in what fields tell, and as a pair."""
    month, year = CARD.expiry_month, CARD.expiry_year
    found: list[str] = []
    for text in received.texts:
        for told in re.findall(r'\["field",\d+,(\{.*?\})\]', text):
            if re.search(rf'"text":"(?:{month}|{year}|{year[2:]})"', told):
                found.append(told)
    pairs = (f"{month}/{year}", f"{month}/{year[2:]}", f"{month} / {year[2:]}", f"{year}-{month}", f"{month}{year[2:]}")
    # In strings: among the ids of nodes there may be a number like it.
    strings = received.strings()
    return found + [pair for pair in pairs if re.search(rf"(?<![\w.]){re.escape(pair)}(?![\w.])", strings)]
