"""Payment, the way to the bank and back, review and thank you. A card number is checked and dropped, never stored."""

import secrets
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from beside.demo.csrf import read_form
from beside.demo.shop.address import address_lines
from beside.demo.shop.bank_message import BadBankMessage, open_message, seal_message
from beside.demo.shop.cards import DECLINED, NEEDS_BANK, bare_digits, brand_of, cvc_error, expiry_error, number_error
from beside.demo.shop.checkout_pages import render_step, step
from beside.demo.shop.delivery import option_named, pickup_points
from beside.demo.shop.render import basket_for, config_of, render, words_for
from beside.demo.shop.steps import path_after, path_of

BASKET_KEYS = ("basket", "coupon", "delivery", "payment", "pending")


@step("payment")
async def payment(request: Request) -> Response:
    """Take a card. Fields come back empty after an error, as shops do it: what was typed must not be printed again."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = await read_form(request)
        digits = bare_digits(form.get("card_number", "")) or ""
        brand = brand_of(digits)
        found = {
            "card_name": None if form.get("card_name") else "error.required",
            "card_number": number_error(form.get("card_number", "")),
            "card_expiry": expiry_error(form.get("card_expiry", ""), datetime.now(UTC).date()),
            "card_cvc": cvc_error(form.get("card_cvc", ""), brand),
        }
        errors = {name: error for name, error in found.items() if error is not None}
        if not errors and digits == DECLINED:
            errors = {"form": "payment.declined"}
        if not errors:
            card = {"brand": brand.label, "last4": digits[-4:], "confirmed": False}
            if digits == NEEDS_BANK:
                return _send_to_bank(request, card)
            request.session["payment"] = card
            return RedirectResponse(path_after("payment"), 303)
    elif "cancelled" in request.query_params:
        return render_step(request, "payment", {"form": "payment.cancelled"}, status=200)
    return render_step(request, "payment", errors)


def _send_to_bank(request: Request, card: dict[str, object]) -> Response:
    config = config_of(request)
    # One nonce a trip: an answer kept from an earlier payment must not confirm this one.
    nonce = secrets.token_urlsafe(12)
    request.session["pending"] = {"nonce": nonce, **card}
    question = {"nonce": nonce, "cents": basket_for(request).total_cents, "last4": card["last4"]}
    return RedirectResponse(f"{config.bank_origin}/confirm?request={seal_message(config.secret, 'ask', question)}", 303)


async def return_from_bank(request: Request) -> Response:
    """Read the bank's answer: on to the review when it confirmed this very payment, back to the card otherwise."""
    session = request.session
    pending = session.pop("pending", None)
    try:
        answer = open_message(config_of(request).secret, "answer", request.query_params.get("answer", ""))
    except BadBankMessage as error:
        raise HTTPException(400, str(error)) from error
    # The sum too: the shopper may have changed the basket in another tab while the bank asked.
    wanted = {"result": "confirmed", "cents": basket_for(request).total_cents}
    if pending and answer == {**wanted, "nonce": pending["nonce"]}:
        session["payment"] = {"brand": pending["brand"], "last4": pending["last4"], "confirmed": True}
        return RedirectResponse(path_after("payment"), 303)
    return RedirectResponse(f"{path_of('payment')}?cancelled=1", 303)


@step("review")
async def review(request: Request) -> Response:
    """Show all answers once more; a POST with the terms accepted places the order."""
    errors: dict[str, str] = {}
    session = request.session
    if request.method == "POST":
        form = await read_form(request)
        if "terms" in form:
            number = f"FF-{secrets.randbelow(90_000) + 10_000}"
            session["order"] = {"number": number, "cents": basket_for(request).total_cents}
            for key in BASKET_KEYS:
                session.pop(key, None)
            return RedirectResponse(f"/orders/{number}", 303)
        errors["terms"] = "error.terms"
    address, chosen = session["address"], session["delivery"]
    points = {point.id: point for point in pickup_points(address["postcode"])}
    return render_step(
        request,
        "review",
        errors,
        contact=session["contact"],
        address=address_lines(address, words_for(request)(f"country.{address['country']}")),
        option=option_named(chosen["option"], address["country"]),
        point=points.get(chosen["point"]),
        note=chosen["note"],
        payment=session["payment"],
    )


async def thank_you(request: Request) -> Response:
    """Confirm an order, to the browser that placed it only."""
    order = request.session.get("order")
    if not order or order["number"] != request.path_params["number"]:
        raise HTTPException(404)
    return render(request, "checkout/thank_you.j2", order=order, contact=request.session["contact"])
