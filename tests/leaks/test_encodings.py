"""The search finds a value in each encoding that it claims to know, and nothing where there is none."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Page

from tests.leaks.encodings import found
from tests.leaks.values import KINDS, value_of
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

VALUE = value_of("text", "the search itself", 0)
OTHER = value_of("text", "the search itself", 1)
DIGITS = "".join(char for char in VALUE if char.isdigit())
# What a site shows by name: no rule takes hexadecimal digits for a phone number there.
PLACE = "<p id=p data-beside=show>.</p>"
SHOWN = [
    ("raw", VALUE),
    ("without blanks", VALUE.upper().replace(" ", "--")),
    ("reversed", VALUE[::-1]),
    ("reversed", VALUE[::-1].replace(" ", "")),
    ("percent-encoded", quote(VALUE)),
    ("percent-encoded", quote_plus(VALUE)),
    ("percent-encoded", "".join(f"%{octet:02x}" for octet in VALUE.encode())),
    *[("base64", base64.b64encode(b"." * offset + VALUE.encode() + b"...").decode()) for offset in range(3)],
    ("UTF-16", base64.b64encode(VALUE.encode("utf-16-le")).decode()),
    ("UTF-16", VALUE.encode("utf-16-be").hex()),
    ("UTF-16", "".join(f"\\u{ord(char):04x}" for char in VALUE)),
    ("hexadecimal", VALUE.encode().hex().upper()),
    ("character references", "".join(f"&#{ord(char)};" for char in VALUE)),
    ("six in a row", f"begins {VALUE[:6]}"),
    ("six in a row", f"begins {DIGITS[:6]}"),
    ("six in a row", f"within {VALUE[3:10]}"),
    ("last four digits", f"no. {DIGITS[-4:]}"),
]


@pytest.mark.parametrize(("encoding", "text"), SHOWN, ids=[f"{name} {at}" for at, (name, _) in enumerate(SHOWN)])
def test_value_in_shown_text_is_found_in_each_encoding(page: Page, site: Site, encoding: str, text: str) -> None:
    recording = Recording(page, site, PLACE)

    page.evaluate("text => { document.querySelector('#p').textContent = text; }", text)
    recording.quiet()

    assert encoding in found(VALUE, recording.bytes)
    assert found(OTHER, recording.bytes) == []


@pytest.mark.parametrize(
    ("pieces", "script"),
    [
        ("across siblings", "p.append(...[...v].map((c) => new Range().createContextualFragment(`<b>${c}</b>`)))"),
        ("across siblings", "for (const part of v.match(/.{1,5}/g)) p.append(' ', part)"),
        (
            "across siblings",
            "for (const part of v.match(/.{1,5}/g)) { const i = new Image(9); i.alt = part; p.append(i); }",
        ),
        ("six in a row", "p.replaceChildren(v.slice(0, 4), v.slice(4))"),
    ],
)
def test_value_in_pieces_is_found(page: Page, site: Site, pieces: str, script: str) -> None:
    recording = Recording(page, site, PLACE)

    page.evaluate(f"v => {{ const p = document.querySelector('#p'); {script} }}", VALUE)
    recording.quiet()

    assert pieces in found(VALUE, recording.bytes)


def test_escapes_of_json_hide_nothing() -> None:
    assert found('say "Bdfg\\hj"', [json.dumps(["tx", 'say "Bdfg\\hj"'])])[0] == "raw"
    assert "raw" in found(VALUE, [json.dumps(["tx", VALUE], ensure_ascii=True)])


@pytest.mark.parametrize("kind", KINDS)
def test_value_of_each_kind_is_found_and_differs_from_its_pair(kind: str) -> None:
    one, other = (value_of(kind, "a carrier", which) for which in (0, 1))

    assert "raw" in found(one, [json.dumps(["tx", f"a {one} b"])])
    assert found(other, [json.dumps(["tx", f"a {one} b"])]) == []
    assert kind == "color" or len(one) != len(other)
