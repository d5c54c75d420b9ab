"""The host that nobody may ask: it answers whatever it is asked, and counts. Also serves the control's pages."""

from __future__ import annotations

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Stranger:
    """`asked` holds each request as (who asks: the browser's User-Agent, path), in the order they came."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.pages: dict[str, str] = {}
        # A browser that only opens one ahead asks for nothing by which it is known.
        self.connections = 0
        stranger = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.do_GET()

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                page = stranger.pages.get(parts.path)
                if page is None:
                    stranger.asked.append((self.headers.get("User-Agent", ""), parts.path))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Access-Control-Allow-Origin", "*")
                if saved := parse_qs(parts.query).get("save"):
                    self.send_header("Content-Disposition", f'attachment; filename="{saved[0]}"')
                content = (page or "").encode()
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with suppress(ConnectionError):
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def verify_request(self, *_: object) -> bool:
                stranger.connections += 1
                return True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://stranger.localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def asked_by(self, browser: str) -> list[str]:
        """Paths that were asked for by a browser with this in its User-Agent."""
        return [path for agent, path in self.asked if browser in agent]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
