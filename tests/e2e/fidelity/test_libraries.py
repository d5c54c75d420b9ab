"""Pages built on the libraries that shops use, each driven through its changes, beside their mirrors."""

from __future__ import annotations

import pytest

from tests.e2e.fidelity import report
from tests.e2e.fidelity.bundles import bundle
from tests.e2e.fidelity.expected import bar_of
from tests.e2e.fidelity.listed import names_of
from tests.e2e.fidelity.walk import Walk


@pytest.mark.parametrize("name", names_of("libraries"))
def test_page_on_a_library_looks_the_same_to_the_agent(walk: Walk, name: str) -> None:
    bundle(name)

    walked = walk.visit("libraries", name, f"/libraries/{name}")

    report.keep(walked)
    assert walked.faults(bar_of(name)) == []
    assert walk.shopper.errors == []
