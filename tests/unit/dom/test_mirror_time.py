"""
A frame of a hostile page takes the console for a time that grows with its length alone: the one thread that paints it
also takes the picture away when it is to go. Each of these took minutes or more.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from .conftest import Site
from .mirror_page import Change, Entry, MirrorPage, document, el, field, keyframe

Frame = list[Any]

# Some take a second on two busy cores.
TOO_LONG_MS = 40_000
MILLION = 1_000_000
NAMED = "a{b:url(x)}" * 500

CARRIED = "[...doc.querySelectorAll('x-card')].filter((card) => card.shadowRoot.querySelector('style')).length"
APPLY = """texts => {
  window.isDone = false;
  setTimeout(() => {
    for (const text of texts) mirror.apply(JSON.parse(text));
    window.isDone = true;
  });
}"""


def sheet(css: str) -> list[Frame]:
    return [keyframe(document(el("style")), ["sheet", 6, css, None, "", False])]


def drawing(attribute: str, value: str) -> list[Frame]:
    return [keyframe(document(el("svg", {}, el("rect", {attribute: value}, kind="svg"), kind="svg")))]


def changed(body: list[list[Entry]], *changes: Change) -> list[Frame]:
    """A page, and a mutation that paints all of it too."""
    entries = document(*body)
    return [keyframe(entries), ["mutation", 1, 1, len(entries) + 2, list(changes)]]


def name_of(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}{zlib.adler32(text.encode()):08x}"


def hosts(count: int, sheet: str = "style") -> list[list[Entry]]:
    """Components whose shadow root holds a style sheet each: the first is node 8, the next ones follow by threes."""
    return [[["el", "x-card", {}, 1], ["sr", 1], ["el", sheet, {}, 0]]] * count


def named_sheets(
    css: str = NAMED, count: int = 20_000, *, hrefs: list[str | None] | None = None, medias: list[str] | None = None
) -> list[Frame]:
    """One sheet for each of many components, with these addresses and medias in turn."""
    hrefs, medias = hrefs or [None], medias or [""]
    names = [["keep", css], *[["named", name_of(css)]] * (count - 1)]
    sheets = [
        ["sheet", 8 + 3 * at, name, hrefs[at % len(hrefs)], medias[at % len(medias)], False]
        for at, name in enumerate(names)
    ]
    return changed(hosts(count), *sheets)


def named_in_one_root() -> list[Frame]:
    named = [["sheet", 7 + number, ["named", name_of(NAMED)], None, "", False] for number in range(20_000)]
    return changed([el("style")] * 20_001, ["sheet", 6, ["keep", NAMED], None, "", False], *named)


def rules_behind_named() -> list[Frame]:
    page, mutation = named_sheets("a{color:red}" * 10_000)
    rules = [["rules", 8 + 3 * number, "b{color:red}"] for number in range(20_000)]
    return [page, mutation, ["mutation", 1, 2, mutation[3], rules]]


def shadow_sheets() -> list[Frame]:
    return changed(hosts(40_000), *[["sheet", 8 + 3 * number, "a{}", None, "", False] for number in range(40_000)])


def told_over_and_over() -> list[Frame]:
    select = el("select", {}, *[el("option")] * 20_000)
    page, mutation = changed([select], *[["label", 6, "x"]] * 100_000)
    page[-1].append(["field", 6, field("select", shown="x")])
    return [page, mutation]


def focus_to_and_fro() -> list[Frame]:
    deep = [[["el", "div", {}, 1]] * 1000 + [["el", "div", {}, 0]], [["el", "div", {}, 1]] * 1000 + [["mt"]]]
    return changed(deep, *[["focus", (1000, 2005)[number % 2]] for number in range(190_000)])


HOSTILE: dict[str, Callable[[], list[Frame]]] = {
    "blanks in an address": lambda: sheet("a{b:url(" + " " * MILLION + "("),
    "addresses within addresses of an import": lambda: sheet("@import " + 'url("" ' * 800_000),
    "blanks in a paint": lambda: drawing("fill", "url(#" + " " * MILLION),
    "blanks behind a paint": lambda: drawing("fill", "url(#a)" + " " * MILLION + "!"),
    "calls behind one another": lambda: drawing("transform", "a()" * 100 + "!"),
    "a sheet for each of many roots": shadow_sheets,
    "one sheet named by many components": named_sheets,
    "one sheet named by many elements": named_in_one_root,
    "one sheet with two addresses in turn": lambda: named_sheets(hrefs=[f"https://shop.example/{n}" for n in range(2)]),
    "rules behind a sheet that many name": rules_behind_named,
    "a select told over and over": told_over_and_over,
    "a focus to and fro": focus_to_and_fro,
}


# Some kB of these say as much as a hundred large frames.
REFUSED: dict[str, Callable[[], list[Frame]]] = {
    "a text for each of many nodes": lambda: changed(
        [el("p")] * 20_000, ["alike", [6, *[1] * 19_999], {"style": "b:url(x);" * 2000}]
    ),
    "one sheet named with many addresses": lambda: named_sheets(
        hrefs=[f"https://shop.example/{n}" for n in range(20_000)]
    ),
    "one sheet named with many medias": lambda: named_sheets(medias=[f"(min-width:{n}px)" for n in range(20_000)]),
    "a new list changed over and over": lambda: changed(
        [el("p")], ["children", 5, 0, 0, el("div")], *[["children", 7, 0, 0, [["tx", ""]]]] * 190_000
    ),
}


@pytest.fixture
def mirror(browser: Browser, site: Site) -> Iterator[MirrorPage]:
    """In a page of its own, which may have to be closed while it is busy."""
    page = browser.new_page()
    yield MirrorPage(page, site)
    page.close()


@pytest.mark.parametrize("name", [*HOSTILE, *REFUSED])
def test_a_hostile_frame_does_not_hold_the_console(name: str, mirror: MirrorPage) -> None:
    frames = (HOSTILE.get(name) or REFUSED[name])()

    mirror.page.evaluate(APPLY, [json.dumps(frame) for frame in frames])

    mirror.page.wait_for_function("isDone", timeout=TOO_LONG_MS)
    assert len(mirror.reports("gap")) == (name in REFUSED)


def test_sheets_that_are_kept_push_old_ones_out_as_fast_as_they_come(mirror: MirrorPage) -> None:
    """What a map's first entries left behind was passed by each time that a text came."""
    mirror.page.evaluate(
        """() => {
          window.isDone = false;
          setTimeout(() => {
            const keep = (n, kind) => { for (let at = 0; at < n; at++) mirror.keepSheet(kind + at) };
            keep(500_000, 'a');
            keep(250_000, 'a');
            keep(500_000, 'b');
            window.isDone = true;
          });
        }"""
    )

    mirror.page.wait_for_function("isDone", timeout=TOO_LONG_MS)


