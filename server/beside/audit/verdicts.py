"""What a view told of each field, and what became of the site's own marks. Types nothing; passes say when to ask."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from beside.audit.audited import AuditedField, FoundRule, RuleFault, Told, Verdict
from beside.audit.browser import Error, Page
from beside.audit.filling import Filled

_TOLD = "field => { try { return window.top.besideAudit.toldOf(field) } catch { return null } }"
_AROUND = "field => besideAudit.around(field)"


def audited_of(filled: Filled) -> AuditedField:
    """A field as the open view tells of it; where it tells nothing, by what stands around the field."""
    told = filled.handle.evaluate(_TOLD) if _is_there(filled) else None
    verdict: Verdict
    if told is not None:
        verdict, reason = (known := msgspec.convert(told, Told)).verdict, known.reason
    else:
        verdict, reason = _untold(filled)
    return AuditedField(
        key=filled.field.key,
        label=filled.field.label,
        type=filled.field.type,
        verdict=verdict,
        reason=reason,
        entered=filled.entered,
        shape=filled.canary.shape if filled.canary else "",
        canary=filled.canary.value if filled.canary else "",
        note=filled.note,
    )


def _is_there(filled: Filled) -> bool:
    try:
        return bool(filled.handle.evaluate("field => field.isConnected"))
    except Error:
        return False


def _untold(filled: Filled) -> tuple[Verdict, str]:
    """The verdict on what no frame told of: it stands in a box, or its page is paused, or in a masked field, or the
    mask does not know it."""
    if not _is_there(filled):
        return "block", "gone"
    around = filled.handle.evaluate(_AROUND)
    if around == "field":
        return "mask", "inside-a-masked-field"
    return ("block", str(around)) if around else ("unknown", "not-known-as-a-field")


def faults_of(page: Page, fields: Sequence[tuple[Filled, AuditedField]]) -> tuple[RuleFault, ...]:
    """Marks of the site's that do nothing, or not what they say."""
    faults: list[RuleFault] = []
    for frame in page.frames:
        try:
            found = msgspec.convert(frame.evaluate("window.besideAudit?.rules() ?? []"), list[FoundRule])
        except Error:
            continue
        faults += [RuleFault(word=rule.word, place=rule.place, fault=why) for rule in found if (why := fault_of(rule))]
    for filled, one in fields:
        if filled.field.rule == "show" and one.reason.startswith("floor"):
            why = f"without effect: the floor masks this field whatever the site says ({one.reason})"
            faults.append(RuleFault(word="show", place=one.key, fault=why))
    return tuple(faults)


def fault_of(rule: FoundRule) -> str | None:
    """What is wrong with a mark by itself; None: nothing."""
    if rule.word not in ("show", "mask", "block"):
        return "no word of Beside's (show, mask, block): what it stands on is masked"
    if rule.word != "block" and rule.is_blocked_around:
        return "without effect: something around it is blocked"
    if rule.word == "show" and rule.is_foreign_frame:
        return "without effect: a frame of another origin is a box"
    return None
