"""What surrounds the tree: scroll, viewport, focus, pointer, the top layer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import CHROMIUM_ARGS, system_chromium
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

TALL = (
    "<div id=box style='height:100px;overflow:auto'><div style='height:900px'>x</div></div>"
    "<div style='height:3000px'></div>"
)


def test_scroll_of_window_and_inner_scrollers_is_followed(page: Page, site: Site) -> None:
    recording = Recording(page, site, TALL)

    recording.run("scrollTo(0, 250)")
    assert recording.last("scroll") == ["scroll", 1, 0, 250]
    recording.run("document.querySelector('#box').scrollTop = 40")
    assert recording.last("scroll") == ["scroll", recording.node("box"), 0, 40]


def test_a_scroller_that_is_moved_stands_at_its_start_again(page: Page, site: Site) -> None:
    recording = Recording(page, site, TALL)
    recording.run("document.querySelector('#box').scrollTop = 40")

    recording.run("document.body.append(document.querySelector('#box'))")

    assert recording.last("scroll") == ["scroll", recording.node("box"), 0, 0]


def test_scroll_of_before_the_start_stands_in_the_keyframe(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, TALL + "<script>scrollTo(0, 99); document.querySelector('#box').scrollTop = 30</script>"
    )

    scrolls = [change for change in recording.frames[0][5] if change[0] == "scroll"]

    assert scrolls == [["scroll", 1, 0, 99], ["scroll", recording.node("box"), 0, 30]]


def test_scroll_inside_a_shadow_root_is_followed(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"<div><template shadowrootmode=open>{TALL}</template></div>")

    recording.run("document.querySelector('div').shadowRoot.querySelector('#box').scrollTop = 40")

    assert recording.last("scroll") == ["scroll", recording.node("box"), 0, 40]


# As a library of synthetic shadow roots does (LWC): of what happens in a component, listeners outside hear its host.
RETARGETED = """<script>
  const main = () => document.querySelector("main");
  Object.defineProperty(Event.prototype, "target", { configurable: true, get: main });
  Event.prototype.composedPath = () => [main(), document.body, document, window];
