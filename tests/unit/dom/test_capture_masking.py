"""What never leaves the page: whatever a masked control holds, and how long it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

CONTROLS = """
<form id=f>
<label for=text>Your name</label><input id=text>
<input id=email type=email><input id=tel type=tel><input id=search type=search><input id=url type=url>
<input id=number type=number><input id=date type=date><input id=month type=month><input id=time type=time>
<input id=week type=week><input id=datetime type=datetime-local><input id=color type=color><input id=range type=range>
<input id=password type=password><input id=card autocomplete=cc-number><input id=hidden type=hidden>
<textarea id=area></textarea><select id=select><option>one</option><option value=CANARY>CANARY label</option></select>
<select id=multiple multiple><option>CANARY a</option></select>
<input id=check type=checkbox value=CANARY><input id=radio type=radio name=r value=CANARY>
<div id=rich contenteditable></div><div id=plain contenteditable=plaintext-only></div><div id=true
  contenteditable=TRUE></div>
<div id=role role=textbox tabindex=0></div><input id=unknown type=made-up>
</form>"""

FILL = """
(canary) => {
  const values = { number: "4711", date: "2001-02-03", month: "2001-02", time: "04:05", week: "2001-W06",
    datetime: "2001-02-03T04:05", color: "#123456", range: "47" };
  for (const control of document.querySelectorAll("#f [id]")) {
    if (control.type === "checkbox" || control.type === "radio") { control.checked = true; continue; }
    const value = values[control.id] ?? canary;
    if ("value" in control && control.localName !== "select") { control.value = value;
      control.setAttribute("value", value); }
    else if (control.localName === "select") control.selectedIndex = control.options.length - 1;
    else control.textContent = value;
    if (control.localName === "textarea") control.textContent = value;
    for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
  }
}
"""
SECRETS = ("CANARY", "4711", "2001", "04:05", "#123456", '"47"')


def leaked(recording: Recording) -> list[str]:
    return [secret for secret in SECRETS if secret in recording.text]


def test_value_in_any_control_leaves_in_no_byte(page: Page, site: Site) -> None:
    recording = Recording(page, site, CONTROLS)

    page.evaluate(FILL, "CANARY-value")
    recording.run("recording.capture.keyframe()")

    assert leaked(recording) == []
    assert recording.text.count('"keyframe"') == 2


def test_value_that_was_there_first_leaves_in_no_byte(page: Page, site: Site) -> None:
    body = CONTROLS.replace("<input ", "<input value=CANARY ").replace("></textarea>", ">CANARY</textarea>")
    recording = Recording(
        page, site, body.replace("contenteditable>", "contenteditable>CANARY").replace("tabindex=0>", ">CANARY")
    )

    recording.run("document.querySelector('#text').removeAttribute('value')")
    recording.run("document.querySelector('#area').append('CANARY'); document.querySelector('#rich').append('CANARY')")

    assert leaked(recording) == []


def test_typed_text_leaves_in_no_byte(page: Page, site: Site) -> None:
    recording = Recording(page, site, CONTROLS)

    for control in ("text", "email", "password", "card", "area", "rich", "plain", "true"):
        page.locator(f"#{control}").click()
        page.keyboard.type("CANARY-typed")
        recording.quiet()
    page.keyboard.press("Tab")
    recording.quiet()

    assert leaked(recording) == []
    assert recording.field("text")["status"] == {"filled": True, "validity": "valid"}
    assert recording.field("rich")["status"] == {"filled": True, "validity": "valid"}
    assert recording.field("email")["status"] == {"filled": True, "validity": "malformed"}


WIDGETS = """
<style>[data-copy]::after { content: attr(data-copy) } .grow::after { content: attr(data-grow) }</style>
<form id=f><label for=v>Delivery note</label><input id=v required maxlength=99>
<textarea id=grow rows=1></textarea><p id=echo></p><p id=count></p><div id=bar></div><div id=dots></div>
<div class=grow id=wrap></div><button id=next type=button>Next</button></form>
<script>
const v = document.querySelector("#v"), grow = document.querySelector("#grow");
v.addEventListener("input", () => {
  echo.textContent = "Hello " + v.value; document.title = v.value; v.setAttribute("value", v.value);
  count.textContent = v.value.length + " of 99"; bar.style.width = v.value.length + "px";
    bar.className = "n" + v.value.length;
  wrap.dataset.grow = v.value; wrap.dataset.copy = v.value; v.setAttribute("size", v.value.length + 1);
});
v.addEventListener("blur", () => { count.textContent = ""; bar.removeAttribute("style"); bar.className = "";
  v.removeAttribute("size"); });
