"""The built snippet and console, served from memory: a fixed list of files, so that no address reaches any other."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beside.errors import Refused
from beside.routes.tags import is_known

ROOT = Path(__file__).parents[1] / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".map": "application/json",
}
# A version or a folder of ours. What is longer than any is not looked for: the system would refuse its name.
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._+-]{0,63}")
# Below this a gzip header costs more than it saves.
MIN_GZIP_BYTES = 600


def static_routes() -> list[Route]:
    async def snippet(request: Request) -> Response:
        params = request.path_params
        # A version is never built twice, and the shop's page verifies what it gets by hash (Subresource Integrity).
        return _answer(
            request,
            Path("v") / params["version"] / params["name"],
            {
                "Cache-Control": "public, max-age=31536000, immutable",
                "Access-Control-Allow-Origin": "*",
                "Cross-Origin-Resource-Policy": "cross-origin",
            },
        )

    async def console(request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "same-origin"}
        return _answer(request, Path("console") / request.path_params["name"], headers)

    return [Route("/v/{version}/{name}", snippet), Route("/console/{name}", console)]


def page(name: str, headers: dict[str, str]) -> Response:
    """One of the console's pages, with its own headers."""
    content, _, _ = _load(Path("console") / name)
    return Response(content, headers=headers, media_type="text/html")


def _answer(request: Request, name: Path, headers: dict[str, str]) -> Response:
    content, zipped, tag = _load(name)
    headers = {**headers, "ETag": tag, "Vary": "Accept-Encoding"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    if zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(zipped, headers={**headers, "Content-Encoding": "gzip"}, media_type=_TYPES[name.suffix])
    return Response(content, headers=headers, media_type=_TYPES[name.suffix])


def _load(name: Path) -> tuple[bytes, bytes | None, str]:
    file = ROOT / name
    # The listing decides, not the address: no "..", link or encoding of it names a file that is not in it.
    if name.suffix not in _TYPES or not _PART.fullmatch(name.parent.name) or file not in set(file.parent.glob("*")):
        if not (ROOT / "console").is_dir():
            raise Refused("not-built", "The snippet and console are not built: run `make build`, then try again.")
        raise Refused("not-found", "There is no such file.")
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(file: Path, _changed_at_ns: int) -> tuple[bytes, bytes | None, str]:
    content = file.read_bytes()
    zipped = gzip.compress(content, 9, mtime=0) if len(content) >= MIN_GZIP_BYTES else None
    return content, zipped, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
