"""Carriers that never travel, whatever stands in them: no mirror needs them, so no rule has to judge what they say."""

from __future__ import annotations

from tests.leaks.carriers import Carrier, named

IN_A_KEYFRAME = {"keyframe": "recording.capture.keyframe();"}
# What a page does that nobody sees leaves no frame; this one does, so that there is one to search.
TELL = "document.querySelector('#elsewhere').toggleAttribute('hidden');"


EMPTY = ("img", "input", "link", "track", "area", "source")


def attributes(tag: str, names: str, more: str = "") -> Carrier:
    """Attributes of one element that do not travel: from the start, set, taken away, and on a copy."""
    written = " ".join(f"{name}='{{v}}'" for name in names.split())
    each = f"for (const name of {names.split()})"
    return Carrier(
        f"attributes of <{tag}>: {names}",
        f"<{tag} id=x {more} {written}>" + ("" if tag in EMPTY else f".</{tag}>"),
        {
            "set": f"{each} x.setAttribute(name, v); {TELL}",
            "taken away": f"{each} {{ x.setAttribute(name, v); x.removeAttribute(name); }} {TELL}",
            "copied": f"const y = x.cloneNode(true); {each} y.setAttribute(name, v); x.after(y);",
            "resume": f"recording.capture.pause(); {each} x.setAttribute(name, v); recording.capture.resume();",
        },
    )


def addresses(name: str, *written: str, leaks: str = "") -> Carrier:
    """Elements with an address each, `{v}` in the place of a part of it."""
    body = " ".join(f"{opening}" for opening in written)
    put = """for (const y of x.querySelectorAll("*")) for (const { name, value } of [...y.attributes])
      if (value.includes(x.at)) y.setAttribute(name, value.replaceAll(x.at, v)); x.at = v;"""
    return Carrier(
        name,
        f"<div id=x>{body}</div>",
        {
            "changed": put + TELL,
            "resume": f"recording.capture.pause(); {put} recording.capture.resume();",
        },
        page="addEventListener('DOMContentLoaded', () => { const x = document.querySelector('#x');"
        " x.at = x.firstElementChild.title; });",
        leaks=leaks,
    )


def node(name: str, markup: str, put: str = "x.textContent = v;", head: str = "", **more: str) -> Carrier:
    """A node whose content does not travel."""
    return Carrier(
        name,
        markup,
        {"changed": put + TELL, **IN_A_KEYFRAME},
        head=head,
        **more,
    )


def act(name: str, script: str, body: str = "<p id=x>.</p>", **more: str) -> Carrier:
    """What a page does by script, and nothing of its tree shows."""
    return Carrier(name, body, {"done": script + TELL, **IN_A_KEYFRAME}, **more)


