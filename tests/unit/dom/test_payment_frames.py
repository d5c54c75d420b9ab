"""Payment frames of another origin: a box of the right size, and how the field in it stands by its provider's own word.

Pages play the provider's part: a frame from another origin that tells its page a state and no value, as theirs do, and
a script that puts the state into classes of the element that holds the frame.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.mirrored import Mirrored
from tests.unit.dom.recording import Recording

# The provider's origin: an input that tells its page when it is entered, empty, complete or left incomplete.
INNER = """<!doctype html><body style="margin:0"><input id=number aria-label="Card number" style="width:180px"><script>
  const tell = (isFocused) => {
    const digits = number.value.replace(/\\D/g, "").length;
    const state = { focus: isFocused, empty: !digits, complete: digits === 16 };
    state.invalid = !isFocused && digits > 0 && digits < 16;
    parent.postMessage(state, "*");
  };
  number.onfocus = () => tell(true);
  number.onblur = () => tell(false);
  number.oninput = () => tell(true);
  tell(false);
</script>"""
# The provider's script in the shop's page.
OUTER = """<script>
  let told = 0;
  addEventListener("message", ({ data }) => {
    const classes = Object.entries(data).filter(([, is]) => is).map(([name]) => `StripeElement--${name}`);
    holder.className = ["StripeElement", ...classes].join(" ");
    told++;
  });
