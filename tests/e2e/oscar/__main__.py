# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Serves the shop: `python -m tests.e2e.oscar --data DIR` prints its address once it answers, and SIGTERM ends it."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

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
    serve(options.host, chosen.port, options.media)
    return 0


def serve(host: str, port: int, media: Path) -> None:
    """Serve until SIGTERM or SIGINT; `port` 0 takes a free one. Django must be set up, hence the imports in here."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    from tests.e2e.oscar.database import prepare_database  # noqa: PLC0415
    from tests.e2e.oscar.pictures import PICTURES, draw_picture  # noqa: PLC0415

    prepare_database()
    call_command("rebuild_index", interactive=False, verbosity=0)
    for name in PICTURES:
        draw_picture(name, media / "images" / "products" / f"{name}.png")
    server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    # StaticFilesHandler serves the wheel's own files also with DEBUG off, like `runserver --insecure`.
    server.set_app(StaticFilesHandler(get_wsgi_application()))

    def end(number: int, frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread: it would wait for itself.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(f"http://{host}:{server.server_port}", flush=True)
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    sys.exit(main())
