"""Values that come within what a page puts inside itself: open shadow roots and frames that the site shows.

They exist before anything of the frame that brings them is read, wherever the page repeats them.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

FIELD = '<input autocomplete=name value="Ann Example">'
# Text is looked over once more when all is read; an attribute before the field is judged when it is come by.
ECHO = "<p>For Ann Example</p><img alt='For Ann Example' src=x width=9 height=9>"
SHOWN = "<p id=said>For you</p>"
IN_FRAME = f"<iframe data-beside=show srcdoc='{FIELD}'></iframe>"
IN_ROOT = f"<my-field><template shadowrootmode=open>{FIELD}</template></my-field>"


IN_BOTH = f"<div><template shadowrootmode=open>{IN_FRAME}</template></div>"


@pytest.mark.parametrize("inside", [IN_FRAME, IN_ROOT, IN_BOTH])
def test_value_that_is_there_before_the_view(page: Page, site: Site, inside: str) -> None:
    recording = Recording(page, site, ECHO + SHOWN + inside)

    assert "Ann Example" not in recording.text
    assert '"For you"' in recording.outline


PLACES = "<main id=m></main><div id=host></div><iframe id=f data-beside=show></iframe>"
ADD = {
    "a root on what is new": """const b = document.createElement("div");
      b.attachShadow({ mode: "open" }).innerHTML = field; m.innerHTML = echo; m.append(b);""",
    "a root on what was there": 'm.innerHTML = echo; host.attachShadow({ mode: "open" }).innerHTML = field;',
    "a root in a root": """m.innerHTML = echo; const b = document.createElement("div");
      b.attachShadow({ mode: "open" }).innerHTML = field; host.attachShadow({ mode: "open" }).append(b);""",
    "a frame that loads": """f.srcdoc = field;
      await new Promise((done) => f.addEventListener("load", () => done(m.innerHTML = echo)));""",
    "a frame that is new": """m.innerHTML = echo + "<iframe id=g data-beside=show></iframe>";
      g.contentDocument.write(field);""",
    "a root that was there, was taken away and comes back": """const host = document.querySelector("#host");
      host.attachShadow({ mode: "open" }).innerHTML = "<input>";
      await beside.quiet(); host.remove(); await beside.quiet();
      host.shadowRoot.firstChild.value = "Ann Example"; m.innerHTML = echo; m.append(host);""",
    "a root on what was made before": """const b = document.createElement("div");
      b.attachShadow({ mode: "open" }).innerHTML = field; said.textContent = "1"; await beside.quiet();
      m.innerHTML = echo; m.append(b);""",
    "a root that a parser makes": """const d = document.createElement("div");
      d.setHTMLUnsafe("<div><template shadowrootmode=open>" + field + "</template></div>");
      m.innerHTML = echo; m.append(d);""",
    "a frame that is written": "m.innerHTML = echo; f.contentDocument.write(field);",
}


@pytest.mark.parametrize("script", ADD.values(), ids=list(ADD))
def test_value_that_comes_with_its_echo(page: Page, site: Site, script: str) -> None:
    recording = Recording(page, site, SHOWN + PLACES)

    page.evaluate("(given) => Object.assign(window, given)", {"field": FIELD, "echo": ECHO})
    recording.run(script + "said.textContent = 'For us'")

    assert "Ann Example" not in recording.text
    assert '"For us"' in recording.outline


# What is to be read is gone through for values before, and again where the page changed it since.
BETWEEN = {
    "a keyframe": ("", "document.body.append('toast')", "c"),
    "a mutation": (
        "await beside.quiet(); recording.frames.length = 0; document.body.append(window.many, window.held)",
        "document.body.append('toast')",
        "window.held.querySelector('div')",
    ),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_value_that_comes_while_a_frame_is_read_below_what_was_gone_through(page: Page, site: Site, name: str) -> None:
    before, first, place = BETWEEN[name]
    body = f"<main>{'<p>x</p>' * 60}</main><section><div id=c></div></section>"
    page.goto(site.page(f"<!doctype html>{body}"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    told = page.evaluate(
        f"""async (field) => {{
          const turn = () => new Promise((go) => setTimeout(go));
          const main = document.querySelector("main");
          window.many = main.cloneNode(true);
          window.held = document.querySelector("section").cloneNode(true);
          window.recording = beside.record({{ slice_ms: 0 }});
          {before};
          for (let i = 0; i < 20; i++) await turn();
          {first};
          for (let i = 0; i < 5; i++) await turn();
          const early = recording.frames.length;
          ({"main" if name == "a keyframe" else "window.many"}).lastChild.innerHTML =
            "<img alt='For Ann Example' src=x width=9 height=9>";
          {place}.setHTMLUnsafe("<div><template shadowrootmode=open>" + field + "</template></div>");
          while (!recording.bytes.join().includes("toast")) await turn();
          await beside.quiet();
          return {{ early, bytes: recording.bytes.join("") }};
        }}""",
        FIELD,
    )

    assert told["early"] == 0
    assert "Ann Example" not in told["bytes"]


@pytest.mark.parametrize("first", ["", "Guest"])
def test_value_that_a_script_sets_in_a_field_while_a_frame_is_read(page: Page, site: Site, first: str) -> None:
    field = f"<input id=f autocomplete=name value='{first}'>"
    body = f"{'<p>x</p>' * 60}<img id=t alt='For you' src=x width=9 height=9><p id=mid></p>{field}"
    page.goto(site.page(f"<!doctype html>{body}"))
    page.add_script_tag(url=f"{site.origin}/build/capture.js")

    told = page.evaluate("""async () => {
      const turns = async (count) => { for (let i = 0; i < count; i++) await new Promise((go) => setTimeout(go)); };
      window.recording = beside.record({ slice_ms: 0 });
      await turns(20);
      mid.append("toast");
      await turns(5);
      const early = recording.frames.length;
      f.value = "Ann Example";
      t.alt = "For Ann Example";
      while (!recording.bytes.join().includes("toast")) await turns(1);
      await beside.quiet();
      return { early, bytes: recording.bytes.join("") };
    }""")

    assert told["early"] == 0
    assert "Ann Example" not in told["bytes"]


def test_value_that_comes_with_more_changes_than_are_marked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=said>For you</p><main id=m></main>")

    page.evaluate("(given) => Object.assign(window, given)", {"field": FIELD, "echo": ECHO})
    recording.run("""m.innerHTML = echo + field;
      const many = m.appendChild(document.createElement("div"));
      for (let i = 0; i < 155_000; i++) many.appendChild(document.createElement("i")).id = "x";
      many.remove(); said.textContent = "For us";""")
    page.wait_for_function("recording.model.outline().join().includes('For us')")

    assert "Ann Example" not in recording.text
