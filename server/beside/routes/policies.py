"""The security headers of each page, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from beside.settings import Settings
from beside.sites import Site

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# What a page names is asked for without cookies and client certificates: else a hostile shopper has the agent's browser
# ask for any address of the shop as the agent who is logged in there, despite `SameSite` where the console stands on a
# host of the shop's. What is the console's own keeps its cookie. Chromium heeds it from 96 on and Firefox from 119 on;
# Safari and Firefox on Android do not, nor does any browser over plain http. An isolated shop wants it.
_WITHOUT_CREDENTIALS = {"Cross-Origin-Embedder-Policy": "credentialless"}


class SecurityHeaders:
    """Middleware: what every answer carries, where the answer has not said otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in EVERYWHERE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def console_headers(settings: Settings) -> dict[str, str]:
    """For the console's and the launch page: own scripts and styles, own socket, the mirror's frame, and no more."""
    socket = "ws" + settings.public_url.removeprefix("http")
    return {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' data:",
                "font-src 'self'",
                f"connect-src 'self' {socket}",
                "frame-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            )
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def preview_headers(site: Site) -> dict[str, str]:
    """For "What the agent sees", a frame in the shop's pages: it may show the mirror, and send nothing to anybody."""
    return {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "frame-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                f"frame-ancestors {' '.join(site.origins)}",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            )
        ),
        "Cross-Origin-Resource-Policy": "cross-origin",
        **_WITHOUT_CREDENTIALS,
        "Cache-Control": "no-store",
    }


def mirror_headers(site: Site, uploads: str, embedders: Sequence[str] = ()) -> dict[str, str]:
    """For the mirror's empty document, in which a hostile page is rebuilt. `embedders`: who may show it besides us.
    `uploads`: where pictures come from that the shopper's page uploaded, as a CSP source.

    `sandbox` stands here as well as on the frame, so that the address opened by itself runs nothing either;
    'unsafe-inline' is for styles alone: the page's own are put in as elements where they import others.
    """
    assets = " ".join(site.asset_origins)
    return {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                f"img-src {assets} data: {uploads}",
                f"font-src {assets} data:",
                f"style-src {assets} 'unsafe-inline'",
                # Frames of the page are mirrored in frames of this same document; no address of the page becomes one.
                "frame-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                " ".join(("frame-ancestors 'self'", *embedders)),
                "sandbox allow-same-origin",
            )
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
        **_WITHOUT_CREDENTIALS,
        "Cache-Control": "no-store",
    }


def asset_headers(media_type: str) -> dict[str, str]:
    """For an uploaded picture: bytes that a hostile page chose, on the console's own origin.

    Whatever a browser took them for, it would run nothing and be nobody's; no other site can embed them, and no cache
    keeps them beyond the session.
    """
    return {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": f'inline; filename="picture.{media_type.removeprefix("image/")}"',
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
