"""What the mirror builds from frames, in real Chromium behind its real sandbox and CSP header."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from beside.sheets import hash_of

from .conftest import Site
from .mirror_page import MirrorPage, document, el, field, keyframe, tx
from .snippet_page import frames_painted
from .test_content_assets import png


@pytest.fixture
def mirror(page: Page, site: Site) -> MirrorPage:
    return MirrorPage(page, site)


def test_a_keyframe_becomes_the_frames_document(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("h1", {"class": "big"}, tx("Basket")), el("p", {}, tx("2 things")))))

    assert mirror.body == '<h1 class="big">Basket</h1><p>2 things</p>'
    assert mirror.inside("doc.documentElement.lang") == "en"
    assert mirror.inside("doc.compatMode") == "CSS1Compat"
    assert mirror.reports("page") == [{"origin": "https://shop.example", "path": "/cart", "quirks": False}]


def test_mutations_insert_move_and_remove(mirror: MirrorPage) -> None:
    rows = [el("li", {"id": f"row{n}"}, tx(str(n))) for n in range(3)]  # 7, 9, 11 in the list 6
    mirror.apply(keyframe(document(el("ul", {}, *rows))))

    mirror.apply(
        ["mutation", 1, 1, 13, [["children", 6, 0, 3, [["at", 11], *el("li", {"id": "new"}), ["at", 7]]]]],
        ["mutation", 1, 2, 14, [["text", 8, "first"], ["attributes", 7, {"id": None, "class": "on"}]]],
    )

    assert mirror.body == '<ul><li id="row2">2</li><li id="new"></li><li class="on">first</li></ul>'
    assert mirror.reports("gap") == []


def test_a_child_may_become_its_parents_parent(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("div", {"id": "a"}, el("div", {"id": "b"})))))

    mirror.apply(
        [
            "mutation",
            1,
            1,
            8,
            [["children", 7, 0, 0, [["at", 6]]], ["children", 5, 0, 1, [["at", 7]]], ["children", 6, 0, 1, []]],
        ]
    )

    assert mirror.body == '<div id="b"><div id="a"></div></div>'


def test_shadow_roots_late_and_early_with_slots_and_sheets(mirror: MirrorPage) -> None:
    host = [["el", "shop-card", {}, 2], ["sr", 1], *el("slot"), *el("b", {}, tx("inside"))]
    mirror.apply(keyframe(document(host, el("div", {"id": "late"})), ["adopted", 7, ["slot { color: rgb(1, 2, 3) }"]]))

    mirror.apply(["mutation", 1, 1, 12, [["children", 11, 0, 0, [["sr", 1], *el("i", {}, tx("shadow"))]]]])

    assert mirror.inside("getComputedStyle(doc.querySelector('b')).color") == "rgb(1, 2, 3)"
    assert mirror.inside("doc.getElementById('late').shadowRoot.innerHTML") == "<i>shadow</i>"
    assert mirror.inside("doc.querySelector('shop-card').matches(':defined')") is False


def test_sheets_cascade_in_the_order_of_their_owners_and_adopted_ones_last(mirror: MirrorPage) -> None:
    entries = [["dt", "html"], *el("html", {}, el("head", {}, el("link"), el("style")), el("body", {}, el("p")))]
    colour = "getComputedStyle(doc.querySelector('p')).color"
    mirror.apply(
        keyframe(
            entries,
            ["sheet", 6, "p { color: rgb(0, 0, 2) }", None, "", False],
            ["sheet", 5, "p { color: rgb(0, 0, 1) }", None, "", False],
        )
    )
    assert mirror.inside(colour) == "rgb(0, 0, 2)"

    mirror.apply(["mutation", 1, 1, 9, [["children", 4, 0, 1, []], ["children", 7, 0, 1, []]]])  # unrelated removal
    mirror.apply(
        [
            "mutation",
            1,
            2,
            9,
            [
                ["children", 7, 0, 0, el("p")],
                ["sheet", 6, None, None, "", False],
                ["adopted", 1, ["p { color: rgb(0, 0, 3) }"]],
            ],
        ]
    )
    assert mirror.inside(colour) == "rgb(0, 0, 3)"

    mirror.apply(
        ["mutation", 1, 3, 10, [["adopted", 1, []], ["sheet", 6, "p{color:rgb(0,0,4)}", None, "print", False]]]
    )
    assert mirror.inside(colour) == "rgb(0, 0, 0)"


def test_owners_that_change_places_change_the_cascade(mirror: MirrorPage) -> None:
    entries = [["dt", "html"], *el("html", {}, el("head", {}, el("style"), el("style")), el("body", {}, el("p")))]
    mirror.apply(
        keyframe(
            entries,
            ["sheet", 5, "p { color: rgb(0, 0, 1) }", None, "", False],
            ["sheet", 6, "p { color: rgb(0, 0, 2) }", None, "", False],
        )
    )

    mirror.apply(["mutation", 1, 1, 9, [["children", 4, 0, 2, [["at", 6], ["at", 5]]]]])

    assert mirror.inside("getComputedStyle(doc.querySelector('p')).color") == "rgb(0, 0, 1)"


@pytest.mark.parametrize("inline_styles", [True, False])
def test_imports_and_linked_sheets_keep_the_cascade(page: Page, site: Site, inline_styles: bool) -> None:
    mirror = MirrorPage(page, site, inline_styles=inline_styles)
    imported = site.add("/imported.css", "p { color: rgb(0, 0, 1); width: 11px }", "text/css")
    linked = site.add("/linked.css", "p { color: rgb(0, 0, 2); height: 22px }", "text/css")
    owners = [el("style"), el("link"), el("style")]
    entries = [["dt", "html"], *el("html", {}, el("head", {}, *owners), el("body", {}, el("p")))]

    mirror.apply(
        keyframe(
            entries,
            ["sheet", 5, f"@import '{imported}'; p {{ margin: 5px }}", None, "", False],
            ["sheet", 6, None, linked, "", False],
            ["sheet", 7, "p { color: rgb(0, 0, 3) }", None, "", False],
        )
    )

    style = "(p => [p.color, p.height, p.margin, p.width])(getComputedStyle(doc.querySelector('p')))"
    mirror.wait_for("getComputedStyle(doc.querySelector('p')).height === '22px'")
    if inline_styles:
        mirror.wait_for("getComputedStyle(doc.querySelector('p')).width === '11px'")
    assert mirror.inside(style)[:3] == ["rgb(0, 0, 3)", "22px", "5px"]
    assert mirror.reports("missing") == []


def test_a_sheet_that_cannot_be_had_is_reported(mirror: MirrorPage, site: Site) -> None:
    gone = f"{site.origin}/gone.css"
    entries = [["dt", "html"], *el("html", {}, el("head", {}, el("link"), el("link")), el("body"))]

    mirror.apply(
        keyframe(
            entries,
            ["sheet", 5, None, gone, "", False],
            ["sheet", 6, None, "https://elsewhere.example/a.css", "", False],
        )
    )

    mirror.page.wait_for_function("() => besideMirror.reports.filter(([kind]) => kind === 'missing').length === 2")
    assert sorted(mirror.reports("missing")) == sorted([gone, "https://elsewhere.example/a.css"])
    assert [path for path in site.requests if path.endswith(".css")] == ["/gone.css"]


def test_masked_fields_show_one_shape_and_shown_ones_their_content(mirror: MirrorPage) -> None:
    types = ["text", "email", "number", "tel", "url", "password", "search"]
    controls = [el("input", {"type": kind, "required": ""}) for kind in types]  # 6 to 12
    more = [el("textarea"), el("select"), el("input", {"type": "checkbox"}), el("input", {"type": "date"})]  # 13 to 16
    shown = [el("input"), el("select", {}, el("option", {}, tx("One")), el("option", {}, tx("Two")))]  # 17, 18
    mirror.apply(
        keyframe(
            document(*controls, *more, *shown),
            *[["field", 6 + n, field(filled=True)] for n in range(len(types))],
            ["field", 13, field(filled=True)],
            ["field", 14, field("select", filled=True)],
            ["field", 15, field("checkbox", filled=True)],
            ["field", 16, field("date", filled=True)],
            ["field", 17, field(shown="blue socks")],
            ["field", 18, field("select", shown="Two")],
        )
    )

    values = mirror.inside("[...doc.querySelectorAll('input, textarea, select')].map(control => control.value)")
    masked = ["••••••", "a@b.cd", "100000", "••••••", "http:a", "••••••", "••••••", "••••••", "••••••", "on", ""]
    assert values == [*masked, "blue socks", "Two"]
    assert mirror.inside("doc.querySelectorAll('[required]:invalid').length") == 0
    assert mirror.inside("getComputedStyle(doc.querySelector('[type=email]')).webkitTextSecurity") == "disc"
    assert mirror.inside("doc.querySelector('[type=checkbox]').indeterminate") is True

    changed = [["field", 7, field(filled=True, validity="malformed")], ["field", 6, field(filled=False)]]
    mirror.apply(["mutation", 1, 1, 23, changed])

    assert mirror.inside("[...doc.querySelectorAll('[required]:invalid')].map(input => input.type)") == [
        "text",
        "email",
    ]
    assert mirror.inside("doc.querySelector('input').value") == ""
    assert [node for node, _ in mirror.reports("fields")[-1]] == list(range(6, 19))


def test_fields_are_reported_in_document_order_after_a_move(mirror: MirrorPage) -> None:
    inputs = document(el("input"), el("p", {}, el("input")))
    mirror.apply(keyframe(inputs, ["field", 6, field()], ["field", 8, field()]))

    mirror.apply(["mutation", 1, 1, 9, [["children", 5, 0, 2, [["at", 7], ["at", 6]]]]])

    assert [[node for node, _ in report] for report in mirror.reports("fields")] == [[6, 8], [8, 6]]

    mirror.apply(["mutation", 1, 2, 9, [["children", 5, 2, 0, [["tx", "no field moved"]]]]])
    mirror.apply(keyframe(document(), epoch=2))

    assert [[node for node, _ in report] for report in mirror.reports("fields")] == [[6, 8], [8, 6], []]


def test_focus_rules_of_the_page_paint_and_the_agent_keeps_the_caret(mirror: MirrorPage) -> None:
    sheet = "input:focus { color: rgb(0, 9, 0) } form:focus-within { color: rgb(9, 0, 0) }"
    entries = [
        ["dt", "html"],
        *el("html", {}, el("head", {}, el("style")), el("body", {}, el("form", {}, el("input")))),
    ]
    mirror.page.focus("#note")

    mirror.apply(keyframe(entries, ["sheet", 5, sheet, None, "", False], ["focus", 8]))

    assert mirror.inside("getComputedStyle(doc.querySelector('input')).color") == "rgb(0, 9, 0)"
    assert mirror.inside("getComputedStyle(doc.querySelector('form')).color") == "rgb(9, 0, 0)"
    assert mirror.inside("getComputedStyle(doc.querySelector('input')).outlineStyle") == "auto"
    assert mirror.page.evaluate("document.activeElement.id") == "note"

    mirror.apply(["mutation", 1, 1, 9, [["focus", None]]])
    assert mirror.inside("getComputedStyle(doc.querySelector('input')).color") == "rgb(0, 0, 0)"
    assert mirror.reports("focus") == [None, 8, None]


def test_modal_dialogs_and_popovers_stand_in_the_top_layer_and_take_no_focus(mirror: MirrorPage) -> None:
    dialog = el("dialog", {"open": "", "id": "dialog"}, el("button", {}, tx("OK")))
    popover = el("div", {"popover": "auto", "id": "popover"}, tx("menu"))
    mirror.page.focus("#note")
    mirror.apply(keyframe(document(dialog, popover), ["layer", 6, "modal"], ["layer", 9, "popover"]))

    assert mirror.inside("doc.getElementById('dialog').matches(':modal')") is True
    assert mirror.inside("doc.getElementById('popover').matches(':popover-open')") is True
    assert mirror.page.evaluate("document.activeElement.id") == "note"

    mirror.apply(["mutation", 1, 1, 11, [["children", 5, 0, 2, [["at", 9], ["at", 6]]]]])
    assert mirror.inside("doc.getElementById('dialog').matches(':modal')") is True

    mirror.apply(["mutation", 1, 2, 11, [["layer", 6, None], ["attributes", 6, {"open": None}], ["layer", 9, None]]])
    assert mirror.inside("doc.querySelectorAll(':modal, [open], :popover-open').length") == 0
    assert mirror.page.evaluate("document.activeElement.id") == "note"


def test_scroll_follows_and_waits_for_what_makes_the_page_longer(mirror: MirrorPage) -> None:
    inner = el("div", {"style": "height: 50px; overflow: auto"}, el("div", {"style": "height: 500px"}))
    tall = el("div", {"style": "height: 900px"})
    mirror.apply(
        keyframe(
            document(inner, tall),
            ["viewport", 600, 400, 1, 0, 0],
            ["scroll", 6, 0, 120],
            ["scroll", 1, 0, 2000],
        )
    )
    assert mirror.inside("doc.querySelector('div').scrollTop") == 120
    assert mirror.inside("win.innerWidth") == 600
    assert mirror.inside("win.scrollY") < 2000

    mirror.apply(["mutation", 1, 1, 9, [["attributes", 8, {"style": "height: 3000px"}]]])

    mirror.wait_for("win.scrollY === 2000")


ANCHORED = ":host, html body, html div, html p, html img, div, p, img { overflow-anchor: auto !important }"


@pytest.mark.parametrize("css", ["", ANCHORED], ids=["plain", "asked to keep what is seen in view"])
def test_what_loads_above_moves_no_scroller_off_its_place(mirror: MirrorPage, site: Site, css: str) -> None:
    rows = [el("p", {"style": "height: 90px"}, tx(str(n))) for n in range(20)]
    scroller = el("div", {"style": "height: 300px; overflow: auto"}, el("img"), *rows)
    card = [["el", "shop-card", {}, 1], ["sr", 1], *scroller]
    # 6 is the style, 7 an image, 8 a scroller and 9 its image; 51 the shadow root, 52 its scroller and 53 that image.
    mirror.apply(
        keyframe(
            document(el("style"), el("img"), scroller, card, *rows),
            ["viewport", 600, 400, 1, 0, 0],
            ["sheet", 6, css, None, "", False],
            ["adopted", 51, [css]],
            *(["scroll", node, 0, 800] for node in (1, 8, 52)),
        )
    )
    inner = "doc.querySelector('shop-card').shadowRoot.querySelector"
    offsets = f"[win.scrollY, doc.querySelector('div').scrollTop, {inner}('div').scrollTop]"
    before = mirror.inside(offsets)

    late = site.add("/late.png", png("red", 200), "image/png")
    mirror.apply(["mutation", 1, 1, 134, [["attributes", node, {"src": late}] for node in (7, 9, 53)]])
    mirror.wait_for(f"[...doc.images, {inner}('img')].every(({{ offsetHeight }}) => offsetHeight === 200)")
    frames_painted(mirror.page)

    assert mirror.reports("gap") == []
    assert before == mirror.inside(offsets) == [800, 800, 800]


def test_a_point_names_the_node_painted_there_through_shadow_roots(mirror: MirrorPage) -> None:
    host = [
        ["el", "shop-card", {"style": "display: block"}, 1],
        ["sr", 1],
        *el("button", {"style": "width: 80px; height: 30px"}, tx("Buy")),
    ]
    mirror.apply(keyframe(document(host), ["viewport", 600, 400, 1, 0, 0]))

    rect = mirror.page.evaluate("mirror.rectOf(8).toJSON()")

    assert (rect["width"], rect["height"]) == (80, 30)
    assert mirror.page.evaluate("({ x, y }) => mirror.nodeAt(x + 5, y + 5)", rect) == 8
    assert mirror.page.evaluate("mirror.nodeAt(500, 390)") in (3, 5)
    assert mirror.page.evaluate("mirror.rectOf(999)") is None


def test_masked_text_and_boxes_have_one_look(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("p", {}, [["mt"]]), [["bx", "frame", "Payment by bank.example", 304, 80, ""]])))

    assert mirror.inside("doc.querySelector('p').textContent") == "••••••"
    assert mirror.inside("(r => [r.width, r.height])(doc.querySelector('beside-box').getBoundingClientRect())") == [
        304,
        80,
    ]

    mirror.apply(["mutation", 1, 1, 9, [["text", 7, "shown now"]]], ["mutation", 1, 2, 9, [["text", 7, None]]])
    assert mirror.inside("doc.querySelector('p').textContent") == "••••••"


def test_texts_told_together_each_reach_their_node(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("p", {}, tx("one")), el("p", {}, tx("two")), el("p", {}, [["mt"]]))))

    mirror.apply(["mutation", 1, 1, 12, [["texts", [[11, "drei"], [7, "eins"], [9, None]]]]])

    assert mirror.inside("[...doc.querySelectorAll('p')].map(p => p.textContent)") == ["eins", "••••••", "drei"]


def test_blank_empties_at_once_and_a_keyframe_fills_again(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("input")), ["field", 6, field()], ["adopted", 1, ["p { color: red }"]]))

    mirror.page.evaluate("mirror.blank()")

    assert mirror.inside("doc.childNodes.length + doc.adoptedStyleSheets.length") == 0
    assert mirror.page.evaluate("mirror.epoch") is None
    assert mirror.reports("fields")[-1] == []
    assert mirror.reports("gap") == []

    mirror.apply(keyframe(document(tx("again")), epoch=2))
    assert mirror.body == "again"
    assert mirror.page.evaluate("mirror.epoch") == 2


def test_a_page_in_quirks_mode_asks_for_a_frame_in_quirks_mode(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(), quirks=True))

    assert mirror.reports("quirks") == [True]


RED = "p { color: rgb(1, 2, 3) }"
COLOUR = "getComputedStyle(doc.querySelector('p')).color"


def test_a_style_sheet_that_was_sent_once_is_named_by_later_keyframes(mirror: MirrorPage) -> None:
    name = hash_of(RED.encode())
    mirror.apply(keyframe(document(el("p")), ["adopted", 1, [["keep", RED]]]))
    assert mirror.inside(COLOUR) == "rgb(1, 2, 3)"

    mirror.apply(keyframe(document(el("p"), el("style")), ["sheet", 7, ["named", name], None, "", False], epoch=2))
    assert mirror.inside(COLOUR) == "rgb(1, 2, 3)"

    mirror.page.evaluate("mirror.blank()")
    mirror.apply(keyframe(document(el("p")), ["adopted", 1, [["named", name]]], epoch=3))
    assert len(mirror.reports("gap")) == 1

    mirror.page.evaluate("text => mirror.keepSheet(text)", RED)
    mirror.apply(keyframe(document(el("p")), ["adopted", 1, [["named", name]]], epoch=4))
    assert mirror.inside(COLOUR) == "rgb(1, 2, 3)"


def test_a_name_of_nothing_touches_no_node(mirror: MirrorPage) -> None:
    mirror.apply(keyframe(document(el("p"))))

    mirror.apply(["mutation", 1, 1, 7, [["children", 5, 0, 1, []], ["adopted", 1, [["named", "0" * 16]]]]])

    assert mirror.body == "<p></p>"
    assert len(mirror.reports("gap")) == 1


def test_children_that_keep_their_order_are_not_touched(mirror: MirrorPage) -> None:
    rows = [el("li", {"id": f"row{n}"}) for n in range(6)]  # 7 to 12 in the list 6
    mirror.apply(keyframe(document(el("ul", {}, *rows))))
    mirror.page.evaluate(
        """() => {
          window.touched = [];
          const note = (records) => {
            for (const { addedNodes, removedNodes } of records)
              for (const node of [...addedNodes, ...removedNodes]) window.touched.push(node.id);
          };
          window.watch = new MutationObserver(note);
          const { contentDocument } = document.getElementById('mirror-frame');
          watch.observe(contentDocument, { childList: true, subtree: true });
        }"""
    )

    # Named from the first change to the last: a new one in front, the second moved to the end, the last one gone.
    kept = [["at", 7], ["at", 9], ["at", 10], ["at", 11], ["at", 8]]
    mirror.apply(["mutation", 1, 1, 13, [["children", 6, 0, 6, [*el("li", {"id": "new"}), *kept]]]])

    order = ["new", "row0", "row2", "row3", "row4", "row1"]
    assert mirror.inside("[...doc.querySelectorAll('li')].map(row => row.id)") == order
    assert sorted(set(mirror.page.evaluate("touched"))) == ["new", "row1", "row5"]