grow.addEventListener("input", () => { grow.style.height = 10 + grow.value.length * 5 + "px"; });
</script>"""


def frames_for(page: Page, site: Site, value: str, other: str) -> tuple[list[str], Recording]:
    recording = Recording(page, site, WIDGETS)
    for control, typed in (("v", value), ("grow", other)):
        page.locator(f"#{control}").focus()
        recording.quiet()
        for char in typed:
            page.keyboard.type(char)
        recording.quiet()
    page.locator("#next").focus()
    recording.quiet()
    recording.run("recording.capture.keyframe()")
    return recording.bytes, recording


def test_frames_do_not_depend_on_a_masked_value(page: Page, site: Site) -> None:
    one, _ = frames_for(page, site, "Ring twice", "short")
    other, recording = frames_for(
        page, site, "Leave it with the neighbour at number nine", "a note that is rather longer"
    )

    assert one == other
    assert recording.field("v")["status"] == {"filled": True, "validity": "valid"}
    assert "***" in recording.outline


FIELDS: list[tuple[str, str, str]] = [
    ("<input id=x data-beside=show>", "show", "site-show"),
    ("<input id=x>", "mask", "default-control"),
    ("<input id=x type=password data-beside=show>", "mask", "floor-type"),
    ("<input id=x type=file data-beside=show>", "mask", "floor-type"),
    ("<input id=x autocomplete='section-a billing cc-csc' data-beside=show>", "mask", "floor-autocomplete"),
    ("<input id=x autocomplete=one-time-code data-beside=show>", "mask", "floor-autocomplete"),
    ("<input id=x autocomplete='new-password webauthn' data-beside=show>", "mask", "floor-autocomplete"),
    ("<input id=x name=cardNumber data-beside=show>", "mask", "floor-name"),
    ("<input id=x placeholder='CVC' data-beside=show>", "mask", "floor-name"),
    ("<input id=x aria-label='IBAN' data-beside=show>", "mask", "floor-name"),
    ("<label>Security code <input id=x data-beside=show></label>", "mask", "floor-name"),
    ("<span id=l>كلمة المرور</span><input id=x aria-labelledby=l data-beside=show>", "mask", "floor-name"),
    ("<label for=x>卡号</label><input id=x data-beside=show>", "mask", "floor-name"),
    ("<input id=x name=shipping data-beside=show>", "show", "site-show"),
    ("<label><input id=x type=radio data-beside=show> Pay by card</label>", "show", "site-show"),
    ("<div data-beside=show><input id=x></div>", "show", "site-show"),
    ("<div data-beside=show><p data-beside=mask><input id=x></p></div>", "mask", "site-mask"),
    ("<div data-beside=mask><p data-beside=show><input id=x></p></div>", "show", "site-show"),
    ("<div data-beside=shwo><input id=x></div>", "mask", "site-mask"),
    ("<div contenteditable id=x data-beside=show>hello</div>", "show", "site-show"),
    ("<div contenteditable=false id=x role=textbox>hello</div>", "mask", "default-control"),
    ("<button id=x role=combobox>12</button>", "mask", "default-control"),
    ("<button id=x role=COMBOBOX name=cvc>12</button>", "mask", "floor-name"),
    ("<button id=x role=radio>12</button>", "mask", "default-control"),
    ("<button id=x role='switch button'>12</button>", "mask", "default-control"),
    ("<button id=x role=combobox data-beside=show>12</button>", "show", "site-show"),
    ("<div role=combobox id=x>12<select><option>12</select><input type=hidden></div>", "mask", "default-control"),
    ("<input id=x type=submit value=Buy>", "show", "page-text"),
    ("<input id=x type=button value='ann@example.com'>", "mask", "looks-personal"),
    ("<input id=x value=4242424242424242 data-beside=show>", "mask", "tripwire"),
]


@pytest.mark.parametrize(("body", "verdict", "reason"), FIELDS)
def test_each_field_has_its_verdict_and_reason(page: Page, site: Site, body: str, verdict: str, reason: str) -> None:
    recording = Recording(page, site, f"<form>{body}</form>")

    field = recording.field("x")

    assert (field["verdict"], field["reason"]) == (verdict, reason)
    assert (field["content"] is None) == (verdict != "show" or field["kind"] == "rich-text")


def test_shown_field_tells_its_value_and_follows_it(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<div data-beside=show><input id=x value=one><select id=s><option
          value=1>Red</option><option>Blue</option></select>
        <input id=c type=checkbox></div>""",
    )
    assert recording.field("x")["content"] == {"text": "one", "checked": None}

    page.fill("#x", "two")
    page.select_option("#s", "Blue")
    page.check("#c")
    recording.quiet()

    assert recording.field("x")["content"]["text"] == "two"
    assert recording.field("s")["content"]["text"] == "Blue"
    assert recording.field("c")["content"]["checked"] is True


def test_masked_choice_tells_neither_options_nor_state(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<select id=s><option>CANARY</option></select><input id=c type=checkbox required><input id=r type=radio "
        "checked>",
    )

    page.check("#c")
    recording.quiet()

    assert "CANARY" not in recording.text
    assert recording.field("s")["kind"] == "select"
    assert recording.field("c")["status"] is None
    assert recording.field("r")["status"] is None


STATUSES: list[tuple[str, str, dict[str, Any]]] = [
    ("<input id=x required>", "", {"filled": False, "validity": "missing"}),
    ("<input id=x required>", "ok", {"filled": True, "validity": "valid"}),
    ("<input id=x pattern='[0-9]{4}'>", "12", {"filled": True, "validity": "malformed"}),
    ("<input id=x type=email>", "ann", {"filled": True, "validity": "malformed"}),
    ("<input id=x type=number max=5>", "9", {"filled": True, "validity": "range"}),
    ("<input id=x minlength=5>", "abc", {"filled": True, "validity": "malformed"}),
    ("<p class=has-error><input id=x></p>", "abc", {"filled": True, "validity": "malformed"}),
    ("<input id=x aria-invalid=true>", "", {"filled": False, "validity": "missing"}),
]


@pytest.mark.parametrize(("body", "typed", "status"), STATUSES)
def test_settled_field_tells_its_status(page: Page, site: Site, body: str, typed: str, status: dict[str, Any]) -> None:
    recording = Recording(page, site, f"<form>{body}<button id=b>x</button></form>")

    page.locator("#x").focus()
    page.keyboard.type(typed)
    page.locator("#b").focus()
    recording.quiet()

    assert recording.field("x")["status"] == status


