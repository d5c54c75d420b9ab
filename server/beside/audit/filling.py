"""Types canaries into every field of a page that can be reached, and looks what the page made of each.

Presses no button, no key but those that write, and Control+A where something stands already. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from random import Random

import msgspec

from beside.audit.audited import Entered, FoundField
from beside.audit.browser import Error, Page
from beside.audit.canaries import Canary, canary_for
from beside.audit.fields import Field, describe, fields_of
from beside.audit.finding import is_searchable, squash
from beside.audit.keys import Keys

# Fields that come only when others are filled: a company's number, a second line of an address. More rounds than this
# are a page that makes fields without end.
MAX_ROUNDS = 4
# Of one field; a page of more is a table of inputs, and says nothing new.
MAX_FIELDS = 400
_FILLED_WHOLE = ("date", "datetime-local", "month", "week", "time", "color", "range")


@dataclass(frozen=True)
class Filled:
    """One field, and how its canary came into it. `note`: why it did not, or is not searched for.

    A canary that did not stay is searched for as well: a page may have put it elsewhere, as a field for tags does.
    """

    field: FoundField
    handle: Field
    entered: Entered = "left"
    canary: Canary | None = None
    note: str = ""
    is_searched: bool = False


@dataclass
class Filler:
    """Fills one page. `before`: all text that the page showed untouched, squashed; no canary may stand in it.

    `begin` hears of every canary before it is typed, `begin_keys` of those that come key by key; `settle` lets the page
    react.
    """

    page: Page
    typed_on: str
    before: str
    today: date
    begin: Callable[[Canary], None]
    begin_keys: Callable[[Canary], None]
    settle: Callable[[], None]
    used: set[str] = dataclass_field(default_factory=set)

    def fill(self) -> list[Filled]:
        """Fills what is there, then what came because of it."""
        filled: list[Filled] = []
        keys = Keys()
        for _ in range(MAX_ROUNDS):
            found = fields_of(self.page)
            fresh = list(keys.fresh([field for field, _ in found]))
            if not fresh or len(filled) >= MAX_FIELDS:
                break
            for at, field in fresh[: MAX_FIELDS - len(filled)]:
                filled.append(self._fill(field, found[at][1]))
                self.settle()
        return filled

    def _fill(self, field: FoundField, handle: Field) -> Filled:
        if field.is_fixed:
            return Filled(field, handle, note="it is disabled or read-only")
        if field.type == "rich-text" and not field.is_visible:
            return Filled(field, handle, note="nobody can see it, and no password manager fills it")
        if field.tag == "button":
            return Filled(field, handle, note="keys press a button, and write nothing into it")
        # Drawn by the field's name, so that two runs over one page type the same: no secret, and nobody's.
        canary = canary_for(field, Random(field.key), self.today, self._is_taken)  # noqa: S311
        if canary is None:
            return Filled(field, handle, note="it holds no text")
        canary = replace(canary, typed_on=self.typed_on)
        self.used.add(squash(canary.value))
        self.begin(canary)
        entered, held, note = self._put(field, handle, canary)
        if entered != "left" and held not in (canary.value, ""):
            # What the page made of it: a number in groups, a choice by its label.
            canary = replace(canary, forms=(*canary.forms, held), value=held if entered == "chosen" else canary.value)
            self.begin(canary)
        unsearched = self._unsearched(canary.value)
        if note and unsearched:
            note += f"; not searched for: {unsearched}"
        return Filled(field, handle, entered, canary, note or unsearched, is_searched=not unsearched)

    def _put(self, field: FoundField, handle: Field, canary: Canary) -> tuple[Entered, str, str]:
        """How it came in, what the field holds then, and why that is nothing of it. Typed it was in any case."""
        try:
            entered = self._enter(field, handle, canary)
            held = str(describe(handle).held)
        except (Error, msgspec.ValidationError):
            return "left", field.held, "the page would not take it, or took the field away"
        if held == field.held:
            return "left", held, "nothing that was typed stayed in it"
        return entered, held, ""

    def _unsearched(self, value: str) -> str:
        """Why a value would be found where nobody put it; empty where it would not."""
        if not is_searchable(value):
            return "too short to be told from the page's own words"
        return "the page says the same by itself" if self._stands_before(value) else ""

    def _is_taken(self, value: str) -> bool:
        # A card's last four digits are looked for by themselves.
        return squash(value) in self.used or self._stands_before(value) or self._stands_before(value[-4:])

    def _stands_before(self, value: str) -> bool:
        return squash(value) in self.before

    def _enter(self, field: FoundField, handle: Field, canary: Canary) -> Entered:
        value = canary.value
        if field.type == "file":
            handle.attach(value)
            return "chosen"
        if field.tag == "select":
            handle.choose(value)
            return "chosen"
        if not field.is_visible:
            handle.put(value)
            return "set"
        if field.type in _FILLED_WHOLE:
            handle.fill(value)
        else:
            self.begin_keys(canary)
            handle.focus()
            if field.held:
                self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)
        handle.evaluate("field => field.blur()")
        return "typed"
