"""Carriers whose value is a state: boxes and radios that pages paint by their attributes, classes and children."""

from __future__ import annotations

from tests.leaks.carriers import Carrier
from tests.leaks.scripts import CHANGE, INPUT, KEYFRAME

# As libraries do it, all at once. Which classes are a state's no word says in a group; of one by itself a word must.
PAINT = """
const paintOne = (one, on, isOfGroup) => {
  const [own, inner] = isOfGroup ? (on ? ["css-1x", "css-2x"] : ["css-1y", "css-2y"]) : ["box", "words"];
  one.setAttribute("aria-checked", String(on));
  one.tabIndex = on ? 0 : -1;
  one.dataset.state = on ? "checked" : "unchecked";
  one.className = `option ${own} ${on ? "is-selected Mui-checked" : ""}`;
  one.setAttribute("part", `option ${on ? "option--checked" : ""}`);
  one.style.cssText = `display: block; ${on
    ? "color: red; --on: 1; transform: translateX(4px)" : "border-width: 2px"}`;
  one.ariaLabel = on ? "Deselect row" : "Select row";
  one.title = on ? "✓ subscribed" : "☐ unsubscribed";
  one.hidden = one.inert = false;
  if ("checked" in one) return void (one.checked = on);
  const words = document.createElement("span");
  words.className = `${inner} label`;
  words.append(on ? "✓ Express" : "☐ Express");
  const tick = Object.assign(document.createElement("i"), { className: "tick", textContent: "✔" });
  const thumb = document.createElement("span");
  thumb.style.left = on ? "20px" : "0";
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  one.replaceChildren(words, ...(on ? [tick, drawn] : []), thumb);
};
const isEven = (v) => v.length % 2 === 0;
const paint = (x, v) => {
  const all = x.matches(".group") ? [...x.children] : [x];
  all.forEach((one, at) => paintOne(one, all.length > 1 ? at === Number(isEven(v)) : isEven(v), all.length > 1));
};
"""
# Before the view, by what the page knows of the shopper's last visit.
AT_FIRST = (
    "<i hidden id=last data-last='{v}'></i><script>paint(document.querySelector('#x'), last.dataset.last)</script>"
)
HEAD = (
    "<style>[data-state=checked] { color: red } "
    "[tabindex='0'], [part~=x] { color: blue } .tick { color: green }</style>"
)
WAYS = {
    "painted": "paint(x, v);",
    "painted without its class": "paint(x, v); for (const one of x.matches('.group') ? x.children : [x]) "
    "if (isEven(v)) one.removeAttribute('class');",
    "out of sight": "const at = x.matches('.group') ? x.children[Number(isEven(v))] : x; "
    "at.inert = at.hidden = at !== x || isEven(v);",
    "told by the page": "paint(x, v);" + INPUT + CHANGE,
    "resume": "recording.capture.pause(); paint(x, v); recording.capture.resume();",
    "made anew": "const y = x.cloneNode(true); paint(y, v); x.replaceWith(y);",
    "keyframe": "paint(x, v);" + KEYFRAME,
}


def painted(name: str, body: str, **more: str) -> Carrier:
    return Carrier(f"{name}, painted", body + AT_FIRST, WAYS, head=HEAD, page=PAINT, **more)


PAINTED_CHOICES = [
    *(
        painted(f"{tag} role={role}", f"<{tag} id=x role={role}></{tag}>")
        for tag, role in [
            ("div", "checkbox"),
            ("button", "checkbox"),
            ("button", "switch"),
            ("span", "radio"),
        ]
    ),
    painted("checkbox", "<input id=x type=checkbox>"),
    *(
        painted(f"group of {name}", f"<div id=x class=group{more}>{one * 3}</div>")
        for name, one, more in [
            ("radios", "<input type=radio name=r>", ""),
            ("div role=radio", "<div role=radio></div>", " role=radiogroup"),
            ("button role=radio", "<button role=radio></button>", ""),
        ]
    ),
    *(
        Carrier(f"box {where}", body, {"ticked": script}, page=PAINT, tells=tells)
        for where, body, script, tells in [
            (
                "in what says its state",
                "<label id=x><input type=checkbox> Gift</label>",
                "x.className = isEven(v) ? 'is-active' : '';",
                "what a box stands in is the page's own",
            ),
            (
                "with a word for its state",
                "<button id=x role=switch></button>",
                "x.textContent = isEven(v) ? 'On' : 'Off';",
                "what stands in a box in words is text of the page",
            ),
            (
                "that is switched off by its state",
                "<input id=x type=checkbox>",
                "x.disabled = isEven(v);",
                "whether a control can be used is told of each",
            ),
            (
                "that comes with a class of the page's own making",
                "<p id=x></p>",
                "x.innerHTML = `<div role=switch class='${isEven(v) ? 'css-1a' : 'css-1b'}'></div>`;",
                "a class that says a state by no word is one like any other, where nothing shows what its like have",
            ),
            (
                "in a list that stands in for a select",
                "<ul role=listbox><li id=x role=option>Card</ul>",
                "x.className = isEven(v) ? 'is-active' : '';",
                "an option of a list is no control",
            ),
        ]
    ),
    Carrier(
        "box that is called by its state",
        "<input id=x type=checkbox aria-label='Newsletter bestellen'>",
        {
            "told by the page": "x.ariaLabel = isEven(v) ? 'Newsletter bestellen' : 'Newsletter abbestellen';",
            "titled by the page": "x.title = isEven(v) ? 'Abbestellt' : 'Bestellt';",
            "keyframe": KEYFRAME,
        },
        page=PAINT,
    ),
    Carrier(
        "box that comes with a name of its state's own",
        "<p id=x></p>",
        {"ticked": "x.innerHTML = `<input type=checkbox title='${isEven(v) ? 'Bestellen' : 'Abbestellen'}'>`;"},
        page=PAINT,
        tells="a name that says a state by no word that is known for it is one like any other",
    ),
    Carrier(
        "thumb of a slider by its role",
        "<div id=x role=slider tabindex=0></div>",
        {"drawn": "x.style.left = `${v.length}%`;"},
        tells="a slider by its role is no control",
    ),
]
