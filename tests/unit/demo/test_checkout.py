"""The demo shop's checkout, as the server decides it: every page in order, and every error that the server finds."""

from __future__ import annotations

import base64
import re
from html import unescape

import pytest
from tests.unit.demo.conftest import ADDRESS, BANK, CARD, CONTACT, SHOP, Shopper


async def test_whole_checkout_leads_from_product_to_thank_you(shopper: Shopper) -> None:
    await shopper.walk_to("review")

    review = (await shopper.open("/checkout/review")).text
    placed = await shopper.send("/checkout/review", terms="on")
    thanks = await shopper.open(placed.headers["location"])

    for shown in ("Emma Clarke", "emma@example.com", "1 Mill Lane", "Visa ending in 4242", "€162.90"):
        assert shown in review
    assert re.search(r"FF-\d{5}", thanks.text)
    assert "Your basket is empty" in (await shopper.open("/basket")).text


async def test_card_number_and_code_are_printed_on_no_page_and_kept_in_no_cookie(shopper: Shopper) -> None:
    await shopper.walk_to("payment")

    wrong = await shopper.send("/checkout/payment", **{**CARD, "card_cvc": "98"})
    right = await shopper.send("/checkout/payment", **CARD)
    review = await shopper.open("/checkout/review")

    assert right.status_code == 303
    for answer in (wrong, right, review):
        said = answer.text + str(answer.headers) + _cookie_text(shopper)
        assert "4242 4242" not in said
        assert "424242424242" not in said
        assert "01 / 39" not in said
    assert '"98"' not in wrong.text


def _cookie_text(shopper: Shopper) -> str:
    signed = shopper.http.cookies["fern_field"]
    return base64.b64decode(signed.partition(".")[0]).decode()


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("contact", {**CONTACT, "name": ""}, "Please fill in this field."),
        ("contact", {**CONTACT, "email": "emma@example"}, "This does not look like an e-mail address"),
        ("contact", {**CONTACT, "phone": "call me"}, "Please use digits"),
        ("contact", {**CONTACT, "account": "on", "password": "short"}, "Please use at least 8 characters."),
        ("contact", {**CONTACT, "name": "x" * 61}, "This is too long"),
        ("address", {**ADDRESS, "country": "XX"}, "We do not deliver there yet."),
        ("address", {**ADDRESS, "postcode": "10115"}, "This does not look like a postcode of this country."),
        ("address", {**ADDRESS, "country": "US", "postcode": "94103"}, "Please choose one."),
        ("delivery", {"option": ""}, "Please choose how we shall deliver."),
        ("delivery", {"option": "pickup", "point": "p9"}, "Please choose a collection point."),
        ("payment", {**CARD, "card_number": "4242 4242 4242 4241"}, "This card number is not valid."),
        ("payment", {**CARD, "card_number": "4242 4242"}, "The card number is incomplete."),
        ("payment", {**CARD, "card_expiry": "01 / 20"}, "This card has expired."),
        ("payment", {**CARD, "card_cvc": "12"}, "The security code has three digits."),
        ("payment", {**CARD, "card_number": "4000 0000 0000 0002"}, "Your bank declined this card."),
        ("review", {}, "Please accept the terms to place the order."),
    ],
)
async def test_server_says_what_is_wrong_and_keeps_the_shopper_on_the_step(
    shopper: Shopper, step: str, fields: dict[str, str], sentence: str
) -> None:
    await shopper.walk_to(step)

    answer = await shopper.send(f"/checkout/{step}", **fields)

    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert (await shopper.open("/checkout")).headers["location"] == f"/checkout/{step}"


async def test_coupon_is_refused_in_words_and_a_right_one_lowers_the_price(shopper: Shopper) -> None:
    await shopper.fill_basket()

    wrong = await shopper.send("/basket", coupon="nope")
    right = await shopper.send("/basket", coupon="fern10")

    assert wrong.status_code == 422
    assert "The code “nope” is unknown or has expired." in unescape(wrong.text)
    assert right.status_code == 303
    assert "-€15.80" in (await shopper.open("/basket")).text


async def test_step_out_of_turn_leads_to_the_first_unanswered_one(shopper: Shopper) -> None:
    empty = await shopper.open("/checkout/review")
    await shopper.walk_to("address")
    early = await shopper.open("/checkout/payment")

    assert empty.headers["location"] == "/basket"
    assert early.headers["location"] == "/checkout/address"


async def test_form_without_the_pages_token_is_refused(shopper: Shopper) -> None:
    await shopper.fill_basket()

    answer = await shopper.http.post("/basket", data={"csrf_token": "guessed", "coupon": "FERN10"})

    assert answer.status_code == 403
    assert "Go back, reload the page" in answer.text


async def test_delivery_options_and_collection_points_come_as_pieces_of_html(shopper: Shopper) -> None:
    too_early = await shopper.open("/checkout/delivery/options")
    await shopper.walk_to("delivery")

    options = await shopper.open("/checkout/delivery/options?chosen=express")
    points = await shopper.open("/checkout/delivery/points")

    assert too_early.status_code == 409
    assert options.text.count('type="radio"') == 3
    assert 'value="express" checked' in options.text
    assert points.text.count('type="radio"') == 3


async def test_changed_country_drops_a_delivery_that_it_is_not_offered(shopper: Shopper) -> None:
    await shopper.walk_to("delivery")
    await shopper.send("/checkout/delivery", option="pickup", point="p1")

    await shopper.send("/checkout/address", **{**ADDRESS, "country": "AE", "region": "DU"})

    assert (await shopper.open("/checkout")).headers["location"] == "/checkout/delivery"


