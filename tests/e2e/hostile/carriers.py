"""What a hostile carrier is: markup that would do something to whoever shows it. Knows no relay and no mirror.

The tables (`scripts.py`, `addresses.py`, `styles.py`) are used three ways: as a page of their own, where each does what
it says (the control); as frames of a shopper who sends whatever their page holds; and as a page under the real snippet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

# What the control is to see of a carrier.
RUNS = "a script runs"
ASKS = "the stranger is asked"
LEAVES = "a document is left for the stranger's"
CONNECTS = "a connection is opened ahead"
DIALOG = "a dialog opens"
POPUP = "a window opens"
DOWNLOAD = "a file is saved"
CLOBBERS = "a node stands where a member of the document was"
# What brings it about.
LOAD = "load"
CLICK = "click"
HOVER = "hover"
FOCUS = "focus"
ENTER = "enter"
REPARSE = "written out and parsed again"


@dataclass(frozen=True)
class Carrier:
    """One carrier. In `markup` `{url}` is an address at the stranger's that is this carrier's own, `{run}` a script
    that leaves a mark, `{run%}` the same percent-encoded, `{key}` the carrier's name in addresses.

    `outlived`: why no browser of today does it; the mirror refuses it all the same. `alone`: it takes the whole tab.
    `apart`: it would end the shopper's own page, and comes by frames alone.
    """

    name: str
    markup: str
    does: str
    by: str = LOAD
    outlived: str = ""
    alone: bool = False
    apart: bool = False

    def write(self, key: str, stranger: str) -> str:
        """The markup against a stranger's origin."""
        # No blank and no double quote: it also stands in attributes that are not quoted.
        mark = f"try{{(top.ran=top.ran||[]).push('{key}')}}catch{{}};self.ran=1"
        run = f"{mark};new(Image)().src='{stranger}/{key}';void(0)"
        words = {"{run%}": quote(run), "{run}": run, "{url}": f"{stranger}/{key}", "{key}": key}
        markup = self.markup
        for word, text in words.items():
            markup = markup.replace(word, text)
        return markup


def keyed(carriers: Sequence[Carrier]) -> dict[str, Carrier]:
    """Each under a short name of its own, by which what it did is known."""
    names = [carrier.name for carrier in carriers]
    assert len(names) == len(set(names)), "two carriers of one name"
    return {f"c{number:03}": carrier for number, carrier in enumerate(carriers)}
