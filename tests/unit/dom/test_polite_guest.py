"""A captured page: nothing is written to it, it is not laid out for us, nothing of it is held, storms are borne."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording
from tests.unit.dom.scripted_relay import ScriptedRelay
from tests.unit.dom.shared_page import allow, frames, keyframes, shop_page, snippet_relay

# A page with something of everything that is watched.
BODY = """<main id=main><h1>Basket</h1><p id=text>Two plants</p><a href="/next">Next</a>
<form id=form><label>Name <input id=name></label><input id=shown data-beside=show value=one>
<select id=choice><option>one<option>two</select></form>
<div id=scroller style="height:50px;overflow:auto"><div style="height:500px">long</div></div>
<canvas id=canvas width=40 height=30 data-beside=show></canvas><div id=host></div>
<dialog id=dialog>Really?</dialog><iframe id=frame data-beside=show srcdoc="<p id=inner>inside"></iframe>
<img id=image alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="></main>"""
HEAD = "<style>p { color: teal } [data-mood] { color: red } #scroller { border: 1px solid }</style>"

# Everything that can be written on nodes, document and window but their content: names and symbols of their own.
LOOK = """() => {
  const own = (thing) => Reflect.ownKeys(thing).map(String).join();
  const roots = [document, document.getElementById("frame").contentDocument, window.root];
  const told = [window, ...roots].map(own);
  for (const root of roots)
    for (const node of root.querySelectorAll("*")) {
      if (ours.has(node)) continue;
      const attributes = [...node.attributes].map(({ name, value }) => `${name}=${value}`);
      told.push([node.localName, own(node), own(node.style ?? {}), node.className, attributes.join(" ")].join("|"));
    }
  return [...told, window.length, history.length, document.adoptedStyleSheets.length];
}"""

# Every function and accessor that the page's own realm offers.
PROTOTYPES = """() => {
  const all = new Map();
  for (const name of Object.getOwnPropertyNames(window)) {
    const { value } = Object.getOwnPropertyDescriptor(window, name);
    const owners = typeof value === "function" ? [value, value.prototype] : [];
    for (const owner of owners.filter((each) => Object(each) === each))
      for (const key of Reflect.ownKeys(owner)) {
        const found = Object.getOwnPropertyDescriptor(owner, key);
        if (found) all.set(`${name} ${owner === value} ${String(key)}`, found);
      }
  }
  return all;
}"""


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with snippet_relay() as running:
        yield running


