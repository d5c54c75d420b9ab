"""What shop and bank tell each other through the shopper's address bar: signed, short-lived JSON. Knows no requests."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any, Literal

# A shopper looking for the phone with the bank's code takes minutes, not hours.
GOOD_FOR_S = 15 * 60
Purpose = Literal["ask", "answer"]


class BadBankMessage(ValueError):
    """The message is not one that the other side made for this purpose, or is too old."""


def seal_message(secret: str, purpose: Purpose, fields: dict[str, Any]) -> str:
    """Sign fields for one purpose, so that a question cannot be sent back as its own answer."""
    body = json.dumps({**fields, "until": int(time.time()) + GOOD_FOR_S}, separators=(",", ":")).encode()
    return _encode(body) + "." + _encode(_sign(secret, purpose, body))


def open_message(secret: str, purpose: Purpose, text: str) -> dict[str, Any]:
    """Give back the fields; raises BadBankMessage, whose text may be shown, for anything but a fresh message."""
    body_text, _, signature_text = text.partition(".")
    try:
        body, signature = _decode(body_text), _decode(signature_text)
    except ValueError:
        raise BadBankMessage("The payment page's address is damaged. Go back to the shop and pay again.") from None
    if not hmac.compare_digest(_sign(secret, purpose, body), signature):
        raise BadBankMessage("The payment page's address was changed. Go back to the shop and pay again.")
    fields: dict[str, Any] = json.loads(body)
    if fields.pop("until") < time.time():
        raise BadBankMessage("This payment took too long. Go back to the shop and pay again.")
    return fields


def _sign(secret: str, purpose: Purpose, body: bytes) -> bytes:
    return hmac.digest(f"demo bank {purpose} {secret}".encode(), body, hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
