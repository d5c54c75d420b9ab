"""Which pages there are: a file each, so that a new technique is a new file."""

from __future__ import annotations

from tests.e2e.fidelity.bundles import library_names
from tests.e2e.fidelity.shop import PAGES

LIBRARIES = "libraries"


def names_of(group: str) -> list[str]:
    """The pages of a group: of `pages/GROUP/`, or those on libraries."""
    if group == LIBRARIES:
        return library_names()
    return sorted(path.stem for path in (PAGES / group).glob("*.html"))


def all_pages() -> set[tuple[str, str]]:
    groups = [path.name for path in PAGES.iterdir() if path.is_dir()]
    return {(group, name) for group in [*groups, LIBRARIES] for name in names_of(group)}
