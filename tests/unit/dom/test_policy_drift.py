"""Which rules of a policy find nothing on a page, over the real capture: by what is told of them, and when."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

from beside.policy.selectors import is_sure

HERE = ["/made/**"]


class Drifting(Recording):
    """A page with a policy, and what it tells of rules that find nothing."""

    def __init__(self, page: Page, site: Site, body: str, *rules: dict[str, Any]) -> None:
        stated = json.dumps({"rules": [{"pages": HERE, **rule} for rule in rules], "version": 7})
        super().__init__(page, site, body, settings=f"beside.drifting({stated})")

    @property
    def idle(self) -> list[tuple[int, str]]:
        return [(one["rule"], one["kind"]) for one in self.page.evaluate("recording.rules.drift.idle")]

    def drifts(self, count: int) -> list[Any]:
        """Waits until so much has been told, and gives all of it."""
        self.page.wait_for_function("count => window.drifts.length >= count", arg=count)
        told: list[Any] = self.page.evaluate("window.drifts")
        return told


def test_rules_that_find_nothing_are_told_by_number_and_kind_once_the_page_is_at_rest(page: Page, site: Site) -> None:
    rules = [
        {"mask": [".gone"], "show": ["#here"]},
        {"block": [".gone", "#here"]},
        {"block": ["#gone"], "mask": ["#a, .gone"]},
        {"mask": ["#gone"], "pages": None},
        {"mask": ["#gone"], "pages": ["/elsewhere"]},
    ]
    drifting = Drifting(page, site, "<p id=here>CANARY</p>", *rules)

    told = drifting.drifts(1)

    assert told == [
        {
            "version": 7,
            "rules": [{"rule": 1, "kind": "mask"}, {"rule": 3, "kind": "mask"}, {"rule": 3, "kind": "block"}],
        }
    ]


def test_what_comes_with_a_later_step_is_found_and_told_at_once(page: Page, site: Site) -> None:
    drifting = Drifting(page, site, "<p>Step 1</p>", {"mask": ["#card"]}, {"show": [".step-3"]})
    drifting.drifts(1)

    drifting.run("document.body.innerHTML = '<p>Step 2</p><input id=card>'")
    told = drifting.drifts(2)
    drifting.run("document.body.innerHTML = '<p>Step 1</p>'")

    assert [one["rules"] for one in told][1] == [{"rule": 2, "kind": "show"}]
    assert drifting.idle == [(2, "show")]
    assert len(drifting.drifts(2)) == 2


def test_route_in_the_fragment_raises_no_alarm_and_ends_no_page(page: Page, site: Site) -> None:
    drifting = Drifting(page, site, "<p>x</p>", {"mask": ["#gone"]}, {"mask": ["#gone"], "pages": ["/secret"]})
    drifting.drifts(1)

    drifting.run("location.hash = '#/secret'; document.body.append('y')")

    assert drifting.idle == [(1, "mask")]
    assert len(drifting.drifts(1)) == 1


def test_nothing_is_told_where_each_rule_finds_something_or_nobody_may_see_the_page(page: Page, site: Site) -> None:
    drifting = Drifting(page, site, "<p id=a>x</p>", {"mask": ["#a"]})
    found = drifting.idle

    drifting = Drifting(page, site, "<p id=a>x</p>", {"mask": ["#b"]})
    page.evaluate("recording.rules.tellDrift((drift) => ((window.asked = drift), false))")
    page.wait_for_function("window.asked")
    page.evaluate("recording.rules.tellDrift((drift) => window.drifts.push(drift) > 0)")
    early = page.evaluate("window.drifts.length")
    # The view goes on by a keyframe.
    page.evaluate("recording.capture.keyframe()")
    told = drifting.drifts(1)

    assert found == []
    assert early == 0
    assert told[0]["rules"] == [{"rule": 1, "kind": "mask"}]


def test_what_stands_in_fields_and_blocked_parts_is_not_found(page: Page, site: Site) -> None:
    body = """<div data-beside=block><b class=one></b></div><div class=box><b class=two></b></div>
      <div contenteditable><b class=three></b></div><select><option class=four></select>"""
    rules = [{"mask": [".one"]}, {"mask": [".two"]}, {"mask": [".three"]}, {"mask": [".four"]}]

    drifting = Drifting(page, site, body, *rules, {"block": [".box"]}, {"show": ["select"]})
    drifting.run("document.body.append('more')")

    assert drifting.idle == [(1, "mask"), (2, "mask"), (3, "mask"), (4, "mask")]


@pytest.mark.parametrize("is_told_before", [False, True])
def test_what_the_page_does_from_the_first_key_in_a_masked_field_on_is_not_told(
    page: Page, site: Site, is_told_before: bool
) -> None:
    body = "<input id=card><input id=next><script>card.oninput = () => document.body.append(made)</script>"
    made = "<template id=t><p id=visa>x</p></template>"
    script = "<script>var made = t.content.firstChild</script>"
    drifting = Drifting(page, site, made + script + body, {"mask": ["#visa"]})
    told = drifting.drifts(1) if is_told_before else []

    page.locator("#card").press_sequentially("4")
    # A late agent's: it holds back what has changed since.
    page.evaluate("recording.capture.keyframe()")
    drifting.quiet()
    page.locator("#next").focus()
    drifting.quiet()

    assert page.locator("#visa").count() == 1
    # With each keyframe anew what was told, and never that the page has brought it since.
    assert drifting.idle == ([(1, "mask")] if is_told_before else [])
    assert all(again == told[0] for again in page.evaluate("drifts"))


def test_path_that_a_script_changes_begins_another_life_with_what_stands_there_already(page: Page, site: Site) -> None:
    rules = [{"mask": ["#kept"], "pages": ["/checkout"]}, {"mask": ["#gone"], "pages": ["/checkout"]}]
    drifting = Drifting(page, site, "<p id=kept>x</p>", *rules)
    before = drifting.idle

    drifting.run("history.pushState(null, '', '/checkout'); document.body.append('more')")
    told = drifting.drifts(1)

    assert before == []
    assert told[0]["rules"] == [{"rule": 2, "kind": "mask"}]


@pytest.mark.parametrize(
    ("selector", "sure"),
    [
        ("#a", True), (".a > b:not(.c)", True), ("[name=coupon]", True), ("[ type = 'email' i ]", True), ("a b", True),
        ("[data-testid^='x:checked[value]']", True), (r".sm\:p-2", True), ("li:nth-child(2n+1 of .x)", True),
        ("tr:first-of-type td", True), ("[class~='a']", True), ("[id]", True), ("[DATA-QA]", True),
        ("option:checked", False), ("[value='4']", False), ("[value]", False), ("input:valid", False),
        ("a:has(b)", False),
        ("input:placeholder-shown", False), ("[data-last4]", False), ("[aria-checked=true]", False), ("p:empty", False),
        (":is(:checked)", False), ("[id][ value ]", False), (r"[v\61lue]", False), ("[*|value]", False),
        (":not-x", False), ("[ids]", False), (":NOT(:Checked)", False), ("[id='\\'' i]:checked", False),
        ("[title='a\\\nb']", False), ("[id|=x]", True), ("[svg|id]", False), (":first-child-x", False),
    ],
)  # fmt: skip
def test_rules_that_values_could_decide_are_left_out_by_both_languages_alike(
    page: Page, site: Site, selector: str, sure: bool
) -> None:
    if not page.url.startswith(site.origin):
        page.goto(site.page("<p>x</p>"))
        page.add_script_tag(url=f"{site.origin}/build/capture.js")

    assert page.evaluate("selector => beside.isSure(selector)", selector) == sure
    assert is_sure(selector) == sure


def test_rule_that_values_could_decide_is_not_told_of(page: Page, site: Site) -> None:
    drifting = Drifting(page, site, "<input type=checkbox>", {"mask": [":checked"]}, {"mask": ["#x", "[value='1']"]})

    assert drifting.idle == []
