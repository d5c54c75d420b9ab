"""Takes a shopper through the shop, from catalogue to confirmation: one function for each thing that a person does.

Each returns once the page that it leads to has arrived, and asserts that it did. They type key by key, as people do.
Knows nothing of co-browsing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True, kw_only=True)
class Address:
    """A delivery address as typed. `country` is ISO 3166-1 alpha-2; `phone` an international number, or empty."""

    first_name: str = "Imogen"
    last_name: str = "Quartermaine"
    line1: str = "27 Larkspur Crescent"
    line4: str = "Whitstable"
    postcode: str = "CT5 4PX"
    country: str = "GB"
    phone: str = "+44 113 496 0461"
    notes: str = "Leave it behind the green gate"


@dataclass(frozen=True, kw_only=True)
class Card:
    """A bankcard as typed. By default a number that passes the Luhn check, and an expiry that is never in the past.

    A story that searches bytes for the code may give one of four digits: Oscar takes those too, and three digits occur
    anywhere.
    """

    number: str = "4539 5787 6362 1486"
    expiry_month: str = "11"
    # Oscar offers ten years from now on; typing always the same one would make this file expire.
    expiry_year: str = field(default_factory=lambda: str(date.today().year + 3))
    ccv: str = "847"

    @property
    def secrets(self) -> dict[str, str]:
        """What an agent must receive on no page, by name. The number is as typed: search it without its blanks too."""
        expiry = {"expiry_month": self.expiry_month, "expiry_year": self.expiry_year}
        return {"number": self.number, **expiry, "ccv": self.ccv}


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """All that a shopper chooses and types on the way."""

    article: str = "Stoneware teapot"
    email: str = "imogen.quartermaine@example.org"
    address: Address = field(default_factory=Address)
    delivery: str = "Free shipping"
    card: Card = field(default_factory=Card)


def open_catalogue(page: Page, shop: str) -> None:
    """Arrive at the list of products of the shop at address `shop`."""
    page.goto(f"{shop}/catalogue/")
    _arrived(page, "/catalogue/", "All products")


def add_to_basket(page: Page, article: str) -> None:
    """From the catalogue: put one `article` (its title) into the basket. The shop says so above the catalogue."""
    product = page.locator(".product_pod").filter(has_text=article)
    _press(page, product.get_by_role("button", name="Add to basket"))
    expect(page.locator("#messages")).to_contain_text(f"{article} has been added to your basket")


def open_basket(page: Page) -> None:
    """From the catalogue, by the link in the note that an article has been added: phones have no other."""
    _press(page, page.locator("#messages").get_by_role("link", name="View basket"))
    _arrived(page, "/basket/", "Basket")


def open_checkout(page: Page) -> None:
    """From the basket, to the page that asks who is buying."""
    _press(page, page.get_by_role("link", name="Proceed to checkout"))
    _arrived(page, "/checkout/", "Who are you?")


def checkout_as_guest(page: Page, email: str) -> None:
    """From the page that asks who is buying: give an e-mail address instead of an account."""
    _type(page, "#id_username", email)
    page.locator("input[name=options][value=anonymous]").check()
    _press_continue(page)
    _arrived(page, "/checkout/shipping-address/", "Shipping address")


def fill_shipping_address(page: Page, address: Address) -> None:
    """On the address page: choose the country and type the rest. Does not leave the page."""
    _type(page, "#id_first_name", address.first_name)
    _type(page, "#id_last_name", address.last_name)
    _type(page, "#id_line1", address.line1)
    _type(page, "#id_line4", address.line4)
    _type(page, "#id_postcode", address.postcode)
    page.locator("#id_country").select_option(address.country)
    _type(page, "#id_phone_number", address.phone)
    _type(page, "#id_notes", address.notes)


def continue_to_delivery(page: Page) -> None:
    """From the address page."""
    _press_continue(page)
    _arrived(page, "/checkout/shipping-method/", "Shipping method")


def choose_delivery(page: Page, method: str) -> None:
    """From the delivery page: take `method`, "Free shipping" or "Next day", on to the payment page."""
    _press(page, page.locator(".basket-items").filter(has_text=method).get_by_role("button", name="Select option"))
    _arrived(page, "/checkout/payment-details/", "Enter payment details")


def fill_card(page: Page, card: Card) -> None:
    """On the payment page (fresh, or shown again with errors): type the card. Does not leave the page."""
    _type(page, "#id_number", card.number)
    page.locator("#id_expiry_month_0").select_option(card.expiry_month)
    page.locator("#id_expiry_month_1").select_option(card.expiry_year)
    _type(page, "#id_ccv", card.ccv)


def submit_refused_card(page: Page) -> None:
    """From the payment page, with a card that the shop's form refuses: the same page again, the typed values in it."""
    _press_continue(page)
    _arrived(page, "/checkout/preview/", "Enter payment details")
    expect(page.locator(".error-block").first).to_be_visible()


def preview(page: Page) -> None:
    """From the payment page: the whole order to look over, which serves the card's values again in a hidden div."""
    _press_continue(page)
    _arrived(page, "/checkout/preview/", "Preview order")


def place_order(page: Page) -> None:
    """From the preview: order, and arrive at the confirmation."""
    _press(page, page.get_by_role("button", name="Place order"))
    _arrived(page, "/checkout/thank-you/", re.compile(r"Order \d+: confirmation"))


def place_declined_order(page: Page) -> None:
    """From the preview, with a card that the bank declines: back at the payment page, the typed values in it."""
    _press(page, page.get_by_role("button", name="Place order"))
    _arrived(page, "/checkout/preview/", "Enter payment details")
    expect(page.locator(".alert-danger")).to_contain_text("declined")


def walk_to_confirmation(
    page: Page, shop: str, purchase: Purchase | None = None, *, at: Callable[[str], None] = lambda name: None
) -> None:
    """Walk the whole path. `at` is called with a page's name once the page has arrived, and again once it is filled in.

    The names, in order: catalogue, added, basket, gateway, address, address filled, delivery, payment, payment filled,
    preview, confirmation.
    """
    purchase = purchase or Purchase()
    open_catalogue(page, shop)
    at("catalogue")
    add_to_basket(page, purchase.article)
    at("added")
    open_basket(page)
    at("basket")
    open_checkout(page)
    at("gateway")
    checkout_as_guest(page, purchase.email)
    at("address")
    fill_shipping_address(page, purchase.address)
    at("address filled")
    continue_to_delivery(page)
    at("delivery")
    choose_delivery(page, purchase.delivery)
    at("payment")
    fill_card(page, purchase.card)
    at("payment filled")
    preview(page)
    at("preview")
    place_order(page)
    at("confirmation")


def _arrived(page: Page, path: str, heading: str | re.Pattern[str]) -> None:
    """Assert path and heading: several of the checkout's pages share the path /checkout/preview/."""
    expect(page).to_have_url(re.compile(rf"^https?://[^/]+{re.escape(path)}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def _type(page: Page, selector: str, text: str) -> None:
    """Empty the field and type key by key: masks that keep a rhythm or a length show only so."""
    control = page.locator(selector)
    control.clear()
    control.press_sequentially(text)


def _press(page: Page, control: Locator) -> None:
    """Click what leads to another page and wait for it: path and heading alone may be those of the page before."""
    with page.expect_event("load"):
        control.click()


def _press_continue(page: Page) -> None:
    _press(page, page.get_by_role("button", name="Continue"))