</script>"""
CARD = "4111111111111111"


def other_origin(site: Site, html: str) -> str:
    return site.page(html).replace("127.0.0.1", "localhost")


def stripe(site: Site) -> str:
    src = other_origin(site, INNER)
    frame = f'<iframe src="{src}" style="width:200px;height:40px;border:0"></iframe>'
    return f'<div id=holder><div id="card-number">{frame}</div></div><input id=next>{OUTER}'


FIELDS = """recording.frames.flatMap((frame) => frame.at(-1)).filter(([tag, , field]) => tag === "field" &&
  (field === null || field.kind === "frame")).map(([, id, field]) => field && [field.label, field.status])"""


FIRST = "recording.frames.flatMap((f) => f.at(-1)).find(([tag, , f]) => tag === 'field' && f?.kind === 'frame')"


def fields_of(recording: Recording) -> list[Any]:
    found: list[Any] = recording.page.evaluate(FIELDS)
    return found


def wait_for_field(recording: Recording, label: str, status: dict[str, Any] | None) -> None:
    recording.page.wait_for_function(
        f"([label, status]) => {{ const last = {FIELDS}.at(-1);"
        " return last && last[0] === label && JSON.stringify(last[1]) === JSON.stringify(status); }",
        arg=[label, status],
    )


def status(filled: bool, validity: str) -> dict[str, Any]:
    return {"filled": filled, "validity": validity}


def test_state_is_told_once_the_shopper_has_left_the_frame_and_never_at_a_key(page: Page, site: Site) -> None:
    recording = Recording(page, site, stripe(site))
    number = page.frame_locator("iframe").locator("#number")
    wait_for_field(recording, "Card number (Stripe)", status(False, "valid"))

    number.click()
    number.press_sequentially(CARD[:8])
    page.wait_for_function("told > 9")
    recording.quiet()
    entered = fields_of(recording)
    shown = recording.text
    box, focus = page.evaluate(f"{FIRST}[1]"), recording.last("focus")
    page.locator("#next").click()
    wait_for_field(recording, "Card number (Stripe)", status(True, "malformed"))
    number.press_sequentially(CARD[8:])
    page.wait_for_function("told > 18")
    recording.quiet()
    typed = recording.text
    page.locator("#next").click()
    wait_for_field(recording, "Card number (Stripe)", status(True, "valid"))

    assert entered == [["Card number (Stripe)", status(False, "valid")]]
    assert focus == ["focus", box]
    # Three states for sixteen keys, and no digit; nor do the classes around it say more before it is left.
    assert len(fields_of(recording)) == 3
    assert "StripeElement--empty" in shown
    assert "StripeElement--focus" not in typed
    assert "StripeElement--complete" not in typed
    recording.page.wait_for_function("recording.bytes.join('').includes('StripeElement--complete')")
    assert "4111" not in recording.text


def test_field_of_a_frame_says_that_its_content_is_not_known(page: Page, site: Site) -> None:
    recording = Recording(page, site, stripe(site))
    wait_for_field(recording, "Card number (Stripe)", status(False, "valid"))

    field = page.evaluate(f"{FIRST}[2]")

    assert field == {
        "kind": "frame",
        "label": "Card number (Stripe)",
        "purpose": "cc-number",
        "verdict": "mask",
        "reason": "payment-frame",
        "required": False,
        "disabled": False,
        "status": status(False, "valid"),
        "content": None,
    }


# Classes as the providers document them, and names as their pages have them.
CONTAINERS: dict[str, tuple[str, dict[str, Any] | None]] = {
    '<div id=card-element class="StripeElement StripeElement--empty">': (
        "Payment details (Stripe)",
        status(False, "valid"),
    ),
    '<div id=expiry-1 class="StripeElement">': ("Card expiry (Stripe)", status(True, "malformed")),
    '<div id=cvc-1 class="StripeElement StripeElement--complete StripeElement--webkit-autofill">': (
        "Card security code (Stripe)",
        status(True, "valid"),
    ),
    '<div id=iban-1 class="StripeElement StripeElement--empty StripeElement--invalid">': (
        "IBAN (Stripe)",
        status(False, "missing"),
    ),
    '<div id=cvv-2 class="braintree-hosted-fields-invalid">': (
        "Card security code (Braintree)",
        status(True, "malformed"),
    ),
    '<div id=number-2 class="braintree-hosted-fields-valid">': ("Card number (Braintree)", status(True, "valid")),
    '<span data-cse=encryptedCardNumber class="adyen-checkout__input adyen-checkout__card__cardNumber__input '
    'adyen-checkout__input--error">': ("Card number (Adyen)", status(True, "malformed")),
    '<span class="adyen-checkout__input adyen-checkout__card__exp-date__input">': ("Card expiry (Adyen)", None),
    '<div class="expiry-date-frame frame--activated frame--valid">': (
        "Card expiry (Checkout.com)",
        status(True, "valid"),
    ),
    '<div class="mollie-component mollie-component--cardHolder is-touched is-invalid">': (
        "Name on card (Mollie)",
        status(True, "malformed"),
    ),
    '<div class="DlocalField DlocalField--complete">': ("Payment details (dLocal)", status(True, "valid")),
    '<div class="lw-hosted-fields-not-empty lw-hosted-fields-valid" id=card-number>': (
        "Card number (Lemonway)",
        status(True, "valid"),
    ),
    # What has the focus has not settled.
    '<div id=number-3 class="StripeElement StripeElement--focus StripeElement--complete">': (
        "Card number (Stripe)",
        None,
    ),
}


def test_states_are_read_as_providers_document_them(page: Page, site: Site) -> None:
    src = other_origin(site, "<!doctype html>theirs")
    frame = f'<iframe src="{src}" style="width:90px;height:20px"></iframe>'
    # A frame of nobody's, one of the page's own, and one that nobody sees tell nothing.
    others = f'{frame}<div class="StripeElement"><iframe src="{site.page("mine")}"></iframe></div>'
    unseen = f'<div class="StripeElement">{frame.replace("width", "display:none;width")}</div>'
    body = "".join(f"{opening}<i>{frame}</i></{opening[1:5].strip()}>" for opening in CONTAINERS)

    recording = Recording(page, site, body + others + unseen)
    page.wait_for_function(f"{FIELDS}.length > 0")
    recording.quiet()

    assert [tuple(field) for field in fields_of(recording)] == list(CONTAINERS.values())


def test_frame_that_its_provider_lets_go_of_has_no_field_any_more(page: Page, site: Site) -> None:
    recording = Recording(page, site, stripe(site))
    wait_for_field(recording, "Card number (Stripe)", status(False, "valid"))

    recording.run("holder.className = ''")

    assert fields_of(recording)[-1] is None


def test_classes_around_a_frame_that_is_entered_are_told_once_it_is_left(page: Page, site: Site) -> None:
    recording = Recording(page, site, f"<div id=wrap class=before>{stripe(site)}</div>")
    wait_for_field(recording, "Card number (Stripe)", status(False, "valid"))
    page.frame_locator("iframe").locator("#number").click()
    page.wait_for_function("document.activeElement.localName === 'iframe'")

    recording.run("wrap.className = 'meanwhile'; next.className = 'elsewhere'")
    entered = recording.text
    page.locator("#next").click()
    page.wait_for_function("recording.bytes.join('').includes('meanwhile')")

    assert "elsewhere" in entered
    assert "meanwhile" not in entered


def test_classes_around_a_frame_that_is_shown_are_told_at_once(page: Page, site: Site) -> None:
    inner = "<iframe data-beside=show srcdoc='<button id=inside>x</button>'></iframe>"
    recording = Recording(page, site, f"<div id=wrap class=before>{inner}</div>")
    page.frame_locator("iframe").locator("#inside").focus()
    page.wait_for_function("document.activeElement.localName === 'iframe'")

    recording.run("wrap.className = 'meanwhile'")

    assert "meanwhile" in recording.text


@pytest.mark.parametrize("way", ["a keyframe", "another size"])
def test_field_follows_its_frame_into(page: Page, site: Site, way: str) -> None:
    recording = Recording(page, site, stripe(site))
    wait_for_field(recording, "Card number (Stripe)", status(False, "valid"))

    if way == "a keyframe":
        recording.run("recording.capture.keyframe()")
    else:
        recording.run("document.querySelector('iframe').style.height = '80px'")

    assert fields_of(recording) == [["Card number (Stripe)", status(False, "valid")]] * 2


def test_box_in_the_mirror_says_how_the_field_stands(page: Page, site: Site) -> None:
    mirrored = Mirrored(page, site, f"<main>{stripe(site)}</main>")
    label = "doc.querySelector('beside-box').getAttribute('beside-label')"
    mirrored.wait_for(f"{label} === 'Card number (Stripe): empty'")

    page.frame_locator("iframe").locator("#number").press_sequentially(CARD[:8])
    mirrored.run("next.focus()")
    mirrored.wait_for(f"{label} === 'Card number (Stripe): incomplete'")
    page.frame_locator("iframe").locator("#number").press_sequentially(CARD[8:])
    mirrored.run("next.focus()")
    mirrored.wait_for(f"{label} === 'Card number (Stripe): complete'")
    mirrored.run("holder.className = ''")

    mirrored.wait_for(f"{label}.startsWith('localhost')")
    assert mirrored.gaps == []
