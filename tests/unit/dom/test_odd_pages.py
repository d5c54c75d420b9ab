"""Pages that change the browser under us: a view starts all the same, and no masked value leaves with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.scripted_relay import ScriptedRelay
from tests.unit.dom.shared_page import allow, frames, keyframes, shop_page, snippet_relay

# What libraries have done to pages, and what a careless or hostile one may do. By its name in the test's report.
CHANGED = {
    # MooTools 1.x: no iterables, no mapping function.
    "Array.from": "Array.from = (items) => items == null ? [] : items.length >= 0 ? [].slice.call(items) : [items];",
    # Prototype.js 1.6: JSON.stringify calls these, and quotes what they return once more.
    "toJSON": """for (const type of [Array, String, Object])
        type.prototype.toJSON = function () { return '<' + String(this) + '>'; };""",
    "JSON.stringify": "JSON.stringify = () => 'none of your business';",
    "Element.prototype.matches": "Element.prototype.matches = () => false;",
    "Element.prototype.getAttribute": "Element.prototype.getAttribute = () => null;",
    "Element.prototype.hasAttribute": "Element.prototype.hasAttribute = () => false;",
    "Element.prototype.closest": "Element.prototype.closest = () => null;",
    "Element.prototype.getAttributeNames": "Element.prototype.getAttributeNames = () => [];",
    "Node.prototype.nextSibling": "Object.defineProperty(Node.prototype, 'nextSibling', { get: () => null });",
    # A bridge of an old selector library that knows no attributes.
    "querySelector": """for (const type of [Element, Document]) {
        type.prototype.querySelector = () => null; type.prototype.querySelectorAll = () => []; }""",
    "Element.prototype.append": """Element.prototype.append = function (child) {
        return this.appendChild(typeof child === 'string' ? document.createTextNode(child) : child); };
        Element.prototype.remove = function () { this.parentNode.removeChild(this); return this; };""",
    "Array iteration": """Array.prototype[Symbol.iterator] = function* () {
        for (let i = 0; i in this; i++) yield this[i]; };""",
    "enumerable members": """for (const type of [Array, Object])
        type.prototype.extra = function () {};""",
    "Map and Set": """window.Map = class extends Map { constructor() { super(); } };
        window.Set = class extends Set { constructor() { super(); } };""",
    "Promise": """window.Promise = class Mine extends Promise {
        then(...does) { return super.then(...does.map((d) => d && ((...v) => d(...v)))); } };""",
    "MutationObserver": """window.MutationObserver = class {
        observe() {} disconnect() {} takeRecords() { return []; } };""",
    "requestAnimationFrame": "window.requestAnimationFrame = () => 0; window.cancelAnimationFrame = () => {};",
    "fetch": "window.fetch = ((native) => (...all) => native(...all).then((answer) => answer))(fetch);",
    "frozen prototypes": """for (const type of [Object, Array, String, Function, Promise, Map, Set, Node, Element,
        HTMLElement, Document, ShadowRoot, EventTarget, CSSStyleSheet, HTMLInputElement, HTMLSelectElement])
        Object.freeze(type.prototype);""",
}
VALUE = "Xanthippe Quux"


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


@pytest.mark.parametrize("changed", CHANGED)
def test_a_view_starts_and_masks_on_a_page_that_changed(
    page: Page, site: Site, relay: ScriptedRelay, changed: str
) -> None:
    page.goto(shop_page(site, relay, head=f"<script>{CHANGED[changed]}</script>"))

    root = allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")
    page.fill("#name", VALUE)
    page.locator("#name").blur()
    page.evaluate("document.getElementById('basket').firstChild.data = 'Three plants'")
    relay.wait_for(lambda relay: "Three plants" in json.dumps(frames(relay)), "the change")
    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")

    sent = json.dumps(frames(relay))
    assert "Two plants" in sent
    assert "Xanthippe" not in sent
    assert "Quux" not in sent


def test_what_a_shown_list_says_is_told_where_array_from_maps_nothing(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    shown = """<select data-beside="show" aria-label="Delivery" multiple>
        <option selected>Next  day</option><option selected>Noon</option></select>"""
    page.goto(shop_page(site, relay, head=f"<script>{CHANGED['Array.from']}</script>{shown}"))

    allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")

    assert r"Next day\nNoon" in json.dumps(frames(relay))


# What a page marks is marked, though its own functions deny it: each makes the mask blind in another way.
BLIND = ["Element.prototype.getAttribute", "Element.prototype.matches", "Element.prototype.closest", "querySelector"]


@pytest.mark.parametrize("changed", BLIND)
def test_what_is_masked_stays_masked_where_the_page_s_own_functions_are_blind(
    page: Page, site: Site, relay: ScriptedRelay, changed: str
) -> None:
    marked = f"""<script>{CHANGED[changed]}</script><p data-beside="mask">Wilhelmina</p>
        <div data-beside="show"><input type="password" value="{VALUE}" aria-label="Secret">
        <input autocomplete="cc-number" value="{VALUE}"></div><address>Ada Lovelace</address>"""
    page.goto(shop_page(site, relay, head=marked))

    allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")

    sent = json.dumps(frames(relay))
    assert "Two plants" in sent
    for secret in ("Wilhelmina", "Lovelace", "Xanthippe"):
        assert secret not in sent


def test_page_that_removes_whatever_it_does_not_know_is_not_shared_and_stays_alive(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")

    page.evaluate(
        """() => void setTimeout(() => {
          const sweep = () => document.querySelectorAll("html > div").forEach((unknown) => unknown.remove());
          new MutationObserver(sweep).observe(document.documentElement, { childList: true });
          sweep();
        })"""
    )

    assert relay.wait_heard("pause") == {"reason": "policy"}
    root.wait_for_text("Paused. This page is not shared")
    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")


def test_a_second_tag_of_another_release_is_told_and_changes_nothing(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    other = f'<script src="{relay.origin}/v/0/beside.js?another" data-site="other-shop" defer></script>'

    page.goto(shop_page(site, relay, head=other))
    allow(page, relay)

    assert said == ["Beside is here already: remove this tag."]
    assert page.locator("beside-help").count() == 1
    assert relay.asked[0][1]["site"] == "other-shop"


def test_a_base_of_another_host_and_an_xhtml_document_change_nothing(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    html = f"""<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Shop</title><base href="https://example.invalid/"/>
        </head><body><p>Two plants</p><label>Name <input id="name" /></label>
        <script src="{relay.origin}/v/0/beside.js" data-site="demo" defer="defer"></script></body></html>"""
    page.goto(site.add("/strict", html, "application/xhtml+xml"))

    root = allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")
    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")

    assert "Two plants" in json.dumps(frames(relay))
