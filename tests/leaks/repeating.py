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

COUNTED = "how many elements the page makes of a value is told, and so its length; no character of it is"
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