def open_page(page: Page, site: Site) -> None:
    page.goto(site.page(f"<!doctype html><html lang=en><head>{HEAD}</head><body>{BODY}</body></html>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")
    page.evaluate(
        f"""() => {{
          window.root = document.getElementById("host").attachShadow({{ mode: "open" }});
          root.innerHTML = "<p>in a shadow root</p><input>";
          window.ours = new Set();
          window.recording = window.before = window.seen = null;
          window.look = {LOOK};
          window.prototypes = {PROTOTYPES};
          before = {{ own: look(), prototypes: prototypes() }};
        }}"""
    )


def start(page: Page) -> None:
    page.evaluate("() => { recording = beside.record(); }")
    page.wait_for_function("recording.frames.length > 0")
    page.evaluate("for (const child of [...document.documentElement.children].slice(2)) ours.add(child)")


def use(page: Page) -> None:
    """What a shopper does, and a keyframe on demand."""
    page.hover("#text")
    page.type("#name", "Ada Lovelace")
    page.fill("#shown", "two")
    page.select_option("#choice", "two")
    page.frame_locator("#frame").locator("#inner").click()
    page.mouse.move(60, 300)
    page.evaluate("() => { document.getElementById('scroller').scrollTop = 40; recording?.capture.keyframe(); }")
    page.evaluate("beside.frames(30)")


def test_nothing_of_the_page_changes_but_that_our_hosts_come_and_go(page: Page, site: Site) -> None:
    open_page(page, site)
    page.evaluate(
        """() => {
          seen = [];
          const all = { subtree: true, childList: true, attributes: true, characterData: true };
          const observer = new MutationObserver((records) => seen.push(...records));
          const inner = document.getElementById("frame").contentDocument;
          for (const each of [document, inner, root]) observer.observe(each, all);
        }"""
    )

    start(page)
    use(page)
    during = page.evaluate("look()")
    page.evaluate("() => { recording.capture.stop(); recording.host.remove(); }")
    page.evaluate("beside.frames(10)")

    changed = """seen.filter(({ type, target, addedNodes, removedNodes }) => type !== "childList" ||
      target !== document.documentElement || ![...addedNodes, ...removedNodes].every((node) => ours.has(node)))"""
    assert page.evaluate(f"{changed}.map(({{ type, target }}) => type + ' of ' + target.nodeName)") == []
    assert page.evaluate("[...ours].some((node) => node.isConnected)") is False
    assert during == page.evaluate("before.own")
    assert page.evaluate("look()") == page.evaluate("before.own")


def test_what_the_page_s_objects_offer_looks_alike_during_a_view_and_is_the_same_after_it(
    page: Page, site: Site
) -> None:
    open_page(page, site)
    same = """(isAlike) => {
      const now = prototypes();
      const other = [...now.keys()].filter((key) => !before.prototypes.has(key));
      for (const [key, was] of before.prototypes) {
        const is = now.get(key) ?? {};
        const parts = ["value", "get", "set"].every((part) => isAlike(was[part], is[part]));
        if (!parts || was.enumerable !== is.enumerable || was.writable !== is.writable) other.push(key);
      }
      return other;
    }"""

    start(page)
    use(page)
    alike = "(one, two) => Object.is(one, two) || (one?.name === two?.name && one?.length === two?.length && !!one)"
    patched = page.evaluate(f"({same})((one, two) => Object.is(one, two))")
    strange = page.evaluate(f"({same})({alike})")
    page.evaluate("recording.capture.stop()")

    assert "Element false attachShadow" in patched
    assert strange == []
    assert page.evaluate(f"({same})((one, two) => Object.is(one, two))") == []


LISTENED = ["window", "document", "document.documentElement", "document.querySelector('#name')", "root"]
IN_FRAME = "document.querySelector('#frame').contentWindow"


def listeners(page: Page) -> list[int]:
    client: Any = page.context.new_cdp_session(page)
    counts = []
    for target in [*LISTENED, "visualViewport", IN_FRAME, f"{IN_FRAME}.document"]:
        found = client.send("Runtime.evaluate", {"expression": target})
        told = client.send("DOMDebugger.getEventListeners", {"objectId": found["result"]["objectId"]})
        counts.append(len(told["listeners"]))
    client.detach()
    return counts


def test_stop_takes_every_listener_away(page: Page, site: Site) -> None:
    open_page(page, site)
    before = listeners(page)

    start(page)
    use(page)
    during = listeners(page)
    page.evaluate("recording.capture.stop()")

    assert sum(during) > sum(before) + 30
    assert listeners(page) == before


# Four are enough where nothing else runs.
MOST_COLLECTIONS = 40

# Takes what stood on the page from it, and notes it by weak references.
CLEAR = """() => {
  const nodes = [...document.querySelectorAll("main, main *"), document.querySelector("style")];
  const inner = document.querySelector("iframe")?.contentDocument;
  window.refs = [...nodes, ...(inner ? [inner, inner.body] : [])].map((node) => new WeakRef(node));
  window.before = window.seen = window.root = null;
  document.activeElement.blur();
  for (const node of [...document.querySelectorAll("main, dialog, style")]) node.remove();
}"""


def held(page: Page) -> list[str]:
    """Which of what stood on the page is still in memory."""
    assert page.evaluate("refs.length") > 6
    page.mouse.move(500, 500)
    client: Any = page.context.new_cdp_session(page)
    names: list[str] = []
    # The browser lets go of some of it only once it has painted without it, which takes its time on a busy machine.
    for _ in range(MOST_COLLECTIONS):
        client.send("HeapProfiler.collectGarbage")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        names = page.evaluate(
            "refs.map((ref) => ref.deref()).filter(Boolean).map((node) => `${node.nodeName} ${node.id}`)"
        )
        if not names:
            break
    return names


def test_a_capture_that_was_stopped_and_let_go_holds_no_node(page: Page, site: Site) -> None:
    open_page(page, site)
    start(page)
    use(page)
    page.evaluate(
        """async () => {
          const dialog = document.querySelector("dialog");
          dialog.showModal();
          dialog.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 100, fill: "forwards" });
          document.styleSheets[0].insertRule("b { color: green }");
          await beside.frames(20);
        }"""
    )
    page.hover("#dialog")
    page.evaluate("beside.quiet()")

    page.evaluate("() => { recording.capture.stop(); recording.capture = null; }")
    page.evaluate(CLEAR)

    assert held(page) == []


def test_a_view_that_was_stopped_holds_no_node(page: Page, site: Site, relay: ScriptedRelay) -> None:
    page.goto(shop_page(site, relay, head="<style>p { color: teal }</style>"))
    root = allow(page, relay)
    page.fill("#name", "Ada Lovelace")
    page.hover("#basket")
    page.evaluate("document.getElementById('points').showModal()")
    page.evaluate("document.getElementById('basket').textContent = 'Three plants'")
    relay.wait_for(lambda relay: "Three plants" in json.dumps(frames(relay)), "the change")
    page.evaluate("document.getElementById('points').close()")

    root.press("Stop")
    root.wait_for_text("You have stopped sharing.")
    page.evaluate(CLEAR)

    assert held(page) == []


# -- The page is not laid out for us

LAYOUTS = ["devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.stack"]


def forced_layouts(browser: Browser, recording: Recording, turns: int, script: str) -> tuple[int, int]:
    """How often the browser laid the page out because the engine asked, and how many frames the engine made."""
    page = recording.page
    before = len(recording.frames)
    browser.start_tracing(page=page, categories=LAYOUTS)
    for turn in range(turns):
        page.evaluate(f"turn => {{ {script} }}", turn)
        page.evaluate("beside.quiet()")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    layouts = [event for event in events if event["name"] == "Layout" and "beginData" in event.get("args", {})]
    assert layouts, "the trace tells of no layout at all"
    ours = [event for event in layouts if "/build/capture.js" in json.dumps(event["args"]["beginData"])]
    return len(ours), len(recording.frames) - before


# Changes the size of things, so that whoever reads one makes the browser lay the page out.
GROW = "text.append(' and more of it'); main.append(document.createElement('p')); text.style.padding = `${turn}px`;"


def test_a_mutation_makes_the_browser_lay_nothing_out(browser: Browser, page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main id=main><p id=text>plain</p><ul><li>one<li>two</ul></main>")
    recording.quiet()

    forced, made = forced_layouts(browser, recording, 6, GROW)

    assert made >= 6
    assert forced == 0


def test_boxes_and_scrollers_are_read_in_one_pass(browser: Browser, page: Page, site: Site) -> None:
    scrollers = "<div class=s style='height:40px;overflow:auto'><p style='height:400px'>long</p></div>" * 20
    boxes = "<canvas width=30 height=20></canvas><p>between</p><div data-beside=block>blocked</div>" * 20
    body = f"<main id=main><p id=text>plain</p>{scrollers}{boxes}</main>"
    recording = Recording(page, site, body)
    recording.quiet()
    scroll = "for (const s of document.querySelectorAll('.s')) s.scrollTop = turn * 7 + 1;"

    forced, made = forced_layouts(browser, recording, 6, GROW + scroll)
    forced_by_keyframes, keyframes = forced_layouts(browser, recording, 3, GROW + "recording.capture.keyframe();")

    assert made >= 6
    assert forced <= made
    assert keyframes >= 3
    assert forced_by_keyframes <= keyframes


# -- What has left the page costs it nothing

# Looks at where the focus is: each frame that is made begins with one, also where it has nothing to tell.
COUNT_FRAMES = """() => {
  window.made = 0;
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement");
  Object.defineProperty(document, "activeElement", { configurable: true, get() { made++; return get.call(this); } });
}"""


@pytest.mark.parametrize("went", ["by itself", "before a keyframe"])
def test_a_component_that_left_asks_for_no_frame_and_is_told_truly_once_it_is_back(
    page: Page, site: Site, went: str
) -> None:
    inner = "<p>first</p><div><template shadowrootmode=open><b>first</b></template></div>"
    recording = Recording(page, site, f"<div id=host><template shadowrootmode=open>{inner}</template></div><p>.</p>")
    recording.run("window.left = host; window.roots = [host.shadowRoot, host.shadowRoot.lastChild.shadowRoot];")
    gone = "left.remove();" if went == "by itself" else "recording.capture.keyframe(); left.remove();"
    recording.run(gone)

    page.evaluate(COUNT_FRAMES)
    page.evaluate(
        """async () => {
          for (let turn = 0; turn < 10; turn++) {
            for (const { firstChild } of roots) {
              firstChild.textContent = `turn ${turn}`;
              firstChild.className = `turn-${turn}`;
            }
            await beside.frames(5);
          }
        }"""
    )
    made = page.evaluate("made")
    recording.run("document.body.append(left)")
    back = recording.outline
    recording.run("for (const { firstChild } of roots) firstChild.firstChild.data = 'later';")

    assert made == 0
    assert back.count('"turn 9"') == back.count("turn-9") == 2
    assert recording.outline.count('"later"') == 2


# -- What a page changes without end is told of less often, and never less truly

# So many elements, each with a style of some 400 characters that is another in each animation frame.
STORM = """(count) => {
  const fill = "--a:" + "x".repeat(400);
  const storm = document.getElementById("storm");
  storm.replaceChildren(...Array.from({ length: count }, () => document.createElement("p")));
  window.turns = 0;
  window.blowing = true;
  const blow = () => {
    turns++;
    [...storm.children].forEach((p, n) => p.setAttribute("style", `order:${turns};${fill}${n}`));
    if (blowing) requestAnimationFrame(blow);
  };
  blow();
}"""
SENT = "recording.bytes.reduce((sum, text) => sum + text.length, 0)"


def test_a_storm_of_attributes_keeps_to_its_bytes_and_ends_in_the_truth(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=first>first</p><div id=storm></div>")

    page.evaluate("() => { window.began_ms = performance.now(); }")
    page.evaluate(STORM, 2000)
    # Twice what may leave at once: the other half comes at the pace of the budget.
    page.wait_for_function(f"{SENT} > 15_000_000")
    took_ms, chars, frames, turns = page.evaluate(
        f"[performance.now() - began_ms, {SENT}, recording.bytes.length, turns]"
    )
    page.evaluate("() => { blowing = false; document.getElementById('first').textContent = 'last'; }")
    page.wait_for_function("recording.model.outline().join().includes('last')")
    recording.quiet()

    # Weighed, not counted: a quarter more or less, and the frame that was owed already.
    assert chars < (7_500_000 + took_ms * 750) * 1.25 + 1_000_000
    assert turns > 2 * frames
    assert [frame[0] for frame in recording.frames].count("keyframe") == 1
    shown = [line for line in recording.outline.split("\n") if "<p style" in line]
    assert shown == page.evaluate(
        "[...storm.children].map((p) => `      <p style=${JSON.stringify(p.getAttribute('style'))}>`)"
    )


def test_a_storm_of_nodes_that_come_and_go_is_answered_by_a_keyframe(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=first>first</p><div id=storm></div>")

    recording.run(
        """for (let n = 0; n < 160_000; n++) {
          const p = storm.appendChild(document.createElement("p"));
          p.className = "gone";
          p.remove();
        }
        first.textContent = "last";"""
    )

    assert [frame[:2] for frame in recording.told] == [["keyframe", 7], ["keyframe", 8]]
    assert '"last"' in recording.outline
    assert "gone" not in recording.text


# What the benchmark's pages do at once, and shops' pages do now and then.
BURSTS = {
    "ten thousand nodes": "main.append(...Array.from({ length: 10_000 }, (_, n) => Object.assign("
    "document.createElement('div'), { className: `card kind-${n % 7}`, textContent: `div-${n}` })));",
    "five thousand nodes toggled four times": """
      main.append(...Array.from({ length: 5000 }, () => document.createElement("div")));
      for (let turn = 0; turn < 4; turn++) {
        for (const [n, item] of [...main.children].entries()) item.setAttribute("aria-label", `${turn} ${n}`);
        for (const [n, item] of [...main.children].entries()) item.className = `turn-${turn} item-${n}`;
        await beside.frames(6);
      }""",
    "a sheet of two thousand rules": """
      const { sheet } = document.head.appendChild(document.createElement("style"));
      for (let n = 0; n < 2000; n++) sheet.insertRule(`.rule-${n} { color: rgb(${n % 256}, 1, 2); top: ${n}px }`);""",
}


@pytest.mark.parametrize("burst", BURSTS)
def test_a_burst_is_told_at_once(page: Page, site: Site, burst: str) -> None:
    recording = Recording(page, site, "<main id=main></main>")

    recording.run(BURSTS[burst])
    page.wait_for_function("recording.frames.length > 1")
    recording.quiet()

    spent = """() => {
      const budget = new beside.Budget();
      for (const frame of recording.frames) budget.spend(frame);
      return budget.due_ms - performance.now();
    }"""
    assert page.evaluate(spent) < -5000


def test_what_is_weighed_is_about_what_is_sent(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main id=main><p>" + "<b class=x>some text</b>" * 3000 + "</main>")
    recording.run(BURSTS["ten thousand nodes"])
    page.wait_for_function("recording.frames.length > 1")
    recording.run("for (const [n, div] of [...main.children].entries()) div.style.order = n;")
    page.wait_for_function("recording.frames.length > 2")

    weigh = """(frame) => {
      const one = new beside.Budget(), before = performance.now();
      for (let n = 0; n < 20; n++) one.spend(frame);
      return (one.due_ms - before + 10_000) * 750 / 20 / JSON.stringify(frame).length;
    }"""
    ratios = page.evaluate(f"recording.frames.filter((f) => JSON.stringify(f).length > 50_000).map({weigh})")

    assert len(ratios) == 3
    assert all(0.75 < ratio < 1.4 for ratio in ratios), ratios


# -- What is too large

LARGE = "'data:image/png;base64,' + 'A'.repeat(5_000_000)"


def test_a_picture_of_five_megabytes_in_an_attribute_never_travels(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main id=main><img id=i alt=plant><p id=p>text</p></main>")

    recording.run(f"i.src = {LARGE}; p.style.background = `url(${{{LARGE}}})`; p.style.color = 'red';")
    recording.run("for (let n = 0; n < 5; n++) { p.style.left = `${n}px`; i.alt = `${n}`; await beside.frames(4); }")

    assert len(recording.text) < 10_000
    assert "left: 4px" in recording.outline
    assert "color: red" in recording.outline


def test_an_attribute_beyond_its_bound_does_not_travel_and_a_text_is_cut(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>text</p><textarea id=t data-beside=show></textarea>")

    recording.run(
        """p.className = "c".repeat(1_000_001); p.lang = "l".repeat(1_000_000);
        p.firstChild.data = "x".repeat(999_999) + "🌱" + "y".repeat(7_000_000); t.value = p.firstChild.data;"""
    )

    texts = "[...recording.model.nodes.values()].map(({ text }) => text)"
    (shown,) = page.evaluate(f"{texts}.filter((text) => text?.includes('x'))")
    names = page.evaluate("Object.keys(recording.model.nodes.get(recording.model.idOf('p')).attributes)")
    assert shown == "x" * 999_999 + "\ufffd"
    assert recording.field("t")["content"]["text"] == shown
    assert sorted(names) == ["id", "lang"]


def test_a_frame_that_the_relay_refuses_as_too_large_ends_in_a_box_that_says_so(
    page: Page, site: Site, relay: ScriptedRelay
) -> None:
    page.goto(shop_page(site, relay))
    root = allow(page, relay)
    relay.wait_for(keyframes, "a keyframe")

    relay.send("refusal", {"code": "too-large", "message": "The frame is 20000000 bytes; 16777216 are allowed."})
    relay.wait_for(lambda relay: len(keyframes(relay)) == 2, "the box")
    # What the relay asks for after a refusal may come before it or after it.
    relay.send("keyframe-wanted", {"sheets": []})
    relay.wait_for(lambda relay: len(keyframes(relay)) == 3, "the box again")
    page.evaluate("document.getElementById('basket').textContent = 'Three plants'")
    root.press("Pause")
    relay.wait_heard("pause")
    root.press("Resume")
    relay.wait_for(lambda relay: len(keyframes(relay)) == 4, "the page")

    whole, box, again, page_anew = (json.dumps(frame) for frame in keyframes(relay))
    assert "Two plants" in whole
    for boxed in (box, again):
        assert '["bx", "blocked", "page too large"' in boxed
        assert "plants" not in boxed
    assert "Three plants" in page_anew
