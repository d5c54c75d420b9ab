"""How a page repeats what a masked control holds, and what is known to leave so. Holds no carrier itself."""

from __future__ import annotations

from tests.leaks.carriers import AT_CHANGE, AT_INPUT, LATER, SOURCE, Carrier
from tests.leaks.places import IN_A_KEYFRAME

BY_SCRIPT = {
    "by script": f"{SOURCE}.value = v; window.put(v);",
    "resume": f"recording.capture.pause(); {SOURCE}.value = v; window.put(v); recording.capture.resume();",
    **IN_A_KEYFRAME,
}
WAYS = {AT_INPUT: AT_INPUT, AT_CHANGE: AT_CHANGE, LATER: LATER, **BY_SCRIPT}

LISTEN = """addEventListener("DOMContentLoaded", () => {
  const source = document.querySelector("#v");
  for (const type of ["input", "change"])
    source.addEventListener(type, () => { if (window.when === type) window.put(source.value ?? source.textContent); });
});
window.put = (v) => { const x = %s; %s };"""

NAMES_IN_CSS = "names in CSS (of classes, animations, families, layers) are taken for the page's own words"
NAMES_IN_MARKUP = "names of elements and attributes are not judged"
PIECES = "class names are judged one by one, and no single one holds the value"
ENCODED = "an address is compared as it is written, percent signs and all"
DRAWN = "what is written in a picture that is drawn into its own address is not judged"
PATH = "a segment of the page's path is told where it is short and has no digit"
COUNTED = "how many elements the page makes of a value is told, and so its length; no character of it is"
GONE = "what a floor field held is forgotten with it, once it has left the page"
DERIVED = "what a page makes of a value (a part, a code, a count) is text of its own to every rule"


def echo(
    name: str,
    place: str,
    put: str,
    *,
    source: str = "<input id=v>",
    find: str = "document.querySelector('#x')",
    ways: dict[str, str] | None = None,
    page: str = "",
    **more: str,
) -> Carrier:
    """A place `#x`, and a script that writes `v` into it."""
    return Carrier(
        name,
        f"<form id=f>{source}</form>{place}",
        WAYS if ways is None else ways,
        page=LISTEN % (find, put) + page,
        **more,
    )


P = "<p id=x>.</p>"
TEXT = "x.textContent = v;"
