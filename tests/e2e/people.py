"""The two people of every story, as page objects: an agent at the helpdesk and console, a shopper in the demo shop.

They do what people do, by mouse and keyboard, and wait for what people would see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import httpx
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.closed_root import ClosedRoot
from tests.e2e.received import Received

# A card is never expired, whenever these stories are run; the shop takes twenty years from now.
EXPIRY_YEAR = date.today().year + 5
EXPIRY = f"11 / {EXPIRY_YEAR % 100:02}"
# A card of a test range that passes every check of the demo shop, and one that its bank wants to confirm.
CARD_NUMBER = "4242 4242 4242 4242"
BANK_CARD_NUMBER = "4000 0027 6000 3184"
# Of a page that failed there may be nothing to see.
GLANCE_MS = 2000


class Box(NamedTuple):
    """A place on somebody's screen, in CSS px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Places:
    """The demo's origins on one port."""

    port: int

    @property
    def shop(self) -> str:
        return f"http://shop.localhost:{self.port}"

    @property
    def bank(self) -> str:
        return f"http://pay.shop.localhost:{self.port}"

    @property
    def desk(self) -> str:
        return f"http://desk.localhost:{self.port}"

    @property
    def console(self) -> str:
        return f"http://console.localhost:{self.port}"

    def http(self, host: str = "console.localhost", **headers: str) -> httpx.Client:
        """Asks one of the hosts without a browser; names under localhost are not known to every resolver."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers={"Host": f"{host}:{self.port}", **headers}, timeout=30.0
        )


@dataclass(frozen=True)
class ShopperWords:
    """What the shopper looks for on the screen, in their language."""

    help: str
    code: str
    consent: str
    allow: str
    watched: str


WORDS = {
    "en": ShopperWords("Get help", "Code from the support team", "They never see", "Allow", "can see this page"),
    "ar": ShopperWords(
        "احصل على مساعدة", "الرمز الذي أعطاك إياه فريق الدعم", "لن يرى أبدًا", "السماح", "رؤية هذه الصفحة"
    ),
    "zh": ShopperWords("获取帮助", "客服提供的代码", "对方绝不会看到", "允许", "可以看到此页面"),
}


class Agent:
    """Somebody at the helpdesk with a console in a tab beside it."""

    def __init__(self, context: BrowserContext, places: Places, name: str = "Sam Rivera") -> None:
        self.context = context
        self.places = places
        self.name = name
        self.desk = context.new_page()
        self.console: Page = context.new_page()
        self.received = Received(self.console)
        self.troubles: list[str] = []
        self.console.on("console", lambda message: self.troubles.append(message.text))

    def describe(self) -> str:
        """All that the console says, and the mirror paints, for a story's report."""
        says = self.console.locator("body").inner_text(timeout=GLANCE_MS)
        troubles = "\n".join(self.troubles)
        return f"{self.console.url}\n{says}\n\nThe mirror:\n{self.mirror_text()}\n\nThe browser's console:\n{troubles}"

    def launch_link(self, ticket: str) -> str:
        """Asks the helpdesk for a launch link, shown and not opened."""
        self.desk.goto(f"{self.places.desk}/tickets/{ticket}")
        self.act_as(self.name)
        self.desk.locator("#show-launch-link").click()
        return self.desk.locator("#launch-link").input_value()

    def act_as(self, name: str) -> None:
        chooser = self.desk.get_by_label(re.compile("acting as", re.IGNORECASE))
        if chooser.locator("option:checked").inner_text() != name:
            with self.desk.expect_navigation():
                chooser.select_option(label=name)

    def start(self, ticket: str = "T-1048") -> None:
        """From the ticket to an open console."""
        self.open(self.launch_link(ticket))

    def open(self, link: str) -> None:
        self.console.goto(link)
        self.console.get_by_role("button", name="Open session").click()
        self.console.wait_for_url(re.compile(r"/s/[A-Za-z0-9_-]+$"))

    def share_code(self) -> str:
        """The six digits on the console."""
        shown = self.console.locator(".code")
        expect(shown).to_be_visible()
        return re.sub(r"\D", "", shown.inner_text())

    def shopper_link(self) -> str:
        return self.console.get_by_label(re.compile("send them this link")).input_value()

    def wait_for_state(self, words: str) -> None:
        """Waits until the state chip says these words ("Live", "Paused", "Ended", …)."""
        expect(self.console.locator(".chip")).to_have_text(words)

    def mirror(self, function: str, argument: object = None) -> Any:
        """Calls a JavaScript function with the mirror's document, and an argument."""
        return self.console.evaluate(
            f"(argument) => ({function})(document.querySelector('iframe.mirror').contentDocument, argument)", argument
        )

    def place_in_mirror(self, selector: str) -> Box:
        """Where an element of the mirror is on the agent's screen, in CSS px."""
        box = self.console.evaluate(
            """(selector) => {
              const frame = document.querySelector('iframe.mirror');
              const found = frame.contentDocument.querySelector(selector)?.getBoundingClientRect();
              if (!found) return null;
              const { x, y, width } = frame.getBoundingClientRect();
              const scale = width / frame.offsetWidth;
              return [x + found.x * scale, y + found.y * scale, found.width * scale, found.height * scale];
            }""",
            selector,
        )
        assert box, f"the mirror has no {selector}"
        return Box(*box)

    def press_in_mirror(self, selector: str) -> None:
        """A real press on what the agent sees there; the overlay above the mirror takes it."""
        self.console.mouse.click(*self.place_in_mirror(selector).middle)

    def mirror_text(self) -> str:
        """All text that the mirror paints."""
        return str(
            self.console.evaluate("document.querySelector('iframe.mirror')?.contentDocument?.body?.innerText ?? ''")
        )

    def wait_for_picture(self, text: str) -> None:
        self.console.wait_for_function(
            "text => document.querySelector('iframe.mirror')?.contentDocument?.body?.innerText.includes(text)",
            arg=text,
        )

    def wait_for_blank(self) -> None:
        self.console.wait_for_function(
            """() => {
              const mirrored = document.querySelector('iframe.mirror')?.contentDocument;
              return !mirrored?.body || mirrored.body.innerText.trim() === '';
            }""",
        )

    def field(self, label: str) -> FieldRow:
        return FieldRow(self.console, label)

    def highlight(self, label: str, message: str = "") -> None:
        """Highlights a field from the field list."""
        self.console.get_by_role("button", name=f"Highlight {label}", exact=True).first.click()
        self.send_highlight(message)

    def send_highlight(self, message: str = "") -> None:
        composer = self.console.locator("form.composer")
        if message:
            composer.get_by_role("textbox").fill(message)
        composer.get_by_role("button", name="Highlight").click()

    def written_receipt(self, ticket: str, text: str) -> Locator:
        """The receipt with this text on the helpdesk's ticket, where a webhook writes it a moment after the end."""
        written = self.desk.locator(".receipt").filter(has_text=text).first
        for _ in range(100):
            self.desk.goto(f"{self.places.desk}/tickets/{ticket}")
            if written.count():
                break
            self.desk.wait_for_timeout(250)
        return written

    def end(self) -> None:
        self.console.get_by_role("button", name="End session").click()

    def leave(self) -> None:
        """Ends the session, if there is one and its relay still runs, without looking at the console."""
        if re.search(r"/s/[A-Za-z0-9_-]+$", self.console.url):
            self.console.evaluate(
                "fetch(`${location.pathname}/end`, {"
                " method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })"
                ".then(() => null, () => null)"
            )


