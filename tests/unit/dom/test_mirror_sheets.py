"""A style sheet that several elements name is one in the mirror, and each of them is painted as if it had its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from .conftest import Site
from .mirror_page import Change, Entry, MirrorPage, document, el, keyframe, tx

RED, BLUE = "rgb(255, 0, 0)", "rgb(0, 0, 255)"
CSS = f"p {{ color: {RED}; margin: 1px }}"


@pytest.fixture
def mirror(page: Page, site: Site) -> MirrorPage:
    return MirrorPage(page, site)


def card() -> list[Entry]:
    """A component with a sheet of its own: with one behind the other, 6 to 10 are the first's nodes, the sheet is 8."""
    return [["el", "x-card", {}, 1], ["sr", 2], *el("style"), *el("p", {}, tx("x"))]


def sheet(owner: int, css: str | None = CSS, *, media: str = "", is_off: bool = False) -> Change:
    return ["sheet", owner, css, None, media, is_off]


def of_cards(mirror: MirrorPage, name: str = "color") -> list[str]:
    paragraphs = "[...doc.querySelectorAll('x-card')].map((card) => card.shadowRoot.querySelector('p'))"
    values: list[str] = mirror.inside(f"{paragraphs}.map((p) => win.getComputedStyle(p)['{name}'])")
    return values


@pytest.fixture
def cards(mirror: MirrorPage) -> MirrorPage:
    """Two of them, with one sheet; the next node is 16."""
    mirror.apply(keyframe(document(card(), card()), sheet(8), sheet(13)))
    assert of_cards(mirror) == [RED, RED]
    return mirror


def test_rules_behind_ones_sheet_are_not_the_others(cards: MirrorPage) -> None:
    for number, css in enumerate([f"p {{ color: {BLUE} }}", "p { margin: 7px }"], 1):
        cards.apply(["mutation", 1, number, 16, [["rules", 8, css]]])

    assert of_cards(cards) == [BLUE, RED]
    assert of_cards(cards, "marginTop") == ["7px", "1px"]


def test_rules_behind_a_sheet_go_with_its_text(cards: MirrorPage) -> None:
    cards.apply(["mutation", 1, 1, 16, [["rules", 8, f"p {{ color: {BLUE} }}"]]])

    cards.apply(["mutation", 1, 2, 16, [sheet(8)]])

    assert of_cards(cards) == [RED, RED]


def test_sheet_that_one_turns_off_or_shows_elsewhere_stays_the_others(cards: MirrorPage) -> None:
    cards.apply(["mutation", 1, 1, 16, [sheet(8, is_off=True)]])
    assert of_cards(cards) == ["rgb(0, 0, 0)", RED]

    cards.apply(["mutation", 1, 2, 16, [sheet(8), sheet(13, media="print")]])

    assert of_cards(cards) == [RED, "rgb(0, 0, 0)"]


def test_sheet_that_many_elements_of_a_root_name_holds_where_it_stands_last(mirror: MirrorPage) -> None:
    """And its layers where it stands first."""
    one = f"@layer one {{ p {{ color: {RED} }} }} p {{ margin: 1px }}"
    two = f"@layer two {{ p {{ color: {BLUE} }} }} p {{ margin: 2px }}"
    owners = [el("style")] * 4

    mirror.apply(keyframe(document(*owners, el("p")), sheet(6, one), sheet(7, two), sheet(8, one), sheet(9, one)))

    style = "win.getComputedStyle(doc.querySelector('p'))"
    assert mirror.inside(f"[{style}.color, {style}.marginTop]") == [BLUE, "1px"]


def test_what_is_in_use_is_one_sheet_still_after_another_was_edited_over_and_over(cards: MirrorPage) -> None:
    """What the edits left behind is forgotten, and nothing else."""
    long = "q { color: red }" * 60_000
    for number in range(1, 11):
        cards.apply(["mutation", 1, number, 16, [sheet(8, f"{long} p {{ margin: {number}px }}")]])
    assert of_cards(cards, "marginTop") == ["10px", "1px"]

    cards.apply(["mutation", 1, 11, 16, [sheet(8)]])

    assert of_cards(cards) == [RED, RED]
    adopted = "[...doc.querySelectorAll('x-card')].map((card) => card.shadowRoot.adoptedStyleSheets.at(-1))"
    assert cards.inside(f"new Set({adopted}).size") == 1
