"""Browser tests of the TypeScript modules: Chromium, the built test bundles, and a small server for test pages.

`bundles/NAME.ts` is built into `build/test-WORKER/NAME.js` (an IIFE; what a test needs of it hangs on `window`). Pages
come from `pages/`, or from a test that writes one: `url = site.page("<!doctype html>…")`.
"""

from __future__ import annotations

import mimetypes
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser import SHEET_CAP_MS, with_patience, without_mouse

ROOT = Path(__file__).resolve().parents[3]
PAGES = Path(__file__).resolve().parent / "pages"
# A folder a worker of pytest-xdist: none builds what another is just loading.
BUILT = ROOT / "build" / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile a test, at one CSS pixel a device pixel."""
    fresh = without_mouse(browser.new_context(viewport={"width": 1000, "height": 700}, locale="en-GB"))
    yield fresh
    fresh.close()


@pytest.fixture
def patient_with_sheets(context: BrowserContext) -> None:
    """A linked sheet is waited for until its text comes."""
    with_patience(context, SHEET_CAP_MS)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose uncaught errors fail the test: no module of ours may throw into its host."""
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert errors == []


@pytest.fixture(scope="session")
def bundles() -> Path:
    """The folder of built test bundles; they are built once a run."""
    built = subprocess.run(
        [sys.executable, "tools/node.py", "run", "tools/build.mjs", "--only=test", f"--out={BUILT}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        pytest.fail(f"The test bundles do not build:\n{built.stderr}", pytrace=False)
    return BUILT


@dataclass
class Answer:
    body: bytes
    content_type: str
    headers: dict[str, str]
    status: int


@dataclass
class Site:
    """A web server on a free port: `/pages/…` and `/build/…` from disk, and what tests add."""

    origin: str
    added: dict[str, Answer] = field(default_factory=dict)
    # Paths asked for, with their queries, in order: tests look here for requests that should not have been made. And
    # which of them came with a cookie.
    requests: list[str] = field(default_factory=list)
    with_cookies: list[str] = field(default_factory=list)

    def add(
        self,
        path: str,
        body: str | bytes,
        content_type: str = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
        status: int = 200,
    ) -> str:
        """Serves `body` at `path` and gives its address."""
        content = body.encode() if isinstance(body, str) else body
        self.added[path] = Answer(content, content_type, headers or {}, status)
        return self.origin + path

    def page(self, html: str, headers: dict[str, str] | None = None) -> str:
        """Serves a page at an address of its own."""
        return self.add(f"/made/{len(self.added)}", html, headers=headers)

    def answer(self, target: str) -> Answer:
        path = urlsplit(target).path
        if path in self.added:
            return self.added[path]
        for prefix, folder in (("/pages/", PAGES), ("/build/", BUILT)):
            file = (folder / path.removeprefix(prefix)).resolve()
            if path.startswith(prefix) and file.is_relative_to(folder) and file.is_file():
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                charset = "; charset=utf-8" if kind.startswith("text/") else ""
                return Answer(file.read_bytes(), kind + charset, {}, 200)
        return Answer(b"not found", "text/plain", {}, 404)


def handler_for(site_of: Callable[[], Site]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # The browser's own wish, whenever it finds the time: no test asks for it, and none is to see it fail.
            if self.path == "/favicon.ico":
                self.send_response(204)
                self.end_headers()
                return
            site_of().requests.append(self.path)
            if "Cookie" in self.headers:
                site_of().with_cookies.append(self.path)
            answer = site_of().answer(self.path)
            self.send_response(answer.status)
            for name, text in {"Content-Type": answer.content_type, **answer.headers}.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Silent: pytest shows what a failing test needs."""

    return Handler


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a page drops its connections; that is no failure of a test."""


@contextmanager
def serving() -> Iterator[list[Site]]:
    """A web server, and the sites behind it, of which the last one answers."""
    current: list[Site] = []
    server = QuietServer(("127.0.0.1", 0), handler_for(lambda: current[-1]))
    current.append(Site(f"http://127.0.0.1:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield current
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def web_server() -> Iterator[list[Site]]:
    """The server itself; `site` puts a fresh `Site` behind it for each test."""
    with serving() as current:
        yield current


@pytest.fixture
def site(bundles: Path, web_server: list[Site]) -> Site:
    """The test's own site; asking for it builds the bundles."""
    web_server[-1] = Site(web_server[-1].origin)
    return web_server[-1]
