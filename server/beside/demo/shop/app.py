"""Puts the shop together: routes, cookie, headers and the page for what is not there."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from beside.demo.headers import SecurityHeaders, policy, websocket_origin
from beside.demo.shop import browse_pages, checkout_pages, payment_pages
from beside.demo.shop.config import STATIC, ShopConfig
from beside.demo.shop.render import render

# What the shopper has answered travels in the shop's own signed cookie, so that a restarted demo loses no checkout.
COOKIE_MAX_AGE_S = 2 * 60 * 60
BOTH = ["GET", "POST"]


def create_shop(config: ShopConfig) -> Starlette:
    """Build the shop's application for one set of addresses."""
    app = Starlette(
        routes=[
            Route("/", browse_pages.products),
            Route("/products/{slug}", browse_pages.product, methods=BOTH),
            Route("/basket", browse_pages.basket, methods=BOTH),
            Route("/checkout", checkout_pages.start),
            Route("/checkout/contact", checkout_pages.contact, methods=BOTH),
            Route("/checkout/address", checkout_pages.address, methods=BOTH),
            Route("/checkout/delivery", checkout_pages.delivery, methods=BOTH),
            Route("/checkout/delivery/options", checkout_pages.delivery_options),
            Route("/checkout/delivery/points", checkout_pages.delivery_points),
            Route("/checkout/payment", payment_pages.payment, methods=BOTH),
            Route("/checkout/payment/return", payment_pages.return_from_bank),
            Route("/checkout/review", payment_pages.review, methods=BOTH),
            Route("/orders/{number}", payment_pages.thank_you),
            # Browsers load fonts across origins only where CORS allows it; without, the mirror falls back to others.
            Mount(
                "/static",
                SecurityHeaders(StaticFiles(directory=STATIC), {"Access-Control-Allow-Origin": config.console_origin}),
            ),
        ],
        middleware=[
            Middleware(SecurityHeaders, {"Content-Security-Policy": shop_policy(config)}),
            # Not `Secure`: the demo runs on plain http, which browsers trust for names under localhost alone.
            Middleware(
                SessionMiddleware, secret_key=config.secret, session_cookie="fern_field", max_age=COOKIE_MAX_AGE_S
            ),
        ],
        exception_handlers={HTTPException: _explain},
    )
    app.state.config = config
    return app


def shop_policy(config: ShopConfig) -> str:
    """Write the shop's Content-Security-Policy: its own files, the snippet's origin, the frames of the bank and of
    "What the agent sees", nothing inline.

    `data:` images are there for Bootstrap, whose arrows and ticks are data URLs in its style sheet.
    """
    console = config.console_origin
    return policy(
        script_src=f"'self' {console}",
        connect_src=f"'self' {console} {websocket_origin(console)}",
        style_src="'self'",
        img_src="'self' data:",
        font_src="'self'",
        frame_src=f"{config.bank_origin} {console}",
        form_action=f"'self' {config.bank_origin}",
        frame_ancestors="'none'",
    )


async def _explain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return render(request, "problem.j2", status=error.status_code, sentence=error.detail)
