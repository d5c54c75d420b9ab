"""The report as one HTML file that needs nothing else: both pictures of each page side by side, and every finding.

The page that was audited may be hostile to whoever reads this: all that comes from it is escaped, and the file's own
policy lets nothing run or load.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from beside.audit.audited import AuditedField, AuditedPage, Report
from beside.audit.report import about, idle_sentence_of, sentence_of, summary_of, text_of
from beside.audit.run import Pictures

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d8dee6, #3a424d); --soft: light-dark(#f3f5f8, #1d232b);
  --bad: light-dark(#b3261e, #ff9a92); --good: light-dark(#1d6b3c, #7fd6a0); }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1500px; padding: 24px; font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 24px; margin: 0 } h2 { font-size: 19px; margin: 40px 0 8px } h3 { font-size: 15px; margin: 20px 0 4px }
.summary { font-weight: 600; color: var(--good) } .summary.bad, .leak { color: var(--bad) }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; align-items: start }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
figcaption { padding: 6px 12px; background: var(--soft); border-bottom: 1px solid var(--line); font-weight: 600 }
img { display: block; width: 100%; height: auto; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: start; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top }
td { overflow-wrap: anywhere }
.verdict { display: inline-block; min-width: 4.5em; padding: 0 8px; border: 1px solid var(--line); border-radius: 99px;
  background: var(--soft); text-align: center; font-size: 13px }
.show, .unknown { border-color: currentColor; font-weight: 600 }
li { overflow-wrap: anywhere }
@media (max-width: 800px) { .pictures { grid-template-columns: 1fr } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Nothing but the style above, by its hash, and pictures that stand in the file itself.
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"


def to_html(report: Report, pictures: Sequence[Pictures], drift: Sequence[str] | None) -> str:
    """The whole file. `pictures`: one of each page; `drift` null: there was no baseline."""
    return "\n".join(_parts(report, pictures, drift)) + "\n"


def _parts(report: Report, pictures: Sequence[Pictures], drift: Sequence[str] | None) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>Audit of {escape(report.url)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>What an agent sees of {escape(report.url)}</h1>"
    yield f'<p class="summary{" bad" if report.leaks else ""}">{escape(summary_of(report))}</p>'
    if drift is not None:
        yield from _list("Drift from the baseline", drift, empty="No drift from the baseline.")
    for page, pair in zip(report.pages, pictures, strict=True):
        yield from _page(page, pair)
    idle = [idle_sentence_of(rule) for rule in report.idle_everywhere]
    yield from _list("Rules that find nothing on any page", idle, css="leak")
    yield f"<p>Beside {escape(report.version)}</p>\n</body>\n</html>"


def _page(page: AuditedPage, pictures: Pictures) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(page.path)} {escape(page.title)}</h2>"
    if page.box:
        yield f'<p class="leak">An agent does not see this page: {escape(page.box)}.</p>'
    yield '<div class="pictures">'
    yield _picture("The shopper's page, filled with canaries", pictures.page)
    yield _picture("What an agent sees whose view opens now", pictures.mirror)
    yield "</div>"
    leaks = [sentence_of(sighting) for sighting in page.leaks]
    yield from _list("Leaks", leaks, css="leak")
    yield from _fields(page.fields)
    yield from _list("Shown, as the site asks", [sentence_of(one) for one in page.sightings if one.is_shown])
    yield from _list(
        "Marks without effect", [f'data-beside="{one.word}" at {one.place}: {one.fault}' for one in page.rules]
    )
    if page.policy:
        yield f"<h3>Policy</h3>\n<p>{escape(page.policy)}</p>"
    yield from _list("Rules that find nothing here", [idle_sentence_of(rule) for rule in page.idle_here], css="leak")
    yield f"<h3>Text</h3>\n<p>{escape(text_of(page))}</p>"
    yield from _list("Requests that were refused", page.refused)
    yield "</section>"


def _picture(caption: str, png: bytes) -> str:
    said = f"<figcaption>{escape(caption)}</figcaption>"
    if not png:
        return f"<figure>{said}<p>There is no picture.</p></figure>"
    data = base64.b64encode(png).decode()
    return f'<figure>{said}<img alt="{escape(caption)}" src="data:image/png;base64,{data}"></figure>'


def _fields(fields: Sequence[AuditedField]) -> Iterator[str]:
    yield "<h3>Fields</h3>\n<table>\n<tr><th>Verdict</th><th>Field</th><th>Reason</th><th>Typed</th></tr>"
    for field in fields:
        cells = (field.label or field.key, about(field), field.canary)
        yield (
            f'<tr><td><span class="verdict {field.verdict}">{field.verdict}</span></td>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    yield "</table>"


def _list(title: str, lines: Sequence[str], *, css: str = "", empty: str = "") -> Iterator[str]:
    if lines:
        yield f"<h3>{escape(title)}</h3>\n<ul>"
        yield from (f'<li class="{css}">{escape(line)}</li>' for line in lines)
        yield "</ul>"
    elif empty:
        yield f"<p>{escape(empty)}</p>"
