"""The browser that an audit drives: the machine's own Chromium or Chrome. The only importer of Playwright.

Knows nothing of what is done in it, but that a guard stands before the network.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from beside.audit.errors import CannotAudit
from beside.audit.guard import Guard

try:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        CDPSession,
        ElementHandle,
        Error,
        Frame,
        Page,
        Route,
        ViewportSize,
        WebSocketRoute,
        sync_playwright,
    )
except ModuleNotFoundError:
    raise CannotAudit(
        "An audit drives a browser through Playwright, which is not installed: pip install 'beside[audit]'."
    ) from None

__all__ = ["Browser", "BrowserContext", "CDPSession", "ElementHandle", "Error", "Frame", "Page"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
# --no-sandbox is for root alone, as in containers, where Chromium does not start otherwise. The rest keeps the browser
# from talking to anybody but the page.
CHROMIUM_ARGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
# What a route does not see a page do (Playwright, `BrowserContext.route`): these are not there while a page is audited.
_UNSEEN = """for (const name of ['SharedWorker', 'WebTransport', 'RTCPeerConnection', 'webkitRTCPeerConnection'])
  delete globalThis[name];"""
# What a script names may be on a page that is still loading.
TIMEOUT_MS = 15_000.0


@contextmanager
def open_browser(executable: Path | None, *, is_root: bool) -> Iterator[Browser]:
    """A Chromium without a window: the one named, the machine's, or the one that Playwright downloaded.

    Raises `CannotAudit` where there is none, or it does not start.
    """
    path = str(executable) if executable else next((p for name in CHROMIUM_NAMES if (p := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=path, args=[*CHROMIUM_ARGS, *(["--no-sandbox"] if is_root else [])]
            )
        except Error as error:
            what = f"{path} does not start" if path else "There is no Chromium or Chrome"
            raise CannotAudit(f"{what}; name one with --browser PATH. ({first_line(error)})") from None
        try:
            yield browser
        finally:
            browser.close()


def guarded_context(browser: Browser, guard: Guard) -> BrowserContext:
    """A fresh profile, whose every request goes by the guard. Service workers are off: they ask by themselves."""
    context = browser.new_context(viewport=VIEWPORT, service_workers="block", accept_downloads=False)
    context.set_default_timeout(TIMEOUT_MS)

    def handle(route: Route) -> None:
        request = route.request
        is_document = request.is_navigation_request()
        why = guard.refusal(request.method, request.url, is_document=is_document)
        if why is None:
            route.fallback()
            return
        guard.note(request.method, request.url, why)
        # An aborted document leaves the page where it is; any other failure would put an error page in its place.
        route.abort("aborted" if is_document else "blockedbyclient")

    def handle_socket(socket: WebSocketRoute) -> None:
        if guard.allows_requests:
            socket.connect_to_server()
        else:
            guard.note("WebSocket", socket.url, "what goes through it cannot be seen to be harmless")
            socket.close()

    context.route("**/*", handle)
    context.route_web_socket("**/*", handle_socket)
    context.add_init_script(_UNSEEN)
    return context


def serve_pages(context: BrowserContext, pages: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    """Answers for addresses that nobody is asked for: HTML and headers by address."""
    # Chromium takes what comes from no server for a public page, which may not ask a shop on this machine for a picture
    # (https://wicg.github.io/local-network-access/). Versions without that rule do not know the permission.
    with suppress(Error):
        context.grant_permissions(["local-network-access"])
    for address, (body, headers) in pages.items():
        context.route(address, _answer(body, {"Content-Type": "text/html; charset=utf-8", **headers}))


def _answer(body: str, headers: dict[str, str]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, headers=headers)


def first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else "no reason given"


def tell_frames(context: BrowserContext, take: Callable[[str], Any]) -> None:
    """Hands over what the page's capture publishes (`besideAuditFrame`), in order."""
    context.expose_binding("besideAuditFrame", lambda source, text: take(text))
