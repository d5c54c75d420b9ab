"""The box that stands for all of a page, and what takes its place once an app has moved on."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

LARGE = "<main id=main>" + "<i>x</i>" * 60 + "</main><p id=late>late</p>"
SMALL = "main.replaceChildren('small');"


def wait_shown(page: Page, text: str) -> None:
    page.wait_for_function("text => recording.model.outline().join().includes(JSON.stringify(text))", arg=text)


def test_page_that_has_become_small_enough_is_shown_without_being_asked(page: Page, site: Site) -> None:
    recording = Recording(page, site, LARGE, settings="{ maxNodes: 50 }")
    assert "page too large" in recording.outline

    recording.run(SMALL)

    wait_shown(page, "small")
    recording.run("late.textContent = 'and goes on'")
    assert '"and goes on"' in recording.outline


def test_page_that_could_not_be_read_is_shown_once_it_can(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main id=main></main>")
    recording.run("main.innerHTML = '<input>'; main.firstChild.matches = () => { throw new Error('of the page'); };")
    recording.run("recording.capture.keyframe()")
    assert "page cannot be shown" in recording.outline

    recording.run("delete main.firstChild.matches; main.append('small')")

    wait_shown(page, "small")


def test_page_that_the_wire_did_not_take_is_shown_once_the_app_is_on_another(page: Page, site: Site) -> None:
    recording = Recording(page, site, LARGE)
    recording.run("recording.capture.tooLarge()")
    recording.run(SMALL)
    assert "page too large" in recording.outline

    recording.run("history.pushState(null, '', '/basket'); late.textContent = 'Your basket'")

    wait_shown(page, "Your basket")
    assert recording.told[-1][3]["path"] == "/basket"


def test_page_that_stays_too_large_is_read_ever_more_seldom(page: Page, site: Site) -> None:
    """Five minutes of a page that changes without end, by a clock that the test turns."""
    Recording(page, site, "")

    reads = page.evaluate(
        """() => {
          let now = 0;
          performance.now = () => now;
          const box = new beside.PageBox(), reads = [];
          const at = (seconds) => {
            for (; now < seconds * 1000; now += 50)
              if (box.wait_ms("/", true) === 0) { reads.push(now / 1000); box.close("page too large", "/"); }
          };
          box.close("page too large", "/");
          at(300);
          return reads;
        }"""
    )

    assert reads == [2, 6, 14, 30, 62, 122, 182, 242]


def test_page_that_rests_is_not_read_again(page: Page, site: Site) -> None:
    Recording(page, site, "")

    waits = page.evaluate(
        """() => {
          let now = 0;
          performance.now = () => now;
          const box = new beside.PageBox(), waits = [];
          box.close("page too large", "/");
          now = 60_000;
          waits.push(box.wait_ms("/", false));
          box.close("page too large", "/");
          // Another page is read soon, and not right behind the last; of this one the next change is, in its time.
          waits.push(box.wait_ms("/basket", false));
          now += 2_000;
          waits.push(box.wait_ms("/basket", false), box.wait_ms("/", false));
          now += 2_000;
          waits.push(box.wait_ms("/", false));
          return waits;
        }"""
    )

    assert waits == [None, 2000, 0, 2000, 0]