def test_nothing_about_a_masked_field_leaves_while_it_is_edited(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<input id=x required oninput=\"this.className='typed'; this.setAttribute('value', this.value)\">"
    )
    page.locator("#x").focus()
    recording.quiet()
    count = len(recording.told)

    page.keyboard.type("abc")
    recording.quiet()

    assert len(recording.told) == count
    page.locator("#x").blur()
    recording.quiet()
    assert recording.field("x")["status"]["filled"] is True
    assert 'class="typed"' in recording.outline


def test_text_that_was_masked_when_it_left_the_page_is_judged_when_it_comes_back(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>Ann Example</p><input id=i><button id=next>Next</button>")
    recording.run("""
        window.text = p.firstChild;
        const come = async (...nodes) => { p.replaceChildren(...nodes); await beside.quiet(); };
        await come();
        await come(text);
        text.data = "ann@example.org";
        await beside.quiet();
        await come();""")
    shown = recording.text.count("Ann Example")
    page.locator("#i").fill("Ann Example")
    page.locator("#next").focus()
    recording.quiet()

    recording.run("text.data = 'Ann Example'; p.append(text);")

    assert recording.text.count("Ann Example") == shown > 0


def test_value_set_by_a_script_is_told_as_filled(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input id=x><p id=p></p>")
    assert recording.field("x")["status"]["filled"] is False

    recording.run(
        "document.querySelector('#x').value = 'Ann Example'; document.querySelector('#p').textContent = 'Ann Example';"
    )

    assert recording.field("x")["status"]["filled"] is True
    assert "Ann" not in recording.text


# Where scripts announce input by events of their own: on a form that is filtered, on an entry that was chosen, and by a
# custom element on itself.
ANNOUNCED = {
    "a form": ("<form id=x><p>Blue plants</p><input id=i type=search></form>", "x.dispatchEvent(new Event('input'))"),
    "an entry": (
        "<ul><li id=x>Blue plants</li></ul>",
        "x.dispatchEvent(new CustomEvent('input', { bubbles: true, composed: true, detail: 'blue' }))",
    ),
    "a custom element": (
        "<shop-choice id=x>Blue plants</shop-choice>",
        "x.dispatchEvent(new InputEvent('beforeinput')); x.dispatchEvent(new InputEvent('input', { bubbles: true }))",
    ),
}


@pytest.mark.parametrize("where", ANNOUNCED)
def test_what_a_script_calls_input_makes_no_field_of_it(page: Page, site: Site, where: str) -> None:
    body, announce = ANNOUNCED[where]
    recording = Recording(page, site, body + "<p id=p>.</p>")

    recording.run(f"{announce}; p.textContent = 'Just Blue plants';")
    recording.run("recording.capture.keyframe()")

    assert recording.field("x") is None
    assert '"Blue plants"' in recording.outline
    assert '"Just Blue plants"' in recording.outline


def test_what_is_typed_where_nothing_says_that_one_can_makes_a_field(page: Page, site: Site) -> None:
    style = "<style>#x { -webkit-user-modify: read-write-plaintext-only }</style>"
    recording = Recording(page, site, "<p id=x tabindex=0>.</p>", style)

    page.locator("#x").focus()
    page.keyboard.type("CANARY")
    recording.run("x.blur(); recording.capture.keyframe();")

    assert recording.field("x")["verdict"] == "mask"
    assert "CANARY" not in recording.text


def test_what_types_into_itself_and_says_so_is_a_field(page: Page, site: Site) -> None:
    # A box of digits of a page's own making, with nothing that says what it is.
    body = "<div id=x tabindex=0></div><button id=b>x</button>"
    recording = Recording(page, site, body)
    page.evaluate("""() => { x.onkeydown = ({ key }) => {
        x.dispatchEvent(new Event("input", { bubbles: true })); x.textContent += key; }; }""")

    page.locator("#x").focus()
    page.keyboard.type("7391")
    page.locator("#b").focus()
    recording.quiet()

    assert recording.field("x")["verdict"] == "mask"
    assert not any(digits in recording.text for digits in ("7391", "739", '"73"'))


def test_form_that_is_set_back_is_told(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<form id=f><input id=x><input id=s data-beside=show value=socks></form><p>.</p>")
    page.locator("#x").press_sequentially("abc")
    page.locator("#s").fill("shoes")
    page.locator("#s").blur()
    recording.quiet()
    assert [recording.field("x")["status"]["filled"], recording.field("s")["content"]["text"]] == [True, "shoes"]

    recording.run("document.querySelector('#f').reset()")

    assert [recording.field("x")["status"]["filled"], recording.field("s")["content"]["text"]] == [False, "socks"]


def test_error_marked_later_is_told(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div><input id=x value=abc></div>")

    recording.run("document.querySelector('div').className = 'field has-error'")

    assert recording.field("x")["status"]["validity"] == "malformed"
    # Nothing else of the field is told again.
    assert [change[0] for change in recording.told[-1][4]] == ["attributes", "status"]


@pytest.mark.parametrize(
    "flip",
    [
        "x.type = 'text'",
        "x.type = 'text'; x.name = 'other'",
        "const y = document.createElement('input'); y.name = 'secret'; y.dataset.beside = 'show'; "
        "y.value = x.value; x.replaceWith(y); y.id = 'x'",
        "const y = document.createElement('input'); y.dataset.beside = 'show'; y.value = x.value; x.replaceWith(y)",
    ],
)
def test_field_that_was_secret_once_stays_secret(page: Page, site: Site, flip: str) -> None:
    recording = Recording(
        page, site, "<form><input id=x type=password name=secret data-beside=show value=CANARY></form>"
    )

    recording.run(
        f"const x = document.querySelector('#x'); {flip}; document.querySelector('input').dataset.beside = 'show'"
    )
    page.locator("input").type("CANARY")
    recording.quiet()

    assert "CANARY" not in recording.text


def test_password_that_came_and_went_in_one_turn_stays_secret(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<form><input id=x name=q data-beside=show></form>")

    recording.run("const x = document.querySelector('#x'); x.type = 'password'; x.value = 'CANARY'; x.type = 'text';")

    assert "CANARY" not in recording.text
    assert recording.field("x")["reason"] == "floor-sticky"


def test_text_rules_inherit_and_the_nearest_wins(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<div data-beside=mask>CANARY1 <b>CANARY2</b><i data-beside=show>seen</i><img alt=CANARY3
          src=/made/CANARY4.png></div>
        <div data-beside=block><p>CANARY5</p><i data-beside=show>CANARY6</i></div>
        <address>CANARY7</address><p>Call +44 20 7946 0958</p><p data-beside=show>+44 20 7946 0959</p><p>plain</p>""",
    )

    assert "CANARY" not in recording.text
    assert "7946 0958" not in recording.text
    assert '"+44 20 7946 0959"' in recording.outline
    assert '"seen"' in recording.outline
    assert '"plain"' in recording.outline
    assert "[blocked " in recording.outline


def test_private_mode_masks_all_text_but_what_is_shown(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<p>CANARY<b data-beside=show>seen</b></p><button>CANARY</button>", settings="{privateMode: true}"
    )

    assert "CANARY" not in recording.text
    assert '"seen"' in recording.outline


def test_blocked_root_leaves_one_box(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>CANARY</p><script>document.documentElement.dataset.beside = 'block'</script>")

    assert "CANARY" not in recording.text
    assert recording.outline.count("[blocked") == 1


@pytest.mark.parametrize("rule", ["mask", "block"])
def test_rule_that_tightens_takes_what_was_shown(page: Page, site: Site, rule: str) -> None:
    recording = Recording(page, site, "<div id=d><p>before</p></div>")
    count = len(recording.frames)

    recording.run(f"document.querySelector('#d').dataset.beside = '{rule}'")
    assert '"before"' not in recording.outline
    recording.run("document.querySelector('p').textContent = 'CANARY'; document.querySelector('p').append('CANARY')")

    assert "CANARY" not in "\n".join(recording.bytes[count:])


def test_node_moved_into_a_masked_part_is_masked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p id=p>seen</p><div id=d data-beside=mask></div>")

    recording.run("document.querySelector('#d').append(document.querySelector('#p'))")

    assert '"seen"' not in recording.outline


def test_card_number_across_nodes_is_masked(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p><b>4242</b> <b>4242</b> <b>4242</b> <b>4242</b></p><p id=late>x</p>")

    assert "4242" not in recording.text
    recording.run("""const p = document.querySelector('#late'); p.textContent = '';
        for (const digit of '4000056655665556') { const s = document.createElement('span');
          s.textContent = digit; p.append(s); }""")
    assert '"4"' not in recording.outline


def test_placeholder_travels_unless_it_looks_personal(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input placeholder='Your name'><input placeholder='ann@example.com'>")

    assert 'placeholder="Your name"' in recording.outline
    assert "ann@example.com" not in recording.text


def test_attributes_travel_only_where_a_style_sheet_looks_at_them(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<div id=d data-theme=dark data-user=CANARY aria-busy=true></div>",
        head="<style>[data-theme=dark] { color: red }</style>",
    )
    assert 'data-theme="dark"' in recording.outline
    assert "CANARY" not in recording.text

    recording.run("document.querySelector('#d').dataset.size = 'big'")
    assert "data-size" not in recording.text
    recording.run("document.querySelector('style').sheet.insertRule('[data-size] { color: blue }')")
    assert 'data-size="big"' in recording.outline


def test_label_that_changes_is_told_alone_but_where_the_field_shows_its_content(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<label>Name <input id=x required> <i>Please fill in</i></label>
        <label>Size <input id=s value=42 data-beside=show> <i>Please choose</i></label>""",
    )

    recording.run("document.querySelectorAll('i')[0].textContent = 'Thank you'")
    alone = recording.told[-1][4]
    recording.run("document.querySelectorAll('i')[1].textContent = 'Thank you'")
    whole = recording.told[-1][4]

    assert [change[0] for change in alone] == ["text", "label"]
    assert [change[0] for change in whole] == ["text", "field"]
    assert recording.field("x")["label"] == "Name Thank you"
    assert recording.field("x")["required"] is True
    assert recording.field("s")["label"] == "Size Thank you"


def test_buttons_of_one_name_are_told_together(page: Page, site: Site) -> None:
    add = "<button aria-label='Add to basket'></button>"
    pay = "<button id=b title=Pay></button>"
    recording = Recording(page, site, f"<p>{add * 3}{pay}{add}</p><input id=i value=x>")

    told = [change for change in recording.frames[0][5] if change[0] in ("field", "fields")]
    assert sorted(change[0] for change in told) == ["field", "field", "fields"]
    [together] = [change for change in told if change[0] == "fields"]
    assert len(together[1]) == 4
    assert recording.field("b")["label"] == "Pay"
    assert recording.field("i")["status"] == {"filled": True, "validity": "valid"}

    recording.run("for (const button of document.querySelectorAll('button')) button.disabled = true")

    tags = [change[0] for change in recording.told[-1][4]]
    assert sorted(tags) == ["alike", "field", "fields"]
    assert recording.field("b")["disabled"] is True


def test_button_is_told_only_where_its_name_stands_elsewhere(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<button id=a>Add to basket</button><button id=b title=Pay></button><input id=v>")
    assert recording.field("a") is None
    assert recording.field("b")["label"] == "Pay"

    recording.run("a.setAttribute('aria-label', 'Close'); a.replaceChildren(); b.title = 'Pay now';")
    assert recording.field("a")["label"] == "Close"
    assert recording.field("b")["label"] == "Pay now"

    page.locator("#v").fill("Ann Example")
    recording.quiet()
    recording.run("a.setAttribute('aria-label', 'For Ann Example')")
    assert "Ann Example" not in recording.text


def test_element_is_called_by_what_was_sent_of_it(page: Page, site: Site) -> None:
    """An outcome names what is highlighted: from what the mirror has, and not from what the page made of it since."""
    recording = Recording(
        page,
        site,
        """<p id=p>Pay  <b>now</b> <i data-beside=mask>CANARY</i></p><label for=v>Name</label><input id=v><hr id=h>
        <p id=long></p><section id=shut data-beside=block>CANARY</section>
        <div id=around>Note <div contenteditable data-beside=show aria-label=Note><p id=in>Ann</p></div></div>""",
    )
    recording.run("long.textContent = 'word '.repeat(90)")

    def called(element: str) -> str:
        name: str = page.evaluate(f"recording.capture.labelOf({element})")
        return name

    assert [called(name) for name in ("p", "v", "h", "shut")] == ["Pay now", "Name", "", ""]
    # What is typed into a field that the site shows is told as that, and kept nowhere.
    assert [called("around"), called("document.getElementById('in')")] == ["Note", ""]
    assert len(called("long")) == 120
    unsent = page.evaluate(
        """() => {
          v.value = p.firstChild.data = "Ann Example";
          return recording.capture.labelOf(p);
        }"""
    )
    assert unsent == "Pay now"
    recording.run("")
    assert called("p") == "now"
    assert page.evaluate("() => recording.capture.labelOf(document.createElement('p'))") == ""


def test_label_told_alone_is_judged_as_that_of_a_field(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label>Name <input id=x> <i>Please fill in</i></label>")

    recording.run("document.querySelector('i').textContent = 'Thanks, ann@example.com'")

    assert [change[0] for change in recording.told[-1][4]] == ["text", "label"]
    assert recording.field("x")["label"] == "Name"
    assert "ann@example.com" not in recording.text


def test_label_is_made_of_shown_text_only(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<label for=x>Reach us at <b>ann@example.com</b> or <span data-beside=mask>CANARY</span>
        <select><option>CANARY</option></select> here</label><input id=x>""",
    )

    assert recording.field("x")["label"] == "Reach us at or here"


ECHOES = [
    "echo.textContent = 'Hello ' + v.value + '!'",
    "echo.textContent = v.value.toUpperCase()",
    "echo.textContent = v.value.replace(/ /g, '-')",
    "echo.replaceChildren(...[...v.value].map((c) => { const s = document.createElement('span'); "
    "s.textContent = c; return s; }))",
    "echo.setAttribute('data-copy', v.value)",
    "echo.className = 'is-' + v.value.replace(/ /g, '_')",
    "echo.style.setProperty('--copy', JSON.stringify(v.value))",
    "echo.id = v.value",
    "echo.className = v.value",
    "echo.append(document.createElement('shop-' + v.value.replace(/ /g, '').toLowerCase()))",
    "echo.append(document.createElement(v.value.replace(/ /g, '')))",
    "echo.append(Object.assign(new Image(), { src: '/' + encodeURIComponent(v.value) + '.png' }))",
    "echo.append(Object.assign(new Image(), { src: 'data:image/svg+xml,' + encodeURIComponent(`<b>${v.value}</b>`) }))",
    "echo.style.background = `url('data:image/svg+xml;base64,${btoa(`<b>${v.value}</b>`)}')`",
    "document.querySelector('style').media = `screen and (${v.value.replace(/ /g, '')}: 1)`",
    "history.replaceState({}, '', '/made/of/' + v.value.replace(/ /g, '') + '/here')",
    "document.querySelector('style').sheet.insertRule(`p::after { content: ${JSON.stringify(v.value)} }`)",
    "document.querySelector('style').append(`p::after { content: ${JSON.stringify(v.value)} }`)",
]


@pytest.mark.parametrize("script", ECHOES)
@pytest.mark.parametrize("when", ["input", "blur", "later"])
def test_echo_of_a_masked_value_is_masked(page: Page, site: Site, script: str, when: str) -> None:
    recording = Recording(
        page,
        site,
        """<input id=v><button id=b>Next</button><p id=echo>...</p>
        <style>[data-copy]::after { content: attr(data-copy) }</style>""",
    )
    run = f"const v = document.querySelector('#v'), echo = window.echoed ??= document.querySelector('#echo'); {script};"
    if when != "later":
        page.evaluate(f"() => document.querySelector('#v').addEventListener('{when}', () => {{ {run} }})")

    page.locator("#v").focus()
    page.keyboard.type("Zyx Wvut")
    recording.quiet()
    page.locator("#b").focus()
    recording.quiet()
    if when == "later":
        recording.run(run)
    recording.run("recording.capture.keyframe()")

    squashed = re.sub(r"%20|[ _-]", "", recording.text.lower())
    assert "zyxwvut" not in squashed
    assert "Wnl4IFd2dXQ" not in recording.text
    assert '"Z"' not in recording.outline


@pytest.mark.parametrize(
    "field",
    [
        '<input value="Ann Example">',
        '<input autocomplete=cc-name value="Ann Example">',
        "<textarea>Ann Example</textarea>",
        "<div contenteditable>Ann Example</div>",
        '<my-field><template shadowrootmode=open><input value="Ann Example"></template></my-field>',
    ],
)
def test_value_that_was_there_before_the_view_is_masked_where_the_page_prints_it(
    page: Page, site: Site, field: str
) -> None:
    recording = Recording(page, site, f"<p id=preview>For Ann Example</p>{field}<p>For you</p>")
    recording.run("recording.capture.keyframe()")

    assert "For Ann" not in recording.text
    assert "For you" in recording.text


@pytest.mark.parametrize("field", ["<input type=color>", "<input type=range max=20000 value=10000>"])
def test_what_a_field_holds_by_its_nature_is_no_value(page: Page, site: Site, field: str) -> None:
    recording = Recording(page, site, f"<p id=p>1,000,000.00</p>{field}<p>10,000 things</p>")

    recording.run("document.querySelector('#p').style.color = '#000000'")

    assert "1,000,000.00" in recording.text
    assert "10,000 things" in recording.text


def test_field_that_is_found_empty_is_looked_at_again(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main id=m></main><input id=held>")
    page.locator("#held").focus()
    page.keyboard.type("x")

    recording.run("m.innerHTML = '<p id=said>.</p><input id=street>'")
    recording.run("street.value = '12 Larkspur Lane'; said.textContent = 'To 12 Larkspur Lane'")
    page.locator("#street").focus()
    recording.quiet()

    assert "To 12" not in recording.text


def test_value_in_a_blocked_part_is_one(page: Page, site: Site) -> None:
    body = "<p>For Ann Example</p><div data-beside=block><input value='Ann Example'></div><p>For you</p>"
    recording = Recording(page, site, body)

    assert "For Ann" not in recording.text
    assert "For you" in recording.text


def test_field_that_comes_with_its_value_and_an_echo_before_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<main id=m></main>")

    recording.run("m.innerHTML = '<p>For Ann Example</p><input value=\"Ann Example\"><p>For you</p>'")

    assert "For Ann" not in recording.text
    assert "For you" in recording.text


@pytest.mark.parametrize("autocomplete", ["cc-name", "name"])
def test_value_of_a_field_that_left_the_page_is_masked_on_the_next_step(
    page: Page, site: Site, autocomplete: str
) -> None:
    recording = Recording(page, site, f"<input id=v autocomplete={autocomplete}><button id=b>x</button><p id=echo></p>")
    page.locator("#v").fill("Ann Example")
    page.locator("#b").focus()
    recording.quiet()

    recording.run("document.querySelector('#v').remove()")
    recording.run("document.querySelector('#echo').textContent = 'Thank you, Ann Example'")

    assert "Example" not in recording.text


@pytest.mark.parametrize("kind", ["text", "password"])
def test_short_value_is_masked_where_it_changed_during_the_edit(page: Page, site: Site, kind: str) -> None:
    recording = Recording(
        page,
        site,
        f"<input id=v type={kind} oninput='echo.textContent = \"CVC \" + this.value'><p id=echo></p><button "
        f"id=b>x</button>",
    )

    page.locator("#v").focus()
    page.keyboard.type("739")
    page.locator("#b").focus()
    recording.quiet()

    assert "739" not in recording.text


def type_and_leave(page: Page, recording: Recording, value: str) -> None:
    page.locator("#v").focus()
    page.keyboard.type(value)
    page.locator("#b").focus()
    recording.quiet()


@pytest.mark.parametrize(
    "anew",
    [
        "echo.textContent = 'CVC 739'",
        "for (let i = 0; i < 3; i++) echo.textContent = 'CVC 739'",
        "echo.replaceWith(echo.cloneNode(true))",
        "echo.parentNode.innerHTML = echo.parentNode.innerHTML",
        "echo.textContent = 'CVC 739'; echo.replaceWith(echo.cloneNode(true))",
        "echo.textContent = 'CVC 739'; recording.capture.keyframe()",
        "recording.capture.pause(); echo.textContent = 'CVC 739'; recording.capture.resume()",
        "recording.capture.pause(); echo.replaceWith(echo.cloneNode(true)); recording.capture.resume()",
        """document.querySelector("#other").focus(); recording.capture.keyframe(); await beside.quiet();
           echo.textContent = 'CVC 739'; b.focus()""",
    ],
    ids=[
        *("text", "text, three times", "element", "list", "twice at once", "before a keyframe"),
        *("during a pause", "the element during a pause", "while another field is edited"),
    ],
)
def test_short_value_that_the_page_writes_anew_as_it_was_stays_masked(page: Page, site: Site, anew: str) -> None:
    echo = "<div><p id=echo title=x></p><script>1</script><i>seen</i><template>x</template></div>"
    write = "echo.textContent = 'CVC ' + this.value; echo.title = this.value"
    recording = Recording(page, site, f'<input id=v oninput="{write}">{echo}<input id=other><button id=b>x</button>')
    type_and_leave(page, recording, "739")

    recording.run(anew)
    recording.run(anew)
    recording.run("recording.capture.keyframe()")
    recording.run(anew)

    assert "739" not in recording.text
    assert "seen" in recording.outline


def test_short_value_that_is_written_anew_while_a_keyframe_is_read_stays_masked(page: Page, site: Site) -> None:
    write = "echo.textContent = 'CVC ' + this.value"
    body = f'{"<p>x</p>" * 30}<p id=echo></p><input id=v oninput="{write}"><button id=b>x</button>'
    recording = Recording(page, site, body, settings="{ slice_ms: 0 }")
    type_and_leave(page, recording, "739")
    page.wait_for_function("recording.bytes.join().includes('\"filled\":true')")

    recording.run("""recording.capture.keyframe();
        const count = recording.frames.length;
        while (recording.frames.length === count) {
          for (let i = 0; i < 3; i++) await new Promise((go) => setTimeout(go));
          echo.textContent = 'CVC 739';
        }""")

    assert "739" not in recording.text


def test_short_value_stays_masked_behind_a_box_that_stood_for_the_page(page: Page, site: Site) -> None:
    write = "echo.textContent = 'CVC ' + this.value"
    body = f'<main id=m></main><p id=echo></p><input id=v oninput="{write}"><button id=b>x</button><i>seen</i>'
    recording = Recording(page, site, body, settings="{ maxNodes: 100 }")
    type_and_leave(page, recording, "739")

    recording.run("m.innerHTML = '<b>x</b>'.repeat(200)")
    assert "page too large" in recording.outline
    recording.run("m.replaceChildren(); echo.textContent = 'CVC 739'; recording.capture.keyframe()")

    assert "739" not in recording.text
    assert "seen" in recording.outline


def test_list_made_anew_during_an_edit_does_not_turn_masked_where_it_says_what_was_typed(
    page: Page, site: Site
) -> None:
    write = "l.innerHTML = ['Oaks', 'Elmtree', 'Ashes'].map((x) => '<li>' + x + '</li>').join('')"
    items = "<li>Oaks</li><li>Elmtree</li><li>Ashes</li>"
    recording = Recording(page, site, f'<ul id=l>{items}</ul><input id=v oninput="{write}"><button id=b>x</button>')
    page.locator("#v").focus()
    page.keyboard.type("Elmtree")
    recording.run("recording.capture.keyframe()")
    page.locator("#b").focus()
    recording.quiet()

    recording.run("recording.capture.keyframe()")

    assert [word in recording.outline for word in ("Oaks", "Elmtree", "Ashes")] == [True, True, True]


def test_name_of_a_tag_is_told_where_it_is_a_class_that_was_typed(page: Page, site: Site) -> None:
    body = (
        "<input id=v onchange='m.innerHTML = `<table class=table><tr><td>Oak</table>`'><main id=m></main><button id=b>x"
    )
    recording = Recording(page, site, body)
    type_and_leave(page, recording, "table")

    assert '<table class="">' in recording.outline
    assert '"Oak"' in recording.outline


def test_element_name_of_the_pages_own_that_came_with_an_edit_is_not_told_by_keyframes(page: Page, site: Site) -> None:
    write = "m.replaceChildren(document.createElement('x-' + this.value))"
    field = f'<input id=v oninput="{write}" onchange="{write}">'
    body = f"<x-red>a</x-red>{field}<main id=m></main><button id=b>x</button>"
    recording = Recording(page, site, body)
    page.locator("#v").focus()
    page.keyboard.type("red")
    recording.run("recording.capture.keyframe()")
    page.locator("#b").focus()
    recording.quiet()

    recording.run("recording.capture.keyframe()")

    assert recording.outline.count("x-red") == 1


def test_text_that_takes_the_place_of_another_keeps_what_was_found_on_it_itself(page: Page, site: Site) -> None:
    write = "a.firstChild.data = 'CVC ' + this.value; c.firstChild.data = 'Code ' + this.value"
    body = f'<input id=v oninput="{write}"><p id=a>a</p><p id=c>c</p><button id=b>x</button><i>seen</i>'
    recording = Recording(page, site, body)
    type_and_leave(page, recording, "739")

    recording.run("window.text = c.firstChild; text.remove()")
    recording.run("a.replaceChildren(text)")

    assert "739" not in recording.text
    assert "seen" in recording.outline


def test_element_named_by_a_short_value_is_not_told_by_a_later_keyframe(page: Page, site: Site) -> None:
    write = "m.replaceChildren(document.createElement('cvc-' + this.value))"
    recording = Recording(page, site, f'<input id=v oninput="{write}"><main id=m></main><button id=b>x</button>')
    type_and_leave(page, recording, "739")

    recording.run("recording.capture.keyframe()")

    assert "739" not in recording.text
    assert "x-masked" in recording.outline


def test_attribute_that_only_a_style_sheet_names_is_judged_as_text_is(page: Page, site: Site) -> None:
    style = "<style>[mood=glad] { color: green } [customer]::after { content: attr(customer) }</style>"
    body = f"""{style}<p mood=glad>a</p><p customer="ann@shop.example">b</p><p customer="Jane Doe">d</p>
      <address><i customer="12 High St">c</i></address><i customer="url(/p.png?session=Sekret1)"></i>"""

    shown = Recording(page, site, body)
    told = (shown.outline, shown.text)
    private = Recording(page, site, body, settings="{ privateMode: true }")

    assert 'mood="glad"' in told[0]
    assert "ann@" not in told[1]
    assert "High St" not in told[1]
    assert "Sekret" not in told[1]
    assert "Jane" in told[1]
    assert "Jane" not in private.text


def test_attribute_that_paints_on_one_element_is_judged_as_text_on_another(page: Page, site: Site) -> None:
    """What was let through of one element counts for the next that says the same, where it is judged alike."""
    style = "<style>[low]::after, [x]::after { content: attr(low) attr(x) }</style>"
    body = f"""{style}<meter low="ann@shop.example"></meter><p low="ann@shop.example">a</p>
      <svg><text x="bob@shop.example"></text></svg><p x="bob@shop.example">b</p>"""

    recording = Recording(page, site, body)

    assert recording.text.count("ann@") == 1
    assert recording.text.count("bob@") == 1


def test_attribute_that_was_let_through_is_judged_anew_once_there_is_a_value(page: Page, site: Site) -> None:
    body = (
        "<input id=v><button id=b>x</button><main id=m><p class=a dir=rose-tree></p><p class=b dir=rose-hip></p></main>"
    )
    recording = Recording(page, site, body)
    page.locator("#v").fill("rose-tree")
    page.locator("#b").focus()
    recording.quiet()
    before = len(recording.bytes)

    recording.run(
        "m.append(...['rose-tree', 'rose-hip', 'rose-tree'].map((dir) => {"
        " const p = document.createElement('p'); p.dir = dir; p.setAttribute('dir', dir); return p; }))"
    )

    told = "".join(recording.bytes[before:])
    assert "rose-hip" in told
    assert "rose-tree" not in told


def test_what_was_shown_before_the_value_existed_stays(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<p>London</p><p id=other>x</p><input id=v><button id=b>x</button>")

    page.locator("#v").focus()
    page.keyboard.type("London")
    page.locator("#b").focus()
    recording.quiet()
    recording.run("recording.capture.keyframe()")

    assert '"London"' in recording.outline


def test_text_that_changed_during_an_edit_is_shown_once_it_settles(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        """<input id=v oninput="echo.textContent = 'Looks good'; echo.className = 'ok';
          const n = document.createElement('em');
        n.textContent = 'New'; n.className = 'fresh'; n.title = 'x'; document.body.append(n)">
        <p id=echo></p><button id=b>x</button>""",
    )

    page.locator("#v").focus()
    page.keyboard.type("a")
    recording.quiet()
    assert "Looks good" not in recording.text
    page.locator("#b").focus()
    recording.quiet()

    assert '"Looks good"' in recording.outline
    assert '"New"' in recording.outline
    assert 'class="ok"' in recording.outline
    assert 'class="fresh"' in recording.outline


def test_pointer_and_scroll_inside_masked_fields_do_not_leave(page: Page, site: Site) -> None:
    recording = Recording(
        page,
        site,
        "<p>x</p><textarea id=a style='width:100px;height:40px;position:absolute;left:300px;top:300px'></textarea>",
    )

    page.mouse.move(50, 60)
    recording.quiet()
    assert recording.last("pointer") == ["pointer", 50, 60]
    page.mouse.move(320, 320)
    recording.quiet()
    assert recording.last("pointer") == ["pointer", None, None]
    page.fill("#a", "line\n" * 50)
    recording.run("document.querySelector('#a').scrollTop = 100")

    assert recording.last("scroll") is None


def test_typing_before_the_first_frame_does_not_mask_what_stood_there_before(page: Page, site: Site) -> None:
    site.add("/slow.css", "p { color: teal }", "text/css")
    page.goto(
        site.page(
            "<link rel=stylesheet href='/slow.css'><p>kept</p><input oninput='echo.append(value)'><p id=echo></p>"
        )
    )
    page.add_script_tag(url=f"{site.origin}/build/capture.js")
    page.route("**/slow.css", lambda _: None)
    page.locator("input").focus()

    page.evaluate("() => { window.recording = beside.record(); }")
    page.keyboard.type("canary")
    page.wait_for_function("recording.frames.length > 0")
    page.evaluate("beside.quiet()")

    assert '"kept"' in "\n".join(page.evaluate("recording.model.outline()"))
    assert "canary" not in "\n".join(page.evaluate("recording.bytes"))


def test_name_of_a_chosen_file_is_masked_where_the_page_prints_it(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<input id=f type=file onchange='echo.textContent = this.files[0].name'><p id=echo></p>"
    )

    page.set_input_files("#f", {"name": "CANARY.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    recording.quiet()

    assert "CANARY" not in recording.text
    assert recording.field("f")["status"] == {"filled": True, "validity": "valid"}


def test_ticked_box_masks_no_text_around_it(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<input id=c type=checkbox onchange='echo.textContent = \"Gift wrap is on\"'><p id=echo></p>"
    )

    page.check("#c")
    recording.quiet()

    assert '"Gift wrap is on"' in recording.outline


def test_shown_text_holds_no_card_number(page: Page, site: Site) -> None:
    recording = Recording(
        page, site, "<div data-beside=show><p>Paid with 4242 4242 4242 4242</p><img alt='4242424242424242'></div>"
    )

    assert "4242" not in recording.text


@pytest.mark.parametrize(("levels", "is_whole"), [(1000, True), (1600, False)])
def test_page_that_nests_deeper_than_a_mirror_builds_is_one_box(
    page: Page, site: Site, levels: int, is_whole: bool
) -> None:
    recording = Recording(page, site, "<div id=d></div>")

    recording.run(f"""let at = document.querySelector("#d");
        for (let i = 0; i < {levels}; i++) at = at.appendChild(document.createElement("i"));
        at.append("bottom");""")

    assert ('"bottom"' in recording.outline) is is_whole
    assert ("page too large" in recording.outline) is not is_whole
