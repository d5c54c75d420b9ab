"""The empty document in which a page is rebuilt. Its headers stand in `policies.py`."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

# By its mark a console knows that a frame has loaded this document, and not what came in its place (own_document.ts).
_EMPTY = '<html><head><meta name="beside-mirror"></head><body></body></html>'


def mirror_document(*, is_quirks: bool) -> str:
    """Pages without a doctype are laid out by older rules, and so must their mirror be."""
    return _EMPTY if is_quirks else f"<!doctype html>{_EMPTY}"


def mirror_answer(request: Request, headers: Mapping[str, str]) -> Response:
    """The document of the mode that is asked for."""
    content = mirror_document(is_quirks=request.query_params.get("quirks") == "1")
    return Response(content, headers=headers, media_type="text/html")
