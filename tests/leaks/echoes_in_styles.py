"""Echoes in style sheets and the style attribute: see `echoes.py`."""

from __future__ import annotations

from tests.leaks.repeating import WAYS, P, echo

SHEET = "<style id=s></style>"
STYLES = [
    echo("style attribute", P, "x.style.setProperty('--copy', JSON.stringify(v));"),
    echo("content in the style attribute", P, "x.style.content = JSON.stringify(v);"),
    echo("font of the style attribute", P, "x.style.fontFamily = JSON.stringify(v);"),
    echo("name of a custom property", P, "x.style.setProperty('--' + v.replace(/ /g, '-'), '1');"),
    echo(
        "path in the style attribute", P, "x.style.background = `url('/${v.replace(/ /g, '-')}.png')`;", kind="digits"
    ),
    echo(
        "path in the style attribute, percent-encoded",
        P,
        "x.style.background = `url('/${encodeURIComponent(v)}.png')`;",
    ),
    echo(
        "picture in the style attribute",
        P,
        'x.style.background = `url("data:image/svg+xml,${encodeURIComponent(v)}")`;',
    ),
    echo(
        "animation by script",
        P,
        "x.animate([{ '--a': JSON.stringify(v) }, { '--a': JSON.stringify(v) }], { duration: 1e6, fill: 'both' });",
    ),
    echo(
        "text of a style sheet",
        P,
        "document.querySelector('#s').textContent = `#x::after { content: ${JSON.stringify(v)} }`;",
        head=SHEET,
    ),
    echo(
        "rule put in by script",
        P,
        "document.querySelector('#s').sheet.insertRule(`#x::after { content: ${JSON.stringify(v)} }`);",
        head=SHEET,
    ),
    echo(
        "rule changed in place",
        P,
        "document.querySelector('#s').sheet.cssRules[0].style.content = JSON.stringify(v);",
        head="<style id=s>#x::after { content: '.' }</style>",
    ),
    echo(
        "adopted style sheet",
        P,
        "const s = new CSSStyleSheet(); s.replaceSync(`#x::after { content: ${JSON.stringify(v)} }`); "
        "document.adoptedStyleSheets = [s];",
    ),
    echo(
        "adopted style sheet of a shadow root",
        P,
        "const root = x.shadowRoot ?? x.attachShadow({ mode: 'open' }); "
        "const s = new CSSStyleSheet(); "
        "s.replaceSync(`:host::after { content: ${JSON.stringify(v)} }`); root.adoptedStyleSheets = [s];",
    ),
    echo(
        "custom property of a rule",
        P,
        "document.querySelector('#s').sheet.insertRule(`#x { --copy: ${v} }`);",
        head=SHEET,
    ),
    echo(
        "path in a rule",
        P,
        "document.querySelector('#s').sheet.insertRule(`#x { background: url('/${v}.png') }`);",
        head=SHEET,
        kind="digits",
    ),
    echo(
        "import in a style sheet",
        P,
        "document.querySelector('#s').textContent = `@import '/${v}.css';`;",
        head=SHEET,
        kind="digits",
    ),
    echo(
        "media of a style sheet",
        P,
        "document.querySelector('#s').media = `screen and (${v}: 1)`;",
        head=SHEET,
        kind="name",
        ways={**WAYS},
    ),
]
CSS_NAMES = [
    echo(
        f"{name} in a rule",
        P,
        f"document.querySelector('#s').sheet.insertRule(`{rule}`);",
        head=SHEET,
        kind="name",
    )
    for name, rule in [
        ("class", ".${v} { color: red }"),
        ("family", "@font-face { font-family: ${v}; src: local(a) }"),
        ("animation", "@keyframes ${v} { to { color: red } }"),
        ("layer", "@layer ${v} { p { color: red } }"),
    ]
]
