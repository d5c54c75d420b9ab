"""Masked boxes and radios: what of them an agent sees, and that it is the same whatever is chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from .both_sides import BothSides, count_differing
from .conftest import Site
from .recording import Recording

# As Headless UI and Radix write them: a card, a box and a switch, styled by what they are and by their state.
STYLE = """<style>
body { font: 16px sans-serif } .card { display: flex; gap: 12px; width: 300px; padding: 10px; border: 1px solid #999 }
.card .name { flex: 1 } .card .price { font-weight: bold } .is-chosen { background: #def; border-color: #00f }
.box { width: 24px; height: 24px; border: 1px solid #999; padding: 0 } .box[data-state=checked] { background: #00f }
.switch { width: 44px; height: 24px; border-radius: 12px; border: 0 }
.switch .thumb { display: block; width: 20px; height: 20px }
[data-state=checked] .thumb { transform: translateX(20px); background: white }
</style>"""
CHECKOUT = """<div role=radiogroup aria-label=Delivery>
<div role=radio class="card is-chosen" tabindex=0 aria-checked=true id=one><span class="name on">Standard</span>
  <span class=price>€ 3</span><i class=tick></i></div>
<div role=radio class=card tabindex=-1 aria-checked=false id=two><span class="name">Express</span>
  <span class=price>€ 9</span></div></div>
<p><button role=checkbox id=box class=box data-state=unchecked></button> <label for=box>Gift</label></p>
<p><button role=switch id=switch class=switch data-state=unchecked><span class=thumb></span></button></p>
<p id=end>End</p>"""
CHOOSE = """
one.className = "card"; two.className = "card is-chosen"; one.tabIndex = -1; two.tabIndex = 0;
two.append(one.querySelector(".tick")); one.children[0].className = "name"; two.children[0].className = "name on";
for (const each of [box, document.querySelector("#switch")]) each.dataset.state = "checked";
box.innerHTML = "<svg width=20 height=20><rect width=20 height=20></rect></svg>";
"""


def test_masked_choices_look_the_same_whatever_is_chosen_and_move_nothing(context: BrowserContext, site: Site) -> None:
    both = BothSides(context, site, CHECKOUT, STYLE)
    for name in ("one", "two", "box", "switch", "end"):
        both.agree(f"JSON.stringify(doc.querySelector('#{name}').getBoundingClientRect())")
    before = both.pictures()[1]
    frames = len(both.told)

    both.run(CHOOSE)

    assert both.told[frames:] == []
    assert count_differing(both.pictures()[1], before) == 0
    assert [both.field(name)["label"] for name in ("box", "switch")] == ["Gift", ""]


def test_what_says_something_in_a_masked_choice_stays_live(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div role=radio id=x><b>Express</b> <b id=price></b><i></i></div>")
    assert '"Express"' in recording.outline
    assert "<i" not in recording.outline

    recording.run("price.textContent = '€ 9'; document.querySelector('i').append(document.createElement('u'))")
    recording.run("price.firstChild.data = '€ 12'; document.querySelector('u').textContent = 'Sold out'")

    assert '"€ 12"' in recording.outline
    assert '"Sold out"' in recording.outline


def test_choice_that_unfolds_a_form_shows_it(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div role=radio id=x class=pay>Card<div id=panel></div></div>")

    recording.run("panel.innerHTML = '<label class=is-active>Number <input id=n autocomplete=cc-number></label>'")

    assert recording.field("n")["label"] == "Number"
    assert 'class="is-active"' in recording.outline


@pytest.mark.parametrize("marks", ["role=radio", "role=switch"])
def test_shown_choice_tells_its_state_and_how_it_is_painted(page: Page, site: Site, marks: str) -> None:
    recording = Recording(
        page, site, f"<button {marks} id=x data-beside=show class=off aria-checked=false>Express</button>"
    )
    assert recording.field("x")["content"] == {"text": "", "checked": False}

    recording.run(
        "x.setAttribute('aria-checked', 'true'); x.className = 'is-selected'; x.append(document.createElement('i'))"
    )

    assert recording.field("x")["content"]["checked"] is True
    assert 'class="is-selected"' in recording.outline
    assert "<i>" in recording.outline


def test_choice_that_the_site_hides_later_tells_no_more(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<div role=checkbox id=x data-beside=show class=off tabindex=0>Gift</div>")

    recording.run("x.removeAttribute('data-beside')")
    recording.run("x.className = 'on'; x.tabIndex = -1; x.innerHTML = '<svg></svg>Gift'")

    assert '<div class="off" id="x" role="checkbox">' in recording.outline
    assert "<svg" not in recording.outline


def test_a_choice_that_is_switched_off_is_so_for_the_agent_while_it_is(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input type=checkbox id=x disabled class=wait>")

    recording.run("x.disabled = false; x.className = 'ready'")

    assert recording.field("x")["disabled"] is False
    assert '<input class="wait" id="x" type="checkbox">' in recording.outline


def test_what_a_library_calls_its_boxes_by_is_no_state(page: Page, site: Site) -> None:
    classes = "form-check-input btn-check custom-control-input MuiSwitch-switchBase v-selection-control interactive"

    recording = Recording(page, site, f"<input type=checkbox class='{classes} is-selected'>")

    assert f'"class":"{classes}"' in recording.text


@pytest.mark.parametrize("name", ["aria-label", "title", "placeholder"])
@pytest.mark.parametrize("box", ["<button role=switch", "<input type=checkbox", "<div role=radio"])
def test_masked_choice_keeps_the_name_that_an_attribute_gave_it_first(
    page: Page, site: Site, name: str, box: str
) -> None:
    recording = Recording(page, site, f"{box} id=x {name}='Newsletter abbestellen'>")
    frames = len(recording.frames)

    recording.run(f"document.querySelector('#x').setAttribute('{name}', 'Newsletter bestellen')")
    assert recording.frames[frames:] == []
    recording.run("recording.capture.keyframe()")

    assert recording.field("x")["label"] == "Newsletter abbestellen"
    assert "Newsletter bestellen" not in recording.text


@pytest.mark.parametrize(
    ("box", "name", "label"),
    [
        ("role=switch", "Disable newsletter", "newsletter"),
        ("role=checkbox", "Deselect row 5", "row 5"),
        ("role=checkbox", "Push messages: on", "Push messages:"),
        ("role=switch", "Turn off messages", "messages"),
        ("role=switch", "Off: messages", ": messages"),
        ("role=switch", "Messages (on)", "Messages )"),
        ("role=checkbox", "On sale", "On sale"),
        ("role=checkbox", "Clip-on", "Clip-on"),
        ("role=radio", "Check-in before noon", "Check-in before noon"),
        ("role=checkbox", "✓ Gift", "Gift"),
        ("role=radio", "Express, not selected", "Express,"),
        ("role=radio", "Off", "Off"),
        ("role=radio", "Disable cookies", "Disable cookies"),
        ("role=switch data-beside=show", "Disable newsletter", "Disable newsletter"),
    ],
)
def test_name_of_a_masked_choice_is_told_without_words_that_may_say_its_state(
    page: Page, site: Site, box: str, name: str, label: str
) -> None:
    recording = Recording(page, site, f"<button id=x {box} aria-label='{name}'></button>")

    assert recording.field("x")["label"] == label


def test_name_of_a_masked_choice_is_judged_by_the_rules_of_now(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<input type=checkbox id=x aria-label=Gift>")

    recording.run("x.dataset.beside = 'mask'")
    assert recording.field("x")["label"] == ""
    recording.run("x.dataset.beside = 'show'; x.ariaLabel = 'No gift'")

    assert recording.field("x")["label"] == "No gift"


def test_text_that_labels_a_masked_choice_stays_live(page: Page, site: Site) -> None:
    recording = Recording(page, site, "<label><input type=radio id=x> Express <b id=price>€ 9</b></label>")

    recording.run("price.textContent = '€ 12'")

    assert recording.field("x")["label"] == "Express € 12"
