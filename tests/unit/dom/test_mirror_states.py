"""Pseudo-classes and media queries in the mirror: they answer as they do for the shopper, not as for the agent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from .conftest import Site
from .mirror_page import MirrorPage, document, el, field, keyframe, tx


@pytest.fixture
def mirror(page: Page, site: Site) -> MirrorPage:
    return MirrorPage(page, site)


def colour(selector: str = "p", part: str = "color") -> str:
    return f"getComputedStyle(doc.querySelector('{selector}')).{part}"


ON = "rgb(1, 2, 3)"


@pytest.mark.parametrize("state", ["hover", "active"])
def test_state_is_of_the_element_and_of_those_around_it(mirror: MirrorPage, state: str) -> None:
    css = f"p:{state}, b:{state} {{ color: {ON} }} div:not(:{state}) {{ color: rgb(9, 9, 9) }}"
    body = el("div", {}, el("p", {}, el("b", {}, tx("x"))), el("i"))  # div 6, p 7, b 8, text 9, i 10
    mirror.apply(keyframe(document(body), ["adopted", 1, [css]]))
    assert mirror.inside(colour("div")) == "rgb(9, 9, 9)"

    mirror.apply(["mutation", 1, 1, 11, [["state", state, 8]]])
    assert [mirror.inside(colour(name)) for name in ("div", "p", "b")] == ["rgb(0, 0, 0)", ON, ON]
    mirror.apply(["mutation", 1, 2, 11, [["state", state, 10]]])
    assert [mirror.inside(colour(name)) for name in ("div", "p")] == ["rgb(0, 0, 0)", "rgb(0, 0, 0)"]
    mirror.apply(["mutation", 1, 3, 11, [["state", state, None]]])
    assert mirror.inside(f"doc.querySelectorAll('[beside-{state}]').length") == 0


def test_hover_shows_through_slots_and_shadow_roots(mirror: MirrorPage) -> None:
    host = [["el", "shop-card", {}, 2], ["sr", 1], *el("div", {}, el("slot")), *el("b", {}, tx("x"))]  # b is 10
    css = f":host(:hover) {{ top: 7px }} div:hover {{ color: {ON} }}"
    mirror.apply(keyframe(document(host), ["adopted", 7, [css]]))

    mirror.apply(["mutation", 1, 1, 12, [["state", "hover", 10]]])

    assert mirror.inside("getComputedStyle(doc.querySelector('shop-card')).top") == "7px"
    assert mirror.inside("getComputedStyle(doc.querySelector('shop-card').shadowRoot.querySelector('div')).color") == ON


def test_hovered_element_that_goes_takes_the_state_along(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("div", {}, el("p"))), ["state", "hover", 7]))

    mirror.apply(["mutation", 1, 1, 8, [["children", 6, 0, 1, []]]])

    assert mirror.inside("doc.querySelectorAll('[beside-hover]').length") == 0


def test_rules_beside_the_state_of_a_part_keep_their_weight_and_their_place(mirror: MirrorPage) -> None:
    css = (
        f"p:hover, ::-webkit-scrollbar-thumb:hover, q:hover {{ color: {ON} }} "
        'p[title=":hover"] { width: 5px } '
        "@layer a { p:hover { height: 3px } } "
        "div { p:hover & { top: 1px } &:hover { left: 2px } } "
        ".x { color: red }"
    )
    mirror.apply(keyframe(document(el("p"), el("div")), ["adopted", 1, [css]], ["state", "hover", 6]))

    assert mirror.inside(colour()) == ON
    assert mirror.inside(colour("p", "height")) == "3px"
    kept = mirror.inside("[...doc.adoptedStyleSheets.at(-1).cssRules].map((rule) => rule.selectorText ?? rule.name)")
    assert kept[0].startswith("p:is(:hover, [beside-hover]), ::-webkit-scrollbar-thumb:")
    assert kept[0].endswith("q:is(:hover, [beside-hover])")
    assert kept[1] == 'p[title=":hover"]'


def test_focus_within_target_and_ring(mirror: MirrorPage) -> None:
    css = (
        f"div:focus-within {{ color: {ON} }} a:target {{ color: {ON} }} button:focus-visible {{ width: 55px }} "
        "button:focus { height: 44px }"
    )
    body = [el("div", {}, el("button", {"style": "padding: 0; border: 0; box-sizing: border-box"})), el("a")]
    mirror.apply(keyframe(document(*body), ["adopted", 1, [css]], ["focus", 7], ["state", "target", 8]))
    sizes = "(r => [r.width, r.height])(doc.querySelector('button').getBoundingClientRect())"
    assert [mirror.inside(colour("div")), mirror.inside(colour("a"))] == [ON, ON]
    assert mirror.inside(sizes)[1] == 44
    assert mirror.inside(sizes)[0] != 55

    mirror.apply(["mutation", 1, 1, 9, [["state", "focus-visible", 7]]])
    assert mirror.inside(sizes) == [55, 44]
    mirror.apply(["mutation", 1, 2, 9, [["focus", None], ["state", "focus-visible", None], ["state", "target", None]]])
    assert [mirror.inside(colour("div")), mirror.inside(colour("a"))] == ["rgb(0, 0, 0)", "rgb(0, 0, 0)"]


def test_field_that_failed_after_it_was_filled_in(mirror: MirrorPage) -> None:
    css = f"input:user-invalid {{ color: {ON} }} input:invalid {{ top: 3px }}"
    empty = ["field", 6, field(filled=False, validity="missing")]
    mirror.apply(keyframe(document(el("input")), ["adopted", 1, [css]], empty))
    assert [mirror.inside(colour("input")) == ON, mirror.inside(colour("input", "top"))] == [False, "3px"]

    mirror.apply(["mutation", 1, 1, 7, [["field", 6, field(filled=True, validity="malformed")]]])
    assert mirror.inside(colour("input")) == ON
    mirror.apply(["mutation", 1, 2, 7, [["status", 6, {"filled": True, "validity": "valid"}]]])
    assert mirror.inside(colour("input")) != ON
    mirror.apply(["mutation", 1, 3, 7, [["status", 6, {"filled": False, "validity": "missing"}]]])
    assert mirror.inside(colour("input")) == ON


def test_label_that_changes_leaves_the_rest_of_its_field(mirror: MirrorPage) -> None:
    told = field(filled=True, validity="malformed")
    mirror.apply(keyframe(document(el("input")), ["field", 6, told]))

    mirror.apply(["mutation", 1, 1, 7, [["label", 6, "Name: too short"]]])

    assert mirror.reports("fields")[-1] == [[6, {**told, "label": "Name: too short"}]]


def test_custom_elements_count_as_defined_and_nothing_as_undefined(mirror: MirrorPage) -> None:
    css = f"my-el:defined {{ color: {ON} }} my-el:not(:defined) {{ display: none }}"
    mirror.apply(keyframe(document(el("my-el")), ["adopted", 1, [css]]))

    assert [mirror.inside(colour("my-el")), mirror.inside(colour("my-el", "display"))] == [ON, "inline"]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("(prefers-color-scheme: dark)", True),
        ("(prefers-color-scheme: light)", False),
        ("(prefers-color-scheme)", True),
        ("(prefers-reduced-motion)", True),
        ("(prefers-reduced-motion: no-preference)", False),
        ("(prefers-contrast: no-preference)", True),
        ("(hover)", False),
        ("(hover: none) and (pointer: coarse)", True),
        ("(any-pointer: fine), (max-width: 10px)", False),
        ("not all and (hover: hover)", True),
        ("(min-resolution: 2dppx)", True),
        ("(min-resolution: 300dpi)", False),
        ("(-webkit-min-device-pixel-ratio: 2.5)", True),
        ("(max-resolution: 2x)", False),
        ("(scripting: enabled)", True),
        ("(scripting: none)", False),
        ("(display-mode: browser)", True),
        ("(min-width: 600px) and (max-width: 600px)", True),
        ("print", False),
    ],
)
def test_media_queries_are_answered_as_on_the_shoppers_phone(mirror: MirrorPage, query: str, holds: bool) -> None:
    phone = ["media", ["prefers-color-scheme: dark", "prefers-reduced-motion: reduce", "pointer: coarse"], 2.5]
    css = f"@media {query} {{ p {{ color: {ON} }} }}"
    owned = ["sheet", 6, f"p {{ top: 3px }} @layer x {{ {css} }}", None, "", False]
    by_media = ["sheet", 7, "p { left: 3px }", None, query, False]

    mirror.apply(
        keyframe(document(el("style"), el("style"), el("p")), owned, by_media, ["viewport", 600, 400, 1, 0, 0], phone)
    )

    assert (mirror.inside(colour()) == ON) is holds
    assert (mirror.inside(colour("p", "left")) == "3px") is holds


def test_shopper_who_turns_dark_mode_on_is_followed(mirror: MirrorPage) -> None:
    css = f"@media (prefers-color-scheme: dark) {{ p {{ color: {ON} }} }} :root {{ color-scheme: light dark }}"
    imports = f"@import 'data:text/css,'; {css}"
    mirror.apply(
        keyframe(
            document(el("p"), el("b"), el("style")),
            ["adopted", 1, [css]],
            ["media", [], 1],
            ["sheet", 8, imports, None, "", False],
        )
    )
    assert mirror.inside(colour()) != ON

    mirror.apply(["mutation", 1, 1, 9, [["media", ["prefers-color-scheme: dark"], 1]]])

    assert mirror.inside(colour()) == ON
    assert mirror.inside(colour("b")) == "rgb(255, 255, 255)"
