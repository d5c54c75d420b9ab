"""The token that each form of the demo carries, so that no other site's page can send the form."""

import hmac
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request

FIELD = "csrf_token"
MAX_FORM_FIELDS = 60
MAX_FORM_PART_BYTES = 64 * 1024


def csrf_token(request: Request) -> str:
    """Give this browser's form token, making one on first use; it lives as long as the session cookie."""
    token = request.session.get(FIELD)
    if not isinstance(token, str):
        token = request.session[FIELD] = secrets.token_urlsafe(24)
    return token


async def read_form(request: Request) -> dict[str, str]:
    """Read a posted form as text, files left out and values stripped; 403 unless its token is the browser's.

    A page of another site can make a browser post here with the shopper's cookies, but cannot read the token.
    """
    async with request.form(max_files=0, max_fields=MAX_FORM_FIELDS, max_part_size=MAX_FORM_PART_BYTES) as form:
        fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    expected = request.session.get(FIELD)
    sent = fields.pop(FIELD, "")
    if not isinstance(expected, str) or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise HTTPException(
            403, "This form is too old or came from another page. Go back, reload the page and send it again."
        )
    return fields
