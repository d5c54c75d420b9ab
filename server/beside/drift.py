"""The drift alarm: rules of a site's policy that found nothing during the whole life of a page that they name.

The shopper's page says which ones have found nothing so far; here a page's life is seen to end. Knows no selector, and
nothing of what a page shows but the path that frames gave.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from beside import metrics
from beside.errors import Refused
from beside.live import Live
from beside.policy.signing import open_signed
from beside.protocol import Drift, DriftAlarm, IdleRule, SitePolicy
from beside.settings import Settings

log = logging.getLogger("beside.drift")

# A shop that was rebuilt has some tens at once; a page that makes them up must not fill logs and consoles.
MAX_ALARMS = 50
# One a site, and one more each time that the relay is started with another.
MAX_POLICIES_KEPT = 100


def take_drift(live: Live, drift: Drift, settings: Settings) -> None:
    """What the page says of the rules so far. Raises `Refused` for a rule that its policy does not have."""
    for idle in drift.rules:
        _name_of(live, drift.version, idle, settings)
    live.drift = drift


def settle_drift(live: Live, settings: Settings) -> None:
    """The page's life is over: what has found nothing until now is an alarm, once a session and rule."""
    drift, live.drift = live.drift, None
    if drift is None:
        return
    told = {(alarm.rule, alarm.kind) for alarm in live.drift_alarms}
    for idle in drift.rules:
        if (idle.rule, idle.kind) in told or len(live.drift_alarms) >= MAX_ALARMS:
            continue
        told.add((idle.rule, idle.kind))
        _raise_alarm(live, drift.version, idle, settings)


def _raise_alarm(live: Live, version: int, idle: IdleRule, settings: Settings) -> None:
    name = _name_of(live, version, idle, settings)
    alarm = DriftAlarm(version=version, rule=idle.rule, kind=idle.kind, name=name, path=live.path or "/")
    live.drift_alarms.append(alarm)
    metrics.DRIFTS.add(label=idle.kind)
    log.warning(
        "A rule of the site's policy found nothing on a page that it names: one of the two has changed.",
        extra={
            "session": live.session.id,
            "site": live.session.site,
            "policy_version": version,
            "rule": idle.rule,
            "rule_name": name,
            "kind": idle.kind,
            "path": alarm.path,
        },
    )
    for seat in live.watching:
        seat.lane.tell("drift", alarm)


def _name_of(live: Live, version: int, idle: IdleRule, settings: Settings) -> str | None:
    """The rule's name in the policy that is served; None where another one counts in the page."""
    site = settings.site(live.session.site)
    policy = _read(site.policy) if site and site.policy else None
    if policy is None or policy.version != version:
        return None
    rule = policy.rules[idle.rule - 1] if idle.rule <= len(policy.rules) else None
    # Only a page of another policy, or none of ours, would name them.
    if rule is None or not getattr(rule, idle.kind) or rule.pages is None:
        raise Refused("unknown-rule", "The policy has no such rule that names pages.")
    return rule.name


@lru_cache(maxsize=MAX_POLICIES_KEPT)
def _read(signed: bytes) -> SitePolicy:
    """It was opened before, when the sites were read."""
    return open_signed(signed)
