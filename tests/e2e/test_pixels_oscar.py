"""Oscar's pages beside their mirrors, pixel by pixel. The pictures are kept in build/pixels/."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e import pixels
from tests.e2e.oscar import walk
from tests.e2e.oscar_story import OscarStory, running_story
from tests.e2e.people import Agent, Shopper


@pytest.fixture
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OscarStory]:
    with running_story(tmp_path_factory.mktemp("oscar")) as running:
        yield running


def test_every_page_of_oscar_looks_the_same_to_the_agent(
    new_context: Callable[..., BrowserContext], story: OscarStory
) -> None:
    agent = Agent(new_context(viewport=pixels.CONSOLE), story.places)
    shopper = Shopper(new_context(viewport=pixels.SHOPPER).new_page(), story.places)
    page = shopper.page
    opened = story.open_session("HD-2208")
    results: list[pixels.Comparison] = []

    def look(name: str) -> None:
        if name == "catalogue":
            agent.open(opened.console_link)
            shopper.accept(opened.code)
            agent.wait_for_state("Live")
        agent.wait_for_picture(page.get_by_role("heading", level=1).inner_text())
        # While a masked field is edited the mirror does not scroll: the shopper leaves it.
        page.evaluate("document.activeElement?.blur()")
        # Hover is not mirrored: nothing of the page is under the pointer.
        page.mouse.move(0, 0)
        results.append(pixels.compare(page, agent.console, name))
        results[-1].save("oscar")

    walk.walk_to_confirmation(page, story.shop, at=look)

    print(pixels.table(results))
    assert len(results) == 11
    assert all(result.is_good for result in results), "\n" + pixels.table(results)
