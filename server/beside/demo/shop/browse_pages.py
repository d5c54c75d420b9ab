"""The pages before the checkout: product list, product and basket."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from beside.demo.csrf import read_form
from beside.demo.shop.basket import COUPONS, MAX_QUANTITY, quantity_of
from beside.demo.shop.catalogue import BY_SLUG, CATEGORIES, PRODUCTS
from beside.demo.shop.render import render, words_for

MAX_QUERY_LENGTH = 60


async def products(request: Request) -> Response:
    """List what the shop sells, by category and search word."""
    words = words_for(request)
    query = request.query_params.get("q", "").strip()[:MAX_QUERY_LENGTH]
    category = request.query_params.get("category")
    found = [
        product
        for product in PRODUCTS
        if category not in CATEGORIES or product.category == category
        if query.lower() in words(f"product.{product.slug}.name").lower()
    ]
    return render(request, "products.j2", products=found, query=query, category=category)


async def product(request: Request) -> Response:
    """Show one product; a POST puts it into the basket."""
    slug = request.path_params["slug"]
    if slug not in BY_SLUG:
        raise HTTPException(404)
    error = None
    if request.method == "POST":
        form = await read_form(request)
        quantity = quantity_of(form.get("quantity", "1"))
        if quantity:
            basket = dict(request.session.get("basket", {}))
            basket[slug] = min(basket.get(slug, 0) + quantity, MAX_QUANTITY)
            request.session["basket"] = basket
            return RedirectResponse(f"/basket?added={slug}", 303)
        error = "error.quantity"
    others = [other for other in PRODUCTS if other.slug != slug][:4]
    status = 422 if error else 200
    return render(request, "product.j2", product=BY_SLUG[slug], others=others, error=error, status=status)


async def basket(request: Request) -> Response:
    """Show the basket; a POST changes quantities (`quantity-SLUG`, 0 removes) or tries a discount code (`coupon`)."""
    errors: dict[str, str] = {}
    coupon = ""
    if request.method == "POST":
        form = await read_form(request)
        if "coupon" in form:
            coupon = form["coupon"][:20]
            errors = _apply_coupon(request, coupon)
        else:
            errors = _change_quantities(request, form)
        if not errors:
            return RedirectResponse("/basket", 303)
    added = BY_SLUG.get(request.query_params.get("added", ""))
    return render(request, "basket.j2", errors=errors, coupon=coupon, added=added, status=422 if errors else 200)


def _apply_coupon(request: Request, text: str) -> dict[str, str]:
    code = text.upper()
    if code not in COUPONS:
        return {"coupon": "error.coupon" if code else "error.coupon_empty"}
    request.session["coupon"] = code
    return {}


def _change_quantities(request: Request, form: dict[str, str]) -> dict[str, str]:
    quantities: dict[str, int] = {}
    errors: dict[str, str] = {}
    for slug, before in request.session.get("basket", {}).items():
        quantity = 0 if form.get("remove") == slug else quantity_of(form.get(f"quantity-{slug}", str(before)))
        if quantity is None:
            errors[f"quantity-{slug}"] = "error.quantity"
        elif quantity:
            quantities[slug] = quantity
    if not errors:
        request.session["basket"] = quantities
    return errors
