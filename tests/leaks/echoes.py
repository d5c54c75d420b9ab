"""Carriers that travel, because the page shows them, and must not where they repeat what a masked control holds.

Each page has a control `#v` and a place `#x` into which the page writes what the control holds: at each key, when the
edit ends, later, by script alone, and while the view is paused. What stood there before the value existed stays.
"""

from __future__ import annotations

from tests.leaks.carriers import AT_NOTHING, SOURCE, named
from tests.leaks.echoes_in_attributes import ATTRIBUTES
from tests.leaks.echoes_in_styles import CSS_NAMES, STYLES
from tests.leaks.places import IN_A_KEYFRAME
from tests.leaks.repeating import COUNTED, DERIVED, TEXT, P, echo

TEXTS = [
    echo("text", P, TEXT),
    echo("text with other words", P, "x.textContent = `Hello ${v}, and welcome`;"),
    echo("text in capitals", P, "x.textContent = v.toUpperCase();"),
    echo("text with dashes", P, "x.textContent = v.replace(/ /g, '-');"),
    echo("character data", P, "x.firstChild.data = v;"),
    echo(
        "a character an element",
        P,
        "x.replaceChildren(...[...v].map((c) => { const s = document.createElement('b'); "
        "s.textContent = c; return s; }));",
        tells=COUNTED,
    ),
    echo("two texts side by side", P, "x.replaceChildren(v.slice(0, 5), v.slice(5));"),
    echo(
        "words in different elements",
        "<div><p id=x>.</p></div>",
        "x.replaceChildren(...v.split(' ').map((w) => { "
        "const s = document.createElement('p'); s.textContent = w; return s; }));",
        tells=COUNTED,
    ),
    echo("markup", P, "x.innerHTML = `<b>${v}</b>`;"),
    echo("a new element", P, "const y = document.createElement('p'); y.textContent = v; x.replaceWith(y); y.id = 'x';"),
    echo("output", "<output id=x>.</output>", "x.value = v;"),
    echo(
        "heading, list and table",
        "<div id=x>.</div>",
        "x.innerHTML = `<h2>${v}</h2><ul><li>${v}</ul><table><tr><td>${v}</table><dl><dt>${v}<dd>${v}</dl>`;",
    ),
    echo(
        "details and dialog",
        "<div id=x>.</div>",
        "x.innerHTML = `<details open><summary>${v}</summary>${v}</details><dialog open>${v}</dialog>`;",
    ),
    echo("popover", "<p id=x popover=manual>.</p>", TEXT + "x.togglePopover(true);"),
    echo(
        "ruby and formula",
        "<div id=x>.</div>",
        "x.innerHTML = `<ruby>a<rt>${v}</ruby><math><mi>a</mi><mtext>${v}</mtext></math>`;",
    ),
    echo("text in an open shadow root", P, "(x.shadowRoot ?? x.attachShadow({ mode: 'open' })).textContent = v;"),
    echo(
        "text in a shown frame",
        "<iframe id=frame data-beside=show srcdoc='<p id=x>.</p>'></iframe>",
        TEXT,
        find="document.querySelector('#frame').contentDocument.querySelector('#x')",
    ),
    echo("text of a drawing", "<svg width=90 height=9><text id=x>.</text></svg>", TEXT),
    echo(
        "a character a tspan",
        "<svg width=90 height=9><text id=x>.</text></svg>",
        "x.replaceChildren(...[...v].map((c) => { const s = document.createElementNS(x.namespaceURI, 'tspan'); "
        "s.textContent = c; return s; }));",
        tells=COUNTED,
    ),
    echo(
        "HTML within a drawing",
        "<svg width=90 height=9><foreignObject width=9 height=9><p id=x>.</p></foreignObject></svg>",
        TEXT,
    ),
    echo("label of a button", "<button id=x type=button>.</button>", TEXT),
    echo("value of a button", "<input id=x type=button value=.>", "x.value = v;"),
    echo("value of a submit button", "<input id=x type=submit value=.>", "x.setAttribute('value', v);"),
    echo("alternative text of an image button", "<input id=x type=image alt=.>", "x.alt = v;"),
    echo("label of a field", "<label id=x for=y>.</label><input id=y>", TEXT),
    echo("label by aria-labelledby", "<p id=x>.</p><input aria-labelledby=x>", TEXT),
    echo("the field's own label", "<label for=v id=x>.</label>", TEXT),
    echo("placeholder", "<input id=x placeholder=.>", "x.placeholder = v;"),
    echo("aria-label of a field", "<input id=x>", "x.ariaLabel = v;"),
    echo("title of a field", "<input id=x>", "x.title = v;"),
    echo("field that the site shows", "<input id=x data-beside=show>", "x.value = v;"),
    echo(
        "choice that the site shows",
        "<select id=x data-beside=show><option>.</select>",
        "x.options[0].textContent = v;",
    ),
    echo("option of a select", "<select id=x><option>.</select>", "x.append(new Option(v, v));"),
    echo("text that the site shows", "<p id=x data-beside=show>.</p>", TEXT),
]
SOURCES = [
    echo(f"text that repeats {name}", P, TEXT, source=source, kind=kind)
    for name, source, kind in [
        ("a textarea", "<textarea id=v></textarea>", "text"),
        ("a password", "<input id=v type=password>", "text"),
        ("a card number", "<input id=v autocomplete=cc-number>", "card"),
        ("a cvc, while it is edited", "<input id=v autocomplete=cc-csc>", "text"),
        ("the name on a card", "<input id=v autocomplete=cc-name>", "text"),
        ("an e-mail address", "<input id=v type=email>", "email"),
        ("a field in a masked part", "</form><form data-beside=mask><input id=v>", "text"),
        ("a field in a blocked part", "</form><form data-beside=block><input id=v>", "text"),
    ]
]
STEPS = [
    echo(
        f"{what} on a later step, where the field is gone",
        P,
        TEXT,
        source=source,
        ways={
            "typed": AT_NOTHING,
            "step": f"{SOURCE}?.remove();",
            "later step": "x.textContent = window.typed;",
            **IN_A_KEYFRAME,
        },
        page="addEventListener('input', ({ target }) => { window.typed = target.value; }, true);",
    )
    for what, source in [
        ("a name", "<input id=v>"),
        ("the name on a card", "<input id=v autocomplete=cc-name>"),
    ]
]
MADE_OF_IT = [
    echo("its first six", P, "x.textContent = v.slice(0, 6);", leaks=DERIVED),
    echo("its last four", P, "x.textContent = 'no. ' + v.slice(-4);", kind="digits", leaks=DERIVED),
    echo("all but the last key", P, "x.textContent = v.slice(0, -1);", leaks=DERIVED),
    echo("reversed", P, "x.textContent = [...v].reverse().join('');", leaks=DERIVED),
    echo("in base64", P, "x.textContent = btoa(v);", kind="name", leaks=DERIVED),
    echo("percent-encoded", P, "x.textContent = encodeURIComponent(v);"),
    echo("its length", P, "x.textContent = `${v.length} characters`;", tells=DERIVED),
    echo("how strong it is", "<meter id=x max=99></meter>", "x.value = v.length;", tells=DERIVED),
    echo("as wide as it is long", P, "x.style.width = v.length + 'px';", tells=DERIVED),
]
ECHOES = named([*TEXTS, *ATTRIBUTES, *STYLES, *CSS_NAMES, *SOURCES, *STEPS, *MADE_OF_IT])
