"""What each page of the fidelity suite is held to: the goal, but where Beside cannot by design, which is said here.

`CORE` are the pages that every browser is held to.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e import pixels


@dataclass(frozen=True)
class Stated:
    """A lower bar for one page, with the reason, in a sentence for people."""

    bar_percent: float
    reason: str


STATED: dict[str, Stated] = {
    "angular": Stated(
        99.0,
        "A masked box keeps the classes that it was first sent with: `ng-dirty`, which the page paints, would say that "
        "it was ticked or cleared.",
    ),
    "jquery_select2": Stated(
        93.0,
        "The list that stands in for a masked select is shown without which of its options is marked: that is the "
        "shopper's choice (aria-selected does not travel).",
    ),
    "slots_and_forms": Stated(
        98.0,
        "What a form-associated element is by its internals alone (`:disabled` by a fieldset, `:invalid`) no element "
        "of a mirror can be: only a page's own scripts give an element internals.",
    ),
}

CORE = frozenset(
    {
        "attribute_selectors",
        "container_queries",
        "controls_masked",
        "cssom_rules",
        "custom_elements",
        "details_and_layers",
        "directions",
        "font_face",
        "imports",
        "layers",
        "lit",
        "moves",
        "mui_emotion",
        "pseudo_elements",
        "scoped_and_modern",
        "shadow_roots",
        "sheets_of_another_host",
    }
)


def bar_of(name: str) -> float:
    return STATED[name].bar_percent if name in STATED else pixels.BAR_PERCENT
