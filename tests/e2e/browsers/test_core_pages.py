"""The core of the fidelity suite in Firefox and in WebKit: page beside mirror, both sides in the same browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e import pixels
from tests.e2e.browsers.conftest import BROWSERS, PICTURES, starting
from tests.e2e.browsers.walk import OtherWalk, walking
from tests.e2e.fidelity.expected import CORE
from tests.e2e.fidelity.listed import all_pages

# What is not reached in a browser: the bar that the page is held to there instead, and why.
STATED: dict[tuple[str, str], tuple[float, str]] = {
    ("firefox", "imports"): (
        45.0,
        "a style element with an import that is added later paints without it, and imports may paint seconds late",
    ),
    ("webkit", "layers"): (95.0, "text under a dotted outline is smoothed otherwise in page and mirror"),
}


@pytest.fixture(scope="module", params=BROWSERS)
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherWalk]:
    folder = tmp_path_factory.mktemp("walk")
    with starting(request.param, folder) as start, walking(start, folder) as walk:
        yield walk


@pytest.mark.parametrize(("group", "name"), sorted(page for page in all_pages() if page[1] in CORE))
def test_page_looks_the_same_to_the_agent(
    walk: OtherWalk, request: pytest.FixtureRequest, group: str, name: str
) -> None:
    walked = walk.visit(group, name)

    browser = request.node.callspec.params["walk"]
    for at, row in enumerate(walked.rows):
        if row.picture:
            row.picture.save(PICTURES / f"{browser}-{name}-{at}.png")
    bar_percent, _ = STATED.get((browser, name), (pixels.BAR_PERCENT, ""))
    assert walked.faults(bar_percent) == []
