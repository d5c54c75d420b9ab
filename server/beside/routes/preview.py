"""`/preview/SITE`: what the agent sees, shown to the shopper in a frame of their own page.

The frames come from that page over a message port. Nothing is asked of the relay there and nothing can be sent to it:
the document's policy allows no connection. Needs no token, since it holds nothing of any session.
"""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beside.errors import Refused
from beside.parts import Parts
from beside.routes.mirror_document import mirror_answer
from beside.routes.policies import mirror_headers, preview_headers
from beside.sites import Site

_PREVIEW = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light">
<title>Preview · Beside</title>
<link rel="stylesheet" href="/console/preview.css">
<script type="module" src="/console/preview.js"></script>
</head>
<body data-asset-origins="{origins}"></body>
</html>
"""


def preview_routes(parts: Parts) -> list[Route]:
    def site_of(request: Request) -> Site:
        site = parts.settings.site(request.path_params["site"])
        if site is None:
            raise Refused("unknown-site", "No site of this key is set up here.")
        return site

    async def show(request: Request) -> Response:
        site = site_of(request)
        content = _PREVIEW.format(origins=escape(" ".join(site.asset_origins)))
        return Response(content, headers=preview_headers(site), media_type="text/html")

    async def mirror(request: Request) -> Response:
        site = site_of(request)
        headers = mirror_headers(site, "blob:", embedders=site.origins)
        return mirror_answer(request, headers)

    return [Route("/preview/{site}", show), Route("/preview/{site}/mirror", mirror)]
