"""A site's policy as it is signed: what its pages show, mask and block, beyond the defaults. How it is signed is in
`beside.policy`, what a selector or pattern may look like in `beside.policy.reading`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from beside.protocol.bounds import SITE_KEY
from beside.protocol.shapes import Record

# A rule a part of the shop; the largest shop that was looked at while this was written needs some thirty.
MAX_RULES = 200
# Of one list. Each is looked for in every frame; lists of generated selectors want a class of the shop's own instead.
MAX_SELECTORS = 100
# What build tools generate stays below 200; a longer one is a list that should be several.
MAX_SELECTOR_CHARS = 500
MAX_PATTERNS = 100
# As long as a path that frames may carry, with room for a wildcard each segment.
MAX_PATTERN_CHARS = 300
# Content networks of one shop.
MAX_HOSTS = 50
# Kinds of numbers that a shop has of its own: customers, orders, vouchers, staff. Every text is searched for each.
MAX_FORMS = 20

RuleKind = Literal["show", "mask", "block"]
# As people count them, and as they stand in the policy.
RuleNumber = Annotated[int, Meta(ge=1, le=MAX_RULES)]
PolicyVersion = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Selector = Annotated[str, Meta(min_length=1, max_length=MAX_SELECTOR_CHARS)]
Selectors = Annotated[list[Selector], Meta(max_length=MAX_SELECTORS)]
PathPattern = Annotated[str, Meta(min_length=1, max_length=MAX_PATTERN_CHARS, pattern=r"^\/[^?#\x00-\x20]*(?!\n)$")]
PathPatterns = Annotated[list[PathPattern], Meta(max_length=MAX_PATTERNS)]
# As browsers write it in an address: lower case, without the default port.
Host = Annotated[str, Meta(max_length=260, pattern=r"^[a-z0-9.-]+(?::[0-9]{1,5})?(?!\n)$")]


class PolicyRule(Record, frozen=True):
    """What these selectors find is shown, masked or blocked on pages of these paths; `pages` null: on all.

    `*` in a pattern is a segment or a part of one, `**` is anything. `name` is what logs and alarms call it.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    pages: PathPatterns | None
    show: Selectors
    mask: Selectors
    block: Selectors


class SitePattern(Record, frozen=True):
    """A number of the site's own, such as a customer's: text that holds one is masked, and withheld by the relay.

    `form`: how it is written (`beside.policy.forms`). `name` is what messages and the audit call it.
    """

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    form: Annotated[str, Meta(min_length=1, max_length=80)]


class SitePolicy(Record, frozen=True):
    """`pause`: paths that are not shared at all. `private`: all text is masked but what is shown by a rule or a mark.

    `query_hosts`: whose asset addresses keep their query. `frames`: same-origin frames whose document is shown.
    `exempt_echoes`: masked fields (search, quantity) whose values the page may repeat; never those of the floor.
    `patterns`: numbers of the site's own, which nothing shows.
    """

    site: Annotated[str, Meta(pattern=SITE_KEY)]
    version: PolicyVersion
    private: bool
    rules: Annotated[list[PolicyRule], Meta(max_length=MAX_RULES)]
    pause: PathPatterns
    query_hosts: Annotated[list[Host], Meta(max_length=MAX_HOSTS)]
    frames: Selectors
    exempt_echoes: Selectors
    patterns: Annotated[list[SitePattern], Meta(max_length=MAX_FORMS)]


class IdleRule(Record, frozen=True):
    """The selectors of one kind of one rule, by its place in the policy: never a selector, nor what it finds."""

    rule: RuleNumber
    kind: RuleKind


class Drift(Record, frozen=True):
    """From a shopper's page: which rules that name it have found nothing so far. Empty: each has found something.

    An alarm is raised by the relay, once the page's life is over: what comes with a later step is no drift.
    """

    version: PolicyVersion
    rules: Annotated[list[IdleRule], Meta(max_length=3 * MAX_RULES)]


class DriftAlarm(Record, frozen=True):
    """To agents: a rule found nothing during the whole life of a page that it names.

    `path`: that page's, with `:id` where frames have it. `name`: the rule's own, null where the relay serves no policy
    of this version.
    """

    version: PolicyVersion
    rule: RuleNumber
    kind: RuleKind
    name: Annotated[str, Meta(max_length=80)] | None
    path: Annotated[str, Meta(max_length=500)]