async def test_arabic_pages_are_right_to_left_and_stay_so(shopper: Shopper) -> None:
    await shopper.open("/?lang=ar")
    await shopper.walk_to("payment")

    page = (await shopper.open("/checkout/payment")).text

    assert '<html lang="ar" dir="rtl">' in page
    assert "bootstrap.rtl.min.css" in page
    assert "رقم البطاقة" in page


async def test_bank_confirms_a_payment_only_with_its_code(shopper: Shopper) -> None:
    await shopper.walk_to("payment")
    sent = await shopper.send("/checkout/payment", **{**CARD, "card_number": "4000 0027 6000 3184"})
    sealed = sent.headers["location"].partition("?request=")[2]

    asked = await shopper.open(sent.headers["location"])
    wrong = await shopper.http.post(f"{BANK}/confirm", data={"request": sealed, "code": "000000"})
    right = await shopper.http.post(f"{BANK}/confirm", data={"request": sealed, "code": "246810"})
    back = await shopper.open(right.headers["location"])

    assert sent.headers["location"].startswith(f"{BANK}/confirm")
    assert "€162.90" in asked.text
    assert wrong.status_code == 422
    assert right.headers["location"].startswith(SHOP)
    assert back.headers["location"] == "/checkout/review"
    assert "Confirmed with your bank" in (await shopper.open("/checkout/review")).text


async def test_cancelled_or_changed_or_replayed_confirmation_pays_nothing(shopper: Shopper) -> None:
    await shopper.walk_to("payment")
    card = {**CARD, "card_number": "4000002760003184"}

    async def answer_of_bank(**fields: str) -> str:
        sent = await shopper.send("/checkout/payment", **card)
        sealed = sent.headers["location"].partition("?request=")[2]
        return (await shopper.http.post(f"{BANK}/confirm", data={"request": sealed, **fields})).headers["location"]

    cancelled = await shopper.open(await answer_of_bank(decision="cancel", code="246810"))
    older = await answer_of_bank(code="246810")
    await answer_of_bank(code="246810")
    replayed = await shopper.open(older)
    changed = await shopper.open(older[:-3] + "AAA")

    assert cancelled.headers["location"] == "/checkout/payment?cancelled=1"
    assert replayed.headers["location"] == "/checkout/payment?cancelled=1"
    assert changed.status_code == 400
    assert (await shopper.open("/checkout")).headers["location"] == "/checkout/payment"
    assert "not confirmed at your bank" in (await shopper.open("/checkout/payment?cancelled=1")).text


async def test_every_shop_page_carries_the_snippets_one_tag_and_a_strict_policy(shopper: Shopper) -> None:
    await shopper.walk_to("review")
    tag = (
        '<script src="http://console.localhost:8000/snippet/1/beside.js" integrity="sha384-abc"'
        ' crossorigin="anonymous" data-site="site_demo" defer></script>'
    )

    for path in ("/", "/products/olive-tree", "/basket", "/checkout/contact", "/checkout/review", "/nowhere"):
        page = await shopper.open(path)
        policy = page.headers["content-security-policy"]
        assert page.text.count(tag) == 1
        assert "unsafe" not in policy
        assert "script-src 'self' http://console.localhost:8000;" in policy
        assert "connect-src 'self' http://console.localhost:8000 ws://console.localhost:8000;" in policy
        # What the policy would block must not stand there in the first place.
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", page.text)


async def test_bank_pages_carry_no_snippet_and_only_the_frame_may_be_framed(shopper: Shopper) -> None:
    frame = await shopper.open(f"{BANK}/frame")
    problem = await shopper.open(f"{BANK}/confirm?request=made-up")
    checked = await shopper.http.post(f"{BANK}/frame", data={"gift_card": "GC-1"})

    assert "There is no balance left on this card." in checked.text
    assert "<script" not in frame.text + checked.text + problem.text
    assert f"frame-ancestors {SHOP}" in frame.headers["content-security-policy"]
    assert problem.status_code == 400
    assert "frame-ancestors 'none'" in problem.headers["content-security-policy"]


async def test_longest_answers_in_arabic_still_fit_into_the_cookie_that_browsers_keep(shopper: Shopper) -> None:
    await shopper.fill_basket()
    await shopper.send("/checkout/contact", name="ع" * 60, email="e" * 108 + "@example.com", phone="+" + "1" * 23)
    await shopper.send("/checkout/address", **{**ADDRESS, "line1": "ع" * 60, "line2": "ع" * 40, "city": "ع" * 40})
    await shopper.send("/checkout/delivery", option="pickup", point="p1", note="ع" * 80)
    await shopper.send("/checkout/payment", **CARD)

    before_order = len(shopper.http.cookies["fern_field"])
    placed = await shopper.send("/checkout/review", terms="on")

    assert placed.status_code == 303
    # RFC 6265, section 6.1: browsers keep 4,096 bytes a cookie, name and attributes counted; Chrome keeps no more.
    assert max(before_order, len(shopper.http.cookies["fern_field"])) < 4000


async def test_thank_you_page_is_only_for_the_browser_that_ordered(shopper: Shopper) -> None:
    await shopper.walk_to("review")
    placed = await shopper.send("/checkout/review", terms="on")
    shopper.http.cookies.clear()

    answer = await shopper.open(placed.headers["location"])

    assert answer.status_code == 404
