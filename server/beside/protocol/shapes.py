"""The two shapes in which a struct travels: an array, where there are many, and an object."""

from __future__ import annotations

import msgspec


class Tuple(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A struct that travels as an array: its tag first, then its fields in order."""


class Record(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A struct that travels as an object."""
