"""What pages do between two frames, or while one is half read, and what the mirror is then."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.unit.dom.recording import Recording

# A step is a turn of the page's scripts, all of them between two frames.
STEPS = """const turn = async (step) => { step(); await new Promise((done) => queueMicrotask(done)); };
    const find = (selector) => document.querySelector(selector);
    const made = (name, ...children) => {
        const one = document.createElement(name); one.append(...children); return one; };
    await new Promise((done) => requestAnimationFrame(done));
"""
HOST = """const host = made("div"); host.attachShadow({ mode: "open" }).append(made("input"));
    const field = host.shadowRoot.firstChild, echo = Object.assign(made("img"), { alt: "jonathan" });
"""


def run(recording: Recording, script: str) -> None:
    recording.run(STEPS + script)


def held(recording: Recording) -> None:
    """The mirror's model took every frame: none spoke of what it did not hold."""
    assert recording.page.evaluate("recording.frames.filter(([kind]) => kind === 'keyframe').length") == 1


# Reading these takes many slices of 3 ms; what is marked behind them is read in a later one.
ROWS = "'<li>row</li>'.repeat(6000)"


COUNTED = """let reads = 0;
    const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement");
    const counted = { configurable: true, get() { reads++; return get.call(this); } };
    Object.defineProperty(document, "activeElement", counted);
"""


def in_a_gap(page: Page, before: str, meanwhile: str, afterwards: str = "", *, slices: int = 2) -> None:
    """Runs a script where a frame that tells of `before` is half read, and another behind that frame.

    `slices`: how many of it are read by then: each begins with a look at where the focus is.
    """
    page.evaluate(
        f"""async () => {{ {STEPS}
            const task = () => new Promise((done) => setTimeout(done));
            const told = recording.frames.length;
            {COUNTED}
            {before}
            while (reads < {slices}) await task();
            if (recording.frames.length > told) throw new Error("the frame was read already");
            {meanwhile}
            while (recording.frames.length === told) await task();
            {afterwards}
        }}"""
    )


def is_page(recording: Recording) -> bool:
    """Does the mirror's model hold what a keyframe would tell now?"""
    recording.quiet()
    before = recording.outline
    count = len(recording.frames)
    recording.page.evaluate("recording.capture.keyframe()")
    recording.page.wait_for_function(f"recording.frames.length > {count}")
    recording.quiet()
    return recording.outline == before
