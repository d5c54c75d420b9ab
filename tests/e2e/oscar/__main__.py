# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Serves the shop: `python -m tests.e2e.oscar --data DIR` prints its address once it answers, and SIGTERM ends it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOT_INSTALLED = "django-oscar is not installed; run: pip install --group oscar"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.oscar", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--host", default="shop.localhost", help="the only host name that the shop answers to")
    parser.add_argument("--snippet-src", help="address of beside.js; without it the shop has no tag")
    parser.add_argument("--site", help="site key, for data-site")
    parser.add_argument("--integrity", help="subresource integrity of the script")
    parser.add_argument("--data", type=Path, required=True, help="folder for database, pictures and sent mail")
    chosen = parser.parse_args(arguments)
    try:
        import django  # noqa: PLC0415
        import oscar  # noqa: F401, PLC0415
    except ImportError:
        print(NOT_INSTALLED, file=sys.stderr)
        return 2

    from django.conf import settings  # noqa: PLC0415

    from tests.e2e.oscar.settings import ShopOptions, shop_settings  # noqa: PLC0415

    options = ShopOptions(
        host=chosen.host,
        data=chosen.data.resolve(),
        snippet_src=chosen.snippet_src,
        site=chosen.site,
        integrity=chosen.integrity,
    )
    options.data.mkdir(parents=True, exist_ok=True)
    settings.configure(**shop_settings(options))
    django.setup()
    serve(options.host, chosen.port, options.media, origin_of(options.snippet_src))
    return 0


def origin_of(address: str | None) -> str | None:
    """The origin of an absolute address: of the relay, where the mirror is that loads the fonts."""
    parts = urlsplit(address or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def serve(host: str, port: int, media: Path, mirror_origin: str | None) -> None:
    """Serve until SIGTERM or SIGINT; `port` 0 takes a free one. Django must be set up, hence the imports in here.

    Static files may be loaded from `mirror_origin`: browsers fetch fonts with CORS, and web servers allow it so.
    """
    from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    from tests.e2e.oscar.database import prepare_database  # noqa: PLC0415
    from tests.e2e.oscar.pictures import PICTURES, draw_picture  # noqa: PLC0415
    from tests.e2e.oscar.shown import show_sorting  # noqa: PLC0415

    show_sorting()
    prepare_database()
    call_command("rebuild_index", interactive=False, verbosity=0)
    for name in PICTURES:
        draw_picture(name, media / "images" / "products" / f"{name}.png")
    server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    # StaticFilesHandler serves the wheel's own files also with DEBUG off, like `runserver --insecure`.
    server.set_app(allow_fonts(StaticFilesHandler(get_wsgi_application()), mirror_origin))

    def end(number: int, frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread: it would wait for itself.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(f"http://{host}:{server.server_port}", flush=True)
    server.serve_forever()
    server.server_close()


def allow_fonts(app: WSGIApplication, origin: str | None) -> WSGIApplication:
    """What a shop's web server does with one line: let pages of `origin` load the static files, fonts among them."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if origin and environ["PATH_INFO"].startswith("/static/"):
                headers.append(("Access-Control-Allow-Origin", origin))
            return start_response(status, headers, *rest)

        return app(environ, start)

    return answer


if __name__ == "__main__":
    sys.exit(main())
