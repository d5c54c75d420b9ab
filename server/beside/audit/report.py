"""The report in the terminal: what a person wants to know first, in sentences. Reads a report and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from beside.audit.audited import AuditedField, AuditedPage, IdleRule, Report, Sighting

REASONS = {
    "floor-type": "its type is secret",
    "floor-autocomplete": "its autocomplete names something secret",
    "floor-name": "its name or label says something secret",
    "floor-sticky": "it was secret once",
    "default-control": "every control is masked unless the site shows it",
    "site-mask": "the site masks it",
    "site-block": "the site blocks it, or what is around it",
    "site-show": "the site shows it",
    "looks-personal": "what it holds looks personal, or repeats a masked value",
    "payment-frame": "it is in a payment provider's frame",
    "tripwire": "it holds a payment number",
    "site-pattern": "it holds a number that the policy keeps private",
    "page-text": "other text is shown",
    "paused": "the policy pauses its page, of which nothing is shared",
    "inside-a-frame": "it is in a frame that the mirror shows as a box",
    "inside-a-closed-root": "it is in a closed shadow root",
    "inside-a-masked-field": "it is in a field that is masked",
    "not-known-as-a-field": "the mask takes it for plain text",
    "gone": "the page took it away",
}
MOMENTS = {"typing": "while it was typed", "later": "in a view that opened on the filled page"}


def lines_of(report: Report) -> Iterator[str]:
    """The report, a line each."""
    for page in report.pages:
        yield f"{page.path}  {page.title}".rstrip()
        yield from _lines_of_page(page)
        yield ""
    for rule in report.idle_everywhere:
        yield f"drift: {idle_sentence_of(rule)} on any page"
    yield summary_of(report)


def summary_of(report: Report) -> str:
    """The one sentence that says whether all is well."""
    leaks, fields = len(report.leaks), sum(len(page.fields) for page in report.pages)
    if leaks:
        return f"Not clean: {_counted(fields, 'field')}, and {_counted(leaks, 'sighting')} of a masked one's canary."
    return f"Clean: {_counted(fields, 'field')}, and no canary of a masked one left the page."


def _lines_of_page(page: AuditedPage) -> Iterator[str]:
    if page.box:
        yield f"  ! An agent does not see this page: {page.box}."
    if page.tag is None:
        yield "  The page has no tag of Beside's yet; it was audited as if it had one."
    width = max((len(field.label or field.key) for field in page.fields), default=0)
    for field in page.fields:
        yield f"  {field.verdict:7} {(field.label or field.key)[:40]:{min(width, 40)}}  {about(field)}"
    if not page.fields:
        yield "  No fields were found."
    for sighting in page.sightings:
        yield f"  {'shown' if sighting.is_shown else 'LEAK '}   {sentence_of(sighting)}"
    for rule in page.rules:
        yield f'  rule    data-beside="{rule.word}" at {rule.place}: {rule.fault}'
    if page.policy:
        yield f"  policy  {page.policy}"
    for idle in page.idle_here:
        yield f"  drift   {idle_sentence_of(idle)}"
    yield f"  text    {text_of(page)}"
    for refused in page.refused:
        yield f"  refused {refused}"


def about(field: AuditedField) -> str:
    """Why a field was judged so, and what was not done with it."""
    reason = REASONS.get(field.reason, field.reason)
    done = f"; left empty: {field.note}" if field.entered == "left" else f"; not searched for: {field.note}"
    return reason + (done if field.note else "")


def sentence_of(sighting: Sighting) -> str:
    """Where a canary was found."""
    place = f" at {sighting.place}" if sighting.place else ""
    return (
        f"{sighting.field} (typed: {sighting.canary}) in {sighting.carrier}{place}, {sighting.form}, "
        f"{MOMENTS[sighting.moment]}"
    )


def idle_sentence_of(rule: IdleRule) -> str:
    """Which rule found nothing."""
    return f"the rule '{rule.name}' finds nothing to {rule.kind}: {', '.join(rule.selectors)}"


def text_of(page: AuditedPage) -> str:
    """What is shown, and what a tighter policy would take away."""
    shown = page.shown
    fields = [field.label or field.key for field in page.fields if field.verdict == "show"]
    return (
        f"{_counted(shown.texts, 'text')} ({shown.chars} characters) shown; private mode would mask "
        f"{shown.lost_texts} of them ({shown.lost_chars} characters). "
        + (f"Fields shown: {', '.join(fields)}." if fields else "No field is shown.")
    )


def _counted(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
