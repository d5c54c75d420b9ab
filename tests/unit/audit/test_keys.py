"""A key of its own for each field, however alike a page calls them."""

from __future__ import annotations

from beside.audit.audited import FoundField
from beside.audit.keys import Keys


def found(*elements: str, key: str = "my-input >>> input") -> list[FoundField]:
    return [FoundField(key=key, element=element) for element in elements]


def keys_of(keys: Keys, fields: list[FoundField]) -> list[tuple[str, str]]:
    return [(field.element, field.key) for _, field in keys.fresh(fields)]


def test_fields_that_are_called_alike_are_numbered_as_they_come() -> None:
    keys = Keys()

    first = keys_of(keys, found("a", "b"))
    # One that comes before them takes no name of theirs.
    later = keys_of(keys, found("c", "a", "b"))

    assert first == [("a", "my-input >>> input"), ("b", "my-input >>> input#2")]
    assert later == [("c", "my-input >>> input#3")]


def test_key_that_a_page_chose_itself_is_passed_over() -> None:
    fields = found("a", key="mail#2") + found("b", "c", key="mail")

    assert keys_of(Keys(), fields) == [("a", "mail#2"), ("b", "mail"), ("c", "mail#3")]


def test_field_in_place_of_one_that_was_taken_away_is_not_new() -> None:
    keys = Keys()
    keys_of(keys, found("a", "b"))

    assert keys_of(keys, found("a", "new")) == []
    # It holds the key from then on.
    assert keys_of(keys, found("a", "new", "c")) == [("c", "my-input >>> input#3")]
