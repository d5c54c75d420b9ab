"""`/policy/SITE`: the signed policies, byte for byte as the shops signed them. Whether they did, their pages check."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from beside.errors import Refused
from beside.problems import problem
from beside.routes.door import Door, Operation
from beside.routes.tags import is_known
from beside.settings import Settings

# It holds nothing that the shop's own pages do not say; any of them may read it, and that there is none.
_CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
POLICY = Operation(
    name="showPolicy",
    does="A site's policy, as the shop signed it.",
    gives=(str,),
    media_type="text/plain",
    has_tag=True,
    refuses=("not-found",),
)


def policy_routes(settings: Settings) -> list[Door]:
    async def policy(request: Request) -> Response:
        site = settings.site(request.path_params["site"])
        if site is None or site.policy is None:
            answer = problem(Refused("not-found", "This relay serves no policy of that site."))
            answer.headers.update(_CORS)
            return answer
        tag = f'"{hashlib.sha256(site.policy).hexdigest()[:32]}"'
        headers = {
            # A new one counts from the next page on.
            "Cache-Control": "no-cache",
            "ETag": tag,
            **_CORS,
        }
        if is_known(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(site.policy, headers=headers, media_type="text/plain")

    return [Door("GET", "/policy/{site}", policy, POLICY)]
