"""Carriers that hold the value themselves: form controls and what can be typed into. Nothing of them ever leaves."""

from __future__ import annotations

from tests.leaks.carriers import PASTED, TYPED, Carrier, named
from tests.leaks.choices import PAINTED_CHOICES
from tests.leaks.components import COMPONENTS
from tests.leaks.growing import GROWING
from tests.leaks.keypads import KEYPADS
from tests.leaks.scripts import CHANGE, INPUT, KEYFRAME, NATIVE, PUT

NATIVE_WAYS = {
    "property": PUT,
    "attribute": "x.setAttribute('value', v);",
    "attribute taken away": "x.setAttribute('value', v); x.value = ''; x.removeAttribute('value');",
    "native setter": NATIVE + INPUT,
    "autofilled": PUT + CHANGE,
    "form reset": "x.defaultValue = v; x.form.reset();",
    "moved": PUT + "const p = document.createElement('p'); x.form.append(p); p.append(x);",
    "swapped": "const y = x.cloneNode(true); y.value = v; x.replaceWith(y);",
    "navigation": PUT + "history.pushState({}, '', '/made/next');",
    "resume": "recording.capture.pause();" + PUT + "recording.capture.resume();",
    "keyframe": PUT + KEYFRAME,
}
BY_HAND = {"typed": TYPED, "pasted": PASTED}
TYPED_IN_TEXT = {**NATIVE_WAYS, **BY_HAND}


def native(name: str, body: str, kind: str = "text", *, by_hand: bool = True, **more: str) -> Carrier:
    """A control with a `value`, in a form, that holds one from the start."""
    return Carrier(f"{name}", f"<form id=f>{body}</form>", TYPED_IN_TEXT if by_hand else NATIVE_WAYS, kind=kind, **more)


SET_TEXT = "x.textContent = v;"
RICH_WAYS = {
    "property": SET_TEXT,
    "a node more": "x.append(document.createElement('b')); x.lastChild.textContent = v;",
    "character data": "x.textContent = '.'; x.firstChild.data = v;",
    "a character a node": "x.replaceChildren(...[...v].map((char) => { const s = document.createElement('i'); "
    "s.textContent = char; return s; }));",
    "autofilled": SET_TEXT + INPUT,
    "moved": SET_TEXT + "const p = document.createElement('p'); document.body.append(p); p.append(x);",
    "resume": "recording.capture.pause();" + SET_TEXT + "recording.capture.resume();",
    "keyframe": SET_TEXT + KEYFRAME,
}


def rich(name: str, opening: str, *, by_hand: bool = True, **more: str) -> Carrier:
    """An element that is typed into."""
    tag = opening.split(" ", 1)[0].rstrip(">")
    body = f"<{opening} id=x tabindex=0>{{v}}</{tag}>"
    return Carrier(name, body, {**RICH_WAYS, **(BY_HAND if by_hand else {})}, **more)


def chosen(name: str, body: str, ways: dict[str, str] | None = None, **more: str) -> Carrier:
    """A choice: its options hold the values, and one of them is chosen."""
    return Carrier(name, f"<form id=f>{body}</form>", {**CHOICE_WAYS, **(ways or {})}, **more)


CHOOSE = "x.selectedIndex = v.length % x.options.length;"
CHOICE_WAYS = {
    "an option more": "x.append(new Option(v, v));",
    "an option's label": "x.options[0].label = v;",
    "an option's text": "x.options[0].textContent = v;",
    "an option's value": "x.options[0].value = v;",
    "chosen": "x.append(new Option(v, v));" + CHOOSE + CHANGE,
    "chosen by attribute": "x.options[v.length % x.options.length].setAttribute('selected', '');",
    "resume": "recording.capture.pause(); x.append(new Option(v, v));" + CHOOSE + "recording.capture.resume();",
    "keyframe": "x.append(new Option(v, v));" + CHOOSE + KEYFRAME,
}

# Of two values one is of even and the other of odd length: what is ticked differs between them.
TICK = "x.checked = v.length % 2 === 0;"
BOX_WAYS = {
    "value attribute": "x.setAttribute('value', v);" + TICK,
    "value property": "x.value = v;" + TICK,
    "ticked": TICK + INPUT + CHANGE,
    "ticked by attribute": "x.toggleAttribute('checked', v.length % 2 === 0);",
    "undecided": "x.indeterminate = v.length % 2 === 0;",
    "keyframe": TICK + KEYFRAME,
}
ROLE_TICK = "x.setAttribute('aria-checked', String(v.length % 2 === 0));"

