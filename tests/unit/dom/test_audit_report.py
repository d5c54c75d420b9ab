"""The HTML report, opened in a browser: whoever reads it is safe from the page that it tells of."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
from playwright.sync_api import Browser
from tests.unit.audit.reports import field, page, report, sighting

from beside.audit.audited import Report
from beside.audit.report_html import to_html
from beside.audit.run import Pictures

# One grey pixel (PNG, 1 x 1).
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
PICTURES = [Pictures(PIXEL, b"")]


def opened(browser: Browser, path: Path, html: str) -> tuple[str, list[str]]:
    """All that the file says, and what the browser complains of."""
    path.write_text(html, "utf-8")
    tab = browser.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(path.as_uri())
    said = tab.locator("body").inner_text()
    assert tab.evaluate("document.querySelectorAll('script, body [onerror], a[href]').length + (window.ran ?? 0)") == 0
    tab.close()
    return said, complaints


def test_it_says_all_that_the_terminal_says(browser: Browser, tmp_path: Path) -> None:
    shown = sighting("note", is_shown=True)
    told = report(page(field(), field("note", "show", "site-show"), sightings=(sighting(), shown)))

    said, complaints = opened(browser, tmp_path / "a.html", to_html(told, PICTURES, ["page 1 /: a new field vat"]))

    assert complaints == []
    for words in (
        "Not clean: 2 fields, and 1 sighting of a masked one's canary.",
        "email (typed: Dreskina Plombulk) in text at p#greeting",
        "every control is masked unless the site shows it",
        "Shown, as the site asks",
        "a new field vat",
        "There is no picture.",
        "POST https://shop.example/save",
    ):
        assert words in said


def test_what_comes_from_the_page_is_text_and_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    hostile = "</title></style><img src=x onerror='ran = 1'><script>ran = 1</script>\"'><a href=javascript:1>"
    everywhere = msgspec.json.encode(report(page(field(), sightings=(sighting(),)))).decode()
    for words in ("Email", "Checkout", "Dreskina Plombulk", "p#greeting", "/checkout", "https://shop.example/save"):
        everywhere = everywhere.replace(f'"{words}"', msgspec.json.encode(hostile + words).decode())
    told = msgspec.json.decode(everywhere, type=Report)

    said, complaints = opened(browser, tmp_path / "b.html", to_html(told, PICTURES, [hostile]))

    assert complaints == []
    assert said.count("<script>ran = 1</script>") >= 6
