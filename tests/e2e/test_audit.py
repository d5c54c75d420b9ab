"""`beside audit`, as the command that a merchant or their CI runs, over real pages in a real Chromium."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from beside.audit.audited import AuditedField, AuditedPage, Report
from beside.audit.report_json import read_report
from tests.e2e.audited_shop import AuditedShop
from tests.e2e.people import Places
from tests.e2e.processes import BESIDE

# To the demo shop's payment page. Only these steps may reach the shop; what is typed for the audit may not.
TO_PAYMENT: list[dict[str, Any]] = [
    {"click": "a[href^='/products/']"},
    {"click": "form[method=post] button.btn-primary", "allow_requests": True},
    {"goto": "/checkout/contact"},
    {"fill": "#name", "value": "Emma Clarke"},
    {"fill": "#email", "value": "emma@example.com"},
    {"click": ".step-buttons button", "allow_requests": True},
    {"select": "#country", "value": "GB"},
    {"fill": "#line1", "value": "12 Larkspur Lane"},
    {"fill": "#city", "value": "Bristol"},
    {"fill": "#postcode", "value": "BS1 4ST"},
    {"click": ".step-buttons button", "allow_requests": True},
    {"click": "#option-standard", "allow_requests": True},
    {"click": ".step-buttons button", "allow_requests": True},
    {"wait": "#card_number"},
    {"audit": True},
]


@dataclass
class Audited:
    """One run of the command."""

    status: int
    said: str
    complained: str
    report: Report | None

    @property
    def page(self) -> AuditedPage:
        assert self.report is not None, self.complained
        return self.report.pages[0]

    def field(self, key: str) -> AuditedField:
        return next(field for field in self.page.fields if field.key == key)


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Audited, AuditedShop, Path]]:
    """One audit of a page that does all that it should not, the shop it was made over, and its HTML."""
    folder = tmp_path_factory.mktemp("leaky")
    served = AuditedShop()
    yield audit(folder, served.url("/checkout.html"), "--html", str(folder / "report.html")), served, folder
    served.close()


@pytest.fixture
def shop() -> Iterator[AuditedShop]:
    served = AuditedShop()
    yield served
    served.close()


def audit(folder: Path, url: str, *words: str) -> Audited:
    path = folder / "report.json"
    path.unlink(missing_ok=True)
    done = subprocess.run(
        [BESIDE, "audit", url, "--json", str(path), *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=240,
        check=False,
    )
    return Audited(done.returncode, done.stdout, done.stderr, read_report(path) if path.exists() else None)


def test_the_demo_s_payment_page_sends_no_canary_while_it_is_typed(places: Places, tmp_path: Path) -> None:
    script = tmp_path / "path.json"
    script.write_text(json.dumps({"steps": TO_PAYMENT}))

    audited = audit(tmp_path, places.shop, "--script", str(script))

    assert audited.page.path == "/checkout/payment"
    assert {field.key: (field.verdict, field.reason, field.shape) for field in audited.page.fields} == {
        "card_name": ("mask", "floor-autocomplete", "text"),
        "card_number": ("mask", "floor-autocomplete", "card number"),
        "card_expiry": ("mask", "floor-autocomplete", "expiry"),
        "card_cvc": ("mask", "floor-autocomplete", "security code"),
    }
    assert {field.entered for field in audited.page.fields} == {"typed"}
    assert [leak for leak in audited.page.leaks if leak.moment == "typing"] == []
    assert audited.status == (1 if audited.page.leaks else 0)
    # The bank's frame is another host's, and no field of it was asked for.
    assert any("pay.shop.localhost" in refused for refused in audited.page.refused)


def test_a_leaky_page_is_told_field_by_field(leaky: tuple[Audited, AuditedShop, Path]) -> None:
    audited, _, _ = leaky

    assert audited.status == 1
    # The page greets by the name turned round: no rule takes that for an echo, whenever the view opens.
    assert {(leak.field, leak.place) for leak in audited.page.leaks} == {("name", "p#greeting")}
    assert {sighting.field for sighting in audited.page.sightings if sighting.is_shown} == {"note"}
    assert "LEAK    name (typed: " in audited.said
    verdicts = {field.key: f"{field.verdict} {field.reason} {field.entered}" for field in audited.page.fields}
    assert verdicts == {
        "name": "mask default-control typed",
        "email": "mask default-control typed",
        "card": "mask floor-autocomplete typed",
        "cvc": "mask floor-name typed",
        "born": "mask default-control typed",
        "country": "mask default-control chosen",
        "note": "show site-show typed",
        "pin": "mask floor-type typed",
        "newsletter": "mask default-control left",
        "voucher": "mask default-control left",
        "Message": "mask default-control typed",
    }


def test_nothing_that_was_typed_reaches_the_shop(leaky: tuple[Audited, AuditedShop, Path]) -> None:
    audited, shop, _ = leaky

    assert shop.asked == ["GET /checkout.html"]
    refused = "\n".join(audited.page.refused)
    for path in ("POST {}/save", "POST {}/beacon", "GET {}/free", "GET {}/pixel", "POST {}/pay"):
        assert path.format(shop.url("")) in refused
    assert "elsewhere.localhost" in refused


def test_look_ups_as_it_is_typed_ask_the_shop_with_three_letters_at_most(shop: AuditedShop, tmp_path: Path) -> None:
    look_up = "fetch('/suggest?q=' + encodeURIComponent(value)).catch(() => null)"
    shop.pages["/"] = f'<!doctype html><label>Street <input name=street oninput="{look_up}"></label>'

    audited = audit(tmp_path, shop.url())

    street = audited.field("street").canary
    assert [path for path in shop.asked if "suggest" in path] == [f"GET /suggest?q={street[:n]}" for n in (1, 2, 3)]
    assert any("/suggest: its address holds" in refused for refused in audited.page.refused)


def test_marks_without_effect_are_told(leaky: tuple[Audited, AuditedShop, Path]) -> None:
    audited, _, _ = leaky

    assert [(fault.word, fault.place, fault.fault.split(":")[0]) for fault in audited.page.rules] == [
        ("shwo", "p#shouted", "no word of Beside's (show, mask, block)"),
        ("show", "pin", "without effect"),
    ]


def test_the_html_shows_the_page_and_its_mirror_and_asks_nobody_for_anything(
    leaky: tuple[Audited, AuditedShop, Path], browser: Browser
) -> None:
    _, _, folder = leaky
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))

    page.goto((folder / "report.html").as_uri())

    shown, mirrored = (png_of(page, number) for number in range(2))
    page.close()
    assert set(asked) <= {"file", "data"}
    assert shown.size == mirrored.size
    # The mirror paints bullets where the page paints what was typed, and the rest alike.
    different = [pair[0] != pair[1] for pair in zip(shown.tobytes(), mirrored.tobytes(), strict=True)]
    assert 0.0002 < sum(different) / len(different) < 0.05
    assert len(set(mirrored.tobytes())) > 20


def png_of(page: Page, number: int) -> Image.Image:
    """A picture of the report, decoded: the browser took it for one too."""
    image = page.locator("figure img").nth(number)
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1280
    data = (image.get_attribute("src") or "").removeprefix("data:image/png;base64,")
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("L")


def test_fields_in_frames_and_shadow_roots_and_such_as_come_later_are_typed_into(
    shop: AuditedShop, tmp_path: Path
) -> None:
    audited = audit(tmp_path, shop.url("/corners.html"))

    verdicts = {field.label: f"{field.verdict} {field.reason} {field.entered}" for field in audited.page.fields}
    assert {key: verdicts[key] for key in verdicts if key != "Inner"} == {
        "Card in a root that is open": "mask floor-autocomplete typed",
        "Card in a root that is closed": "block inside-a-closed-root typed",
        "Blocked": "block site-block typed",
        "Odd": "mask default-control left",
        "Country": "mask default-control left",
        "Company": "mask default-control set",
    }
    inner = {field.key: field.reason for field in audited.page.fields if field.label == "Inner"}
    assert inner == {"iframe#plain >> inner": "inside-a-frame", "iframe#shown >> inner": "default-control"}
    assert audited.status == 0


def test_fields_that_a_page_calls_alike_are_each_searched_for(shop: AuditedShop, tmp_path: Path) -> None:
    shop.pages["/"] = """<!doctype html><my-input></my-input><my-input></my-input><p id=said></p>
      <iframe src="/inner.html"></iframe><iframe src="/inner.html"></iframe><script>
      for (const host of document.querySelectorAll("my-input"))
        host.attachShadow({ mode: "open" }).innerHTML = "<label>Name <input id=input></label>";
      // The first one leaks, turned round as no mask knows it.
      const first = document.querySelector("my-input").shadowRoot.querySelector("input");
      first.onchange = () => (said.textContent = [...first.value].reverse().join(""));
      </script>"""

    audited = audit(tmp_path, shop.url())

    assert sorted(field.key for field in audited.page.fields) == [
        "iframe >> inner",
        "iframe >> inner#2",
        "my-input >>> input",
        "my-input >>> input#2",
    ]
    assert len({field.canary for field in audited.page.fields}) == 4
    assert {(leak.field, leak.place) for leak in audited.page.leaks} == {("my-input >>> input", "p#said")}
    assert audited.status == 1


def test_what_was_typed_and_did_not_stay_is_searched_for(shop: AuditedShop, tmp_path: Path) -> None:
    shop.pages["/"] = """<!doctype html><label>Tags <input name=tags></label><p id=chip></p>
      <label>Size <input name=size maxlength=2></label>
      <iframe src="/inner.html"></iframe><p id=gone></p><script>
      // Turned round as no mask knows it.
      const show = (place, { value }) => (place.textContent = [...value].reverse().join(""));
      for (const field of document.querySelectorAll("input"))
        field.onblur = () => {
          if (field.name === "tags") show(chip, field);
          field.value = "";
        };
      const frame = document.querySelector("iframe");
      frame.onload = () => {
        const field = frame.contentDocument.querySelector("input");
        field.onchange = () => {
          show(gone, field);
          frame.remove();
        };
      };</script>"""

    audited = audit(tmp_path, shop.url())

    leaks = {(leak.field, leak.place) for leak in audited.page.leaks}
    assert leaks == {("tags", "p#chip"), ("iframe >> inner", "p#gone")}
    assert audited.status == 1
    assert {field.key: (field.entered, field.note) for field in audited.page.fields} == {
        "tags": ("left", "nothing that was typed stayed in it"),
        "size": (
            "left",
            "nothing that was typed stayed in it; not searched for: too short to be told from the page's own words",
        ),
        "iframe >> inner": ("left", "the page would not take it, or took the field away"),
    }


def test_drift_from_a_baseline_fails_and_what_it_holds_does_not(shop: AuditedShop, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    leaky = "<!doctype html><label>Name <input name=name oninput='a.append(value)'></label><p id=a></p>"
    shop.pages["/"] = leaky
    accepted = audit(tmp_path, shop.url())
    (tmp_path / "report.json").rename(baseline)

    same = audit(tmp_path, shop.url(), "--baseline", str(baseline))
    shop.pages["/"] = leaky + "<label>VAT number <input name=vat data-beside=show></label>"
    other = audit(tmp_path, shop.url(), "--baseline", str(baseline))

    assert (accepted.status, same.status, other.status) == (1, 0, 1)
    assert "No drift from the baseline." in same.said
    assert "page 1 /: a new field vat: show (site-show)" in other.said


def test_a_page_that_goes_away_while_it_is_typed_into_is_status_2(shop: AuditedShop, tmp_path: Path) -> None:
    shop.pages["/"] = "<!doctype html><label>Name <input onchange=\"location.href = '/clean.html'\"></label>"

    audited = audit(tmp_path, shop.url())

    assert audited.status == 2
    assert "The page / went to /clean.html while it was audited" in audited.complained


def test_a_clean_page_is_status_0_also_under_a_strict_policy(shop: AuditedShop, tmp_path: Path) -> None:
    shop.headers = {
        "Content-Security-Policy": "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    }

    audited = audit(tmp_path, shop.url("/clean.html"))

    assert (audited.status, audited.complained) == (0, "")
    assert audited.said.splitlines()[-1].startswith("Clean: 2 fields")


def test_a_live_host_is_not_touched_without_yes(tmp_path: Path) -> None:
    audited = audit(tmp_path, "https://shop.example/checkout")

    assert (audited.status, audited.report) == (2, None)
    assert "types made-up values into every field" in audited.complained
    assert "say --yes" in audited.complained


@pytest.mark.parametrize(
    ("path", "words", "sentence"),
    [
        ("/none", [], "answers 404"),
        ("/clean.html", ["--browser", "/no/such/chromium"], "does not start; name one with --browser PATH"),
        ("/clean.html", ["--script", "/no/such/script"], "cannot be read"),
        ("/clean.html", ["--baseline", "/no/such/report"], "cannot be read"),
    ],
)
def test_what_cannot_be_audited_is_one_sentence_and_status_2(
    shop: AuditedShop, tmp_path: Path, path: str, words: list[str], sentence: str
) -> None:
    audited = audit(tmp_path, shop.url(path), *words)

    assert audited.status == 2
    assert audited.complained.startswith("beside: ")
    assert sentence in audited.complained
    assert audited.complained.count("\n") == 1


def test_without_playwright_the_command_says_how_to_get_it() -> None:
    program = (
        "import sys; sys.modules['playwright'] = sys.modules['playwright.sync_api'] = None\n"
        "sys.argv = ['beside', 'audit', 'http://localhost:1/']\n"
        "from beside.cli import main; main()"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert "pip install 'beside[audit]'" in done.stderr
    assert done.stderr.count("\n") == 1
