"""What a carrier is: a place of a page that a value can be in, and the ways in which it gets there. Knows no recorder.

Three tables hold them: `controls.py` (what holds the value), `places.py` (what never travels, whatever it holds) and
`echoes.py` (what travels, and must not where it repeats a masked control's value).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tests.leaks.values import value_of

# Ways that are no script: what a person does with a keyboard.
TYPED = "typed"
PASTED = "pasted"
# With the mouse, on the page's own keys (`data-key`).
PRESSED = "pressed"
# The value comes by hand into the control that the carrier repeats, and the page writes it into the carrier then.
AT_INPUT = "at each key"
AT_CHANGE = "when the edit ends"
LATER = "later"
# Not at all.
AT_NOTHING = "typed, and repeated nowhere"
SOURCE = "document.querySelector('#v')"
REPEATED = {AT_INPUT: "input", AT_CHANGE: "change", LATER: "", AT_NOTHING: ""}
BY_HAND = {TYPED, PASTED, PRESSED, *REPEATED}
# Scripts see `v`, the value, and `x`, the carrier.
FOUND_BY_ID = "document.querySelector('#x')"


@dataclass(frozen=True)
class Carrier:
    """One carrier.

    `body` and `head` are markup, with `{v}` where the value stands from the start (state "start"; none without it).
    `ways` are the further states in order, each a script or one of the words above. `page` is a script of the page's
    own, that runs before the recorder starts. `leaks` and `tells` say in words why the value, or a difference between
    two values of one class, is known to leave: such a carrier is expected to.
    """

    name: str
    body: str
    ways: Mapping[str, str]
    head: str = ""
    kind: str = "text"
    find: str = FOUND_BY_ID
    page: str = ""
    leaks: str = ""
    tells: str = ""

    @property
    def states(self) -> list[str]:
        return [*(["start"] if "{v}" in self.body + self.head else []), *self.ways]

    def value(self, state: str, which: int) -> str:
        return value_of(self.kind, f"{self.name}, {state}", which)

    def html(self, which: int) -> tuple[str, str]:
        """Head and body as they stand at the start."""
        at_first = escape(self.value("start", which))
        return self.head.replace("{v}", at_first), self.body.replace("{v}", at_first)


def named(carriers: Sequence[Carrier]) -> Sequence[Carrier]:
    """The table as it is; two of one name would share their values and their result."""
    names = [carrier.name for carrier in carriers]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"carriers of one name: {', '.join(sorted(twice))}"
    return carriers
