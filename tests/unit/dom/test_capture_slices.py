"""A snapshot is read in slices: the page goes on in between, and what it does then is neither lost nor leaked."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.unit.dom.between_frames import COUNTED
from tests.unit.dom.conftest import Site

ROWS = "<main id=main><ul>" + "<li>row <b>of</b> text</li>" * 60 + "</ul><p id=late>late</p></main>"
SHOWN = "outline.includes('late')"
MASKED = "!outline.includes('row')"
# Behind so many slices of a node each some of the page has been read, and most of it has not.
BEGUN = "while (reads < 8) await new Promise((done) => setTimeout(done));"


def open_page(page: Page, site: Site, body: str) -> None:
    page.goto(site.page(f"<!doctype html><html lang=en><body>{body}</body></html>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")


def start(page: Page, meanwhile: str = "") -> None:
    """Starts to capture; runs a script where some of the page has been read and most of it has not."""
    page.evaluate(
        f"""async () => {{
            window.recording = beside.record({{ slice_ms: 0 }});
            // Not animation frames, which come on time where timers are late: a task for each slice of the engine.
            for (let turn = 0; turn < 16; turn++) await new Promise((done) => setTimeout(done));
            {meanwhile}
            if (recording.frames.length) throw new Error("the snapshot was read already");
        }}"""
    )


def settled(page: Page, holds: str) -> tuple[str, str]:
    """The tree as a mirror holds it, and every byte that left, once the outline is as it should be."""
    page.wait_for_function(f"recording.frames.length > 0 && (outline => {holds})(recording.model.outline().join())")
    page.evaluate("beside.quiet()")
    return "\n".join(page.evaluate("recording.model.outline()")), "\n".join(page.evaluate("recording.bytes"))


def test_small_page_is_read_at_once(page: Page, site: Site) -> None:
    open_page(page, site, ROWS)

    count = page.evaluate(
        "() => { window.recording = beside.record({ slice_ms: 10_000 }); return recording.frames.length; }"
    )

    assert count == 1


def test_large_page_is_read_in_several_tasks(page: Page, site: Site) -> None:
    open_page(page, site, "<div>" + "<p>some <b>text</b></p>" * 25_000 + "</div>")

    tasks = page.evaluate("""async () => {
        window.recording = beside.record();
        let tasks = 0;
        for (; !recording.frames.length; tasks++) await new Promise((done) => setTimeout(done));
        return tasks;
    }""")

    # A task for a hundred nodes at the least: what is looked at again in each of them leaves time for reading.
    assert 3 <= tasks < 1000
    assert len(page.evaluate("recording.model.outline()")) > 100_000


def test_first_key_during_the_snapshot_ends_it_before_there_is_a_value(page: Page, site: Site) -> None:
    open_page(page, site, f"<input id=i>{ROWS}")
    page.evaluate("""() => {
        i.addEventListener("beforeinput", () => { window.seen ??= [recording.frames.length, i.value]; });
        i.addEventListener("input", () => { late.textContent += i.value; });
        i.focus();
    }""")
    start(page)

    page.keyboard.type("canary")
    outline, sent = settled(page, SHOWN)

    assert page.evaluate("seen") == [1, ""]
    assert '"late"' in outline
    assert "***" not in outline
    assert "canary" not in sent


def test_first_key_of_a_later_edit_ends_a_later_snapshot(page: Page, site: Site) -> None:
    """While a field is edited nobody listens to what begins; behind the edit somebody does again."""
    open_page(page, site, f"<input id=first><input id=i>{ROWS}")
    start(page)
    page.locator("#first").focus()
    page.keyboard.type("canary")
    page.locator("#i").focus()
    settled(page, SHOWN)
    page.evaluate(f"""async () => {{ {COUNTED}
        const before = recording.frames.length;
        i.addEventListener("beforeinput", () => {{ window.seen ??= [recording.frames.length - before, i.value]; }});
        i.addEventListener("input", () => {{ late.textContent += i.value; }});
        recording.capture.keyframe();
        {BEGUN}
        if (recording.frames.length > before) throw new Error("the snapshot was read already");
    }}""")

    page.keyboard.type("parrot")
    outline, sent = settled(page, SHOWN)

    assert page.evaluate("seen") == [1, ""]
    assert '"late"' in outline
    assert "parrot" not in sent


def test_rule_set_during_the_snapshot_holds_for_what_is_written_under_it(page: Page, site: Site) -> None:
    open_page(page, site, ROWS)
    start(page, "main.setAttribute('data-beside', 'mask'); late.textContent = 'canary';")
    outline, sent = settled(page, MASKED)

    assert "canary" not in sent
    assert "row" not in outline


def test_parent_moved_into_a_masked_part_during_the_snapshot_is_masked(page: Page, site: Site) -> None:
    open_page(page, site, f"{ROWS}<div id=private data-beside=mask></div>")
    start(page, "window.private.append(main); late.textContent = 'canary';")
    outline, sent = settled(page, MASKED)

    assert "canary" not in sent
    assert "row" not in outline


def test_value_that_a_script_sets_during_the_snapshot_is_no_text(page: Page, site: Site) -> None:
    open_page(page, site, f"<input id=i>{ROWS}")
    start(page, "i.value = 'canary'; late.textContent = 'dear canary';")
    outline, sent = settled(page, "outline.includes('row')")

    assert "canary" not in sent
    assert '"row "' in outline


def test_value_of_a_field_that_a_later_snapshot_has_not_reached_is_no_text(page: Page, site: Site) -> None:
    open_page(page, site, f"{ROWS}<img id=pic alt=x><input id=i>")
    start(page)
    settled(page, SHOWN)

    page.evaluate(f"""async () => {{ {COUNTED}
        const count = recording.frames.length;
        recording.capture.keyframe();
        {BEGUN}
        i.value = "canary";
        late.textContent = pic.alt = "dear canary";
        if (recording.frames.length > count) throw new Error("the snapshot was read already");
    }}""")
    page.wait_for_function("recording.frames.filter(([tag]) => tag === 'keyframe').length === 2")
    page.evaluate("beside.quiet()")

    assert "canary" not in "\n".join(page.evaluate("recording.bytes"))


def test_pause_during_the_snapshot_sends_nothing_of_it(page: Page, site: Site) -> None:
    open_page(page, site, ROWS)
    start(page, "recording.capture.pause()")

    page.evaluate("beside.frames(12)")
    assert page.evaluate("recording.frames.length") == 0
    page.evaluate("recording.capture.resume()")
    outline, _ = settled(page, SHOWN)

    assert page.evaluate("recording.frames[0].slice(0, 2)") == ["keyframe", 7]
    assert '"late"' in outline


def test_element_withheld_while_the_next_keyframe_is_read_is_not_in_it(page: Page, site: Site) -> None:
    open_page(page, site, f"<p id=first>what tripped</p>{ROWS}")
    start(page)
    settled(page, SHOWN)

    page.evaluate(f"""async () => {{ {COUNTED}
        recording.capture.keyframe();
        {BEGUN}
        recording.capture.block(7, recording.model.idOf("first"));
    }}""")
    outline, _ = settled(page, "outline.includes('blocked')")

    assert "what tripped" not in outline
    assert '"late"' in outline


def test_large_mutation_is_read_in_several_tasks_and_ends_right(page: Page, site: Site) -> None:
    open_page(page, site, "<div id=stage></div><div id=other></div>")
    page.evaluate("() => { window.recording = beside.record({ slice_ms: 2 }); }")
    page.wait_for_function("recording.frames.length > 0")

    page.evaluate("""async () => {
        stage.innerHTML = "<p>some <b>text</b></p>".repeat(8000);
        // Meanwhile rows move into a part that was read, into one that was not, and away.
        for (let turn = 0; turn < 60; turn++) {
            await new Promise((done) => setTimeout(done, 3));
            other.append(stage.children[turn * 13], stage.children[7000 - turn]);
            stage.prepend(stage.children[3000 + turn]);
            stage.children[2000 + turn].remove();
            other.firstChild.firstChild.data = `turn ${turn}`;
            stage.children[turn].append(stage.lastElementChild);
        }
    }""")
    page.wait_for_function("recording.model.outline().join().includes('turn 59')")
    page.evaluate("beside.quiet()")

    expected = page.evaluate("""() => {
        const lines = [];
        const walk = (node) => {
            lines.push(node.data === undefined ? `<${node.localName}>` : JSON.stringify(node.data));
            for (const child of node.childNodes) walk(child);
        };
        for (const part of [stage, other]) for (const child of part.childNodes) walk(child);
        return lines;
    }""")
    outline = [line.strip() for line in page.evaluate("recording.model.outline()")]
    assert [line for line in outline if not line.startswith(("<html", "<head", "<body", "<div", "dt"))] == expected
    assert [frame[0] for frame in page.evaluate("recording.frames")].count("keyframe") == 1