def test_sheet_with_an_import_that_many_name_does_not_hold_the_console(mirror: MirrorPage) -> None:
    """Each needs an element of its own, which parses the text by itself: at some point imports are dropped."""
    css = f"@import url({mirror.origins[0]}/none.css);" + "a:hover,b:focus{color:red}" * 1000

    mirror.page.evaluate(APPLY, [json.dumps(frame) for frame in named_sheets(css)])

    mirror.page.wait_for_function("isDone", timeout=TOO_LONG_MS)
    assert not mirror.reports("gap")
    assert 500 < mirror.inside(CARRIED) < 1000
    assert mirror.inside("[...doc.querySelectorAll('x-card')].at(-1).shadowRoot.adoptedStyleSheets.length") == 2


def test_page_of_many_components_that_link_one_large_sheet_is_seen(mirror: MirrorPage) -> None:
    """Each has its own element for it, and all but the first only name it: a page of 215 was refused for good."""
    css = "a{color:rgb(1,2,3)}" + ".card{margin:0;padding:0}" * 10_000
    href = "https://shop.example/shop.css"

    mirror.apply(*named_sheets(css, 300, hrefs=[href]))

    assert not mirror.reports("gap")
    adopted = "[...doc.querySelectorAll('x-card')].map((card) => card.shadowRoot.adoptedStyleSheets.at(-1))"
    assert mirror.inside(f"new Set({adopted}).size") == 1
    assert mirror.inside(f"{adopted}[299].cssRules.length") == 10_001
