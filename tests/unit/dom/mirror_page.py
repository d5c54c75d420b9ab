"""A page with the mirror in its sandboxed frame, as tests of the mirror drive it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from beside.routes.mirror_document import mirror_document

from .conftest import Site

HOST = """<!doctype html><title>console</title><style>body { margin: 0 } iframe { border: 0 }</style>
<input id="note" aria-label="the agent's own text field">
<iframe id="mirror-frame" sandbox="allow-same-origin" src="/mirror"></iframe>
<script src="/build/mirror.js"></script>"""

INSIDE = """code => {
  const frame = document.getElementById('mirror-frame');
  return new Function('doc', 'win', `return (${code})`)(frame.contentDocument, frame.contentWindow);
}"""

Entry = list[Any]
Change = list[Any]


def csp(origins: Sequence[str], *, inline_styles: bool = True) -> str:
    """The header of the mirror's document, as the relay sends it (`beside.routes.policies.mirror_headers`)."""
    listed = " ".join(origins)
    inline = "'unsafe-inline' " if inline_styles else ""
    return (
        f"default-src 'none'; style-src {inline}{listed}; img-src data: {listed}; font-src data: {listed}; "
        "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
    )


def el(name: str, attributes: dict[str, str] | None = None, *children: Entry, kind: str = "el") -> list[Entry]:
    """The entries of one element; each child is the entries of one node."""
    inner = [entry for child in children for entry in child]
    return [[kind, name, attributes or {}, len(children)], *inner]


def tx(text: str) -> list[Entry]:
    return [["tx", text]]


def document(*body: list[Entry]) -> list[Entry]:
    """Doctype (node 2), html (3), head (4) and body (5); the first node of `body` is 6."""
    return [["dt", "html"], *el("html", {"lang": "en"}, el("head"), el("body", {}, *body))]


def keyframe(entries: list[Entry], *changes: Change, epoch: int = 1, quirks: bool = False) -> list[Any]:
    page = {"origin": "https://shop.example", "path": "/cart", "quirks": quirks}
    return ["keyframe", epoch, 0, page, entries, list(changes)]


def field(kind: str = "text", *, filled: bool | None = None, shown: str | None = None, **more: Any) -> dict[str, Any]:
    status = None if filled is None else {"filled": filled, "validity": more.pop("validity", "valid")}
    content = None if shown is None else {"text": shown, "checked": more.pop("checked", None)}
    return {
        "kind": kind,
        "label": "A label",
        "purpose": None,
        "verdict": "mask" if shown is None else "show",
        "reason": "default-control" if shown is None else "site-show",
        "required": False,
        "disabled": False,
        "status": status,
        "content": content,
    }


class MirrorPage:
    """Drives one mirror: `apply` frames, then look at the frame's document with `inside`."""

    def __init__(self, page: Page, site: Site, *, origins: Sequence[str] | None = None, inline_styles: bool = True):
        self.page = page
        self.origins = [site.origin] if origins is None else list(origins)
        site.add(
            "/mirror",
            mirror_document(is_quirks=False),
            headers={
                "Content-Security-Policy": csp(self.origins, inline_styles=inline_styles),
                "Cross-Origin-Embedder-Policy": "credentialless",
            },
        )
        page.goto(site.page(HOST))
        self.fresh()

    def fresh(self) -> None:
        """Puts a new mirror into the same frame, which it must find usable whatever the last one showed."""
        self.page.evaluate(
            "origins => { window.mirror?.dispose(); besideMirror.reports.length = 0;"
            " window.mirror = besideMirror.mount(document.getElementById('mirror-frame'), origins) }",
            self.origins,
        )

    def apply(self, *frames: list[Any]) -> None:
        """Hands frames over as they come off the wire: parsed from JSON, so that `__proto__` is a key like others."""
        self.page.evaluate(
            "texts => { for (const text of texts) mirror.apply(JSON.parse(text)) }", [json.dumps(f) for f in frames]
        )

    def inside(self, expression: str) -> Any:
        """Evaluates an expression over `doc`, the frame's document, and `win`, its window."""
        return self.page.evaluate(INSIDE, expression)

    def wait_for(self, expression: str) -> None:
        """Waits until such an expression is true."""
        self.page.wait_for_function(INSIDE, arg=expression)

    def reports(self, name: str) -> list[Any]:
        """What the mirror reported through one callback, in order."""
        found: list[Any] = self.page.evaluate(
            "name => besideMirror.reports.filter(([kind]) => kind === name).map(([, value]) => value)", name
        )
        return found

    @property
    def body(self) -> str:
        html: str = self.inside("doc.body ? doc.body.innerHTML : ''")
        return html
