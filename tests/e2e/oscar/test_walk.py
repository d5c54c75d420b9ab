"""The shop by itself, without co-browsing: if this fails, the stories over it prove nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.e2e.oscar import walk
from tests.e2e.oscar.running import ShopDidNotStart, running_shop


@pytest.fixture
def shopper(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_shop(tmp_path_factory.mktemp("oscar")) as address:
        yield address


@pytest.mark.parametrize("width_px", [1280, 390])
def test_shopper_walks_from_catalogue_to_confirmation(shop: str, shopper: Page, width_px: int) -> None:
    shopper.set_viewport_size({"width": width_px, "height": 844})
    seen: list[str] = []
    purchase = walk.Purchase()

    walk.walk_to_confirmation(shopper, shop, purchase, at=seen.append)

    assert seen[0] == "catalogue"
    assert seen[-1] == "confirmation"
    expect(shopper.locator("address")).to_contain_text(purchase.address.line1)
    expect(shopper.get_by_text("from type Bankcard")).to_be_visible()


def test_every_page_is_styled_and_takes_all_its_files_from_the_shop(shop: str, shopper: Page) -> None:
    failed: list[str] = []
    elsewhere: list[str] = []
    unstyled: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((f"{shop}/", "data:")):
            elsewhere.append(request.url)

    def look(name: str) -> None:
        # Oscar's main button is Bootstrap's #007bff, and an <img> without pixels has no natural width.
        blue = shopper.locator(".btn-primary").evaluate_all(
            "(all) => all.some((one) => getComputedStyle(one).backgroundColor === 'rgb(0, 123, 255)')"
        )
        broken = shopper.locator("img").evaluate_all("(all) => all.filter((one) => one.naturalWidth === 0).length")
        if broken or not blue:
            unstyled.append(name)

    shopper.on("request", note)
    shopper.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    walk.walk_to_confirmation(shopper, shop, at=look)

    assert failed == []
    assert elsewhere == []
    assert unstyled == []


def test_preview_serves_the_card_again_in_a_hidden_div(shop: str, shopper: Page) -> None:
    card = walk.Card()
    served: dict[str, str] = {}

    def read(name: str) -> None:
        if name == "preview":
            served["html"] = shopper.content()
            served["number"] = shopper.locator("#id_number").input_value()
            served["ccv"] = shopper.locator("#id_ccv").input_value()
            expect(shopper.locator("#id_number")).to_be_hidden()

    walk.walk_to_confirmation(shopper, shop, walk.Purchase(card=card), at=read)

    assert served["number"] == card.number
    assert served["ccv"] == card.ccv
    assert f'value="{card.number}"' in served["html"]


def test_refused_and_declined_cards_lead_back_to_payment(shop: str, shopper: Page) -> None:
    purchase = walk.Purchase()
    walk.open_catalogue(shopper, shop)
    walk.add_to_basket(shopper, purchase.article)
    walk.open_basket(shopper)
    walk.open_checkout(shopper)
    walk.checkout_as_guest(shopper, purchase.email)
    walk.fill_shipping_address(shopper, purchase.address)
    walk.continue_to_delivery(shopper)
    walk.choose_delivery(shopper, "Next day")

    walk.fill_card(shopper, walk.Card(number="4539 5787 6362 1487"))
    walk.submit_refused_card(shopper)
    walk.fill_card(shopper, walk.Card(number="4000 0000 0000 0002"))
    walk.preview(shopper)
    walk.place_declined_order(shopper)
    walk.fill_card(shopper, purchase.card)
    walk.preview(shopper)
    walk.place_order(shopper)

    expect(shopper.get_by_role("cell", name="Next day")).to_be_visible()


def test_tag_stands_once_in_the_head_of_every_page(tmp_path: Path, shopper: Page) -> None:
    src = "/static/oscar/js/jquery/jquery.min.js"
    tags: list[list[str]] = []

    with running_shop(tmp_path, snippet_src=src, site="site_1", integrity="sha384-AAAA") as shop:
        walk.walk_to_confirmation(shopper, shop, at=lambda name: tags.append(_tags(shopper)))

    expected = (
        f'<script src="{src}" data-site="site_1" integrity="sha384-AAAA" crossorigin="anonymous" defer=""></script>'
    )
    assert len(tags) == 11
    assert all(found == [expected] for found in tags)


def _tags(page: Page) -> list[str]:
    found: list[str] = page.locator("head script[data-site]").evaluate_all("(all) => all.map((one) => one.outerHTML)")
    return found


def test_shop_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite3").write_text("this is no database" * 100)

    with pytest.raises(ShopDidNotStart, match="file is not a database"), running_shop(tmp_path):
        pass
