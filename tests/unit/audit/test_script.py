"""The scripted path, read from TOML and JSON, and what is said of one that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from beside.audit.errors import CannotAudit
from beside.audit.script import Script, Step, read_script, script_of

STEPS = [
    {"goto": "/basket"},
    {"click": "text=Checkout", "allow_requests": True},
    {"fill": "#email", "value": "a@example.com"},
    {"select": "#country", "value": "GB"},
    {"wait": "#payment"},
    {"wait": 2},
    {"audit": True},
]


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    toml, as_json = tmp_path / "path.toml", tmp_path / "path.json"
    lines = (line for step in STEPS for line in ("[[steps]]", *(f"{key} = {json.dumps(step[key])}" for key in step)))
    toml.write_text('hosts = ["pay.example"]\n' + "\n".join(lines))
    as_json.write_text(json.dumps({"hosts": ["pay.example"], "steps": STEPS}))

    read = read_script(toml)

    assert read == read_script(as_json)
    assert [step.verb for step in read.steps] == ["goto", "click", "fill", "select", "wait", "wait", "audit"]
    assert (read.hosts, read.allow_requests) == (("pay.example",), False)
    assert [step.allow_requests for step in read.steps[:3]] == [False, True, False]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"steps": [{}]}, "Step 1 of the script x needs exactly one of"),
        ({"steps": [{"goto": "/", "click": "a"}]}, "exactly one of"),
        ({"steps": [{"fill": "#a"}]}, "`value` belongs to"),
        ({"steps": [{"click": "#a", "value": "b"}]}, "`value` belongs to"),
        ({"steps": [{"press": "Enter"}]}, "is not understood"),
        ({"steps": [{"wait": 0}]}, "is not understood"),
        ({"allow": True}, "is not understood"),
    ],
)
def test_a_wrong_script_is_refused_in_words(document: object, sentence: str) -> None:
    with pytest.raises(CannotAudit, match=sentence):
        script_of(document, "x")


def test_a_script_that_is_no_file_or_no_toml_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "path.toml").write_text("steps = oh")

    with pytest.raises(CannotAudit, match="is neither TOML nor"):
        read_script(tmp_path / "path.toml")
    with pytest.raises(CannotAudit, match="cannot be read"):
        read_script(tmp_path / "none.toml")


def test_a_script_may_be_empty() -> None:
    assert script_of({}, "x") == Script()
    assert Step(audit=True).verb == "audit"
