"""A shop of a test's own that keeps all it is asked, and pages to audit."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PAGES = Path(__file__).resolve().parent / "audit_pages"


class AuditedShop:
    """Serves `pages` by path, and the files of `audit_pages/` under their names; `asked` is every request it got."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.headers: Mapping[str, str] = {}
        self.asked: list[str] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.asked.append(f"{self.command} {self.path}")
                path = urlsplit(self.path).path
                file = PAGES / path.lstrip("/")
                page = shop.pages.get(path) or (file.read_text("utf-8") if file.is_file() else None)
                content = (page or "there is no such page").encode()
                self.send_response(200 if page else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **shop.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode("utf-8", "replace")
                shop.asked.append(f"{self.command} {self.path} {body}")
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent: pytest shows what a failing test needs."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._server.server_address[1]}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
