"""Reads the webhook that Beside sends when a session has ended, and turns its receipt into lines an agent can read.

Tolerant on purpose: a later version of Beside may say more, and a helpdesk shows what it knows.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_ID_LENGTH = 100
ENDED_BY = {
    "shopper-stopped": "the shopper, with Stop",
    "agent-ended": "the agent",
    "resume-window": "Beside, as the shopper's connection did not come back",
    "away-window": "Beside, as the shopper did not come back from another site",
    "idle": "Beside, as nothing happened for a while",
    "max-length": "Beside, as a view lasts no longer without asking again",
    "opened-elsewhere": "Beside, as the shopper's page was opened elsewhere",
    "erased": "the shop, by erasing the session",
}


class BadDelivery(ValueError):
    """The webhook's body is not a delivery; the text says what is missing."""


@dataclass(frozen=True)
class ReceiptDelivery:
    """One delivery. `id` stays the same when it is sent again; `ticket` is the helpdesk's own ticket id."""

    id: str
    ticket: str
    receipt: dict[str, Any]


def read_delivery(body: bytes) -> ReceiptDelivery:
    """Read a webhook's body; raises BadDelivery when it lacks an id, a receipt or the receipt's ticket."""
    try:
        message = json.loads(body)
    except ValueError:
        raise BadDelivery("The body is not JSON.") from None
    receipt = message.get("receipt") if isinstance(message, dict) else None
    if not isinstance(receipt, dict):
        raise BadDelivery("The body has no receipt.")
    delivery_id, ticket = message.get("id"), receipt.get("ticket")
    if not (isinstance(delivery_id, str) and 0 < len(delivery_id) <= MAX_ID_LENGTH):
        raise BadDelivery("The delivery has no id.")
    if not isinstance(ticket, str):
        raise BadDelivery("The receipt names no ticket.")
    return ReceiptDelivery(delivery_id, ticket, receipt)


def receipt_lines(receipt: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the receipt as `(label, text)` lines, leaving out what it does not say."""
    highlights = _rows(receipt, "highlights")
    lines = [
        ("Agents", ", ".join(str(agent.get("name", "")) for agent in _rows(receipt, "agents"))),
        ("View", _span(receipt.get("consentAt"), receipt.get("endedAt"))),
        ("Pages", " → ".join(str(page.get("path", "")) for page in _rows(receipt, "pages"))),
        ("Highlights", "; ".join(filter(None, map(_highlight, highlights))) or str(len(highlights))),
        ("Fields masked", str(receipt.get("fieldsMasked", ""))),
        ("Ended by", _ended_by(receipt.get("endReason"))),
        ("Rating", f"{receipt['rating']} of 5" if receipt.get("rating") is not None else ""),
    ]
    return [(label, text) for label, text in lines if text]


def _rows(receipt: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = receipt.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _highlight(row: dict[str, Any]) -> str:
    label, message = str(row.get("label") or "a field"), row.get("message")
    return f"{label} (“{message}”)" if message else label


def _span(start: object, end: object) -> str:
    first, last = _time(start), _time(end)
    if first is None:
        return "not allowed by the shopper"
    if last is None:
        return f"from {first:%d %B %Y, %H:%M} UTC"
    seconds = max(0, round((last - first).total_seconds()))
    return f"{first:%d %B %Y, %H:%M}–{last:%H:%M} UTC ({seconds // 60} min {seconds % 60} s)"


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _ended_by(reason: object) -> str:
    return ENDED_BY.get(reason, reason.replace("-", " ")) if isinstance(reason, str) else ""
