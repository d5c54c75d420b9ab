"""After any run of random edits the mirror's tree equals the page's, in the masked view of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TimedOut

from beside.routes.mirror_document import mirror_document

from .conftest import Site
from .mirror_page import csp

HTML = """<!doctype html><html lang="en"><head><style>
  .wide { color: rgb(0, 120, 120) } [data-mood] { background-color: rgb(250, 250, 200) }
</style></head><body>
<div id="stage"><h1>Basket</h1><p class="red">Grey wool socks</p><ul><li>one</li><li>two</li></ul>
<form><label>E-mail <input type="email"></label><input type="checkbox" data-beside="show"></form></div>
<script src="/build/property.js"></script></body></html>"""
NAMES = [
    *("element", "element", "element", "text", "text", "move", "move", "move", "lift", "remove", "data", "class"),
    *("attribute", "unset", "style", "input", "fill", "fill", "shadow", "adopt", "sheet", "rule", "replace", "reverse"),
    *("svg", "comment", "textarea", "split", "normalize", "dialog", "close", "churn"),
    *("leave", "wear", "return", "absence", "absence"),
]
NUMBER = st.integers(min_value=0, max_value=60)
EDITS = st.tuples(st.sampled_from(NAMES), NUMBER, NUMBER, NUMBER)
# Each batch is one task of the page; `True` lets the mirror catch up before the next.
BATCHES = st.lists(st.tuples(st.lists(EDITS, min_size=1, max_size=12), st.booleans()), min_size=1, max_size=8)
AGREE_LIMIT_MS = 30_000
# `BESIDE_PROPERTY_EXAMPLES=400 pytest tests/unit/dom/test_property*` takes some minutes and random edits each time.
EXAMPLES = int(os.environ.get("BESIDE_PROPERTY_EXAMPLES", "25"))


@pytest.fixture(scope="module")
def stage(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[Page]:
    site = web_server[-1]
    headers = {"Content-Security-Policy": csp([site.origin])}
    site.add("/mirror", mirror_document(is_quirks=False), headers=headers)
    page = browser.new_page()
    page.goto(site.page(HTML))
    yield page
    page.close()


def agree(page: Page) -> None:
    """Waits until page and mirror show the same; tells where they differ if they do not come to."""
    try:
        page.wait_for_function("() => property.agree()", timeout=AGREE_LIMIT_MS)
    except TimedOut:
        seen = page.evaluate("property.views()")
        raise AssertionError(first_difference(seen["page"], seen["mirror"], "page")) from None
    assert page.evaluate("property.views().gaps") == []


def first_difference(page: Any, mirror: Any, path: str) -> str:
    """The first place where the mirror's view differs from the page's."""
    if isinstance(page, dict) and isinstance(mirror, dict):
        for part in page.keys() | mirror.keys():
            if page.get(part) != mirror.get(part):
                return first_difference(page.get(part), mirror.get(part), f"{path}.{part}")
    if isinstance(page, list) and isinstance(mirror, list) and len(page) == len(mirror):
        for at, (one, other) in enumerate(zip(page, mirror, strict=True)):
            if one != other:
                return first_difference(one, other, f"{path}[{at}]")
    return f"at {path} the page has {page!r}, the mirror {mirror!r}"


@settings(
    max_examples=EXAMPLES,
    # The suite's own runs are the same each time; a longer one looks elsewhere.
    derandomize="BESIDE_PROPERTY_EXAMPLES" not in os.environ,
    # A smaller example costs minutes of waiting for pages that never agree: shrink by hand, edits are told whole.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=BATCHES)
def test_the_mirror_equals_the_page_after_any_run_of_edits(stage: Page, batches: list[Any]) -> None:
    stage.reload()
    stage.evaluate("property.start(document.getElementById('stage'), '/mirror')")

    agree(stage)
    for batch, waits in batches:
        stage.evaluate("batch => property.edit(batch)", batch)
        if waits:
            agree(stage)
    agree(stage)


@settings(
    max_examples=max(EXAMPLES // 2, 10),
    derandomize="BESIDE_PROPERTY_EXAMPLES" not in os.environ,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=BATCHES)
def test_the_mirror_equals_the_page_where_it_is_edited_while_it_is_read(stage: Page, batches: list[Any]) -> None:
    stage.reload()
    # A task for each node: every batch falls between two nodes of a keyframe or of a mutation.
    stage.evaluate("property.start(document.getElementById('stage'), '/mirror', { slice_ms: 0 })")

    for batch, waits in batches:
        stage.evaluate("batch => property.edit(batch)", batch)
        if waits:
            agree(stage)
            stage.evaluate("capture.keyframe()")
            stage.evaluate("property.pause(3)")
    agree(stage)


@pytest.mark.parametrize(
    "tampering",
    [
        "querySelector('li').firstChild.data = 'another'",
        "querySelector('p').className = ''",
        "querySelector('ul').append(doc.querySelector('li'))",
        "querySelector('h1').remove()",
        "querySelector('[type=email]').value = 'read@it.example'",
        "querySelector('[type=checkbox]').checked = true",
        "adoptedStyleSheets.at(-1).replaceSync('')",
    ],
)
def test_the_comparison_sees_each_kind_of_difference(stage: Page, tampering: str) -> None:
    stage.reload()
    stage.evaluate("property.start(document.getElementById('stage'), '/mirror')")
    stage.evaluate("batch => property.edit(batch)", [["attribute", 3, 0, 0], ["class", 2, 0, 2]])
    agree(stage)

    stage.evaluate(f"(() => {{ const doc = mirrorDocument(); doc.{tampering} }})()")

    assert stage.evaluate("property.agree()") is False
