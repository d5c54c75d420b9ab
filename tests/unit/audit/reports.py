"""Reports as an audit makes them, for tests of what is read in them."""

from __future__ import annotations

from beside.audit.audited import REPORT_FORMAT, AuditedField, AuditedPage, Report, RuleFault, Shown, Sighting, Verdict


def field(
    key: str = "email", verdict: Verdict = "mask", reason: str = "default-control", note: str = ""
) -> AuditedField:
    return AuditedField(
        key=key,
        label=key.title(),
        type="text",
        verdict=verdict,
        reason=reason,
        entered="left" if note else "typed",
        shape="text",
        canary="Dreskina Plombulk",
        note=note,
    )


def sighting(key: str = "email", carrier: str = "text", *, is_shown: bool = False) -> Sighting:
    return Sighting(
        field=key,
        typed_on="/checkout",
        canary="Dreskina Plombulk",
        form="as it is",
        carrier=carrier,
        place="p#greeting",
        moment="later",
        is_shown=is_shown,
    )


def page(
    *fields: AuditedField,
    sightings: tuple[Sighting, ...] = (),
    rules: tuple[RuleFault, ...] = (),
    path: str = "/checkout",
    box: str | None = None,
) -> AuditedPage:
    return AuditedPage(
        path=path,
        title="Checkout",
        tag=None,
        fields=fields,
        sightings=sightings,
        rules=rules,
        shown=Shown(texts=40, chars=500, lost_texts=39, lost_chars=490),
        box=box,
        refused=("POST https://shop.example/save: it may change something",),
    )


def report(*pages: AuditedPage) -> Report:
    return Report(format=REPORT_FORMAT, version="0.1.0", url="https://shop.example/checkout", pages=pages)
