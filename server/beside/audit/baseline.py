"""Drift: what a report says otherwise than an earlier one of the same pages. Pure.

Pages are compared by their order in the walk and by path, fields by their keys. A canary's value may change, and how it
is found may too: what counts is that a field is found where it was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from beside.audit.audited import AuditedPage, IdleRule, Report


def drift_of(baseline: Report, report: Report) -> list[str]:
    """What is different now, a sentence each; empty where nothing is."""
    before = {_name(at, page): page for at, page in enumerate(baseline.pages, 1)}
    now = {_name(at, page): page for at, page in enumerate(report.pages, 1)}
    drift = [f"{name}: was audited before, and is not any more" for name in before if name not in now]
    drift += [f"{name}: was not audited before" for name in now if name not in before]
    drift += _new_idle(baseline.idle_everywhere, report.idle_everywhere)
    for name, page in now.items():
        if name in before:
            drift += [f"{name}: {what}" for what in _drift_of_page(before[name], page)]
    return drift


def _name(at: int, page: AuditedPage) -> str:
    return f"page {at} {page.path}"


def _drift_of_page(before: AuditedPage, now: AuditedPage) -> Iterator[str]:
    old, new = ({field.key: field for field in page.fields} for page in (before, now))
    yield from (f"the field {key} is gone" for key in old if key not in new)
    for key, field in new.items():
        if key not in old:
            yield f"a new field {key}: {field.verdict} ({field.reason})"
        elif (was := old[key]).verdict != field.verdict or was.reason != field.reason:
            yield f"the field {key} was {was.verdict} ({was.reason}) and is {field.verdict} ({field.reason})"
    known = {(one.field, one.typed_on, one.carrier) for one in before.sightings}
    for one in dict.fromkeys((one.field, one.typed_on, one.carrier) for one in now.sightings):
        if one not in known:
            yield f"the canary of {one[0]} is found in {one[2]}"
    faults = {(fault.word, fault.place) for fault in before.rules}
    for fault in now.rules:
        if (fault.word, fault.place) not in faults:
            yield f'data-beside="{fault.word}" at {fault.place}: {fault.fault}'
    yield from _new_idle(before.idle_here, now.idle_here)
    if before.box != now.box:
        yield f"the mirror shows {now.box or 'the page'} instead of {before.box or 'the page'}"


def _new_idle(before: Sequence[IdleRule], now: Sequence[IdleRule]) -> Iterator[str]:
    """By name and kind: numbers change with what is written above a rule."""
    known = {(rule.name, rule.kind) for rule in before}
    for rule in now:
        if (rule.name, rule.kind) not in known:
            yield f"the rule '{rule.name}' of the policy finds nothing to {rule.kind}"
