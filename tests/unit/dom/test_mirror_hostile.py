"""The shopper's page is hostile to the agent: what it sends runs, opens and asks for nothing that is not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from .conftest import Site
from .mirror_page import Entry, MirrorPage, document, el, keyframe, tx

EVIL = "https://evil.example"
# What CSS may try: each would load from EVIL (or worse) if it got through.
HOSTILE_CSS = [
    f"p {{ background: url({EVIL}/1) }}",
    f'p {{ background: url("{EVIL}/2") }}',
    f"p {{ background: u\\72l({EVIL}/3) }}",
    f"p {{ background: \\75 \\72 \\6c({EVIL}/4) }}",
    f"p {{ background: url( /**/ {EVIL}/5) }}",
    f'p {{ background: image-set("{EVIL}/6" 1x) }}',
    f'p {{ background: -webkit-image-set(url({EVIL}/7) 1x, "{EVIL}/7b" 2x) }}',
    f'p {{ --a: "{EVIL}/8"; background: image-set(var(--a) 1x) }}',
    f"p {{ --a: url({EVIL}/9); background: var(--a) }}",
    f"@import '{EVIL}/10.css';",
    f"@\\69mport url({EVIL}/11.css) layer(a) screen;",
    f"@import url({EVIL}/12.css)",
    f"@font-face {{ font-family: a; src: url({EVIL}/13.woff2) }} p {{ font-family: a }}",
    f"/* {{ */ p {{ background: url('{EVIL}/14') }}",
    f"p::before {{ content: url({EVIL}/15) }} p {{ cursor: url({EVIL}/16), auto }}",
    "p { background: url(//evil.example/17) }",
    f"p {{ mask: url({EVIL}/18#a); filter: url({EVIL}/18#b); clip-path: url({EVIL}/18#c) }}",
    f'p {{ content: "a\\\n"; background: url({EVIL}/19) }}',
    f'p {{ content: "a\nb"; background: url({EVIL}/20) }}',
    "p { background: url(data:text/html,hello) }",
    "p { background: url(javascript:alert(1)) }",
    "p { background: url(/relative) }",
    f"p {{ background: image-set({{}} '{EVIL}/21' 1x) }}",
    f"p {{ background: src('{EVIL}/22') }}",
    f"@namespace '{EVIL}/23'; @import url('{EVIL}/24.css');",
    f"p {{ list-style: url({EVIL}/25) }} li {{ border-image: cross-fade(url({EVIL}/26), red) }}",
]
# Elements that load, run, navigate or embed; attributes that do; names that clobber or break.
HOSTILE_ENTRIES: list[list[Entry]] = [
    el("script", {"src": f"{EVIL}/a.js"}, tx("top.owned = 1")),
    el("script", {}, tx("top.owned = 1"), kind="svg"),
    el("iframe", {"src": f"{EVIL}/b", "srcdoc": "<script>top.owned = 1</script>"}),
    el("object", {"data": f"{EVIL}/c"}),
    el("embed", {"src": f"{EVIL}/d"}),
    el("frameset", {}, el("frame", {"src": f"{EVIL}/e"})),
    el("meta", {"http-equiv": "refresh", "content": f"0;url={EVIL}/f"}),
    el("base", {"href": EVIL}),
    el("link", {"rel": "stylesheet", "href": f"{EVIL}/g.css"}),
    el("link", {"rel": "preconnect", "href": EVIL}),
    el("style", {}, tx(f"p {{ background: url({EVIL}/h) }}")),
    el("video", {"src": f"{EVIL}/i", "poster": f"{EVIL}/i", "autoplay": ""}),
    el("audio", {"src": f"{EVIL}/j"}, el("source", {"src": f"{EVIL}/j"})),
    el("img", {"src": f"{EVIL}/k", "onerror": "top.owned = 1", "srcset": f"{EVIL}/k2 2x"}),
    el("img", {"src": "javascript:top.owned=1"}),
    el("img", {"src": "/relative-image"}),
    el("img", {"src": "http://shop.example/insecure.png"}),
    el("img", {"src": "https://user:pass@shop.example/with-credentials.png"}),
    el("picture", {}, el("source", {"srcset": f"{EVIL}/l"}), el("img")),
    el(
        "input",
        {"type": "image", "src": f"{EVIL}/m", "formaction": f"{EVIL}/m", "autofocus": "", "onfocus": "top.owned=1"},
    ),
    el("form", {"action": f"{EVIL}/n", "target": "_top"}, el("button", {"formaction": f"{EVIL}/n"}, tx("go"))),
    el("a", {"href": "javascript:top.owned=1", "target": "_top", "ping": f"{EVIL}/o", "id": "link"}, tx("link")),
    el("div", {"onclick": "top.owned = 1", "ONLOAD": "top.owned = 1", "style": f"background: url({EVIL}/p)"}),
    el("body", {"background": f"{EVIL}/q", "onload": "top.owned = 1"}),
    el("table", {"background": f"{EVIL}/r"}),
    el("details", {"open": "", "ontoggle": "top.owned = 1"}),
    el("marquee", {"onstart": "top.owned = 1"}),
    el("portal", {"src": f"{EVIL}/s"}),
    el("template", {}, el("script", {}, tx("top.owned = 1"))),
    el("noscript", {}, el("img", {"src": f"{EVIL}/t"})),
    el("x-element", {"src": f"{EVIL}/u", "href": "javascript:top.owned=1", "is": "x-other"}),
    el(
        "svg",
        {"onload": "top.owned = 1"},
        el("use", {"href": f"{EVIL}/v#a"}, kind="svg"),
        el("use", {"xlink:href": "data:image/svg+xml,<svg id='x' onload='top.owned=1'/>#x"}, kind="svg"),
        el("image", {"href": f"{EVIL}/w"}, kind="svg"),
        el("feImage", {"href": f"{EVIL}/x"}, kind="svg"),
        el("rect", {"fill": f"url({EVIL}/y#a)", "clip-path": f"u\\72l({EVIL}/z#a)", "onclick": "x"}, kind="svg"),
        el("rect", {"fill": "url(//evil.example/y#a)", "mask": "a(url(//evil.example/z#a))"}, kind="svg"),
        el(
            "a",
            {"href": "javascript:top.owned=1"},
            el("set", {"attributeName": "href", "to": "javascript:1"}, kind="svg"),
            kind="svg",
        ),
        el("animate", {"attributeName": "href", "values": "javascript:top.owned=1"}, kind="svg"),
        el("foreignObject", {}, el("iframe", {"src": f"{EVIL}/aa"}), kind="svg"),
        kind="svg",
    ),
    el("mi", {"href": "javascript:top.owned=1", "actiontype": "statusline"}, tx("x"), kind="math"),
    el("annotation-xml", {"encoding": "text/html"}, el("script", {}, tx("top.owned = 1")), kind="math"),
    # Named members of documents and forms.
    *[
        el("img", {"name": name, "id": name})
        for name in ("body", "adoptedStyleSheets", "createElement", "documentElement")
    ],
    el(
        "form",
        {"id": "getElementById"},
        *[
            el("input", {"name": name})
            for name in ("insertBefore", "removeChild", "appendChild", "parentNode", "style")
        ],
        *[el("input", {"id": name}) for name in ("setAttribute", "childNodes", "ownerDocument", "attributes")],
    ),
    # Names that the DOM throws on, or that reach a prototype.
    el('a"b', {'c"d': "1", "<": "2", " ": "3", "=": "4"}),
    el("__proto__", {"__proto__": "polluted", "constructor": "polluted", "toString": "polluted"}),
    el("DIV", {"CLASS": "upper", "OnClick": "top.owned = 1"}),
    el("beside-box", {"beside-label": "not ours", "beside-mask": "text", "id": "forged"}),
    el("font-face", {"style": "color: red; color: }", "class": "\u0000"}),
]


# What Chromium says of the empty address that stands for a refused font, and of a form that the sandbox keeps.
HARMLESS = [
    "console Failed to decode downloaded font: data:,",
    "console Blocked form submission to '' because the form's frame is sandboxed"
    " and the 'allow-forms' permission is not set.",
]


@dataclass
class Watched:
    """Everything that the mirror's browser did which a hostile page could have caused."""

    requests: list[str] = field(default_factory=list)
    navigations: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def take_message(self, message: ConsoleMessage) -> None:
        """What the last test's mirror asked for may fail only now, when its site is gone: that is not this test's."""
        if message.text.startswith("Failed to load resource") and message.location["url"] not in self.requests:
            return
        self.others.append(f"console {message.text}")