FLOOR_TYPES = [
    native("input type=password", "<input id=x type=password value='{v}'>"),
    native("input for a card number", "<input id=x autocomplete=cc-number value={v}>", "card"),
    native("input for the name on a card", "<input id=x autocomplete=cc-name value='{v}'>"),
    native("input for a cvc", "<input id=x autocomplete=cc-csc value={v}>", "short"),
    native("input for a one-time code", "<input id=x autocomplete=one-time-code value={v}>", "digits"),
]
INPUTS = [
    native("input without type", "<input id=x value='{v}'>"),
    native("input type=text", "<input id=x type=text name=customer value='{v}'>"),
    native("input type=search", "<input id=x type=search value='{v}'>"),
    native("input type=tel", "<input id=x type=tel value='{v}'>", "digits"),
    native("input type=url", "<input id=x type=url value='{v}'>", "url"),
    native("input type=email", "<input id=x type=email value='{v}'>", "email"),
    native("input of an unknown type", "<input id=x type=made-up value='{v}'>"),
    native("input type=number", "<input id=x type=number value={v}>", "digits"),
    native("input type=range", "<input id=x type=range max=9e12 value={v}>", "digits", by_hand=False),
    native("input type=date", "<input id=x type=date value={v}>", "date", by_hand=False),
    native("input type=month", "<input id=x type=month value={v}>", "month", by_hand=False),
    native("input type=week", "<input id=x type=week value={v}>", "week", by_hand=False),
    native("input type=time", "<input id=x type=time step=any value={v}>", "time", by_hand=False),
    native(
        "input type=datetime-local", "<input id=x type=datetime-local step=any value={v}>", "datetime", by_hand=False
    ),
    native("input type=color", "<input id=x type=color value='{v}'>", "color", by_hand=False),
    native("input disabled", "<input id=x disabled value='{v}'>", by_hand=False),
    native("input readonly", "<input id=x readonly value='{v}'>", by_hand=False),
    native("input out of sight", "<div hidden><input id=x value='{v}'></div>", by_hand=False),
    native("input with a list", "<input id=x list=l><datalist id=l><option value='{v}'>{v}</datalist>"),
    native("textarea", "<textarea id=x>{v}</textarea>"),
    Carrier(
        "children of a textarea",
        "<form id=f><textarea id=x>{v}</textarea></form>",
        {
            "property": SET_TEXT,
            "a node more": "x.append(v);",
            "character data": "x.textContent = '.'; x.firstChild.data = v;",
            "form reset": SET_TEXT + "x.form.reset();",
            "keyframe": SET_TEXT + KEYFRAME,
        },
    ),
]
HIDDEN = [
    native("input type=hidden", "<input id=x type=hidden value='{v}'>", by_hand=False),
    Carrier(
        "hidden input that turns visible",
        "<form id=f><input id=x type=hidden value='{v}'></form>",
        {
            "visible": "x.type = 'text'; x.value = v;",
            "hidden again": "x.type = 'hidden'; x.value = v;",
            "both within a tick": "x.type = 'text'; x.value = v; x.type = 'hidden';",
            "keyframe": "x.type = 'text'; x.value = v;" + KEYFRAME,
        },
    ),
    Carrier(
        "password shown and hidden again",
        "<form id=f><input id=x type=password name=secret data-beside=show value='{v}'></form>",
        {
            "shown": "x.value = v; x.type = 'text';",
            "hidden": "x.type = 'password'; x.value = v;",
            "both within a tick": "x.type = 'text'; x.value = v; x.type = 'password';",
            "another node": "const y = x.cloneNode(); y.type = 'text'; y.value = v; x.replaceWith(y);",
            "typed": TYPED,
            "keyframe": "x.value = v;" + KEYFRAME,
        },
    ),
    Carrier(
        "name of a chosen file",
        "<form id=f><input id=x type=file data-beside=show></form>",
        {
            "chosen": "const files = new DataTransfer(); files.items.add(new File(['.'], v)); x.files = files.files;"
            + CHANGE,
            "keyframe": KEYFRAME,
        },
        kind="file",
    ),
]
RICH = [
    rich("contenteditable", "div contenteditable"),
    rich("contenteditable=true", "div contenteditable=true"),
    rich("contenteditable=TRUE", "div contenteditable=TRUE"),
    rich("contenteditable=plaintext-only", "div contenteditable=plaintext-only"),
    rich("contenteditable of a word that is none", "p contenteditable=caret", by_hand=False),
    rich("role=textbox", "div role=textbox", by_hand=False),
    rich("role=searchbox", "span role='searchbox textbox'", by_hand=False),
    rich("role=spinbutton", "div role=spinbutton", by_hand=False),
    rich("role=combobox", "div role=combobox", by_hand=False),
    rich("button role=combobox", "button role=combobox", by_hand=False),
    Carrier(
        "element within a combobox that has a select and a hidden input for its form",
        "<div role=combobox tabindex=0><b id=x>{v}</b><select hidden><option>One</select><input type=hidden></div>",
        {way: script for way, script in RICH_WAYS.items() if way != "moved"},
    ),
    Carrier(
        "element within a contenteditable",
        "<div contenteditable><p>a <b id=x>{v}</b></p></div>",
        {way: script for way, script in RICH_WAYS.items() if way != "moved"},
    ),
    Carrier(
        "element that is edited for a while",
        "<p id=x tabindex=0>.</p>",
        {
            "edited": "x.contentEditable = 'true'; x.focus(); document.execCommand('selectAll'); "
            "document.execCommand('insertText', false, v);",
            "left": "x.textContent = v; x.blur();",
            "edited no more": "x.contentEditable = 'true'; x.focus(); document.execCommand('selectAll'); "
            "document.execCommand('insertText', false, v); x.blur(); x.contentEditable = 'inherit';",
            "keyframe": KEYFRAME,
        },
    ),
    Carrier(
        "document.designMode",
        "<p id=x>.</p>",
        {"typed": TYPED, "pasted": PASTED, "keyframe": KEYFRAME},
        page="document.designMode = 'on';",
    ),
    Carrier(
        "-webkit-user-modify",
        "<p id=x tabindex=0>.</p>",
        {"typed": TYPED, "pasted": PASTED, "keyframe": KEYFRAME},
        head="<style>#x { -webkit-user-modify: read-write-plaintext-only }</style>",
    ),
]
CHOICES = [
    chosen("select", "<select id=x><option>one<option>{v}<option value='{v}'>three</select>"),
    chosen("select of several", "<select id=x multiple size=3><option>one<option selected>{v}</select>"),
    chosen(
        "optgroup",
        "<select id=x><optgroup label='{v}'><option label='{v}' selected>two</optgroup></select>",
        {"a group's label": "x.querySelector('optgroup').label = v;"},
    ),
    Carrier("checkbox", "<form id=f><input id=x type=checkbox value='{v}'></form>", BOX_WAYS),
    Carrier("radio", "<form id=f><input id=x type=radio name=r value='{v}'><input type=radio name=r></form>", BOX_WAYS),
    *[
        Carrier(
            f"role={role}",
            f"<div id=x role={role} tabindex=0 {state}=false data-value='{{v}}'>.</div>",
            {
                "state": f"x.setAttribute('{state}', String(v.length % 2 === 0)); x.dataset.value = v;",
                "keyframe": KEYFRAME,
            },
            head=f"<style>[{state}=true] {{ color: red }}</style>",
        )
        for role, state in [
            ("checkbox", "aria-checked"),
            ("switch", "aria-checked"),
            ("radio", "aria-checked"),
            ("option", "aria-selected"),
        ]
    ],
    Carrier(
        "role=slider",
        "<div id=x role=slider tabindex=0 aria-valuenow='{v}' aria-valuetext='{v}'>.</div>",
        {"state": "x.ariaValueNow = v; x.ariaValueText = v;", "keyframe": KEYFRAME},
        head="<style>[aria-valuenow] { color: red } #x::after { content: attr(aria-valuetext) }</style>",
        kind="digits",
    ),
]
WITHIN = [
    Carrier(
        "selection and caret within a field",
        "<form id=f><input id=x value='{v}'></form>",
        {
            "selected": PUT + "x.focus(); x.select();",
            "caret": PUT + "x.focus(); x.setSelectionRange(v.length - 1, v.length);",
            "dragged": PUT + "const data = new DataTransfer(); data.setData('text/plain', v); "
            "x.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer: data }));",
            "copied": PUT + "const data = new DataTransfer(); data.setData('text/plain', v); "
            "x.dispatchEvent(new ClipboardEvent('copy', { bubbles: true, clipboardData: data }));",
            "composed": "x.focus();"
            "x.dispatchEvent(new CompositionEvent('compositionupdate', { bubbles: true, data: v }));"
            + PUT
            + "x.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: v }));"
            + INPUT
            + "x.blur();",
            "said to be wrong": PUT + "x.setCustomValidity(v); x.reportValidity(); x.blur();",
            "said to be right": PUT + "x.setCustomValidity(''); x.title = v;",
        },
    ),
    Carrier(
        "scroll position of a field",
        "<form id=f><textarea id=x style='width: 90px; height: 30px'></textarea></form>",
        {"scrolled": "x.value = v.repeat(v.length); x.scrollTop = v.length; x.scrollLeft = v.length;"},
    ),
]
CONTROLS = named(
    [*FLOOR_TYPES, *INPUTS, *HIDDEN, *RICH, *CHOICES, *COMPONENTS, *WITHIN, *KEYPADS, *PAINTED_CHOICES, *GROWING]
)
