"""A page of a test's own, really served: as a shop's owner might have got it wrong, tag and policy included."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class OwnPage:
    """One page at every path of any `http://HOST.localhost:PORT`: `body` with `headers`, as they are now.

    `redirects` leads from a path to an address: 303, so a form that posts arrives by GET. `pictures` stand at paths of
    their own, as PNG: for those who bring the cookie that stands beside them, where there is one.
    """

    def __init__(self) -> None:
        self.body = ""
        self.headers: Mapping[str, str] = {}
        self.redirects: dict[str, str] = {}
        self.pictures: dict[str, tuple[bytes, str | None]] = {}
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.do_GET()

            def do_GET(self) -> None:
                picture = page.pictures.get(urlsplit(self.path).path)
                if picture:
                    self.send_picture(*picture)
                    return
                target = page.redirects.get(urlsplit(self.path).path)
                content = b"" if target else page.body.encode()
                self.send_response(303 if target else 200)
                leading = {"Location": target} if target else {}
                for name, value in {"Content-Type": "text/html; charset=utf-8", **page.headers, **leading}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def send_picture(self, data: bytes, cookie: str | None) -> None:
                is_let_in = cookie is None or cookie in self.headers.get("Cookie", "")
                self.send_response(200 if is_let_in else 403)
                self.send_header("Content-Type", "image/png")
                # What needs no cookie every page may read.
                if cookie is None:
                    self.send_header("Access-Control-Allow-Origin", "*")
                content = data if is_let_in else b""
                self.send_header("Content-Length", str(len(content)))
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

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
