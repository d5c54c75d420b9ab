"""The captured tree: what travels of it, and that it is the page's after any edits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

RANDOM_EDITS = """
(seed) => {
  // Mulberry32: a page's edits must be the same on every run.
  const random = () => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
  const pick = (list) => list[Math.floor(random() * list.length)];
  window.edits ??= { random, pick, detached: [], shadows: 0 };
  const edits = window.edits; edits.random = random; edits.pick = pick;
  const roots = () => [document.querySelector("#play"),
    ...[...document.querySelectorAll("#play *")].flatMap((e) => e.shadowRoot ?? [])];
  const all = () => roots().flatMap((root) => [root, ...root.querySelectorAll("*")]);
  const text = () => "t" + Math.floor(random() * 9);
  for (let i = 0; i < 12; i++) {
    const parent = pick(all());
    const child = pick([...parent.childNodes]);
    const kind = Math.floor(random() * 9);
    if (kind === 0) parent.append(document.createElement(pick(["p", "div", "span", "section"])));
    else if (kind === 1) parent.insertBefore(document.createTextNode(text()), child ?? null);
    else if (kind === 2 && child) { child.remove(); if (random() < 0.5) edits.detached.push(child); }
    else if (kind === 3) {
      const moved = pick(all().slice(1).filter((e) => e.host === undefined));
      if (moved && !moved.contains(parent) && !(moved.shadowRoot && moved.shadowRoot.contains(parent)) &&
        !holds(moved, parent))
        parent.insertBefore(moved, child && child !== moved ? child : null);
    } else if (kind === 4 && edits.detached.length) {
      const back = edits.detached.splice(Math.floor(random() * edits.detached.length), 1)[0];
      if (!holds(back, parent)) parent.insertBefore(back, child ?? null);
    } else if (kind === 5 && parent.setAttribute) {
      if (random() < 0.3) parent.removeAttribute("class"); else parent.className = "c" + Math.floor(random() * 5);
    } else if (kind === 6 && child && child.nodeType === 3) child.data = text();
    else if (kind === 7 && parent.setAttribute && /^(div|section|p|span)$/.test(parent.localName) &&
      !parent.shadowRoot && edits.shadows < 4) {
      edits.shadows++; parent.attachShadow({ mode: "open" }).append(document.createElement("div"));
    } else if (kind === 8 && child) {
      // A child becomes its parent's parent.
      if (parent.parentNode && parent.host === undefined && parent.id !== "play" && child.nodeType === 1 &&
        !child.shadowRoot) {
        const above = parent.parentNode; above.insertBefore(child, parent); child.append(parent);
      }
    }
  }
  function holds(node, inner) {
    for (let at = inner; at; at = at.parentNode ?? at.host) if (at === node) return true;
    return false;
  }
}
"""

# Written from the page alone: the same outline that the model gives, for pages without anything masked.
EXPECTED = """
() => {
  const lines = [];
  const walk = (node, depth) => {
    const children = [...(node.shadowRoot ? [node.shadowRoot] : []), ...node.childNodes];
    for (const child of children) {
      const pad = "  ".repeat(depth);
      if (child.nodeType === 3) lines.push(pad + JSON.stringify(child.data));
      else if (child.nodeType === 11) lines.push(pad + "#shadow");
      else {
        const names = child.getAttributeNames().sort();
        const attributes = names.map((name) => ` ${name}=${JSON.stringify(child.getAttribute(name))}`).join("");
        lines.push(`${pad}<${child.localName}${attributes}>`);
      }
      walk(child, depth + 1);
    }
  };
  walk(document.querySelector("#play"), 0);
  return lines;
}
"""


@pytest.mark.parametrize("seed", range(6))
def test_model_equals_page_after_random_edits(page: Page, site: Site, seed: int) -> None:
    recording = Recording(page, site, "<div id=play><p>a<b>b</b></p><div><span>c</span>d</div></div>")

    for turn in range(25):
        page.evaluate(f"({RANDOM_EDITS})({seed * 1000 + turn})")
        if turn % 3 == 0:
            recording.quiet()
            outline = recording.outline.split("\n")
            start = next(i for i, line in enumerate(outline) if 'id="play"' in line)
            depth = len(outline[start]) - len(outline[start].lstrip())
            below = []
            for line in outline[start + 1 :]:
                if len(line) - len(line.lstrip()) <= depth:
                    break
                below.append(line[depth + 2 :])
            assert below == page.evaluate(EXPECTED)

    assert [frame[0] for frame in recording.frames].count("keyframe") == 1


def test_added_and_removed_within_a_frame_costs_nothing(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p class=a>x</p>")

    recording.run("""const d = document.createElement("div"); document.body.append(d); d.remove();
        const p = document.querySelector("p"); p.className = "b"; p.className = "a"; p.firstChild.data = "y";
          p.firstChild.data = "x";""")

    assert len(recording.told) == 1


def test_moved_node_costs_its_id(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<ul id=a><li id=one>1</li><li>2</li></ul><ul id=b></ul>")
    moved = recording.node("one")

    recording.run("document.querySelector('#b').append(document.querySelector('#one'))")

    [change_a, change_b] = recording.told[-1][3 + 1]
    assert change_a[3] == 1
    assert change_a[4] == []
    assert change_b[4] == [["at", moved]]


def test_what_is_no_content_is_dropped_at_the_source(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<!-- canary-comment --><script>/* canary-script */</script><noscript>canary-noscript</noscript>
        <template><p>canary-template</p></template><p onclick="canary()" title="canary-title" data-user="canary-data"
        aria-label="canary-aria">text</p><a href="https://x.example/?canary=1" target="canary"
          download="canary">link</a>
        <form action="/canary" name="canary"><input type=hidden name=token value=canary-hidden></form>
        <iframe srcdoc="<p>canary-frame</p>" title=canary></iframe><object data="/canary"></object>
        <datalist id=l><option value=canary></datalist><svg><title>canary</title><desc>canary</desc><a
          href="/canary"/></svg>""",
        head='<title>canary</title><meta name=user content=canary><base href="/">'
        '<link rel=preload href="/canary" as=image>',
    )

    assert "canary" not in recording.text
    assert '<a href="">' in recording.outline


