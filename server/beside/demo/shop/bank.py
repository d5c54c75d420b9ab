"""Northbank, the bank on its own host: confirms payments as 3-D Secure does, and serves the payment page's frame.

The snippet is not on these pages: what a shopper types at the bank is nobody's business but the bank's.
"""

import hmac
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from beside.demo.headers import SecurityHeaders, policy
from beside.demo.shop.bank_message import BadBankMessage, open_message, seal_message
from beside.demo.shop.config import STATIC, TEMPLATES, ShopConfig
from beside.demo.shop.money import euros
from beside.demo.templates import templates_in

# A real bank would send it to the phone; here it stands on the page.
DEMO_CODE = "246810"
_TEMPLATES = templates_in(TEMPLATES / "bank")


def create_bank(config: ShopConfig) -> Starlette:
    """Build the bank's application; it shares the shop's secret, as a shop and its bank share a key."""

    async def confirm(request: Request) -> Response:
        # Bank and shop trust each other's signature, not a cookie: there is no session to ride.
        form = await request.form(max_files=0, max_fields=5) if request.method == "POST" else request.query_params
        sealed = str(form.get("request", ""))
        try:
            question = open_message(config.secret, "ask", sealed)
        except BadBankMessage as error:
            raise HTTPException(400, str(error)) from error
        wrong = False
        if request.method == "POST":
            if form.get("decision") == "cancel":
                return _back_to_shop(config, question, "cancelled")
            if hmac.compare_digest(str(form.get("code", "")).strip().encode(), DEMO_CODE.encode()):
                return _back_to_shop(config, question, "confirmed")
            wrong = True
        return _page(
            request,
            "confirm.j2",
            status=422 if wrong else 200,
            sealed=sealed,
            last4=question["last4"],
            amount=euros(question["cents"]),
            wrong=wrong,
            demo_code=DEMO_CODE,
        )

    async def frame(request: Request) -> Response:
        number = ""
        if request.method == "POST":
            number = str((await request.form(max_files=0, max_fields=5)).get("gift_card", "")).strip()
        page = _page(request, "frame.j2", asked=bool(number))
        # The bank's only page that may be framed, and by this shop alone: elsewhere a frame could steal its clicks.
        page.headers["Content-Security-Policy"] = _policy(config, frame_ancestors=config.shop_origin)
        return page

    return Starlette(
        routes=[
            Route("/confirm", confirm, methods=["GET", "POST"]),
            Route("/frame", frame, methods=["GET", "POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(SecurityHeaders, {"Content-Security-Policy": _policy(config, frame_ancestors="'none'")}),
        ],
        exception_handlers={HTTPException: _explain},
    )


def _page(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    page = _TEMPLATES.TemplateResponse(request, template, dict(context), status_code=status)
    page.headers["Cache-Control"] = "no-store"
    return page


async def _explain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _page(request, "problem.j2", status=error.status_code, sentence=error.detail)


def _policy(config: ShopConfig, *, frame_ancestors: str) -> str:
    return policy(
        style_src="'self'",
        img_src="'self' data:",
        font_src="'self'",
        form_action=f"'self' {config.shop_origin}",
        frame_ancestors=frame_ancestors,
    )


def _back_to_shop(config: ShopConfig, question: dict[str, Any], result: str) -> Response:
    fields = {"nonce": question["nonce"], "cents": question["cents"], "result": result}
    answer = seal_message(config.secret, "answer", fields)
    return RedirectResponse(f"{config.shop_origin}/checkout/payment/return?answer={answer}", 303)
