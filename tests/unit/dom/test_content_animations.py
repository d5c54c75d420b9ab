"""Animations that scripts made: the mirror shows where they stand."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from .both_sides import BothSides
from .conftest import Site

BLOCKS = """<style>div { width: 40px; height: 20px; background: teal; margin: 4px }</style>
<div id=ended></div><div id=paused></div><div id=slow></div><div id=stopped style="opacity: 0; color: red"></div>"""
WAYS = 'const ways = [{ transform: "none" }, { transform: "translateX(300px)" }];'


def test_animations_that_rest_are_shown_where_they_rest(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, BLOCKS)

    both.run(
        WAYS + "ended.animate(ways, { duration: 50, fill: 'forwards' }).finish();"
        "const half = paused.animate(ways, 1000); half.pause(); half.currentTime = 500;"
        "const still = slow.animate(ways, 1e6); still.playbackRate = 0; still.currentTime = 250000;"
        "stopped.animate({ opacity: [0, 1] }, { duration: 50, fill: 'both' }).finish();"
    )
    both.page.wait_for_function("recording.model.outline().join().includes('opacity')")
    both.page.wait_for_function("(recording.model.outline().join().match(/matrix/g) ?? []).length === 3")
    both.sync()
    followed = both.differing()
    both.run("recording.capture.keyframe()")

    assert followed == 0
    assert both.differing() == 0


def test_an_animation_that_was_there_before_is_found_and_its_end_is_told(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        f"{BLOCKS}<script>{WAYS} var before = ended.animate(ways, 1e6);"
        "before.pause(); before.currentTime = 5e5</script>",
    )
    both.page.wait_for_function("recording.model.outline().join().includes('matrix')")

    both.run("before.cancel()")
    both.page.wait_for_function("!recording.model.outline().join().includes('matrix')")
    both.sync()

    assert both.differing() == 0


def test_nothing_that_is_animated_is_looked_at_while_a_masked_field_is_edited(
    context: BrowserContext, site: Site
) -> None:
    both = BothSides(context, site, f"{BLOCKS}<input id=f>")
    both.page.evaluate(
        "() => { f.oninput = () => ended.animate([{ width: `${f.value.length}px` }, { width: `${f.value.length}px` }],"
        " { duration: 1e6 }) }"
    )

    both.page.focus("#f")
    both.page.keyboard.type("secret")
    both.page.evaluate("new Promise((seen) => setTimeout(seen, 1500))")
    both.sync()

    assert "width:6px" not in both.text


def test_what_a_masked_text_gives_to_a_length_is_rounded(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        "<b id=a style='display: inline-block; font: 15px monospace'>a.long.name@shop.example</b><i id=c>x</i>",
    )

    both.run(
        "const half = (what, frames) => {"
        " const one = what.animate(frames, 1000); one.pause(); one.currentTime = 500; };"
        "half(a, { transform: ['translateX(-100%)', 'translateX(-100%)'], width: ['auto', 'auto'] });"
        "half(c, { transform: ['rotate3d(1, 1, 0, 20deg) translateX(3%)', 'none'] });"
    )
    both.page.wait_for_function("(recording.model.outline().join().match(/matrix/g) ?? []).length === 2")

    style = both.page.evaluate('recording.model.outline().join().match(/transform[^"]*matrix\\((.*?)\\)/)[1]')
    assert float(style.split(", ")[4]) % 8 == 0, style
    assert not both.page.evaluate("/width:[0-9]*[.][0-9]/.test(recording.model.outline().join())")
