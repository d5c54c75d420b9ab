"""Carriers in custom elements, in shadow roots and in frames of the page's own origin."""

from __future__ import annotations

from tests.leaks.carriers import Carrier
from tests.leaks.scripts import INPUT, KEYFRAME, NATIVE, PUT

SHADOW = """class Field extends HTMLElement {{
  constructor() {{ super(); const root = this.attachShadow({{ mode: "{mode}" }});
    root.innerHTML = "<input>"; this.input = root.firstChild; }}
  get value() {{ return this.input.value; }}
  set value(value) {{ this.input.value = value; }}
  attributeChangedCallback(_, __, value) {{ this.input.value = value; this.input.setAttribute("value", value); }}
  static observedAttributes = ["value"];
}}
customElements.define("shop-field", Field);"""
CUSTOM_WAYS = {
    "property": PUT,
    "attribute": "x.setAttribute('value', v);",
    "autofilled": "x.input.value = v; x.input.dispatchEvent(new Event('change'));",
    "keyframe": PUT + KEYFRAME,
}
INTERNALS = """customElements.define("shop-pin", class extends HTMLElement {
  static formAssociated = true;
  internals = this.attachInternals();
  set value(value) { this.held = value; this.internals.setFormValue(value); this.internals.ariaValueText = value; }
});"""

COMPONENTS = [
    Carrier(
        f"custom element with {mode} root",
        "<shop-field id=x value='{v}'></shop-field>",
        CUSTOM_WAYS,
        page=SHADOW.format(mode=mode),
    )
    for mode in ("open", "closed")
] + [
    Carrier(
        "value that a custom element gives to its form",
        "<form id=f><shop-pin id=x value='{v}'></shop-pin></form>",
        {"property": PUT, "attribute": "x.setAttribute('value', v);", "keyframe": PUT + KEYFRAME},
        page=INTERNALS,
    ),
    Carrier(
        "input in a same-origin frame",
        "<iframe id=frame srcdoc=\"<form><input id=x value='{v}'></form>\"></iframe>",
        {"property": PUT, "attribute": "x.setAttribute('value', v);", "keyframe": PUT + KEYFRAME},
        find="document.querySelector('#frame').contentDocument.querySelector('#x')",
    ),
    Carrier(
        "input in a shown frame",
        "<iframe id=frame data-beside=show srcdoc=\"<form><input id=x value='{v}'></form>\"></iframe>",
        {
            "property": PUT,
            "attribute": "x.setAttribute('value', v);",
            "native setter": NATIVE + INPUT,
            "form reset": "x.defaultValue = v; x.form.reset();",
            "keyframe": PUT + KEYFRAME,
        },
        find="document.querySelector('#frame').contentDocument.querySelector('#x')",
    ),
]
