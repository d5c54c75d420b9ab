"""Turns a request and a template name into a page: words, basket, form token and the snippet's tag are on every one."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from beside.demo.csrf import csrf_token
from beside.demo.shop.basket import Basket, basket_of
from beside.demo.shop.catalogue import CATEGORIES
from beside.demo.shop.config import TEMPLATES, ShopConfig
from beside.demo.shop.delivery import option_named
from beside.demo.shop.words import LOCALES, NAMES, WORDS, Words
from beside.demo.templates import templates_in

_TEMPLATES = templates_in(TEMPLATES)
_TEMPLATES.env.globals.update(locale_names=NAMES, categories=CATEGORIES)


def config_of(request: Request) -> ShopConfig:
    """Give the configuration that the application was created with."""
    config = request.app.state.config
    assert isinstance(config, ShopConfig)
    return config


def words_for(request: Request) -> Words:
    """Choose the page's language: `?lang=` first, which is then remembered, English when nothing was chosen."""
    asked = request.query_params.get("lang")
    if asked in LOCALES and request.session.get("lang") != asked:
        request.session["lang"] = asked
    return WORDS[request.session.get("lang", "en")]


def basket_for(request: Request) -> Basket:
    """Price the session's basket, with the delivery once it is chosen."""
    session = request.session
    delivery, address = session.get("delivery"), session.get("address")
    option = option_named(delivery["option"], address["country"]) if delivery and address else None
    return basket_of(session.get("basket", {}), session.get("coupon"), option.cents if option else None)


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Render a page of the shop. Pages of the checkout are never stored by the browser, as they print personal data."""
    words = words_for(request)
    page = _TEMPLATES.TemplateResponse(
        request,
        template,
        {
            "words": words,
            "basket": basket_for(request),
            "csrf": csrf_token(request),
            "config": config_of(request),
            "query": "",
            "category": None,
            **context,
        },
        status_code=status,
    )
    if template.startswith("checkout/"):
        page.headers["Cache-Control"] = "no-store"
    return page
