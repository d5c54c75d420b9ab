"""What an audit reads of a page and what it finds: the words of its reports, as JSON has them.

Knows nothing of browsers.
"""

from __future__ import annotations

from typing import Literal

import msgspec

# Written into reports; raised when one of another number would be compared wrongly.
REPORT_FORMAT = 1

# The policy's verdicts, and one more: a field that the mask does not take for one.
Verdict = Literal["show", "mask", "block", "unknown"]
# How the canary came into the field; "left": it did not, or did not stay.
Entered = Literal["typed", "set", "chosen", "left"]
# "typing": the view was open while the canary was typed. "later": a view that opened on the filled page.
Moment = Literal["typing", "later"]


class Told(msgspec.Struct, frozen=True, rename="camel"):
    """The part of the wire's `Field` that reports speak of."""

    verdict: Literal["show", "mask", "block"]
    reason: str


class FoundField(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A field as `audit_page/src/fields.ts` finds it. `element` names the very element, while it lives."""

    key: str
    element: str = ""
    tag: str = "input"
    type: str = "text"
    words: str = ""
    label: str = ""
    autocomplete: str = ""
    input_mode: str = ""
    min: str = ""
    max: str = ""
    step: str = ""
    max_length: int = -1
    pattern: str = ""
    choices: tuple[str, ...] = ()
    is_visible: bool = True
    is_fixed: bool = False
    rule: str = ""
    held: str = ""


class FoundRule(msgspec.Struct, frozen=True, rename="camel"):
    """One `data-beside` as `audit_page/src/rules.ts` finds it."""

    word: str
    place: str
    tag: str
    is_blocked_around: bool
    is_foreign_frame: bool


class Record(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A part of a report: camel case in JSON, as everywhere at Beside's doors; unknown keys are refused."""


class AuditedField(Record, frozen=True, forbid_unknown_fields=True):
    """One field with what the policy says of it. `note`: why it was left, or not searched for."""

    key: str
    label: str
    type: str
    verdict: Verdict
    reason: str
    entered: Entered
    # What kind of value was typed ("card number"), and the value itself: drawn by the audit, nobody's. Empty: none was.
    shape: str
    canary: str
    note: str = ""


class Sighting(Record, frozen=True, forbid_unknown_fields=True):
    """A canary found in what would be sent."""

    field: str
    # The page it was typed on, by its path: later pages are searched for it too.
    typed_on: str
    canary: str
    # "as it is", "base64", "reversed" and the like.
    form: str
    # What carries it: "text", "attribute alt of <img>", "style sheet".
    carrier: str
    # Where that stands on the page; null where it is gone by now.
    place: str | None
    moment: Moment
    # The site shows the field itself, so that this is what it asked for and no leak.
    is_shown: bool


class IdleRule(Record, frozen=True, forbid_unknown_fields=True):
    """A rule of a policy that found nothing: its number, its selectors of one kind, and the pages that it names.

    `pages` null: it holds on all, and is no drift as long as it finds something on one of those that were audited.
    """

    rule: int
    kind: Literal["show", "mask", "block"]
    name: str
    selectors: tuple[str, ...]
    pages: tuple[str, ...] | None


class PagePolicy(msgspec.Struct, frozen=True, rename="camel"):
    """What `audit_page/src/policies.ts` says of the policy on a page."""

    says: str
    idle: tuple[IdleRule, ...]


class RuleFault(Record, frozen=True, forbid_unknown_fields=True):
    """A mark of the site's that does nothing, or not what it says."""

    word: str
    place: str
    fault: str


class Shown(Record, frozen=True, forbid_unknown_fields=True):
    """How much text the page shows, and how much of it private mode would mask: counts of text nodes and characters."""

    texts: int
    chars: int
    lost_texts: int
    lost_chars: int


class AuditedPage(Record, frozen=True, forbid_unknown_fields=True):
    """One audited page. `box`: what stands in place of the page ("page too large"); null while it is shown."""

    path: str
    title: str
    # The site's own tag, where it has one; the audit runs its own copy of the snippet either way.
    tag: str | None
    fields: tuple[AuditedField, ...]
    sightings: tuple[Sighting, ...]
    rules: tuple[RuleFault, ...]
    shown: Shown
    box: str | None
    # Requests that the page made and the audit refused: method, address without its query, why.
    refused: tuple[str, ...]
    # The policy in force, in words; empty: none. Reports from before there was one say nothing of it.
    policy: str = ""
    # Of its rules that hold here, those that found nothing. Where a box stands for the page none was looked for.
    idle: tuple[IdleRule, ...] = ()

    @property
    def idle_here(self) -> tuple[IdleRule, ...]:
        """Rules that name this page and found nothing on it."""
        return tuple(rule for rule in self.idle if rule.pages is not None)

    @property
    def leaks(self) -> tuple[Sighting, ...]:
        return tuple(sighting for sighting in self.sightings if not sighting.is_shown)


class Report(Record, frozen=True, forbid_unknown_fields=True):
    """All of one audit."""

    format: int
    version: str
    url: str
    pages: tuple[AuditedPage, ...]

    @property
    def leaks(self) -> tuple[Sighting, ...]:
        return tuple(leak for page in self.pages for leak in page.leaks)

    @property
    def idle_everywhere(self) -> tuple[IdleRule, ...]:
        """Rules for all pages that found nothing on any that was audited under a policy."""
        policed = [page.idle for page in self.pages if page.policy and not page.box]
        everywhere = policed[0] if policed else ()
        return tuple(rule for rule in everywhere if rule.pages is None and all(rule in idle for idle in policed))
