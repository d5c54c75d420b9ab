"""Echoes in attributes, in the names of elements and in addresses: see `echoes.py`."""

from __future__ import annotations

from tests.leaks.repeating import P, echo

ATTRIBUTES = [
    echo("alternative text", "<img id=x width=9 height=9 alt=.>", "x.alt = v;"),
    echo("class", P, "x.className = 'is-' + v.replace(/ /g, '_');"),
    echo("class of several names", P, "x.className = v;"),
    echo("id", "<p id=x class=x>.</p>", "x.id = v;", find="document.querySelector('p.x')"),
    echo(
        "attribute that a style sheet prints",
        P,
        "x.dataset.copy = v;",
        head="<style>#x::after { content: attr(data-copy) }</style>",
    ),
    echo(
        "attribute that a style sheet looks at",
        P,
        "x.setAttribute('mood', v);",
        head="<style>[mood=dark] { color: red }</style>",
    ),
    echo(
        "name of an attribute",
        P,
        "x.setAttribute('data-' + v.toLowerCase(), '');"
        "document.querySelector('style').sheet.insertRule(`[data-${v.toLowerCase()}] { color: red }`);",
        head="<style></style>",
        kind="name",
    ),
    echo(
        "name of an element",
        P,
        "x.replaceChildren(document.createElement('shop-' + v.toLowerCase()));",
        kind="name",
    ),
    echo("language", P, "x.lang = v;"),
    echo("role", P, "x.setAttribute('role', v);"),
    echo("part and slot", P, "x.part = v; x.slot = v;"),
    echo(
        "name of a slot",
        P,
        "(x.shadowRoot ?? x.attachShadow({ mode: 'open' })).innerHTML = `<slot name='${v}'></slot>`;",
    ),
    echo(
        "type and presentation attributes",
        P,
        "for (const name of ['type', 'align', 'bgcolor', 'width', 'color', 'open', "
        "'rules', 'frame', 'start', 'size', 'rows']) x.setAttribute(name, v);",
    ),
    echo(
        "aria states",
        P,
        "for (const name of ['current', 'expanded', 'hidden', 'disabled', 'invalid', 'busy']) "
        "x.setAttribute('aria-' + name, v);",
    ),
    echo(
        "number of a gauge",
        "<meter id=x max=9e15></meter><progress max=9e15></progress>",
        "x.value = v; x.nextElementSibling.value = v;",
        kind="digits",
    ),
    echo("number of a list item", "<ol><li id=x value=1>.</ol>", "x.setAttribute('value', v);", kind="digits"),
    echo(
        "bounds of a shown slider", "<input id=x type=range data-beside=show>", "x.max = v; x.min = v;", kind="digits"
    ),
    echo(
        "attributes of a drawing",
        "<svg width=9 height=9><path id=x d='M0 0'/></svg>",
        "for (const name of ['fill', 'font-family', 'mask', 'type', 'values']) x.setAttribute(name, v);",
    ),
    echo(
        "fragment of a drawing's reference",
        "<svg width=9 height=9><use id=x href='#y'/></svg>",
        "x.setAttribute('href', '#' + v);",
    ),
    echo(
        "path of a picture",
        "<img id=x width=9 height=9>",
        "x.src = '/' + v.replace(/ /g, '-') + '.png';",
        kind="digits",
    ),
    echo(
        "path of a picture, percent-encoded",
        "<img id=x width=9 height=9>",
        "x.src = '/' + encodeURIComponent(v) + '.png';",
    ),
    echo(
        "picture drawn into its address",
        "<img id=x width=9 height=9>",
        "x.src = 'data:image/svg+xml,' + encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg'><text>${v}</text></svg>`);",
    ),
    echo(
        "picture drawn into its address in base64",
        "<img id=x width=9 height=9>",
        "x.src = 'data:image/svg+xml;base64,' + btoa(`<svg xmlns='http://www.w3.org/2000/svg'><text>${v}</text></svg>`);",
        kind="name",
    ),
    echo(
        "host of a frame",
        "<iframe id=x width=9 height=9></iframe>",
        "x.src = `http://${v.toLowerCase()}.invalid/`;",
        kind="name",
    ),
    echo("segment of the page's path", P, "history.pushState({}, '', '/' + v);", kind="name"),
]
