"""The shop of the fidelity suite: small pages, each with Beside's tag on it, under the host names of a real shop.

Knows nothing of browsers, and nothing of what is compared.
"""

from __future__ import annotations

import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.e2e.fidelity.bundles import BUNDLES, ROOT

HERE = Path(__file__).resolve().parent
PAGES, ASSETS = HERE / "pages", HERE / "assets"
FONTS = ROOT / "node_modules/@fontsource/inter/files"
# The page that a library's bundle builds itself into.
LIBRARY_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title><link rel="stylesheet" href="/bundles/{name}.css"></head>
<body><div id="app"></div><script src="/bundles/{name}.js"></script></body>
</html>
"""
TAG = '<script src="{src}" crossorigin="anonymous" data-site="{site}" defer></script>'


class FidelityShop:
    """Serves at any `http://HOST.localhost:PORT`: `/pages/GROUP/NAME`, `/libraries/NAME`, `/assets/…`, `/fonts/…`,
    `/bundles/…`. `{cdn}` and `{other}` in a page are the origins of an asset host and of somebody else's."""

    def __init__(self) -> None:
        self.tag = ""
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = unquote(urlsplit(self.path).path)
                found = shop.content_of(path)
                self.send_response(200 if found else 404)
                content, kind = found or (b"", "text/plain")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                # As asset hosts do, since fonts need it; but many send their style sheets without.
                if not path.endswith(".css"):
                    self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def origin(self, host: str) -> str:
        return f"http://{host}.localhost:{self.port}"

    def carry(self, src: str, site: str) -> None:
        """From now on every page carries the snippet's tag."""
        self.tag = TAG.format(src=src, site=site)

    def content_of(self, path: str) -> tuple[bytes, str] | None:
        """The content of an address and its media type; None where there is nothing."""
        match path.strip("/").split("/"):
            case ["pages", group, name]:
                file = PAGES / group / f"{name}.html"
                return self._page(file.read_text("utf-8")) if file.is_file() else None
            case ["libraries", name]:
                return self._page(LIBRARY_PAGE.format(name=name))
            case ["assets", *rest]:
                file = ASSETS.joinpath(*rest)
            case ["fonts", name]:
                file = FONTS / name
            case ["bundles", name]:
                file = BUNDLES / name
            case ["start"]:
                return self._page("<!doctype html><title>The shop</title><h1>The shop</h1>")
            case _:
                return None
        if not file.is_file():
            return None
        return file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"

    def _page(self, text: str) -> tuple[bytes, str]:
        """The tag goes where shops put it: before the end of the page, or at its very end."""
        before, end, after = text.rpartition("</body>")
        text = f"{before}{self.tag}\n{end}{after}" if end else f"{text}{self.tag}\n"
        filled = text.replace("{cdn}", self.origin("cdn")).replace("{other}", self.origin("other"))
        return filled.encode(), "text/html; charset=utf-8"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
