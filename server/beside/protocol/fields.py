"""Fields: what the agent is told of a form control."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from beside.protocol.bounds import Line, Text
from beside.protocol.shapes import Record

Verdict = Literal["show", "mask", "block"]
# Why the policy judged so; the console explains each in words.
Reason = Literal[
    "floor-type",  # type=password, type=hidden, file names
    "floor-autocomplete",  # cc-*, one-time-code, current-password, new-password
    "floor-name",  # name, id or label says card, cvc, iban, pin and the like
    "floor-sticky",  # was secret once
    "default-control",  # form controls and contenteditable are masked unless shown
    "site-mask",
    "site-block",
    "site-show",
    "looks-personal",  # text that looks like an e-mail address, phone number, IBAN or card number; <address>; title
    "payment-frame",  # a payment provider's frame, of which the page knows a state and no content
    "tripwire",
    "site-pattern",  # holds a number of the site's own, by a pattern of its policy
    "page-text",  # other text is shown
]
FieldKind = Literal[
    "text", "number", "select", "checkbox", "radio", "file", "button", "rich-text", "date", "range", "frame"
]
Validity = Literal["valid", "missing", "malformed", "range", "type"]


class FieldStatus(Record, frozen=True):
    """What a settled masked field tells instead of its value. Of a payment frame (kind "frame"), what its provider's
    script says of it by class on the element that holds it."""

    filled: bool
    validity: Validity


class FieldContent(Record, frozen=True):
    """What a shown field holds. `text` is the value, or the labels of the chosen options, a line each.

    `checked` is null for what is no box or radio, and for a box that is neither checked nor not (`indeterminate`).
    """

    text: Text
    checked: bool | None


class Field(Record, frozen=True):
    """One form control. `status` is null until a masked field first settles; `content` is null unless shown."""

    kind: FieldKind
    label: Line
    # The standard autocomplete token that names the field's purpose ("postal-code"), where the page states one.
    purpose: Annotated[str, Meta(max_length=40)] | None
    verdict: Verdict
    reason: Reason
    required: bool
    disabled: bool
    status: FieldStatus | None
    content: FieldContent | None
