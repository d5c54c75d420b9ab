"""The security headers that the demo's pages carry; as strict as a careful shop's."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(**directives: str) -> str:
    """Write a Content-Security-Policy: `script_src="'self'"` becomes `script-src 'self'`.

    What is not named is forbidden.
    """
    rest = "; ".join(f"{name.replace('_', '-')} {sources}" for name, sources in directives.items())
    return f"default-src 'none'; base-uri 'none'; {rest}"


def websocket_origin(origin: str) -> str:
    """Give the WebSocket form of an http(s) origin: `https://a.b` becomes `wss://a.b`."""
    return "ws" + origin.removeprefix("http")


class SecurityHeaders:
    """Middleware: adds the given headers, and what every page of the demo carries, where a response lacks them."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            **headers,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
