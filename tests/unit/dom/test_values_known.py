"""A masked value is known again however the page writes it, and for as long as the page may still write it.

Each page is typed into, or filled by its own script, and prints the value only once the frame behind the edit has left:
by then only what is remembered of a value can tell that it is one.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

REST = "<p id=said title=x>For you</p><main id=m></main><button id=b>x</button>"
NAME = "Ann Example"


def typed(page: Page, site: Site, field: str, value: str, **options: Any) -> Recording:
    """A page whose field was typed into and left, and of which all has been told."""
    recording = Recording(page, site, f"{REST}{field}", **options)
    page.locator("input, textarea").first.focus()
    page.keyboard.insert_text(value)
    page.locator("#b").focus()
    recording.quiet()
    recording.run("m.append('x')")
    return recording


def says(recording: Recording, text: str) -> None:
    """The page prints a text, and nothing of it leaves."""
    recording.page.evaluate("text => { window.text = text; }", text)
    before = len(recording.bytes)

    recording.run("said.textContent = text; m.append('more');")

    sent = "".join(recording.bytes[before:])
    assert "more" in sent
    assert '["mt"]' in sent or ",null]" in sent
    assert text not in sent


WRITTEN = {
    "encoded twice": ("Love, Ann Example", "/l_text:Arial_60:Love%252C%20Ann%20Example/mug.jpg"),
    "encoded three times": ("O'Neill Sean", "O%252527Neill%252520Sean"),
    "escaped markup": ("O'Neill Sean", "O&#39;Neill Sean"),
    "escaped twice": ("O'Neill Sean", "O&amp;#39;Neill Sean"),
    "letters as references": ("Ann Example", "&#65;nn &#x45;xample"),
    "German capitals": ("Anna Großmann", "ANNA GROSSMANN"),
    "Turkish capitals": ("Yıldız Işık", "YILDIZ IŞIK"),
    "Turkish dotted capitals": ("deniz iyi", "DENİZ İYİ"),
    "Greek capitals": ("Νίκος Παππάς", "ΝΊΚΟΣ ΠΑΠΠΆΣ"),
    "Greek capitals without accents": ("Νίκος Παππάς", "ΝΙΚΟΣ ΠΑΠΠΑΣ"),
    "letters of other keyboards": ("Łukasz Sørensen Đặng", "lukasz-sorensen-dang"),
    "without accents": ("Zoé Lefèvre", "zoe-lefevre"),
    "decomposed": ("Zoé Lefèvre", "Zoe\u0301 Lefe\u0300vre"),
    "a name behind an ampersand": ("Ltd Foods", "Smith&Ltd Foods"),
    "Korean": ("홍길동입니다", "홍길동입니다 님"),
    "signs alone": ("!!$$%%&&??", "Your note: !!$$%%&&??"),
    "signs with a letter": ("a!@#$^*(", "a!@#$^*("),
    "faces": ("❤️❤️🎂🎂❤️", "❤️❤️ 🎂🎂❤️ for you"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_value_is_known_however_it_is_written(page: Page, site: Site, how: str) -> None:
    value, text = WRITTEN[how]
    recording = typed(page, site, "<textarea id=x></textarea>", value)

    says(recording, text)


@pytest.mark.parametrize("value", ["Νίκος Παππάς", "Zoe\u0301 Lefe\u0300vre", "Anna Großmann"])
def test_value_in_capitals_is_known_a_letter_a_node(page: Page, site: Site, value: str) -> None:
    recording = typed(page, site, "<textarea id=x></textarea>", value)
    before = len(recording.bytes)

    recording.run(
        "m.append(...[...x.value.toUpperCase()].map((a) => {"
        " const i = document.createElement('i'); i.append(a); return i; }), 'more');"
    )

    sent = "".join(recording.bytes[before:])
    assert "more" in sent
    letters = {letter for letter in value.upper() if letter.isalpha()}
    assert not [letter for letter in letters if f'"tx","{letter}"' in sent]


def test_short_hindi_word_is_known_in_the_frame_behind_its_edit(page: Page, site: Site) -> None:
    field = "<input id=x onchange='said.textContent = `नमस्ते ${this.value}`'>"
    recording = typed(page, site, field, "हिन्द")

    assert f'["text",{recording.node("said") + 1},null]' in recording.text
    assert "हिन्द" not in recording.text


@pytest.mark.parametrize("carrier", ["aria-label", "placeholder", "title"])
@pytest.mark.parametrize("value", [NAME, NAME * 18])
def test_label_that_is_cut_within_a_value_is_not_told(page: Page, site: Site, value: str, carrier: str) -> None:
    recording = typed(page, site, "<textarea id=x></textarea><input id=y>", value)
    page.evaluate("text => { window.text = text; }", ("Delivery note " * 8 if value == NAME else "") + value)

    recording.run(f"y.setAttribute('{carrier}', text); m.append('more')")

    assert "more" in recording.text
    assert "Ann" not in recording.text
    assert recording.field("y")["label"] == ""


def test_path_that_is_cut_within_a_value_is_not_told(page: Page, site: Site) -> None:
    recording = typed(page, site, "<input id=x>", "secretword")

    recording.run("history.pushState(0, '', `/${'word/'.repeat(98)}ab/secretword`); m.append('more');")

    assert "more" in recording.text
    assert "ab/sec" not in recording.text


HELD = {
    "in a blocked part": ("<form data-beside=block><input id=x></form>", NAME),
    "a box itself": ("<input id=x data-beside=block>", NAME),
    "a password in a blocked part": ("<form data-beside=block><input id=x type=password></form>", "Tr0ub4dor&3"),
    "a password that is a box itself": ("<input id=x type=password data-beside=block>", "Tr0ub4dor&3"),
    "the floor by its name": ("<input id=x name=cardholderName>", NAME),
    "the floor by its label": ("<label>Card message<input id=x></label>", NAME),
    "a password": ("<input id=x type=password>", "Tr0ub4dor&3"),
    "a password of signs and some letters": ("<input id=x type=password>", "P@$$w!1#"),
    "a password that repeats its beginning": ("<input id=x type=password>", "hunter2hunter"),
    "a code of one digit": ("<input id=x autocomplete=one-time-code>", "1111111"),
    "a blocked password of signs": ("<form data-beside=block><input id=x type=password></form>", "Ab!9$%&*"),
    "a password of signs": ("<input id=x type=password>", "!?#%&!?#"),
    "a code": ("<input id=x autocomplete=one-time-code>", "728164"),
}
CLEARED = {
    "emptied": "x.value = ''",
    "taken out and emptied": "x.remove(); x.value = '';",
    "emptied while the view pauses": "recording.capture.pause(); x.value = ''; recording.capture.resume();",
}


@pytest.mark.parametrize("clear", CLEARED)
@pytest.mark.parametrize("held", HELD)
def test_value_is_known_after_its_field_was_emptied(page: Page, site: Site, held: str, clear: str) -> None:
    field, value = HELD[held]
    recording = typed(page, site, field, value)
    recording.run(f"window.x = document.getElementById('x'); {CLEARED[clear]}")

    says(recording, f"Thanks: {value}.")


@pytest.mark.parametrize("held", HELD)
def test_value_that_a_script_set_is_known_after_its_field_was_emptied(page: Page, site: Site, held: str) -> None:
    field, value = HELD[held]
    recording = Recording(page, site, REST + field)
    recording.run(f"x.value = '{value}'; m.append('x')")
    recording.run("x.value = ''")

    says(recording, f"Thanks: {value}.")


@pytest.mark.parametrize("held", HELD)
def test_nothing_is_kept_for_later_pages_of_blocked_parts_and_the_floor(page: Page, site: Site, held: str) -> None:
    field, value = HELD[held]
    recording = typed(page, site, field, value, echoes='{ key: "0123456789abcdef", kept: [] }')

    recording.run("x.value = ''")

    kept = page.evaluate("recording.prints()")
    # Of a field that is a box itself the next page knows, as of any that is masked.
    assert bool(kept) is (held == "a box itself")


SHORT = {
    "an amount in another country's hand": ("12.50", "said.textContent = '12,50 €'", "12,50"),
    "an hour": ("09:30", "said.textContent = '0930'", "0930"),
    "a day in CSS": ("12/34", "css.textContent = '#said::after { content: \"12/34\" }'", "12/34"),
    "signs in CSS": ("!!$$%%&&??", "css.textContent = '#said::after { content: \"!!$$%%&&??\" }'", "%%"),
    "signs that CSS escapes": (
        '!!""$$%%&&',
        'css.textContent = \'#said::after { content: "!!\\\\"\\\\"$$%%&&" }\'',
        "%%",
    ),
    "faces that CSS escapes": (
        "🎂🎂🎂🎂🎂",
        "css.textContent = '#said::after { content: \"\\\\1F382\\\\1F382\\\\1F382\\\\1F382\\\\1F382\" }'",
        "382",
    ),
    "a sum with its sign": ("₹12/-", "said.textContent = '12 rupees'", "12 rupees"),
    "signs in a variable": ("!?!?&?!", "css.textContent = '#said { --a: \"!?!?&?!\" }'", "!?!"),
}


@pytest.mark.parametrize("how", SHORT)
def test_value_of_few_letters_is_known_in_the_frame_behind_its_edit(page: Page, site: Site, how: str) -> None:
    value, prints, part = SHORT[how]
    recording = Recording(page, site, f"<style id=css></style>{REST}<textarea id=x></textarea>")
    recording.run(f"x.onchange = () => {{ {prints} }}")
    page.locator("#x").focus()
    page.keyboard.insert_text(value)
    page.locator("#b").focus()
    recording.quiet()
    recording.run("m.append('more')")

    assert "more" in recording.text
    assert part not in recording.text


HARMLESS = {
    "a price": ("19.99", "<p>It costs 19.99 or 119.99</p>", "119.99"),
    "a locale": ("en-US", "<p lang=en-US class=en-US>x</p>", '"en-US"'),
    "a path": ("/cart", "<img src=/icons/cart.svg>", "/icons/cart.svg"),
    "a word of two syllables": ("전체", "<p>전체 상품</p>", "전체 상품"),
    "the name of an attribute": ("stroke", "<svg><path d='M0 0' stroke-width=7 class=a /></svg>", '"stroke-width":"7"'),
}


@pytest.mark.parametrize("kind", ["type=hidden", ""])
@pytest.mark.parametrize("what", HARMLESS)
def test_short_value_that_nobody_typed_masks_nothing(page: Page, site: Site, what: str, kind: str) -> None:
    value, body, sent = HARMLESS[what]

    recording = Recording(page, site, f"{REST}<input id=x {kind} value='{value}'>{body}")

    assert sent in recording.text


@pytest.mark.parametrize("value", ["********", "-----", "(___) ___-____", "•••• ••••"])
def test_what_stands_for_nothing_is_no_value(page: Page, site: Site, value: str) -> None:
    recording = typed(page, site, "<input id=x>", value)

    recording.run(f"m.append('{value} 4'); ")

    assert f"{value} 4" in recording.text


def test_blocked_fields_without_end_leave_no_other_unknown(page: Page, site: Site) -> None:
    grid = "".join(f"<input value=blocked-{n}-cell>" for n in range(300))

    recording = Recording(
        page, site, f"<p>Hello Ann Example</p>{REST}<div data-beside=block>{grid}</div><input value='Ann Example'>"
    )
    recording.run("m.append('x')")

    says(recording, "Goodbye Ann Example")
    assert NAME not in recording.text


def test_blocked_value_is_known_beside_hidden_inputs_without_end(page: Page, site: Site) -> None:
    hidden = "".join(f"<input type=hidden value=product-{n}-variant>" for n in range(300))
    blocked = "<form data-beside=block><input value='Ann Example'></form>"

    recording = Recording(page, site, f"<p>Hello Ann Example</p>{REST}{blocked}{hidden}")

    assert NAME not in recording.text


@pytest.mark.parametrize("around", ["<form data-beside=block>", "<form>"])
def test_secret_that_a_script_writes_bit_by_bit_is_known_after_it(page: Page, site: Site, around: str) -> None:
    recording = Recording(page, site, f"{REST}{around}<input id=x type=password></form>")
    for digits in ("7", "72", "7281", "728164"):
        recording.run(f"x.value = '{digits}'; m.append('x')")
    recording.run("m.append('x')")
    recording.run("x.value = ''")

    says(recording, "728164 is wrong")


def test_value_that_came_twice_and_is_said_to_have_changed(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>")
    recording.run("x.onchange = () => { said.textContent = `To ${x.value}`; x.value = ''; }")
    recording.run("x.value = 'Rome'; m.append('x')")
    recording.run("x.value = ''; m.append('x')")

    recording.run("x.value = 'Rome'; x.dispatchEvent(new Event('change', { bubbles: true })); m.append('more');")

    assert "more" in recording.text
    assert "To Rome" not in recording.text


def test_change_of_a_choice_of_which_a_script_says_masks_nothing(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<select id=x><option>S<option selected>M</select>")

    recording.run("x.dispatchEvent(new Event('change', { bubbles: true })); said.textContent = 'Size: M';")

    assert "Size: M" in recording.text


def test_icons_of_later_sheets_are_told_behind_an_echo_of_signs(page: Page, site: Site) -> None:
    field = "<textarea id=x onchange='css.textContent = `#said::after { content: \"${this.value}\" }`'></textarea>"
    recording = typed(page, site, f"<style id=css></style>{field}", "!!$$%%&&??")

    recording.run("css.textContent += '.i::before { content: \"→\" }'")

    assert "%%" not in recording.text
    assert "→" in recording.text


def test_box_keeps_the_style_that_it_had_and_the_name(page: Page, site: Site) -> None:
    """What was sent before a value existed stays as sent, or a box that changes would confirm a guess."""
    recording = Recording(
        page,
        site,
        f"""{REST}<textarea id=x></textarea><iframe src=https://one.example></iframe>
        <div style="position: relative"><video style="position: absolute; z-index: 1"></video></div>""",
    )

    for value in ("1", "one"):
        page.locator("#x").fill(value)
        page.locator("#b").focus()
        recording.quiet()
        recording.run("said.append('.')")
    recording.run("recording.capture.keyframe()")

    frames = recording.told
    boxes = [entry for entry in frames[0][4] if entry[0] == "bx"]
    assert [box[2] for box in boxes] == ["one.example", "video"]
    assert "z-index:1" in boxes[1][5].replace(" ", "")
    assert [entry for entry in frames[-1][4] if entry[0] == "bx"] == boxes
    assert '["bx"' not in json.dumps(frames[1:-1])


@pytest.mark.parametrize("name", ["input", "select", "textarea", "button"])
@pytest.mark.parametrize("space", ["http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", ""])
def test_element_that_is_no_control_but_for_its_name_ends_nothing(
    page: Page, site: Site, space: str, name: str
) -> None:
    recording = Recording(page, site, f"{REST}<section id=shut data-beside=block></section>")

    recording.run(
        f"""const odd = document.createElementNS('{space}', '{name}');
        shut.append(odd);
        for (const kind of ['input', 'change', 'focusout'])
          odd.dispatchEvent(new Event(kind, {{ bubbles: true }}));"""
    )

    recording.run("m.append('more')")
    assert "more" in recording.text


def test_change_of_which_a_script_says_and_that_is_none(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<input id=x value=3>")

    recording.run("x.dispatchEvent(new Event('change', { bubbles: true })); said.textContent = '3 pieces';")

    assert "3 pieces" in recording.text


def test_number_that_repeats_itself_is_not_known_by_its_beginning(page: Page, site: Site) -> None:
    recording = typed(page, site, "<input id=x autocomplete=cc-number>", "4242424242424242")

    recording.run("x.value = ''; m.innerHTML = '<svg><path d=\"M0 0\" fill=\"#424242\" /></svg>'")

    assert "#424242" in recording.text


def test_field_that_a_library_says_is_empty_is(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>")

    recording.run("x.value = '(___) ___-____'; Object.defineProperty(x, 'value', { get: () => '' }); m.append('x');")

    assert recording.field("x")["status"]["filled"] is False


def test_field_that_leaves_at_the_key_that_ends_its_edit(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<input id=x>")
    recording.run("x.onkeydown = ({ key }) => { if (key === 'Enter') { x.value = ''; x.remove(); } };")
    page.locator("#x").focus()
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    recording.quiet()
    recording.run("m.append('x')")

    says(recording, f"Hello {NAME}")


FILE = "new DataTransfer(); files.items.add(new File(['a'], 'ann-example-passport.pdf')); x.files = files.files;"


@pytest.mark.parametrize("told", ["", "x.dispatchEvent(new Event('change', { bubbles: true }));"])
def test_name_of_a_file_is_known_as_long_as_it_is_chosen_and_after(page: Page, site: Site, told: str) -> None:
    recording = Recording(page, site, f"{REST}<input id=x type=file>")
    recording.run(f"const files = {FILE} {told} m.append('x')")
    recording.run("m.append('x')")

    says(recording, "ann-example-passport.pdf")
    recording.run("x.value = ''; said.textContent = 'For you';")
    says(recording, "Sent: ann-example-passport.pdf")


@pytest.mark.parametrize("value", [NAME, "Rome"])
@pytest.mark.parametrize("control", ["<input id=x>", "<textarea id=x></textarea>"])
def test_value_of_which_a_script_says_that_it_changed(page: Page, site: Site, control: str, value: str) -> None:
    recording = Recording(page, site, f"{REST}{control}")
    recording.run("x.onchange = () => { said.textContent = `To ${x.value}`; x.value = ''; };")

    recording.run(f"x.value = '{value}'; x.dispatchEvent(new Event('change', {{ bubbles: true }})); m.append('more');")

    assert "more" in recording.text
    assert value not in recording.text


def test_hidden_inputs_without_end_leave_no_value_unknown(page: Page, site: Site) -> None:
    hidden = "".join(f"<input type=hidden value=product-{n}-variant>" for n in range(300))

    customer = "<input name=customer value='Ann Example'>"

    recording = Recording(page, site, f"<p>Hello Ann Example</p>{REST}{customer}{hidden}")
    assert NAME not in recording.text

    recording.run("""m.innerHTML = Array.from({ length: 300 }, (_, n) =>
      `<input type=hidden value=more-${n}-values>`).join('')""")
    says(recording, "Goodbye Ann Example")


def test_value_that_was_printed_before_much_was_typed_in_front_of_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"{REST}<textarea id=x></textarea>")
    page.locator("#x").focus()
    page.keyboard.insert_text(NAME)
    page.evaluate("said.textContent = `Searched: ${x.value}`")
    page.keyboard.press("Home")
    page.keyboard.type("b" * 60)
    page.locator("#b").focus()
    recording.quiet()
    recording.run("m.append('more')")

    assert "more" in recording.text
    assert NAME not in recording.text


def test_box_that_names_a_short_value_goes_on_not_to(page: Page, site: Site) -> None:
    field = "<input id=x onchange='f.src = `https://${this.value}.maps.example/`'>"
    recording = typed(page, site, f"{field}<iframe id=f src=https://a.example></iframe>", "rome")

    recording.run("said.append('.')")
    recording.run("f.width = 321")

    assert "a.example" in recording.text
    assert "rome" not in recording.text


def test_style_of_a_box_that_names_a_short_value_goes_on_not_to(page: Page, site: Site) -> None:
    field = "<input id=x onchange='v.style.gridRowStart = this.value'>"
    recording = typed(page, site, f"{field}<div style='display: grid'><video id=v></video></div>", "paris")

    recording.run("x.value = ''; said.append('.')")
    recording.run("v.width = 321")

    assert "paris" not in recording.text


NAMED = {
    "purpose": "x.autocomplete = 'annexample-name'",
    "purpose of a card": "x.autocomplete = 'cc-annexample'",
    "attribute of a drawing": "m.innerHTML = '<svg id=s></svg>'; s.setAttribute('xAnnExample', '1');",
    "attribute of a formula": "m.innerHTML = '<math id=s></math>'; s.setAttribute('mathannexample', '1');",
    "document type": "document.doctype.replaceWith(document.implementation.createDocumentType('AnnExample', '', ''))",
}


@pytest.mark.parametrize("named", NAMED)
def test_name_that_repeats_a_value_is_not_told(page: Page, site: Site, named: str) -> None:
    recording = typed(page, site, "<textarea></textarea><input id=x>", NAME)

    recording.run(f"{NAMED[named]}; m.append('more');")
    recording.run("recording.capture.keyframe()")

    assert "more" in recording.text
    assert "annexample" not in recording.text.lower()


def test_field_is_read_as_the_browser_has_it(page: Page, site: Site) -> None:
    """Input masks put a `value` of their own on a field: what it holds without its marks, or nothing."""
    lying = """Object.defineProperty(x, 'value', { get: () => '' });
      Object.defineProperty(p, 'type', { get: () => 'text' }); p.dataset.beside = 'show';"""
    recording = Recording(page, site, f"{REST}<input id=x><input id=p type=password>")
    recording.run(lying)
    for field in ("x", "p"):
        page.locator(f"#{field}").focus()
        page.keyboard.insert_text("Ann Example" if field == "x" else "Tr0ub4dor&3")
    page.locator("#b").focus()
    recording.quiet()

    says(recording, "For Ann Example")
    assert recording.field("p")["verdict"] == "mask"
    assert "Tr0ub4dor" not in recording.text