SAID = "aria-label aria-description aria-valuetext aria-placeholder aria-roledescription"
ATTRIBUTES = [
    attributes("p", f"title name data-customer made-up onclick data-beside itemid content {SAID}"),
    attributes("input", "name pattern autocomplete list dirname onchange"),
    attributes("form", "name target accept-charset autocomplete"),
    attributes("a", "title ping download target hreflang"),
    attributes("img", "title name longdesc usemap"),
    attributes("iframe", "name title srcdoc allow"),
    attributes("button", "value name title form"),
    attributes("label", "for form"),
    attributes("blockquote", "cite"),
    attributes("ins", "cite datetime"),
    attributes("object", "data name", "type=text/plain width=9 height=9"),
    attributes("track", "label srclang"),
    attributes("link", "nonce title integrity", "rel=stylesheet"),
    attributes("option", "value label"),
    attributes("data", "value"),
    attributes("time", "datetime"),
]
# The first element of each says what stands in the others.
AT = "<i title='{v}'></i>"
ADDRESSES = [
    addresses(
        "addresses of links",
        AT,
        *[
            f"<a href='{text}'>.</a>"
            for text in ("{v}", "/p?q={v}", "/p#{v}", "mailto:{v}", "tel:{v}", "javascript:({v})")
        ],
        "<map><area href='/p?q={v}'></map><form action='/{v}'><button formaction='/p?q={v}'>.</button></form>",
    ),
    addresses(
        "queries and fragments of pictures",
        AT,
        *[f"<img width=9 height=9 src='{text}'>" for text in ("/p.png?q={v}", "/p.png#{v}", "blob:{v}")],
        "<img width=9 height=9 srcset='/p.png?q={v} 1x'><picture><source srcset='/p.png?q={v}'><img width=9></picture>",
        "<svg><image href='/p.png?q={v}' width=9 height=9 /></svg>",
        "<input type=image src='/p.png?q={v}' width=9 height=9>",
    ),
    addresses(
        "addresses of media and frames",
        AT,
        "<video width=9 height=9 preload=none src='/p?q={v}' poster='/p.png?q={v}'></video>",
        "<embed width=9 height=9 src='/p.txt?q={v}'><object width=9 height=9 data='/p?q={v}'></object>",
        "<iframe width=9 height=9 src='/p?q={v}'></iframe><iframe width=9 height=9 src='/{v}'></iframe>",
    ),
    addresses(
        "addresses of resources",
        AT,
        "<link rel=stylesheet href='/p.css?q={v}'>",
        *[f"<link rel={rel} href='/{{v}}'>" for rel in ("canonical", "prefetch", "icon", "preload")],
    ),
    addresses(
        "queries in the style attribute",
        AT,
        """<p style='background: url("/p.png?q={v}")'>.</p><p style='--p: url("/p.png?q={v}")'>.</p>""",
    ),
    addresses(
        "queries in a bad address of the style attribute",
        AT,
        "<p style='background: url(/p.png?q={v})'>.</p>",
    ),
]
NODES = [
    node("comment", "<p id=x>.<!--{v}--></p>", "x.lastChild.data = v;"),
    node("comment before the root", "<p id=x>.</p>", "document.prepend(document.createComment(v));"),
    node("noscript", "<noscript id=x><p>{v}</p></noscript>"),
    node("template", "<template id=x><p>{v}</p></template>", "x.innerHTML = v; x.content.textContent = v;"),
    node("script", "<script id=x type=text/plain>{v}</script>"),
    node("JSON-LD", "<script id=x type=application/ld+json>{v}</script>"),
    node("import map", '<script id=x type=speculationrules>{ "{v}": 1 }</script>', "x.append(v);"),
    node("fallback of a video", "<video id=x><p>{v}</p></video>"),
    node("fallback of a canvas", "<canvas id=x>{v}</canvas>"),
    node("noembed", "<noembed id=x>{v}</noembed>"),
    node("datalist", "<input list=x><datalist id=x><option value='{v}' label='{v}'>{v}</datalist>"),
    node("<address>", "<address id=x>{v}</address>"),
    node("address in parts", "<address id=x><b>{v}</b><img alt='{v}'></address>", "x.firstChild.textContent = v;"),
    node("title of the document", "<p id=x>.</p>", "document.title = v;", "<title>{v}</title>"),
    node(
        "meta", "<p id=x>.</p>", "document.querySelector('meta').content = v;", "<meta name=description content='{v}'>"
    ),
    node(
        "meta refresh",
        "<p id=x>.</p>",
        "document.querySelector('meta').content = '9999; url=/' + v;",
        "<meta http-equiv=refresh content='9999; url=/{v}'>",
    ),
    node("base", "<p id=x>.</p>", "document.querySelector('base').href = '/' + v;", "<base href='/{v}/'>"),
    node(
        "comment in a style sheet",
        "<p id=x>.</p>",
        "document.querySelector('style').textContent = `/* ${v} */ p { color: red }`;",
        "<style>/* {v} */ p { color: teal }</style>",
    ),
    node("title of a drawing", "<svg id=x><title>{v}</title><path d='M0 0h9'/></svg>", "x.firstChild.textContent = v;"),
    node("desc of a drawing", "<svg id=x><desc>{v}</desc><path d='M0 0h9'/></svg>", "x.firstChild.textContent = v;"),
    node("metadata of a drawing", "<svg id=x><metadata>{v}</metadata></svg>", "x.firstChild.textContent = v;"),
    node(
        "script of a drawing", "<svg id=x><script type=text/plain>{v}</script></svg>", "x.firstChild.textContent = v;"
    ),
    node(
        "closed shadow root",
        "<p id=x>.</p>",
        "window.root.textContent = v;",
        page="addEventListener('DOMContentLoaded', () => { window.root = document.querySelector('#x')"
        ".attachShadow({ mode: 'closed' }); });",
    ),
    node(
        "masked part", "<div data-beside=mask><p id=x title='{v}'>{v}</p></div>", "x.textContent = v; x.dataset.v = v;"
    ),
    node(
        "blocked part",
        "<div data-beside=block><p id=x class='{v}'>{v}</p></div>",
        "x.textContent = v; x.className = v;",
    ),
    node("part whose rule is misspelt", "<div data-beside=shwo><p id=x>{v}</p></div>"),
    node(
        "picture in a masked part",
        "<div data-beside=mask><img id=x alt='{v}' src='/{v}.png'></div>",
        "x.alt = v; x.src = '/' + encodeURIComponent(v) + '.png';",
    ),
    node("drawing in a masked part", "<div data-beside=mask><svg><text id=x>{v}</text></svg></div>"),
]
ACTS = [
    act("canvas", "x.getContext('2d').fillText(v, 5, 15);", "<canvas id=x></canvas>"),
    act("history state", "history.replaceState({ v }, '');"),
    act("query of the page", "history.pushState({}, '', '?q=' + encodeURIComponent(v));"),
    act("fragment of the page", "location.hash = encodeURIComponent(v);"),
    act("path of the page", "history.pushState({}, '', '/made/' + encodeURIComponent(v));"),
    act("name of the window", "window.name = v;"),
    act("cookie", "document.cookie = 'v=' + encodeURIComponent(v);"),
    act("storage", "sessionStorage.setItem('v', v); localStorage.setItem('v', v);"),
    act("console", "console.log(v); console.error(new Error(v));"),
    act("error", "dispatchEvent(new ErrorEvent('error', { message: v, error: new Error(v) }));"),
    act("custom event", "x.dispatchEvent(new CustomEvent('change', { bubbles: true, detail: v }));"),
    act("message of another window", "postMessage(v, '*');"),
    act("property of an element", "x.value = v; x.customer = { v };"),
    act(
        "clipboard",
        "const data = new DataTransfer(); data.setData('text/plain', v); "
        "x.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData: data }));",
    ),
    act(
        "custom state",
        "x.internals.states.add('--' + v.replace(/\\W/g, ''));",
        "<shop-state id=x>.</shop-state>",
        page="customElements.define('shop-state', class extends HTMLElement { internals = this.attachInternals(); });",
    ),
    act(
        "global attribute that was there for a moment",
        "x.className = v; x.removeAttribute('class'); x.id = v; x.id = 'x';",
    ),
    act(
        "node that was there for a moment",
        "const y = document.createElement('p'); y.textContent = v; x.after(y); y.remove();",
    ),
    act("text that was there for a moment", "x.textContent = v; x.textContent = '.';"),
]
PLACES = named([*ATTRIBUTES, *ADDRESSES, *NODES, *ACTS])