@pytest.fixture(scope="module")
def shared(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[tuple[MirrorPage, Watched]]:
    """One page for all tests here: each puts a fresh mirror into it."""
    page = browser.new_page()
    seen = Watched()
    page.context.on("request", lambda request: seen.requests.append(request.url))
    page.on("framenavigated", lambda frame: seen.navigations.append(frame.url))
    page.on("dialog", lambda dialog: seen.others.append(f"dialog {dialog.type}"))
    page.on("popup", lambda popup: seen.others.append(f"popup {popup.url}"))
    page.on("download", lambda download: seen.others.append(f"download {download.url}"))
    page.on("pageerror", lambda error: seen.others.append(f"error {error}"))
    page.on("console", seen.take_message)
    site = web_server[-1]
    yield MirrorPage(page, site, origins=[site.origin, "https://shop.example", "http://shop.example"]), seen
    page.close()


@pytest.fixture
def watched(shared: tuple[MirrorPage, Watched]) -> Watched:
    shared[1].requests.clear()
    shared[1].navigations.clear()
    shared[1].others.clear()
    return shared[1]


@pytest.fixture
def mirror(shared: tuple[MirrorPage, Watched], watched: Watched) -> MirrorPage:
    shared[0].fresh()
    return shared[0]


def settle(mirror: MirrorPage, site: Site) -> None:
    """Waits until an allowed image, asked for after everything else, has loaded: what was to be requested has been."""
    site.add("/last.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'/>", "image/svg+xml")
    last = el("img", {"src": f"{site.origin}/last.svg", "id": "last"})
    mirror.apply(keyframe(document(el("p", {}, tx("p")), last), epoch=9))
    mirror.wait_for("doc.getElementById('last').naturalWidth === 7")


def assert_nothing_happened(mirror: MirrorPage, site: Site, watched: Watched) -> None:
    settle(mirror, site)
    assert [url for url in watched.requests if not url.endswith("/last.svg")] == []
    assert watched.navigations == []
    assert [other for other in watched.others if other not in HARMLESS] == []
    assert mirror.page.evaluate("window.owned") is None
    assert mirror.page.evaluate("({}).polluted") is None


@pytest.mark.parametrize("entries", HOSTILE_ENTRIES, ids=lambda entries: str(entries[0][1])[:20])
def test_a_hostile_node_does_nothing(entries: list[Entry], mirror: MirrorPage, site: Site, watched: Watched) -> None:
    marker = el("p", {"id": "after"}, tx("still here"))
    mirror.apply(keyframe(document(entries, marker)))
    built = [mirror.inside("doc.getElementById('after').textContent"), mirror.reports("gap")]
    made = sum(1 for _ in entries) + 6
    # The same again as an addition, then touched, moved and removed.
    mirror.apply(
        ["mutation", 1, 1, made + 2, [["children", 5, 0, 0, entries]]],
        ["mutation", 1, 2, made + 2 + len(entries), [["attributes", 6, entries[0][2]]]],
        ["mutation", 1, 3, made + 2 + len(entries), [["children", 5, 0, 2, [["at", 6]]]]],
    )

    assert built == ["still here", []]
    assert mirror.reports("gap") == []
    assert (
        mirror.inside("doc.querySelectorAll('script, iframe, object, embed, meta, base, [onclick], [action]').length")
        == 0
    )
    assert mirror.inside("[...doc.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))") in (
        [],
        ["#"],
        ["#", "#"],
    )
    assert mirror.inside("doc.querySelectorAll('[src], [srcset], [target], [formaction], [ping]').length") == 0
    assert_nothing_happened(mirror, site, watched)


@pytest.mark.parametrize("css", HOSTILE_CSS)
def test_hostile_css_loads_nothing(css: str, mirror: MirrorPage, site: Site, watched: Watched) -> None:
    inline = {"style": css.partition("{")[2].rpartition("}")[0]}
    body = document(el("style"), el("p", {}, tx("p")), el("ul", {}, el("li")), el("i", inline, tx("p")))
    paint = "doc.body.getBoundingClientRect().width"

    mirror.apply(keyframe(body, ["sheet", 6, css, None, "", False]))
    mirror.inside(paint)
    mirror.apply(keyframe(body, ["adopted", 1, [css]], epoch=2))
    mirror.inside(paint)
    mirror.apply(
        ["mutation", 2, 1, 13, [["adopted", 1, []], ["sheet", 6, css, None, "", False], ["attributes", 7, inline]]]
    )
    mirror.inside(paint)

    assert mirror.reports("gap") == []
    assert_nothing_happened(mirror, site, watched)


def test_allowed_css_survives(mirror: MirrorPage, site: Site) -> None:
    site.add("/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    css = f"""/* it's a "comment" */ @namespace svg url(http://www.w3.org/2000/svg);
    p {{ background: u\\72l({site.origin}/picture.svg?a=1) }} .md\\:w-1\\/2 {{ content: "http: x; }} \\"" }}
    i {{ background-image: image-set("{site.origin}/picture.svg" type("image/svg+xml")); mask: url(#local) }}
    b {{ background: url('data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg"/%3E') }}
    u {{ background: url(sub/picture.svg) }}"""

    entries = document(el("style"), el("p"), el("i"), el("b"), el("div", {"class": "md:w-1/2"}), el("u"))
    mirror.apply(keyframe(entries, ["sheet", 6, css, f"{site.origin}/css/site.css", "", False]))

    image = "getComputedStyle(doc.querySelector('%s')).%s"
    assert mirror.inside(image % ("p", "backgroundImage")) == f'url("{site.origin}/picture.svg?a=1")'
    assert f'url("{site.origin}/picture.svg")' in mirror.inside(image % ("i", "backgroundImage"))
    assert mirror.inside(image % ("i", "maskImage")) == 'url("#local")'
    assert mirror.inside(image % ("b", "backgroundImage")).startswith('url("data:image/svg+xml')
    assert mirror.inside(image % ("div", "content")) == '"http: x; } \\""'
    assert mirror.inside(image % ("u", "backgroundImage")) == f'url("{site.origin}/css/sub/picture.svg")'


def test_a_click_into_the_mirror_goes_nowhere(mirror: MirrorPage, site: Site, watched: Watched) -> None:
    link = el("a", {"href": "https://shop.example/pay", "style": "font-size: 40px"}, tx("Pay"))
    button = el("form", {"action": "/pay", "method": "post"}, el("button", {}, tx("Submit")))
    mirror.apply(keyframe(document(link, button)))
    inner = mirror.page.frame_locator("#mirror-frame")

    inner.locator("a").click()
    inner.locator("button").click()

    # A link's constant `#` is an address of the same document: nothing is loaded and nothing is left.
    assert [urlsplit(url).path for url in watched.navigations] in ([], ["/mirror"])
    watched.navigations.clear()
    assert_nothing_happened(mirror, site, watched)


def test_a_keyframe_that_is_refused_in_place_of_a_refused_one_is_asked_for_again(mirror: MirrorPage) -> None:
    """Else a mirror whose relay keeps a bad keyframe would stand still for ever, and not say so."""
    mirror.apply(keyframe(document(el("p"))))

    mirror.apply(keyframe([["tx", "no root"]], epoch=2), keyframe([["tx", "no root"]], epoch=2))
    mirror.apply(["mutation", 2, 1, 3, []])

    assert len(mirror.reports("gap")) == 2


DEEP = 100_000
OUTGROWN = {
    "deep": [["children", 5, 0, 0, [*[["el", "div", {}, 1]] * DEEP, ["mt"]]]],
    "deep in shadow roots": [["children", 5, 0, 0, [*[["el", "div", {}, 1], ["sr", 1]] * (DEEP // 2), ["mt"]]]],
    "deep in frames": [["children", 5, 0, 0, [*[["fr", {}, 1], ["doc", False, 1], ["el", "p", {}, 1]] * 900, ["mt"]]]],
    "deep by drawings": [["children", 5, 0, 0, [*[["svg", "g", {}, 1], ["math", "mi", {}, 1]] * DEEP, ["mt"]]]],
    "more nodes than a page may have": [["children", 5, 0, 0, [["mt"]] * 200_000]],
}


@pytest.mark.parametrize("name", OUTGROWN)
def test_a_mutation_that_outgrows_the_mirror_is_refused_whole(name: str, mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("p", {"id": "before"}))))

    mirror.apply(["mutation", 1, 1, 7, OUTGROWN[name]])

    assert len(mirror.reports("gap")) == 1
    assert mirror.inside("doc.body.childNodes.length") == 1
    assert mirror.inside("doc.getElementById('before') !== null")


def test_the_deepest_page_that_passes_does_not_end_the_agents_tab(mirror: MirrorPage) -> None:
    """Layout recurses several calls a level of tables: 1400 of them ran over Chromium's stack."""
    deep = [["el", "div", {"style": "display: table"}, 1]] * 1090

    mirror.apply(keyframe(document([*deep, ["tx", "bottom"]]), ["viewport", 900, 700, 1, 0, 0]))

    assert mirror.inside("doc.body.getBoundingClientRect().height > 0")
    assert mirror.reports("gap") == []
