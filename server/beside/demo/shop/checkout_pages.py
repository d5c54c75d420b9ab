"""The checkout before payment: contact, address and delivery. With an error: 422, and nothing kept."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from beside.demo.csrf import read_form
from beside.demo.shop.address import (
    MIN_PASSWORD_LENGTH,
    address_errors,
    address_for_country,
    contact_errors,
    read_fields,
)
from beside.demo.shop.countries import DEFAULT_COUNTRY, FORMATS
from beside.demo.shop.delivery import PICKUP, option_named, options_for, pickup_points
from beside.demo.shop.render import render, words_for
from beside.demo.shop.steps import STEPS, first_open_step, may_open, path_after, path_of

Page = Callable[[Request], Awaitable[Response]]

CONTACT = ("name", "email", "phone")
ADDRESS = ("country", "line1", "line2", "city", "region", "postcode")
MAX_NOTE_LENGTH = 80


def step(name: str) -> Callable[[Page], Page]:
    """Guard a page of the checkout: with an empty basket or an unanswered earlier step it leads there instead."""

    def guard(page: Page) -> Page:
        async def guarded(request: Request) -> Response:
            if not request.session.get("basket"):
                return RedirectResponse("/basket", 303)
            if not may_open(name, request.session):
                return RedirectResponse(path_of(first_open_step(request.session)), 303)
            return await page(request)

        return guarded

    return guard


def render_step(
    request: Request, name: str, errors: dict[str, str], *, status: int | None = None, **context: object
) -> Response:
    """Render a step's page, with the progress bar, and 422 when there are errors unless `status` says otherwise."""
    return render(
        request,
        f"checkout/{name}.j2",
        status=status or (422 if errors else 200),
        step=name,
        steps=STEPS,
        errors=errors,
        **context,
    )


async def start(request: Request) -> Response:
    """Lead `/checkout` to the first page that has no answers yet."""
    return RedirectResponse(path_of(first_open_step(request.session)), 303)


@step("contact")
async def contact(request: Request) -> Response:
    """Ask who orders. A password is checked and then forgotten: the demo opens no accounts."""
    fields = request.session.get("contact") or read_fields({}, CONTACT)
    errors: dict[str, str] = {}
    wants_account = False
    if request.method == "POST":
        form = await read_form(request)
        fields = read_fields(form, CONTACT)
        wants_account = "account" in form
        errors = contact_errors(fields, form.get("password", "") if wants_account else None)
        if not errors:
            request.session["contact"] = fields
            return RedirectResponse(path_after("contact"), 303)
    return render_step(
        request, "contact", errors, fields=fields, wants_account=wants_account, min_password_length=MIN_PASSWORD_LENGTH
    )


@step("address")
async def address(request: Request) -> Response:
    """Ask where the order goes; which fields there are depends on the country."""
    country = DEFAULT_COUNTRY[words_for(request).lang]
    fields = request.session.get("address") or read_fields({"country": country}, ADDRESS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        fields = address_for_country(read_fields(await read_form(request), ADDRESS))
        errors = address_errors(fields)
        if not errors:
            request.session["address"] = fields
            chosen = request.session.get("delivery")
            if chosen and option_named(chosen["option"], fields["country"]) is None:
                del request.session["delivery"]
            return RedirectResponse(path_after("address"), 303)
        if fields["country"] not in FORMATS:
            fields = {**fields, "country": country}
    return render_step(request, "address", errors, fields=fields, formats=FORMATS)


@step("delivery")
async def delivery(request: Request) -> Response:
    """Ask how the order travels; the page fetches the options themselves after it has loaded."""
    session = request.session
    fields = session.get("delivery") or {"option": "", "point": "", "note": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = await read_form(request)
        fields = {**read_fields(form, ("option", "point")), "note": form.get("note", "")[:MAX_NOTE_LENGTH]}
        point = next((p for p in pickup_points(session["address"]["postcode"]) if p.id == fields["point"]), None)
        if option_named(fields["option"], session["address"]["country"]) is None:
            errors["option"] = "error.delivery"
        elif fields["option"] == PICKUP and point is None:
            errors["point"] = "error.pickup"
        else:
            session["delivery"] = {**fields, "point": fields["point"] if fields["option"] == PICKUP else ""}
            return RedirectResponse(path_after("delivery"), 303)
    return render_step(request, "delivery", errors, fields=fields, address=session["address"])


async def delivery_options(request: Request) -> Response:
    """Give the delivery options as a piece of HTML, for the page to put in its place."""
    return render(
        request,
        "checkout/delivery_options.j2",
        options=options_for(_address(request)["country"]),
        chosen=request.query_params.get("chosen", ""),
    )


async def delivery_points(request: Request) -> Response:
    """Give the collection points near the delivery address as a piece of HTML."""
    return render(
        request,
        "checkout/delivery_points.j2",
        points=pickup_points(_address(request)["postcode"]),
        chosen=request.query_params.get("chosen", ""),
    )


def _address(request: Request) -> dict[str, str]:
    address = request.session.get("address")
    if not isinstance(address, dict):
        raise HTTPException(409, "Give a delivery address first.")
    return address
