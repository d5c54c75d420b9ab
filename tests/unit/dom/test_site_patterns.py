"""A site's own patterns in the snippet: what the relay would withhold is masked before it is sent."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording
from tests.unit.form_cases import TABLE, draw_form, draw_texts, first_found, patterns_of

from beside.policy.forms import pieces_of, together

SETS = 120
TEXTS_A_SET = 50
CUSTOMER = {"name": "customer number", "form": "KD-######"}


@pytest.fixture(scope="module")
def matchers(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(web_server[-1].page("<p>x</p>"))
    opened.add_script_tag(url=f"{web_server[-1].origin}/build/capture.js")
    yield opened
    opened.close()


def test_forms_are_found_as_the_table_says(matchers: Page) -> None:
    found = matchers.evaluate("cases => cases.map(({form, texts}) => beside.findForms([form], texts))", TABLE)

    assert found == [case["found"] for case in TABLE]


def test_both_matchers_are_made_of_one_expression_and_find_the_same(matchers: Page) -> None:
    rng = random.Random(28)
    sets = [[draw_form(rng) for _ in range(rng.randrange(1, 4))] for _ in range(SETS)]
    drawn = [[draw_texts(rng, forms) for _ in range(TEXTS_A_SET)] for forms in sets]

    sources, there = json.loads(
        matchers.evaluate(
            """text => {
              const [sets, drawn] = JSON.parse(text);
              const first = (found) => found[0] ?? null;
              return JSON.stringify([sets.map(beside.together), sets.map((forms, at) =>
                drawn[at].map((texts) => first(beside.findForms(forms, texts))))]);
            }""",
            json.dumps([sets, drawn]),
        )
    )

    here = []
    for forms, all_texts in zip(sets, drawn, strict=True):
        patterns = patterns_of(*forms)
        here.append([first_found(patterns, texts) for texts in all_texts])
    assert sources == [together(forms) for forms in sets]
    differing = [
        (forms, texts, one, other)
        for forms, all_texts, ones, others in zip(sets, drawn, here, there, strict=True)
        for texts, one, other in zip(all_texts, ones, others, strict=True)
        if one != other
    ]
    assert differing[:3] == []
    # Neither finds all, nor nothing.
    assert 0.2 < sum(at is not None for found in here for at in found) / (SETS * TEXTS_A_SET) < 0.9


def test_both_sides_take_the_same_texts_for_forms(matchers: Page) -> None:
    rng = random.Random(7)
    texts = ["".join(rng.choices("K4#@*{},.-/ _:Ä2\u0666\uff13", k=rng.randrange(1, 9))) for _ in range(3_000)]

    taken = matchers.evaluate("texts => texts.map(beside.isForm)", texts)

    # What has no letter or digit at all is refused where policies are signed.
    expected = [any(piece.kind != "-" for piece in pieces_of(text) or []) for text in texts]
    assert taken == expected
    assert 100 < sum(taken) < 2_900


def record(page: Page, site: Site, body: str, **stated: Any) -> Recording:
    settings = f"beside.policed({json.dumps({'patterns': [CUSTOMER], **stated})})"
    return Recording(page, site, body, settings=settings)


def test_number_of_the_sites_own_is_masked_wherever_it_would_be_read(page: Page, site: Site) -> None:
    body = """<p>Customer KD-123456, welcome</p><p>Customer <b>KD</b>-<i>123456</i></p>
      <p data-beside=show>kd 123456</p><img alt="KD 123456"><div id="KD-123456"></div>
      <input id=shown data-beside=show value="KD123456" placeholder="such as KD-123456">
      <label>KD-123456 <input id=named></label><p>seen</p>
      <table><tr><td>KD</td><td>123456 pieces</td></tr></table>"""

    recording = record(page, site, body)

    assert "seen" in recording.text
    assert recording.text.count("123456") == 1
    assert "123456 pieces" in recording.text
    assert recording.field("shown")["reason"] == "site-pattern"
    assert recording.field("shown")["content"] is None


def test_number_that_comes_piece_by_piece_is_masked_with_the_piece_that_completes_it(page: Page, site: Site) -> None:
    recording = record(page, site, "<p>Number <b>KD-123</b><i id=rest></i></p>")
    assert "KD-123" in recording.text

    page.evaluate("rest.textContent = '456'")
    recording.quiet()
    page.evaluate("document.body.append('KD-654321')")
    recording.quiet()

    assert "456" not in recording.text
    assert "654321" not in recording.text


def test_number_in_an_attribute_that_only_a_style_sheet_names_is_masked(page: Page, site: Site) -> None:
    body = """<style>[customer]::after { content: attr(customer) } [mood=glad] { color: green }</style>
      <p customer="KD-123456" mood=glad>x</p><p customer="4242 4242 4242 4242">y</p>"""

    recording = record(page, site, body)

    assert 'mood="glad"' in recording.outline
    assert "123456" not in recording.text
    assert "4242" not in recording.text


def test_policy_without_patterns_masks_no_number(page: Page, site: Site) -> None:
    recording = record(page, site, "<p>Customer KD-123456</p>", patterns=[])

    assert "KD-123456" in recording.text