</script>"""


def test_scroll_is_told_where_it_is_although_the_page_names_another_place(page: Page, site: Site) -> None:
    inner = f"<div id=host><template shadowrootmode=open><div id=in style='height: 50px; overflow: auto'>{TALL}"
    recording = Recording(page, site, f"<main>{TALL}{inner}</div></template></div></main>", RETARGETED)

    recording.run("document.querySelector('#box').scrollTop = 40")
    assert recording.last("scroll") == ["scroll", recording.node("box"), 0, 40]
    recording.run("host.shadowRoot.querySelector('#in').scrollTop = 30")
    assert recording.last("scroll") == ["scroll", recording.node("in"), 0, 30]


def test_a_field_is_the_one_typed_into_although_the_page_names_another_place(page: Page, site: Site) -> None:
    inner = "<div><template shadowrootmode=open><input id=in></template></div>"
    recording = Recording(page, site, f"<main>Plants<input id=out>{inner}<p id=p>.</p></main>", RETARGETED)

    for control in ("#out", "#in"):
        page.locator(control).press_sequentially("Xanthippe")
        page.locator(control).blur()
    recording.run("p.textContent = 'Hello Xanthippe'")

    assert [recording.field(control)["status"]["filled"] for control in ("out", "in")] == [True, True]
    assert '"Plants"' in recording.outline
    assert "Xanthippe" not in recording.text


def test_a_sheet_that_has_loaded_is_told_although_the_page_names_another_place(page: Page, site: Site) -> None:
    address = site.add("/late.css", "p { color: teal }", "text/css")
    recording = Recording(page, site, "<main><p>x</p></main>", RETARGETED)

    page.evaluate(
        """async (href) => {
          const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
          const loaded = new Promise((done) => (link.onload = done));
          document.head.append(link);
          await loaded;
        }""",
        address,
    )
    recording.quiet()

    assert "teal" in recording.last("sheet")[2]


def test_viewport_is_told_at_the_start_and_when_it_changes(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")
    assert recording.last("viewport") == ["viewport", 1000, 700, 1, 0, 0]

    page.set_viewport_size({"width": 400, "height": 600})
    recording.quiet()

    assert recording.last("viewport") == ["viewport", 400, 600, 1, 0, 0]


def test_scroll_bars_that_come_and_go_change_the_viewport(browser: Browser, site: Site) -> None:
    # Headless browsers show none unless they are asked to.
    with browser.browser_type.launch(
        executable_path=system_chromium(), args=list(CHROMIUM_ARGS), ignore_default_args=["--hide-scrollbars"]
    ) as desktop:
        page = desktop.new_page(viewport={"width": 1000, "height": 700})
        recording = Recording(page, site, "<main id=main>x</main>")
        told = []
        for step in ("main.style.height = '3000px'", "document.body.style.overflow = 'hidden'"):
            recording.run(step)
            told.append(recording.last("viewport")[1:3])

        assert told == [[985, 700], [1000, 700]]


def test_the_part_that_is_zoomed_into_is_told_but_not_where_a_masked_edit_takes_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=name><div style='height: 3000px'></div>")
    session = page.context.new_cdp_session(page)

    def pan(y: int) -> list[object]:
        gesture = {"x": 200, "y": 200, "yDistance": -y, "gestureSourceType": "touch"}
        session.send("Input.synthesizeScrollGesture", gesture)
        recording.quiet()
        return recording.last("viewport")

    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    page.wait_for_function("visualViewport.scale === 2")
    recording.quiet()
    zoomed = recording.last("viewport")
    panned = pan(100)
    page.locator("#name").press("a")
    edited = pan(100)
    page.locator("#name").blur()
    settled = pan(0)

    assert zoomed == ["viewport", 1000, 700, 2, 0, 0]
    assert panned[4:] == page.evaluate("[visualViewport.offsetLeft, visualViewport.offsetTop]")
    assert edited == panned
    assert settled == panned


def test_focus_is_followed_into_shadow_roots(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=a><div><template shadowrootmode=open><input id=b></template></div>")

    page.locator("#a").focus()
    recording.quiet()
    assert recording.last("focus") == ["focus", recording.node("a")]
    page.locator("#b").focus()
    recording.quiet()
    assert recording.last("focus") == ["focus", recording.node("b")]
    page.locator("#b").blur()
    recording.quiet()
    assert recording.last("focus") == ["focus", None]


def test_dialog_enters_and_leaves_the_top_layer(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<dialog id=d>hello</dialog>")

    recording.run("document.querySelector('#d').showModal()")
    assert recording.last("layer") == ["layer", recording.node("d"), "modal"]
    assert '<dialog id="d" open="">' in recording.outline
    recording.run("recording.capture.keyframe()")
    assert recording.last("layer") == ["layer", recording.node("d"), "modal"]
    recording.run("document.querySelector('#d').close()")
    assert recording.last("layer") == ["layer", recording.node("d"), None]


# The browser tells of a popover in a task of its own.
TOGGLED = (
    "const toggled = (popover) => new Promise((done) => popover.addEventListener('toggle', done, { once: true }));"
)


def test_popover_enters_and_leaves_the_top_layer(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<div id=d popover>hello</div><div><template shadowrootmode=open><p id=s popover>x</p></template></div>",
    )

    recording.run(f"{TOGGLED} const told = toggled(d); d.showPopover(); await told;")
    assert recording.last("layer") == ["layer", recording.node("d"), "popover"]
    recording.run(f"{TOGGLED} const told = toggled(d); d.hidePopover(); await told;")
    assert recording.last("layer") == ["layer", recording.node("d"), None]
    recording.run(
        f"{TOGGLED} const inner = document.querySelector('#d + div').shadowRoot.querySelector('#s');"
        " const told = toggled(inner); inner.showPopover(); await told;"
    )
    assert recording.last("layer") == ["layer", recording.node("s"), "popover"]


def test_dialog_that_opens_while_a_field_is_edited_is_told_once_it_settles(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=v><dialog id=d><button>x</button></dialog>")
    page.locator("#v").focus()
    page.keyboard.type("a")

    recording.run("document.querySelector('#d').showModal()")

    assert recording.last("layer") == ["layer", recording.node("d"), "modal"]
    assert '<dialog id="d" open="">' in recording.outline


def test_frames_are_made_without_animation_frames_too(page: Page, site: Site) -> None:
    Recording(page, site, "<p>x</p>")

    # A hidden tab gets no animation frames.
    ran = page.evaluate("""async () => {
        const natives = { requestFrame: () => 0, cancelFrame() {}, setTimer: (run, ms) => setTimeout(run, ms),
            clearTimer: (timer) => clearTimeout(timer) };
        let runs = 0;
        await new Promise((done) => { const pace = new beside.Pace(() => natives, () => { runs++; done(); });
          pace.request(); pace.request(); });
        return runs;
    }""")

    assert ran == 1


# A clock of the test's own, which stands still but for timers. Gives how long after the last each frame was made.
PACED = """(asks) => {
    let now = 1000, timers = [], made = [], last = now;
    performance.now = () => now;
    const natives = {
      requestFrame: (run) => natives.setTimer(run, 0), cancelFrame: (timer) => natives.clearTimer(timer),
      setTimer: (run, wait) => { timers.push({ run, at: now + wait }); return timers.length; },
      clearTimer: (timer) => { if (timer) timers[timer - 1].run = null; },
    };
    const pace = new beside.Pace(() => natives, () => { made.push(now - last); last = now; });
    for (const { ask, rest } of asks) {
      now += rest;
      for (const name of ask) pace[name]();
      for (let next; next = timers.filter((timer) => timer.run).sort((a, b) => a.at - b.at)[0];) {
        const { run } = next;
        now = Math.max(now, next.at);
        next.run = null;
        run();
      }
    }
    return made;
}"""


def test_page_that_goes_on_changing_is_followed_ten_times_a_second(page: Page, site: Site) -> None:
    Recording(page, site, "<p>x</p>")
    changed = {"ask": ["requestSteady"], "rest": 0}
    also_moved = {"ask": ["requestSteady", "request"], "rest": 0}
    again = {"ask": ["requestSteady"], "rest": 300}

    made = page.evaluate(PACED, [*[changed] * 14, also_moved, changed, again, changed])

    assert made == [0, *[50] * 10, 100, 100, 100, 50, 100, 300, 50]


def test_own_changes_of_layout_attributes_are_followed(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<details id=d><summary>more</summary>text</details><p id=p class=a hidden>x</p>")

    recording.run("""document.querySelector("#d").open = true; const p = document.querySelector("#p");
        p.hidden = false; p.className = "b"; p.removeAttribute("id"); p.style.color = "red";""")

    assert '<details id="d" open="">' in recording.outline
    assert '<p class="b" style="color: red;">' in recording.outline


SCROLLER = "<div id=s style='height:100px;overflow:auto'><div style='height:2000px'>x</div></div>"
ABOVE = "<div id=above></div><div style='height:900px'></div>"


@pytest.mark.parametrize(
    ("body", "habit", "moved"),
    [
        (
            f"{ABOVE}<input id=v><div style='height:2000px'></div>",
            "above.append(document.createElement('hr'))",
            "scroll",
        ),
        (f"<input id=v>{SCROLLER}", "s.scrollTop = 10 * v.value.length", "scroll"),
        (f"<input id=v>{SCROLLER}", "s.firstChild.style.height = 2000 - 100 * v.value.length + 'px'", "scroll"),
        ("<input id=v><p id=p popover=manual>x</p>", "p.togglePopover()", "layer"),
        ("<input id=v>", "history.replaceState(null, '', '/a'.repeat(v.value.length))", "page"),
    ],
)
def test_what_a_page_moves_at_each_key_is_told_behind_the_edit(
    page: Page, site: Site, body: str, habit: str, moved: str
) -> None:
    recording = Recording(page, site, f"{body}<button id=b>x</button>")
    recording.run(
        f"v.focus(); s = document.querySelector('#s'); if (s) s.scrollTop = 1900; v.oninput = () => {{ {habit} }}"
    )
    count = len(recording.told)
    before = recording.last(moved)

    for key in "471":
        page.keyboard.press(key)
        recording.quiet()

    assert len(recording.told) == count
    page.locator("#b").evaluate("b => b.focus({ preventScroll: true })")
    recording.quiet()
    assert recording.last(moved) != before


def test_what_scrolled_during_an_edit_is_told_behind_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"<input id=v>{SCROLLER}<button id=b>x</button>")
    page.locator("#v").press_sequentially("47")
    recording.run("s = document.querySelector('#s'); s.scrollTop = 50")
    assert recording.last("scroll") is None

    page.locator("#b").focus()
    recording.quiet()

    assert recording.last("scroll") == ["scroll", recording.node("s"), 0, 50]
