"""Carriers that grow with what they hold, by their own attributes, or are painted so far as they are drawn."""

from __future__ import annotations

from tests.leaks.carriers import PASTED, TYPED, Carrier
from tests.leaks.scripts import CHANGE, INPUT, KEYFRAME, PUT

GROW = """
const grow = (x) => {
  const n = (x.value ?? x.textContent).length;
  for (const name of ["size", "rows", "cols"]) if (name in x) x[name] = 2 + n;
  x.style.cssText = `display: block; width: ${n}%; min-height: ${n}px; flex: ${n} 0 ${n}px; font-size: ${40 - n}px;
    --n: ${n}; background: linear-gradient(red ${n}%, blue 0); background-size: ${n}% 100%; inline-size: ${n}vw`;
};
addEventListener("input", ({ target }) => grow(target));
addEventListener("change", ({ target }) => grow(target));
addEventListener("blur", ({ target }) => target.matches?.("#x") && grow(target), true);
"""
# How far a page scrolls is told, and would be as far as its fields are large.
HEAD = "<style>#x { height: 60px !important; min-height: 0 !important; max-width: 90px }</style>"
GROWN = "<script>grow(document.querySelector('#x'))</script>"
WAYS = {
    "property": PUT + INPUT,
    "emptied first": "x.value = '';" + INPUT + PUT + INPUT,
    "taken away": PUT + INPUT + "if (v.length % 2) { x.style.cssText = 'display: block'; "
    "for (const name of ['size', 'rows', 'cols']) x.removeAttribute(name); }",
    "swapped": "const y = x.cloneNode(true); y.value = v; grow(y); x.replaceWith(y);",
    "resume": "recording.capture.pause();" + PUT + "grow(x); recording.capture.resume();",
    "keyframe": PUT + INPUT + KEYFRAME,
}
BY_HAND = {"typed": TYPED, "pasted": PASTED}


def growing(name: str, body: str, ways: dict[str, str], **more: str) -> Carrier:
    return Carrier(
        f"{name} that grows",
        f"<form id=f style='display: flex'>{body}{GROWN}</form>",
        ways,
        head=HEAD,
        page=GROW,
        **more,
    )


GROWING = [
    growing("input", "<input id=x value='{v}'>", {**WAYS, **BY_HAND}),
    growing("empty input", "<input id=x>", {**BY_HAND, **WAYS}),
    growing("password", "<input id=x type=password>", {**BY_HAND, **WAYS}),
    growing("textarea", "<textarea id=x>{v}</textarea>", {**WAYS, **BY_HAND}),
    growing("empty textarea", "<textarea id=x rows=3></textarea>", {**BY_HAND, **WAYS}),
    growing(
        "contenteditable",
        "<div id=x tabindex=0 contenteditable>{v}</div>",
        {
            "property": "x.textContent = v;" + INPUT,
            **BY_HAND,
            "keyframe": "x.textContent = v;" + INPUT + KEYFRAME,
        },
    ),
    growing(
        "range",
        "<input id=x type=range max=9e12 value={v}>",
        {"drawn": PUT + INPUT + CHANGE, "keyframe": PUT + "grow(x);" + KEYFRAME},
        kind="digits",
    ),
    Carrier(
        "wrapper that grows with its field",
        "<div id=wrapper><input id=x></div>",
        {"typed": TYPED},
        page="addEventListener('change', ({ target }) => { wrapper.style.width = `${target.value.length}px`; });",
        tells="what is around a field is the page's own",
    ),
]