@dataclass
class FieldRow:
    """One row of the console's field list."""

    console: Page
    label: str

    def wait_for(self, words: str) -> None:
        row = self.console.locator("li.field", has=self.console.get_by_text(self.label, exact=True)).first
        expect(row).to_contain_text(words)


@dataclass
class Shopper:
    """Somebody with the demo shop in a tab."""

    page: Page
    places: Places
    lang: str = "en"
    has_touch: bool = False
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = WORDS[self.lang]
        self.ui = ClosedRoot(self.page, has_touch=self.has_touch)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        """What Beside could not do it says here; the page goes on, with a box in the place of its picture."""
        if message.type == "error" and "Beside" in message.text:
            self.errors.append(message.text)

    def describe(self) -> str:
        """All that the page and Beside's own part of it say, for a story's report."""
        says = self.page.locator("body").inner_text(timeout=GLANCE_MS)
        return f"{self.page.url}\n{says}\n\nBeside:\n{self.ui.text()}"

    def fill_basket(self) -> None:
        """Puts the first article into the basket and goes to the checkout's first page."""
        self.page.goto(f"{self.places.shop}/" + ("" if self.lang == "en" else f"?lang={self.lang}"))
        self.page.locator("a[href^='/products/']").first.click()
        self.page.locator("form[method=post] button.btn-primary").first.click()
        self.page.goto(f"{self.places.shop}/checkout/contact")

    def fill_contact(self, name: str = "Emma Clarke", email: str = "wq.brandywine@quillmail.test") -> None:
        self.page.fill("#name", name)
        self.page.fill("#email", email)

    def fill_address(self, line1: str = "12 Larkspur Lane", city: str = "Bristol", postcode: str = "BS1 4ST") -> None:
        self.page.select_option("#country", "GB")
        self.page.fill("#line1", line1)
        self.page.fill("#city", city)
        self.page.fill("#postcode", postcode)

    def choose_delivery(self) -> None:
        self.page.locator("#option-standard").check()

    def fill_card(self, number: str = CARD_NUMBER, expiry: str = EXPIRY, cvc: str = "847") -> None:
        self.page.fill("#card_name", "Emma Clarke")
        self.page.locator("#card_number").press_sequentially(number)
        self.page.locator("#card_expiry").press_sequentially(expiry)
        self.page.fill("#card_cvc", cvc)

    def walk_to_payment(self) -> None:
        """From the contact page to the payment page, with all that the shop asks for on the way."""
        self.fill_contact()
        self.go_on("/checkout/address")
        self.fill_address()
        self.go_on("/checkout/delivery")
        self.choose_delivery()
        self.go_on("/checkout/payment")

    def box_of(self, selector: str) -> Box:
        """Where an element of Beside's own is on the shopper's screen."""
        found = self.ui.wait(
            lambda: self.ui.evaluate(
                "function (selector) { const r = this.querySelector(selector)?.getBoundingClientRect();"
                " return r && [r.x, r.y, r.width, r.height]; }",
                selector,
            ),
            f"the element {selector}",
        )
        return Box(*found)

    def go_on(self, path: str) -> None:
        """Presses the step's main button and arrives at the next page."""
        self.page.locator(".step-buttons button").click()
        self.page.wait_for_url(f"**{path}*")

    def open_help(self) -> None:
        self.ui.press(self.words.help)

    def type_code(self, code: str) -> None:
        self.ui.type(self.words.code, code)

    def read_consent(self) -> str:
        """Waits for the consent; returns all that it says."""
        self.ui.wait_for_text(self.words.consent)
        return self.ui.text()

    def allow(self) -> None:
        self.press_when_read(self.words.allow)
        self.wait_for_view()

    def wait_for_view(self) -> None:
        """Until the bar says who is watching."""
        self.ui.wait_for_text(self.words.watched)

    def press_when_read(self, words: str) -> None:
        """Presses a button that counts only once it has been in view for half a second, as its aria-disabled tells."""
        self.ui.wait(lambda: (place := self.ui.find(words)) and place["ready"], f"the button '{words}' to count")
        self.ui.press(words)

    def accept(self, code: str) -> None:
        """From "Get help" to an open view."""
        self.open_help()
        self.type_code(code)
        self.read_consent()
        self.allow()


def meet(agent: Agent, shopper: Shopper, ticket: str = "T-1048") -> None:
    """The shortest way to a live view: ticket, code, consent."""
    agent.start(ticket)
    shopper.accept(agent.share_code())
    agent.wait_for_state("Live")