def test_frames_media_and_canvas_are_boxes_of_their_size(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<iframe width=300 height=100 style="border:0" src="/made/none"></iframe>
        <video style="width:201px;height:99px"></video>
        <canvas width=64 height=64></canvas><iframe hidden></iframe>""",
    )

    assert "[frame 300x100 frame]" in recording.outline
    assert "[media 201x99 video]" in recording.outline
    assert "[canvas 64x64 canvas]" in recording.outline
    assert "[frame 0x0 frame]" in recording.outline


def test_box_that_changes_size_is_sent_anew(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<canvas width=64 height=64></canvas>")

    recording.run("document.querySelector('canvas').style.cssText = 'width:128px;height:64px'")

    assert "[canvas 128x64 canvas]" in recording.outline
    assert "[canvas 64x64 canvas]" not in recording.outline


def test_shadow_roots_existing_late_and_nested(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<div id=host><template shadowrootmode=open><b>declared</b><slot></slot></template>light</div><div "
        "id=late>old</div>",
    )

    assert '"declared"' in recording.outline
    recording.run("""const root = document.querySelector('#late').attachShadow({ mode: 'open' });
        root.innerHTML = '<section><p>late</p></section>';""")
    assert '"late"' in recording.outline
    recording.run("""const root = document.querySelector('#late').shadowRoot;
        root.querySelector('p').textContent = 'changed';
        root.querySelector('section').attachShadow({ mode: 'open' }).append('nested');""")
    assert '"changed"' in recording.outline
    assert '"nested"' in recording.outline


def test_slots_keep_their_names_and_fields_do_not(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<div><template shadowrootmode=open><slot name=end></slot><p data-beside=mask><slot name=inner></slot></p>"
        "<input name=CANARY></template><b slot=end>light</b></div>",
    )

    assert '"name":"end"' in recording.text
    assert '"name":"inner"' in recording.text
    assert "CANARY" not in recording.text


def test_closed_shadow_root_is_a_box(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div id=host style='width:80px;height:16px'></div>")

    recording.run("document.querySelector('#host').attachShadow({ mode: 'closed' }).append('canary')")

    assert "[closed 80x16 component]" in recording.outline
    assert "canary" not in recording.text


def test_forms_that_shadow_their_own_properties_are_captured(page: Page, site: Site) -> None:
    names = (
        "childNodes firstChild nextSibling parentNode attributes nodeType localName namespaceURI shadowRoot id children"
    )
    inputs = "".join(f"<input name={name}>" for name in names.split())
    recording = Recording(page, site, f"<form id=f><p>before</p>{inputs}<p>after</p></form>")

    assert '"before"' in recording.outline
    assert '"after"' in recording.outline
    assert recording.outline.count("<input>") == len(names.split())


def test_own_parts_are_never_captured(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run("document.body.append(recording.host)")

    assert "beside-own" not in recording.text
    assert len(recording.told) == 1


def test_page_too_large_is_one_box_and_recovers(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div id=d></div>", settings="{maxNodes: 50}")

    recording.run("for (let i = 0; i < 100; i++) document.querySelector('#d').append(document.createElement('p'))")
    assert "page too large" in recording.outline

    recording.run("document.querySelector('#d').replaceChildren('small'); recording.capture.keyframe();")
    assert '"small"' in recording.outline


def test_keyframe_opens_the_next_epoch(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run("recording.capture.keyframe()")

    assert [(frame[0], frame[1], frame[2]) for frame in recording.frames] == [("keyframe", 7, 0), ("keyframe", 8, 0)]


def test_what_the_relay_withheld_is_a_box_from_the_next_keyframe_on(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main><p id=a>let it be</p><p id=b>what tripped</p></main>")
    node = recording.page.evaluate("recording.model.idOf('b')")

    recording.run(f"recording.capture.block(7, {node})")

    assert recording.told[-1][:3] == ["keyframe", 8, 0]
    assert '"let it be"' in recording.outline
    assert "what tripped" not in recording.outline
    assert "blocked" in recording.outline


def test_a_page_of_which_the_root_trips_is_one_box(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>what tripped</p>")

    recording.run("recording.capture.block(7, 3)")

    assert "page cannot be shown" in recording.outline
    assert "what tripped" not in recording.outline


def test_what_tripped_and_has_gone_by_then_costs_the_page_a_keyframe_and_no_more(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=a>let it be</p><p id=b>what tripped</p>")
    node = recording.page.evaluate("recording.model.idOf('b')")

    recording.run("document.querySelector('#b').remove()")
    recording.run(f"recording.capture.block(7, {node})")

    assert recording.told[-1][:2] == ["keyframe", 8]
    assert '"let it be"' in recording.outline
    assert "blocked" not in recording.outline


def test_a_page_that_trips_without_end_is_one_box(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>let it be</p>")

    recording.run("for (let trip = 0; trip < 20; trip++) recording.capture.block(7, 99999)")
    before = recording.outline
    recording.run("recording.capture.block(8, 99999)")

    assert '"let it be"' in before
    assert "page cannot be shown" in recording.outline


def test_a_text_right_in_a_shadow_root_is_withheld_with_its_host(page: Page, site: Site) -> None:
    html = "<p>let it be</p><div><template shadowrootmode=open>what tripped</template></div>"
    recording = Recording(page, site, html)
    entries = recording.frames[0][4]

    recording.run(f"recording.capture.block(7, {2 + entries.index(['tx', 'what tripped'])})")

    assert '"let it be"' in recording.outline
    assert "what tripped" not in recording.outline
    assert "blocked" in recording.outline


def test_nothing_leaves_while_paused_and_resume_sends_a_keyframe(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run("recording.capture.pause(); document.body.append('paused'); recording.capture.keyframe();")
    assert len(recording.told) == 1

    recording.run("recording.capture.resume()")
    assert [frame[1] for frame in recording.told] == [7, 8]
    assert '"paused"' in recording.outline
    recording.run("recording.capture.pause(); recording.capture.resume(20)")
    assert recording.told[-1][1] == 20


def test_throwing_publish_is_followed_by_a_keyframe(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run("""const push = recording.frames.push;
        const thrown = new Promise((done) => {
            recording.frames.push = () => { done(); throw new Error("full"); }; });
        document.body.append("lost"); await thrown;
        recording.frames.push = push; document.body.append("next");""")

    assert recording.told[-1][0] == "keyframe"
    assert '"lost"' in recording.outline
    assert '"next"' in recording.outline


def test_stop_leaves_nothing_behind(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")
    page.evaluate("() => { window.before = document.documentElement.children.length; }")

    recording.run(
        "recording.capture.stop(); document.body.append('late'); document.styleSheets; recording.host.remove();"
    )

    assert len(recording.told) == 1
    assert page.evaluate("document.documentElement.children.length") == 2
    hooked = """() => [CSSStyleSheet.prototype.insertRule, Element.prototype.attachShadow].map((f) => {
        const frame = document.createElement("iframe"); document.body.append(frame);
        const same = f.toString() ===
          frame.contentWindow.CSSStyleSheet.prototype.insertRule.toString().replace("insertRule", f.name);
        frame.remove(); return same; })"""
    assert page.evaluate(hooked) == [True, True]


def test_removed_natives_frame_is_replaced(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")

    recording.run(
        "for (const extra of [...document.documentElement.children].slice(2)) if (extra !== recording.host) "
        "extra.remove();"
    )
    recording.run("document.body.append('after')")

    assert '"after"' in recording.outline


@pytest.mark.parametrize("is_paused", [False, True])
def test_page_that_removes_our_frame_over_and_over_stays_alive_and_is_not_captured(
    page: Page, site: Site, is_paused: bool
) -> None:
    recording = Recording(page, site, "<p>x</p>")
    if is_paused:
        page.evaluate("recording.capture.pause()")

    # In a task of its own: one that never ended would not end the test's.
    page.evaluate(
        """() => void setTimeout(() => {
          const sweep = () => {
            for (const extra of [...document.documentElement.children].slice(2))
              if (extra !== recording.host) extra.remove();
          };
          window.sweeper = new MutationObserver(sweep);
          sweeper.observe(document.documentElement, { childList: true });
          sweep();
        })"""
    )

    page.wait_for_function("recording.pauses.length > 0", timeout=10_000)
    count = len(recording.frames)
    recording.run("document.body.append('unseen')")
    assert len(recording.frames) == count
    page.evaluate("sweeper.disconnect()")
    page.evaluate("recording.capture.resume()")
    recording.run("document.body.append('after')")
    assert '"after"' in recording.outline


def test_patched_natives_of_the_page_do_not_matter(page: Page, site: Site) -> None:
    page.goto(site.page("<p>x</p>"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")
    page.evaluate(
        """() => {
        for (const name of ["MutationObserver", "requestAnimationFrame", "setTimeout", "fetch"]) {
            const original = window[name];
            window[name] = new Proxy(original, {
                apply(target, self, args) { refuse(); return Reflect.apply(target, window, args); },
                construct(target, args) { refuse(); return Reflect.construct(target, args); },
            });
            const refuse = () => { if (/startCapture|Engine|Pace/.test(new Error().stack)) throw new Error(name); };
        }
        window.recording = beside.record();
    }"""
    )

    page.evaluate("document.body.append('seen')")

    page.wait_for_function("recording.model.outline().join().includes('seen')")


def test_find_gives_the_element_of_the_epoch_only(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>x</p>")
    node = recording.node("p")

    assert page.evaluate("n => recording.capture.find(7, n) === document.querySelector('#p')", node)
    assert page.evaluate("n => recording.capture.find(6, n)", node) is None
    assert page.evaluate("recording.capture.find(7, 9999)") is None
    page.evaluate("() => document.querySelector('#p').remove()")
    assert page.evaluate("n => recording.capture.find(7, n)", node) is None


def test_unknown_setting_refuses_to_start(page: Page, site: Site) -> None:
    Recording(page, site, "<p>x</p>")

    message = page.evaluate(
        "() => { try { beside.record({ privatMode: true }); } catch (error) { return error.message; } }"
    )

    assert "privatMode" in message


def test_path_is_reduced_and_followed_without_a_page_load(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>x</p>")
    assert recording.frames[0][3] == {"origin": site.origin, "path": "/made/:id", "quirks": False}

    recording.run("history.pushState({}, '', '/orders/4711/ann@example.com?token=1#x'); document.body.append('!');")

    assert recording.last("page") == ["page", {"origin": site.origin, "path": "/orders/:id/:id", "quirks": False}]
    assert page.evaluate("recording.paths") == ["/made/:id", "/orders/:id/:id"]


def test_links_paths_and_queries_of_assets(page: Page, site: Site) -> None:
    site.add("/pic.png", b"", "image/png")
    recording = Recording(
        page, site, '<img src="/pic.png?token=canary#canary" alt="A shoe"><svg><use href="#icon"></use></svg>'
    )

    assert f'src="{site.origin}/pic.png"' in recording.outline
    assert 'alt="A shoe"' in recording.outline
    assert '<use href="#icon">' in recording.outline
    assert "canary" not in recording.text


def test_what_changed_alike_on_many_elements_is_told_once(page: Page, site: Site) -> None:
    recording = Recording(page, site, "".join(f"<p class=a id=p{n}>{n}</p>" for n in range(50)))

    recording.run(
        """for (const one of document.querySelectorAll("p")) one.classList.add("on");
        document.querySelector("#p7").setAttribute("title", "x");
        document.querySelector("#p9").className = "other";
        document.querySelector("#p8").removeAttribute("class");"""
    )

    [frame] = recording.told[1:]
    assert sorted(change[0] for change in frame[4]) == ["alike", "attributes", "attributes"]
    assert recording.outline.count('<p class="a on"') == 48
    assert '<p class="other" id="p9">' in recording.outline
    assert '<p id="p8">' in recording.outline


def test_texts_that_change_in_one_frame_are_told_together(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>one</p><p>two</p><p data-beside=mask>three</p>")

    recording.run(
        """const [one, two] = document.querySelectorAll("p");
        two.textContent = "zwei";
        one.firstChild.data = "1";"""
    )
    recording.run("document.querySelector('p').textContent = 'eins'")

    assert [change[0] for frame in recording.told[1:] for change in frame[4]] == ["texts", "text"]
    assert [line.strip() for line in recording.outline.splitlines() if '"' in line or "*" in line][-3:] == [
        '"eins"',
        '"zwei"',
        "***",
    ]


def test_attribute_that_changes_leaves_the_others_as_they_were_sent(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<p id=p class=a lang=de style='color: red'>x</p>", head="<style>[data-x] { color: red }</style>"
    )

    recording.run('p.setAttribute("data-x", "1"); p.lang = "fr"; p.removeAttribute("class")')
    recording.run('p.dir = "rtl"; for (let n = 0; n < 60; n++) p.setAttribute(`data-made-up-${n}`, n)')

    assert '<p data-x="1" dir="rtl" id="p" lang="fr" style="color: red">' in recording.outline


def test_what_names_a_control_later_is_its_label(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<div id=place></div><input id=a><span id=words>First</span><input id=b aria-labelledby=words>
        <button id=c title=x>Go</button>""",
    )

    recording.run(
        """place.innerHTML = "<label for=a>Your town</label>";
        words.firstChild.data = "Second"; c.replaceChildren("Stop");"""
    )

    assert [recording.field(name)["label"] for name in "abc"] == ["Your town", "Second", "Stop"]


def test_shown_control_that_a_script_sets_is_told_anew(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<fieldset id=f><input id=a data-beside=show value=1></fieldset><p id=p>x</p>")

    recording.run('a.value = "2"; p.textContent = "y"')
    assert recording.field("a")["content"]["text"] == "2"
    recording.run("f.disabled = true")
    assert recording.field("a")["disabled"] is True


def test_button_is_switched_off_by_what_it_stands_in(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<fieldset id=f><button id=a title=Go></button></fieldset><fieldset id=g disabled></fieldset><b id=b>x</b>",
    )
    assert recording.field("a")["disabled"] is False

    recording.run("f.disabled = true")
    assert recording.field("a")["disabled"] is True
    recording.run("f.disabled = false")
    assert recording.field("a")["disabled"] is False
    recording.run("g.append(a)")
    assert recording.field("a")["disabled"] is True


def test_shown_control_is_judged_anew_by_a_label_that_stays_masked(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<label data-beside=mask><span id=s>Town</span><input id=a data-beside=show value=x></label>"
    )
    assert recording.field("a")["verdict"] == "show"

    recording.run('s.firstChild.data = "Card number"')

    assert recording.field("a")["verdict"] == "mask"
    assert recording.field("a")["content"] is None
